"""A large ledger for measurements, by the real writer: many accounts, a few with a tenth of all movements, wide lots.

`LargeLedger` grows by parts. What it books is what a town books: most movements are coins handed out in long lists,
some are transfers, retirements with their certificates, pledges and holds. Beside the ledger stand accounts with
holders, projects with an estimate, and orders, as on any installation; projects and certificates are copies of one.
"""

import hashlib
from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Any, NamedTuple

from tests.bench.batch import LINKED, parts_of, wait_for
from tests.bench.interactive import peak_mb, serving, signed
from tests.bench.large_beside import holder_hash, word_hashes, write_holders, write_papers, write_projects

A_COMMAND = 2_000
A_FLIGHT = 100
"""So many commands are handed in at a time: the writer always has more than a block before it."""

OWNERS, LOTS = 10, 50
ACCOUNTS_A_MOVEMENT = 20
"""For each account that is opened, there are about so many movements."""

SINGLES = 500
"""One of so many movements is an act of its own: transfer, retire, pledge, hold, in turn."""


class Grown(NamedTuple):
    """What a step added: movements, seconds from handing them in to the last durable answer, memory of the writer."""

    movements: int
    seconds: float
    writer_mb: float


class LargeLedger:
    """A ledger in the installation at hand. `grow` brings it to about so many movements."""

    def __init__(self) -> None:
        self.movements = self.accounts = 0
        self._number = 10**12
        self.owners = [f"BT-A-{9_000_000 + place}" for place in range(OWNERS)]
        self.lots = [f"BT-L-2030-{place:04d}" for place in range(LOTS)]

    def begin(self) -> None:
        """Make what stands beside a ledger, open the owners' accounts and issue the lots."""
        from tanhui.core.ledger import Issue, OpenAccount, Origin

        projects = write_projects(self.lots)
        write_holders(self.owners, "owner")
        write_holders(["BT-A-9999999"], "buffer")
        zero = bytes(32)
        acts: list[Any] = [OpenAccount(one, "owner", holder_hash(one)) for one in self.owners]
        acts.append(OpenAccount("BT-A-9999999", "buffer", holder_hash("BT-A-9999999")))
        for place, lot in enumerate(self.lots):
            survey = hashlib.sha256(lot.encode()).digest()
            origin = Origin(projects[place], "2021-01-01..2025-12-31", survey, zero, zero)
            acts.append(Issue(lot, self._owner_of(place), "BT-A-9999999", 10**16, 10**14, origin))
        self._book(acts)

    def grow(self, movements: int) -> Grown:
        """Book until there are about so many movements. The accounts are opened before, and not timed."""
        begun, seconds = self.movements, 0.0
        self._open(movements // ACCOUNTS_A_MOVEMENT)
        with serving() as writer:
            for flight in parts_of(list(self._lists(movements)), A_FLIGHT):
                seconds += self._hand_in(flight)
            self._hand_in(list(self._singles(begun, movements)))
            writer_mb = peak_mb(writer)
        write_papers()
        analyse()
        return Grown(self.movements - begun, seconds, writer_mb)

    def _owner_of(self, place: int) -> str:
        return self.owners[place % OWNERS]

    def _open(self, count: int) -> None:
        from tanhui.core.ledger import Linked, OpenAccount

        fresh = [account_name(place) for place in range(self.accounts, count)]
        self.accounts = max(self.accounts, count)
        write_holders(fresh, "buyer")
        opened = [OpenAccount(one, "buyer", holder_hash(one)) for one in fresh]
        self._book([Linked(tuple(part)) for part in parts_of(opened, LINKED)])

    def _lists(self, movements: int) -> Iterator[Any]:
        """Long lists of coins: every second one of the first lot, so that this one has very many holders."""
        from tanhui.core.ledger import Distribute

        turn = 0
        while self.movements + A_COMMAND <= movements:
            place = 0 if turn % 2 else (self.movements // A_COMMAND) % LOTS
            first = (self.movements * 7) % self.accounts
            count = min(A_COMMAND, self.accounts)
            parts = tuple(
                (account_name((first + step) % self.accounts), 1_000_000 + step * 1_000 + turn) for step in range(count)
            )
            yield self._signed(Distribute(self.lots[place], self._owner_of(place), parts, bytes(32)))
            self.movements += count
            turn += 1

    def _singles(self, begun: int, movements: int) -> Iterator[Any]:
        """Acts of one movement each, most of them of the first lot and its owner."""
        for turn in range((movements - begun) // SINGLES):
            place = 0 if turn % 3 else turn % LOTS
            name, other = f"BT-O-2031-{begun // SINGLES + turn:07d}", account_name(turn % self.accounts)
            yield self._signed(_single(turn, self.lots[place], self._owner_of(place), other, name))
            self.movements += 1

    def _signed(self, act: Any) -> Any:
        self._number += 1
        return signed(self._number, act)

    def _hand_in(self, orders: Sequence[Any]) -> float:
        from django.db import transaction

        from tanhui.kit import clock
        from tanhui.registry.writer import queue

        with transaction.atomic():
            rows = [queue.put(order, at=clock.now()) for order in orders]
        begun = perf_counter()
        wait_for("SELECT code <> '' FROM registry_queuedcommand WHERE id = %s", rows[-1].pk)
        seconds = perf_counter() - begun
        wait_for("SELECT max(act.height) = max(b.height) FROM registry_act act, registry_block b WHERE %s > 0", 1)
        forget_answered()
        return seconds

    def _book(self, acts: Sequence[Any]) -> None:
        from tanhui.kit import clock
        from tanhui.registry.services.booking import book

        for part in parts_of([self._signed(act) for act in acts], A_FLIGHT):
            answers = book(part, at=clock.now())
            assert all(answer.done for answer in answers), next(one for one in answers if not one.done)


def _single(turn: int, lot: str, owner: str, other: str, name: str) -> Any:
    """Return an act of one movement: a transfer, two retirements, a pledge and a hold, in turn."""
    from tanhui.core.ledger import Hold, Pledge, Retire, Transfer

    zero, mg = bytes(32), 10**6 + turn
    match turn % 5:
        case 0:
            return Transfer(lot, owner, other, 10**9 + turn, zero)
        case 1 | 2:
            return Retire(lot, owner, mg, "event", *word_hashes())
        case 3:
            return Pledge(name, lot, owner, other, mg, zero)
        case _:
            return Hold(name, lot, owner, mg, "listing", 4_000_000_000_000)


def account_name(place: int) -> str:
    """The first thousand numbers are left to the accounts of the job that the projects are copies of."""
    return f"BT-A-{place + 1_000:06d}"


def forget_answered() -> None:
    """Answered commands go after a while on an installation too; a benchmark does not wait for that."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_queuedcommand WHERE code <> ''")


def analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
