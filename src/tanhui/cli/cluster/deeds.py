"""What is done in a rehearsal: the honest acts, by the services that pages use, and what a forger would do.

The forgeries write to the rehearsal's own tables and files, as somebody can who holds database and key.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection, transaction

from tanhui.cli.cluster.town import Member
from tanhui.cli.commands import read_folder
from tanhui.core.ledger import (
    Block,
    Book,
    Command,
    Deed,
    Entry,
    Holding,
    Resident,
    Scope,
    Serials,
    State,
    Transfer,
    decode_leaf,
    encode_leaf,
)
from tanhui.core.ledger.tiles import bundle, unbundle
from tanhui.kit import clock
from tanhui.land.models import Region
from tanhui.land.services import REGIONS, load_region
from tanhui.people.models import Person
from tanhui.registry.models import Entry as EntryRow
from tanhui.registry.models import LeafRun
from tanhui.registry.services import approve, request_transfer
from tanhui.registry.writer import journal
from tanhui.registry.writer.loading import load
from tanhui.site import story
from tanhui.site.demonstration import register_demonstration_people

SALE_MG = 10**9
INVENTED_MG = 10**15


class NothingToIssueError(ValueError):
    """Nothing can be issued on the survey; its estimate says why."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        super().__init__("nothing to issue")
        self.document = document


class Books(NamedTuple):
    """The registry's people, the lot that was issued, and the accounts that sell and buy."""

    region: Region
    people: Mapping[str, Person]
    lot: str
    owner: str
    buyer: str


def keep_books(survey: Path, method: str | None, tell: story.Tell) -> Books:
    """Run the main job. Raises SurveyFaults, NothingToIssueError, or a problem of one of the acts."""
    region = load_region(folder=REGIONS / "baotou")
    people = register_demonstration_people()
    job = story.Job(files=read_folder(survey), method=method, name_zh="演练", name_en="Rehearsal")
    chain = story.run(job=job, region=region, people=people, tell=tell)
    if chain.lot is None or chain.transfer is None:
        raise NothingToIssueError(chain.document)
    return Books(region, people, chain.lot.lot, chain.transfer.source, chain.transfer.target)


def sell(books: Books, number: int) -> None:
    """Book one more sale of a tonne from the owner to the buyer, by two people."""
    order = request_transfer(
        lot=books.lot,
        source=books.owner,
        target=books.buyer,
        quantity_mg=SALE_MG,
        exchange_certificate=f"DEMO-{number}",
        price_fen_per_t=3800,
        region_code=books.region.code,
        command_id=story.command_id(books.lot, f"rehearsal {number}"),
        by=books.people["wangqiang"],
        reason="交易凭证已核对。",
        at=clock.now(),
    )
    approve(number=order.number, by=books.people["wuyun"], reason="凭证与指令一致，同意登记。", at=clock.now())


def tamper_with_copy(member: Member) -> int:
    """Add a milligram to the last entry in a member's own copy. Return the place of the leaf."""
    with closing(sqlite3.connect(member.mirror_file)) as file:
        rows = file.execute("SELECT place, content FROM leaf ORDER BY place DESC")
        place, content = next((place, content) for place, content in rows if _is_entry(content))
        file.execute("UPDATE leaf SET content = ? WHERE place = ?", [_with_a_milligram_more(content), place])
        file.commit()
    return int(place)


@contextmanager
def tampered_table() -> Iterator[int]:
    """Add a milligram to the last entry in the registry's own journal, and put it right again behind `with`."""
    place = EntryRow.objects.latest("index").index
    run = LeafRun.objects.filter(first__lte=place).latest("first")
    leaves, at = unbundle(bytes(run.leaves)), place - run.first
    _overwrite(run.first, bundle([*leaves[:at], _with_a_milligram_more(leaves[at]), *leaves[at + 1 :]]))
    try:
        yield place
    finally:
        _overwrite(run.first, bytes(run.leaves))


def forge_sale(books: Books) -> int:
    """Book and sign a sale of far more than the owner has. Return the place of the act's leaf."""
    act = Transfer(books.lot, books.owner, books.buyer, INVENTED_MG, bytes(32))
    at_ms = clock.to_ms(clock.now())
    command = Command(story.command_id(books.lot, "forgery"), "nobody", "operator", at_ms, bytes(32), act)
    with transaction.atomic():
        opening = journal.state_at(journal.last_block())
        block = Resident(opening, lambda scope: _richer(scope, books)).write([command], at_ms)
        assert isinstance(block, Block)
        journal.append(block)
    return next(leaf.position for leaf in block.leaves if isinstance(leaf.record, Deed))


def _richer(scope: Scope, books: Books) -> State:
    """Return the records as they stand, but for one balance."""
    state, owned = load(scope), Holding(books.owner, books.lot, Book.LIVE)
    return replace(state, holdings={**state.holdings, owned: INVENTED_MG})


def _is_entry(content: bytes) -> bool:
    return isinstance(decode_leaf(content), Entry)


def _with_a_milligram_more(content: bytes) -> bytes:
    entry = decode_leaf(content)
    assert isinstance(entry, Entry)
    moved = entry.movement
    serials = Serials(moved.serials.first, moved.serials.last + 1) if moved.serials else None
    changed = moved._replace(quantity_mg=moved.quantity_mg + 1, serials=serials)
    return encode_leaf(entry._replace(movement=changed))


def _overwrite(first: int, leaves: bytes) -> None:
    """Change leaves that no ordinary program can change: with the triggers switched off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE registry_leafrun SET leaves = %s WHERE first = %s", [leaves, first])
