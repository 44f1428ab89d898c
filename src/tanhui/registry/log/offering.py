"""The loop that offers each new checkpoint to the witnesses: a program of its own, beside the site or alone."""

import logging
import time
from collections.abc import Callable
from threading import Event

from django.db import close_old_connections

from tanhui.core.ledger.policy import Witness
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.registry.log.services import Round, offer_newest
from tanhui.registry.log.settings import current_policy

LOOK_EVERY_S = 0.5
LONGEST_PAUSE_S = 60.0


class Patience:
    """Whom to ask now: who did not answer is asked again after a second, then two, then four, a minute at most."""

    def __init__(self) -> None:
        self._pauses: dict[str, tuple[float, float]] = {}

    def due(self, witness: Witness, now_s: float) -> bool:
        return now_s >= self._pauses.get(str(witness.key), (0.0, 0.0))[0]

    def take(self, witness: Witness, *, signed: bool, now_s: float) -> None:
        if signed:
            self._pauses.pop(str(witness.key), None)
            return
        pause_s = min(self._pauses.get(str(witness.key), (0.0, 0.5))[1] * 2, LONGEST_PAUSE_S)
        self._pauses[str(witness.key)] = (now_s + pause_s, pause_s)


def offer_once(patience: Patience | None = None) -> Round | None:
    """Offer to everybody who is due and has not signed the newest checkpoint."""
    waiting = patience or Patience()
    now_s = time.monotonic()
    due = [one for one in current_policy().witnesses if waiting.due(one, now_s)]
    done = offer_newest(witnesses=due, at=clock.now())
    if done is not None:
        troubled = dict(done.troubled)
        for one in due:
            if one.name in troubled or one.name in done.signed:
                waiting.take(one, signed=one.name in done.signed, now_s=time.monotonic())
    return done


def keep_offering(over: Event, tell: Callable[[Round], None]) -> None:
    """Offer until told to stop. Co-signing follows a block within the half second and the time that witnesses take."""
    patience = Patience()
    while not over.is_set():
        close_old_connections()
        try:
            done = offer_once(patience)
        except Problem as problem:  # the policy is being edited by hand
            logging.getLogger(__name__).warning("%s %s", problem.message, problem.remedy)
            over.wait(LONGEST_PAUSE_S)
            continue
        if done is not None:
            tell(done)
        over.wait(LOOK_EVERY_S)
