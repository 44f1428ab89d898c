"""What is to be done once the ledger has answered: done once, by whoever comes first, also after a crash in between.

A command that has a consequence outside the ledger (an account gets its holder's name, a retirement its certificate)
is queued together with the name of that consequence. Its sender sees to it right after the answer. Where the sender is
gone, the writer's program does it when it is idle.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from tanhui.registry.models import QueuedCommand
from tanhui.registry.services.holds import expire_due
from tanhui.registry.writer.asking import do
from tanhui.registry.writer.projections import projected_height
from tanhui.registry.writer.queue import Answer

FollowUp = Callable[[Mapping[str, Any], Answer], None]
KEEP_ANSWERED = timedelta(days=1)
MOST_CLEARED = 5_000
"""How many of the oldest rows are looked at in one go: it happens every idle second, however long the queue is."""

_CLEAR: Final = """
DELETE FROM registry_queuedcommand queued
USING (SELECT id FROM registry_queuedcommand ORDER BY id LIMIT %s) AS oldest
WHERE queued.id = oldest.id AND queued.sent_at < %s AND queued.code <> ''
    AND (queued.followed_up OR queued.follow_up = '')
"""

_KINDS: dict[str, FollowUp] = {}


def follows(kind: str) -> Callable[[FollowUp], FollowUp]:
    """Name the function that does what follows a command of this kind, in a transaction, given its facts."""

    def name(function: FollowUp) -> FollowUp:
        _KINDS[kind] = function
        return function

    return name


@transaction.atomic
def follow_up(number: int) -> None:
    """Do what follows an answered command, unless somebody has done it. Raises what the consequence raises."""
    row = QueuedCommand.objects.select_for_update().get(pk=number)
    if row.followed_up or not row.code:
        return
    _KINDS[row.follow_up](row.facts, Answer(row.code, row.params, row.height, row.index))
    row.followed_up = True
    row.save(update_fields=["followed_up"])


def left_behind(at: datetime) -> list[Callable[[], object]]:
    """Return what others did not get to by now, each by itself, so that one that fails stands in nobody's way."""
    left = due_follow_ups().order_by("id").values_list("id", flat=True)
    return [*(partial(follow_up, number) for number in left), partial(clear_answers, at=at), partial(expire_due, at=at)]


def due_follow_ups() -> QuerySet[QueuedCommand]:
    """Return the answered commands whose consequence nobody has seen to yet."""
    return QueuedCommand.objects.filter(followed_up=False, height__lte=projected_height()).exclude(follow_up="")


def clear_answers(*, at: datetime) -> None:
    """Drop answers from the queue that nobody will ask for any more; the ledger itself keeps them."""
    do(_CLEAR, MOST_CLEARED, at - KEEP_ANSWERED)
