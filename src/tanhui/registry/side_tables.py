"""What stands beside the ledger, held against it: orders, retirements, account holders, stored papers.

The audit file proves the ledger's own tables. The names, words and papers around them stay in this installation; each
was written together with a hash or a figure on the ledger, and here it is compared with that, row by row.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import Count, Sum

from tanhui.certification.models import Estimate
from tanhui.core.audit.history import lots_from_elsewhere
from tanhui.core.ledger import DONE, Command, CorrespondIn, Deed, Malformed, act_fields, decode_leaf
from tanhui.core.ledger.piles import pile_of
from tanhui.registry.models import (
    Account,
    Act,
    BookSum,
    DayPile,
    Entry,
    Holding,
    LedgerAccount,
    Lot,
    Order,
    OrderState,
    Paper,
    Retirement,
)
from tanhui.registry.queries.days import chunks_of, day_words, pile_in
from tanhui.registry.services.booking import hash_words
from tanhui.registry.services.ordered import act_of
from tanhui.registry.services.words import BENEFICIARY_WORDS, STATEMENT_WORDS
from tanhui.registry.suite import suite
from tanhui.registry.writer.leaves import as_they_stand

_WRONG_LISTS: Final = """
SELECT min(index) FROM (
    SELECT *, count(followers) OVER (ORDER BY index) AS list FROM registry_entry
) AS entry GROUP BY list
HAVING max(followers) IS DISTINCT FROM count(*) - 1 OR max(index) - min(index) <> count(*) - 1
    OR (min(command_hex), min(lot), min(from_account), min(from_book))
    <> (max(command_hex), max(lot), max(from_account), max(from_book))
ORDER BY 1
"""


class SideFault(NamedTuple):
    """A row beside the ledger that does not say what the ledger says."""

    table: str
    row: str
    column: str


def side_faults() -> Iterator[SideFault]:
    """Yield every row and column that differs, in a fixed order."""
    yield from _account_faults()
    yield from _lot_faults()
    yield from _entry_faults()
    yield from _pile_faults()
    yield from _compare_tables("registry_booksum", _said_sums(), _added_sums())
    acts = {act.command_hex: act for act in Act.objects.filter(outcome="done")}
    for order in Order.objects.filter(state=OrderState.DONE).order_by("id"):
        yield from _order_faults(order, acts.get(order.command_hex))
    for retirement in Retirement.objects.select_related("order").order_by("id"):
        yield from _retirement_faults(retirement, acts.get(retirement.order.command_hex))
    for account in Account.objects.select_related("holder").order_by("account"):
        found = hash_words(bytes.fromhex(account.salt_hex), account.holder.code, account.holder.name_zh).hex()
        if found != account.holder_hash_hex:
            yield SideFault("registry_account", account.account, "holder")
    for estimate in Estimate.objects.order_by("id"):
        if hashlib.sha256(bytes(estimate.report_zh)).hexdigest() != estimate.report_zh_sha256:
            yield SideFault("certification_estimate", str(estimate.pk), "report_zh")


def _account_faults() -> Iterator[SideFault]:
    """Yield where the ledger's accounts and those with a holder differ: the audit file has one row for both."""
    held = dict(Account.objects.values_list("account", "kind"))
    booked = dict(LedgerAccount.objects.values_list("account", "kind"))
    for account in sorted(held.keys() | booked.keys()):
        if held.get(account) != booked.get(account):
            column = "kind" if account in held and account in booked else "missing" if account in held else "invented"
            yield SideFault("registry_ledgeraccount", account, column)


def _lot_faults() -> Iterator[SideFault]:
    """Yield the lots that say otherwise than the journal where they come from: the audit file has two words of it."""
    arrived = lots_from_elsewhere(_arrivals(content for _place, content in as_they_stand()))
    for lot, *said in Lot.objects.order_by("lot").values_list("lot", *_OURS, *_THEIRS):
        places = dict(zip((*_OURS, *_THEIRS), said, strict=True))
        filled, empty = (_THEIRS, _OURS) if lot in arrived else (_OURS, _THEIRS)
        yield from (SideFault("registry_lot", lot, column) for column in filled if not places[column])
        yield from (SideFault("registry_lot", lot, column) for column in empty if places[column] != _EMPTY.get(column))


def _arrivals(journal: Iterable[bytes]) -> Iterator[Command]:
    """Yield the commands by which something came from another region."""
    for content in journal:
        if CorrespondIn.name.encode() in content:
            with suppress(Malformed):
                record = decode_leaf(content)
                if isinstance(record, Deed) and record.outcome == DONE:
                    yield record.command


_EMPTY = {"period": "", "region": "", "foreign_entry": ""}
_OURS, _THEIRS = ("project_id", "period"), ("region", "foreign_entry")
"""Where a lot of this region says where it comes from, and where one that arrived does."""


def _entry_faults() -> Iterator[SideFault]:
    """Yield the lists of movements that do not stand as long as the first of them says: readers would miss some."""
    with connection.cursor() as cursor:
        cursor.execute(_WRONG_LISTS)
        for (index,) in cursor.fetchall():
            yield SideFault("registry_entry", str(index), "followers")


def _pile_faults() -> Iterator[SideFault]:
    """Yield the piles whose parts do not make the whole, which the audit file has."""
    for row in DayPile.objects.filter(holdings__gt=0).order_by("day", "lot", "book").iterator():
        chunks = chunks_of(row)
        firsts = row.firsts.split("\n")
        if not chunks or pile_of(row.lot, row.book, row.holdings, chunks, suite()) != pile_in(row):
            yield SideFault("registry_daypile", f"{day_words(row.day)}, {row.lot}, {row.book}", "chunks")
        if len(firsts) != len(chunks) or firsts != sorted(set(firsts)):
            yield SideFault("registry_daypile", f"{day_words(row.day)}, {row.lot}, {row.book}", "firsts")


def _said_sums() -> dict[str, dict[str, int]]:
    return {
        f"{row.lot or '*'}/{row.book}": {
            "quantity_mg": int(row.quantity_mg),
            "holdings": row.holdings,
            "arrivals": row.arrivals,
        }
        for row in BookSum.objects.all()
    }


def _added_sums() -> dict[str, dict[str, int]]:
    """Add up from holdings and entries, which the audit file has, what the sums of the books say.

    A star stands for all lots together.
    """
    mg, stand, came = Counter[str](), Counter[str](), Counter[str]()
    held = Holding.objects.order_by().values_list("lot", "book")
    for lot, book, quantity_mg, count in held.annotate(Sum("quantity_mg"), Count("account")):
        for name in (lot, "*"):
            mg[f"{name}/{book}"] += int(quantity_mg)
            stand[f"{name}/{book}"] += count
    for lot, book, count in Entry.objects.order_by().values_list("lot", "to_book").annotate(Count("index")):
        came[f"{lot}/{book}"] += count
        came[f"*/{book}"] += count
    keys = mg.keys() | came.keys()
    return {key: {"quantity_mg": mg[key], "holdings": stand[key], "arrivals": came[key]} for key in keys}


def _compare_tables(
    table: str, said: Mapping[str, Mapping[str, Any]], booked: Mapping[str, Mapping[str, Any]]
) -> Iterator[SideFault]:
    for key in sorted(said.keys() | booked.keys()):
        if key in said and key in booked:
            yield from _compare(table, key, said[key], booked[key])
        else:
            yield SideFault(table, key, "missing" if key in booked else "invented")


_COLUMNS = {
    "account": "source",
    "source": "source",
    "target": "target",
    "pledgee": "target",
    "absorber": "source",
    "parts": "parts",
}
"""Which column of an order says which term of its act. What is not named here or alike stands in `terms`."""


def _order_faults(order: Order, act: Act | None) -> Iterator[SideFault]:
    if act is None:
        yield SideFault("registry_order", order.number, "command_hex")
        return
    if order.kind == Order.Kind.ISSUE:
        said: dict[str, Any] = {"kind": order.kind, "lot": order.lot, "quantity_mg": order.quantity_mg}
        yield from _compare("registry_order", order.number, said, {"kind": act.kind, **act.terms})
        return
    one = act_of(order)
    yield from _compare("registry_order", order.number, {"kind": one.name}, {"kind": act.kind})
    yield from _terms_faults(order, json.loads(json.dumps(act_fields(one))), act.terms)
    if "paper_hex" in order.terms:
        yield from _paper_faults(order)
    if order.kind == Order.Kind.DISTRIBUTE:
        said = {"quantity_mg": order.quantity_mg, "terms": order.terms["list_hex"]}
        sum_mg = sum(quantity_mg for _account, quantity_mg in act.terms["parts"])
        yield from _compare(
            "registry_order", order.number, said, {"quantity_mg": sum_mg, "terms": act.terms["list_hash"]}
        )


def _paper_faults(order: Order) -> Iterator[SideFault]:
    """The document that was sent along must be the one whose hash stands in the order, and so on the ledger."""
    paper = Paper.objects.filter(order=order).first()
    found = hashlib.sha256(bytes(paper.content)).hexdigest() if paper else ""
    if found != order.terms["paper_hex"]:
        yield SideFault("registry_paper", order.number, "content")


def _terms_faults(order: Order, said: Mapping[str, Any], booked: Mapping[str, Any]) -> Iterator[SideFault]:
    columns = {name: name if name in {"lot", "quantity_mg"} else _COLUMNS.get(name, "terms") for name in said}
    if order.kind == Order.Kind.RETIRE:  # its words are held against the ledger with the certificate
        columns = {name: column for name, column in columns.items() if not name.endswith("_hash")}
    differing = (column for name, column in columns.items() if said[name] != booked.get(name))
    yield from (SideFault("registry_order", order.number, column) for column in dict.fromkeys(differing))


def _retirement_faults(retirement: Retirement, act: Act | None) -> Iterator[SideFault]:
    entry = Entry.objects.filter(index=retirement.index).first()
    if act is None or entry is None or act.kind != "retire":
        yield SideFault("registry_retirement", retirement.number, "index")
        return
    salt = bytes.fromhex(retirement.salt_hex)
    said = {
        "lot": retirement.lot_id,
        "account": retirement.account_id,
        "quantity_mg": retirement.quantity_mg,
        "purpose": retirement.purpose,
        "beneficiary": hash_words(salt, *(getattr(retirement, name) for name in BENEFICIARY_WORDS)).hex(),
        "statement": hash_words(salt, *(getattr(retirement, name) for name in STATEMENT_WORDS)).hex(),
        "serials": (retirement.serial_first, retirement.serial_last),
        "certificate": hashlib.sha256(bytes(retirement.certificate)).hexdigest(),
    }
    booked = {
        "lot": act.terms.get("lot"),
        "account": act.terms.get("account"),
        "quantity_mg": act.terms.get("quantity_mg"),
        "purpose": act.terms.get("purpose"),
        "beneficiary": act.terms.get("beneficiary_hash"),
        "statement": act.terms.get("statement_hash"),
        "serials": (entry.serial_first, entry.serial_last),
        "certificate": retirement.certificate_sha256,
    }
    yield from _compare("registry_retirement", retirement.number, said, booked)


def _compare(table: str, row: str, said: Mapping[str, Any], booked: Mapping[str, Any]) -> Iterator[SideFault]:
    for column, value in said.items():
        if column not in booked or value != booked[column]:
            yield SideFault(table, row, column)
