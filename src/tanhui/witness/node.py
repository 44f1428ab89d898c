"""A member node at work: it follows the log by itself, and as a witness signs only what it has replayed."""

from collections.abc import Iterator, Mapping, Sequence
from threading import Event, Lock
from typing import Final

from tanhui.core.ledger.note import BadSignature, VerifyingKey
from tanhui.core.ledger.offer import REFUSAL_TYPE, Accepted, Status
from tanhui.core.ledger.shape import Malformed
from tanhui.witness.following import Keys
from tanhui.witness.member import Broken, Followed, LogFault, Member
from tanhui.witness.service import Answer
from tanhui.witness.web import Unreachable
from tanhui.witness.words import say

PATIENCE_S: Final = 8
"""How long an offer waits for a replay that is under way. After it the log is told to come again."""


class FollowedLog(Mapping[str, Sequence[VerifyingKey]]):
    """The keys of the one log that a member follows, as it learns them: what its witness looks at."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def __getitem__(self, origin: str) -> Sequence[VerifyingKey]:
        chain = self._keys.chain
        if origin != chain.trusted.name:
            raise KeyError(origin)
        return chain.keys[chain.keys.index(chain.trusted) :]

    def __iter__(self) -> Iterator[str]:
        return iter([self._keys.chain.trusted.name])

    def __len__(self) -> int:
        return 1


class Node:
    """A member with one thing going on at a time: a look at the log, or the replay that an offer asks for."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self._turn = Lock()
        self._broken: Broken | None = None

    def gate(self, accepted: Accepted) -> Answer | None:
        """Let a checkpoint be signed once everything up to it has been replayed; else say why not."""
        if not self._turn.acquire(timeout=PATIENCE_S):
            return Answer(Status.NOT_YET, f"{say('replaying')}\n")
        try:
            self._follow(accepted.note)
        except Broken as broken:
            return Answer(Status.BAD_PROOF, f"{broken}\n", REFUSAL_TYPE)
        except (LogFault, Unreachable) as fault:
            return Answer(Status.NOT_YET, f"{fault}\n")
        except (BadSignature, Malformed) as fault:
            return Answer(Status.BAD_REQUEST, f"{fault}\n")
        finally:
            self._turn.release()
        return None

    def look(self) -> Followed:
        """Follow the log to the checkpoint that it shows now. Raises what `Member.follow` raises."""
        with self._turn:
            self._follow(self.member.newest())
            return self.member.followed

    def keep_looking(self, over: Event, every_s: float) -> None:
        """Follow until told to stop or until a rule is broken. A log that is silent for a while is asked again."""
        while not over.is_set() and self._broken is None:
            try:
                self.look()
            except Broken:
                return
            except (LogFault, Unreachable, BadSignature, Malformed):
                pass  # told at the next offer, and by the registry's page of witnesses
            over.wait(every_s)

    def _follow(self, note: str) -> None:
        if self._broken is not None:
            raise self._broken
        try:
            self.member.follow(note)
        except Broken as broken:
            self._broken = broken
            raise
