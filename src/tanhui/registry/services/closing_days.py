"""Close a day: count all holdings as they stood when it ended, and have the ledger write down their root.

It is counted from the tables, outside the writer, and handed to the ledger as a command like any other. The writer has
not all holdings and believes it; whoever replays the history does not. So what does not add up is not handed in.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.core.ledger import CloseDay, Command, Role
from tanhui.core.ledger.days import begin_of, day_of
from tanhui.core.ledger.piles import CHUNK, Pile, chunk_values, pile_of, piles_root
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.kit.turns import wait_turn
from tanhui.registry.models import Act, Block, DayPile, QueuedCommand
from tanhui.registry.queries.days import Held, end_of, held_at, last_closed, piles_of
from tanhui.registry.suite import suite
from tanhui.registry.writer import queue
from tanhui.registry.writer.projections import projected_height
from tanhui.registry.writer.sending import write_here

REGISTRY = "registry"
"""Who orders it: nobody signs what follows from all that was signed."""
TURN = "close day"
REASON = "日结"
NEVER = -(2**62)
HOUR_MS = 3_600_000
ROUND_MS = 60_000
"""Longer than any round of the writer, which takes the time before it books."""


def close_day(*, at: datetime) -> CloseDay | None:
    """Have the day before this moment closed; return what it is closed with. Asked twice, it is closed once.

    None where it is closed already, where the ledger had not begun, where the day may still get a block (it is over
    since less than a minute), or where the tables have not followed to its end yet. Raises `holdings_do_not_add_up` and
    closes nothing where a lot does not sum to zero.
    """
    with transaction.atomic():
        wait_turn(TURN)
        end = _order(day_of(clock.to_ms(at)) - 1, at)
    if end is not None:
        write_here(at=at)
    return end


def closing_id(day: int, at: datetime) -> bytes:
    """Return the id of the command that closes a day: the same within an hour, so that two programs close it once.

    An hour later it is another: a writer whose clock is slow has refused the first one for good.
    """
    return hashlib.sha256(f"tanhui close day\n{day}\n{clock.to_ms(at) // HOUR_MS}".encode()).digest()[:16]


def _order(day: int, at: datetime) -> CloseDay | None:
    last = Block.objects.filter(time_ms__lt=begin_of(day + 1)).order_by("-height").first()
    closed = last_closed()
    if last is None or last.height > projected_height() or not _is_over(day, at):
        return None
    if (closed and end_of(closed).day >= day) or _was_sent(closing_id(day, at)):
        return None
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SET LOCAL cursor_tuple_fraction = 1")  # all rows will be read, so the whole plan counts
    DayPile.objects.filter(day__gt=end_of(closed).day if closed else NEVER).delete()  # counted, and never closed
    piles = list(_counted(day, held_at(last.size)))
    _require_sums(piles)
    end = CloseDay(day, last.height, sum(pile.holdings for pile in piles), len(piles), piles_root(piles, suite()))
    queue.put(_command(end, at), at=at)
    return end


def _is_over(day: int, at: datetime) -> bool:
    """Whether the day gets no block any more: a later day has one, or it ended long enough ago for any round to end."""
    begin_ms = begin_of(day + 1)
    return clock.to_ms(at) >= begin_ms + ROUND_MS or Block.objects.filter(time_ms__gte=begin_ms).exists()


def _was_sent(command_id: bytes) -> bool:
    known = {"command_hex": command_id.hex()}
    return QueuedCommand.objects.filter(**known).exists() or Act.objects.filter(**known).exists()


def _counted(day: int, held: Iterable[Held]) -> Iterator[Pile]:
    """Count the piles one by one, and keep those that are not as they were."""
    before = {(row.lot, row.book): row for row in piles_of(day)}
    for (lot, book), beside in groupby(held, key=attrgetter("lot", "book")):
        counter = _Counter(beside)
        chunks = chunk_values(counter.pairs(), suite())
        pile = pile_of(lot, book, counter.count, chunks, suite())
        stood = before.pop((lot, book), None)
        if stood is None or stood.root_hex != pile.root.hex():
            _keep(day, pile, b"".join(chunks), "\n".join(counter.firsts))
        yield pile
    for lot, book in before:
        _keep(day, Pile(lot, book, 0, 0, suite().empty_root), b"", "")


class _Counter:
    """Hands on account and quantity, counts them, and remembers the first account of each chunk."""

    def __init__(self, held: Iterable[Held]) -> None:
        self.count = 0
        self.firsts: list[str] = []
        self._held = held

    def pairs(self) -> Iterator[tuple[str, int]]:
        for one in self._held:
            if self.count % CHUNK == 0:
                self.firsts.append(one.account)
            self.count += 1
            yield one.account, one.quantity_mg


def _keep(day: int, pile: Pile, chunks: bytes, firsts: str) -> None:
    said = {"holdings": pile.holdings, "total_mg": pile.total_mg, "root_hex": pile.root.hex()}
    row = {**said, "chunks": chunks, "firsts": firsts}
    DayPile.objects.update_or_create(day=day, lot=pile.lot, book=pile.book, defaults=row)


def _require_sums(piles: Iterable[Pile]) -> None:
    """Refuse holdings in which a lot does not sum to zero: their root would stand in the history for ever."""
    sums: defaultdict[str, int] = defaultdict(int)
    for pile in piles:
        sums[pile.lot] += pile.total_mg
    wrong = sorted(lot for lot, surplus_mg in sums.items() if surplus_mg)
    if wrong:
        text = _("没有日结：批次 %(lot)s 的余额加起来不是零。") % {"lot": wrong[0]}
        raise Problem("holdings_do_not_add_up", text, remedy=_("先核对账本：tanhui ledger check"))


def _command(end: CloseDay, at: datetime) -> Command:
    return Command(
        id=closing_id(end.day, at),
        actor=REGISTRY,
        role=Role.OPERATOR.value,
        at_ms=begin_of(end.day + 1),
        reason_hash=hashlib.sha256(REASON.encode()).digest(),
        act=end,
    )
