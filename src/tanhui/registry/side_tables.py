"""What stands beside the ledger, held against it: orders, retirements, account holders, stored papers.

The audit file proves the ledger's own tables. The names, words and papers around them stay in this installation; each
was written together with a hash or a figure on the ledger, and here it is compared with that, row by row.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from django.db.models import Count, Manager

from tanhui.certification.models import Estimate
from tanhui.core.audit.history import lots_from_elsewhere
from tanhui.core.ledger import DONE, Command, CorrespondIn, Deed, Holding, Malformed, act_fields, decode_leaf, replay
from tanhui.core.ledger import Encumbrance as Bound
from tanhui.core.ledger import Lot as IssuedLot
from tanhui.core.ledger.piles import pile_of, piles_root
from tanhui.registry.models import (
    Account,
    Act,
    BookSum,
    Encumbrance,
    Entry,
    Leaf,
    LedgerAccount,
    Lot,
    Order,
    OrderState,
    Paper,
    Retirement,
)
from tanhui.registry.queries.days import chunks_of, day_words, end_of, last_closed, pile_in, piles_of
from tanhui.registry.services.booking import hash_words
from tanhui.registry.services.ordered import act_of
from tanhui.registry.services.words import BENEFICIARY_WORDS, STATEMENT_WORDS
from tanhui.registry.suite import suite
from tanhui.registry.writer.projections import projected_height


class SideFault(NamedTuple):
    """A row beside the ledger that does not say what the ledger says."""

    table: str
    row: str
    column: str


def side_faults() -> Iterator[SideFault]:
    """Yield every row and column that differs, in a fixed order."""
    yield from _standing_faults()
    yield from _pile_faults()
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


def _standing_faults() -> Iterator[SideFault]:
    """Yield what the tables say of accounts, encumbrances and lots, beyond the audit file, and the journal does not."""
    journal = Leaf.objects.filter(height__lte=projected_height()).order_by("index").values_list("content", flat=True)
    by_rules = replay(map(bytes, journal.iterator()), suite()).closing
    arrived = lots_from_elsewhere(_arrivals(map(bytes, journal.iterator())))
    accounts = {row.account: {"kind": row.kind, "closed": row.closed} for row in LedgerAccount.objects.all()}
    kinds = {key: {"kind": kind, "closed": key in by_rules.closed} for key, kind in by_rules.kinds.items()}
    yield from _compare_tables("registry_ledgeraccount", accounts, kinds)
    bound = {one.id: _encumbrance_row(one) for one in by_rules.encumbrances.values()}
    yield from _compare_tables("registry_encumbrance", _rows(Encumbrance.objects, bound), bound)
    lots = {key: _lot_row(lot, from_elsewhere=key in arrived) for key, lot in by_rules.lots.items()}
    yield from _compare_tables("registry_lot", _rows(Lot.objects, lots), lots)
    yield from _compare_tables("registry_booksum", _said_sums(), _added_sums(by_rules.holdings))


def _rows(table: Manager[Any], like: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Mapping[str, Any]]:
    """Return what stands in a table, by its key, in the columns of `like`: as it stands, sense or not."""
    columns = list(next(iter(like.values()), {}))
    return {str(row.pop("pk")): row for row in table.values("pk", *columns)}


def _encumbrance_row(one: Bound) -> Mapping[str, Any]:
    """Return an encumbrance as its row says it."""
    book = one.book.value if one.book else ""
    row = {**one._asdict(), "sort": str(one.sort), "lot": one.lot or "", "book": book}
    return {name: value for name, value in row.items() if name != "id"}


def _arrivals(journal: Iterable[bytes]) -> Iterator[Command]:
    """Yield the commands by which something came from another region."""
    for content in journal:
        if CorrespondIn.name.encode() in content:
            with suppress(Malformed):
                record = decode_leaf(content)
                if isinstance(record, Deed) and record.outcome == DONE:
                    yield record.command


def _lot_row(one: IssuedLot, *, from_elsewhere: bool) -> Mapping[str, Any]:
    """Return a lot as its row says it: it has a project and a period, or a region and the entry there."""
    hashes = {name: getattr(one.origin, name) for name in ("survey_hash", "method_hash", "estimate_hash")}
    counted = {name: value for name, value in one._asdict().items() if name.endswith("_mg")}
    words = {"project_id": None, "period": "", "region": "", "foreign_entry": ""}
    names = ("region", "foreign_entry") if from_elsewhere else ("project_id", "period")
    origin = {**words, **dict(zip(names, one.origin.season, strict=True))}
    return {**counted, **origin, **{f"{name}_hex": value.hex() for name, value in hashes.items()}}


def _pile_faults() -> Iterator[SideFault]:
    """Yield the piles that do not make the root of the day that was closed last."""
    closed = last_closed()
    if closed is None:
        return
    end, rows = end_of(closed), piles_of(end_of(closed).day)
    for row in rows:
        if pile_of(row.lot, row.book, row.holdings, chunks_of(row), suite()) != pile_in(row):
            yield SideFault("registry_daypile", f"{row.lot}, {row.book}", "chunks")
    if piles_root(map(pile_in, rows), suite()) != end.root:
        yield SideFault("registry_daypile", day_words(end.day), "root_hex")


def _said_sums() -> dict[str, dict[str, int]]:
    return {
        f"{row.lot or '*'}/{row.book}": {
            "quantity_mg": int(row.quantity_mg),
            "holdings": row.holdings,
            "arrivals": row.arrivals,
        }
        for row in BookSum.objects.all()
    }


def _added_sums(holdings: Mapping[Holding, int]) -> dict[str, dict[str, int]]:
    """Add up by hand what the sums of the books say; a star stands for all lots together."""
    mg, stand, came = Counter[str](), Counter[str](), Counter[str]()
    for holding, quantity_mg in holdings.items():
        for lot in (holding.lot, "*"):
            mg[f"{lot}/{holding.book.value}"] += quantity_mg
            stand[f"{lot}/{holding.book.value}"] += 1
    for lot, book, count in Entry.objects.values_list("lot", "to_book").annotate(Count("index")):
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
