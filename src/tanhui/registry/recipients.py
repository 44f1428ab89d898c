"""The list of a distribution: read from a table that was sent, every fault named at once, and kept in one spelling.

A receiver is named by account or by the name or code of its holder; a quantity is in tonnes. What is kept, shown,
hashed and given away again is always the same plain table: anybody can hash it and find the hash on the ledger.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from tanhui.core.ledger.terms import MAX_PARTS, AccountKind
from tanhui.kit.cells import cells_of
from tanhui.kit.problems import Problem
from tanhui.kit.quantity import read_mg
from tanhui.kit.text import MG_PER_T
from tanhui.registry.models import Account
from tanhui.registry.queries.accounts import closed_among

HEADINGS: Mapping[str, frozenset[str]] = {
    "account": frozenset({"账户", "登记账户", "账号", "account"}),
    "holder": frozenset({"单位", "持有人", "名称", "户名", "holder", "name"}),
    "quantity": frozenset({"数量", "吨数", "吨", "t", "quantity", "tonnes", "quantity_t"}),
}
_ASIDE = re.compile(r"[（(,，/].*$")
_HEAD = "account,quantity_t"


class Recipient(NamedTuple):
    """One line: the row it stood in, the account, and how much it is to receive."""

    row: int
    account: str
    quantity_mg: int


class ListFault(NamedTuple):
    """What is wrong with one cell: the row as a spreadsheet counts it, the heading, a stable code, a sentence."""

    row: int
    column: str
    code: str
    sentence: str


class FaultyListProblem(Problem):
    """A list that cannot be used. All that is wrong with it is there at once."""

    def __init__(self, faults: Sequence[ListFault]) -> None:
        text = _("名单里有 %(count)s 处要改，什么都没有记。") % {"count": len(faults)}
        super().__init__("faulty_list", text, field="file", remedy=_("照下面逐处改好，再传一次。"))
        self.faults = tuple(faults)


class _Line(NamedTuple):
    row: int
    cells: Mapping[str, str]


class _Known(NamedTuple):
    """Accounts by id, and the open ones by each name of their holders."""

    kinds: Mapping[str, str]
    closed: frozenset[str]
    named: Mapping[str, Sequence[str]]


def read_recipients(*, name: str, content: bytes, source: str) -> tuple[Recipient, ...]:
    """Read a list of who is to receive how much from `source`, in its order.

    Raises `faulty_list` with every fault of every row, and what `cells_of` raises.
    """
    columns, lines = _lines(cells_of(name, content))
    known = _known(lines)
    found: list[Recipient] = []
    faults: list[ListFault] = []
    rows: dict[str, int] = {}
    for line in lines:
        account, wrong = _receiver(line, columns, known, source)
        if account in rows:
            facts = {"account": account, "row": rows[account]}
            text = _("账户 %(account)s 在第 %(row)s 行已经有了，一户只写一行。") % facts
            wrong = ListFault(line.row, _said(columns, "account"), "repeated_recipient", text)
        quantity_mg, mistyped = _quantity(line, columns)
        faults += [fault for fault in (wrong, mistyped) if fault]
        if account and quantity_mg:
            rows.setdefault(account, line.row)
            found.append(Recipient(line.row, account, quantity_mg))
    if faults:
        raise FaultyListProblem(faults)
    return tuple(found)


def list_bytes(recipients: Iterable[tuple[str, int]]) -> bytes:
    """Return the table that is kept: account and tonnes to the milligram, whatever the file looked like."""
    lines = (f"{account},{mg // MG_PER_T}.{mg % MG_PER_T:09d}" for account, mg in recipients)
    return "".join(f"{line}\n" for line in (_HEAD, *lines)).encode()


def list_hash(recipients: Iterable[tuple[str, int]]) -> bytes:
    """Return what the ledger has of a list: the SHA-256 of its table."""
    return hashlib.sha256(list_bytes(recipients)).digest()


def _lines(table: Sequence[Sequence[str]]) -> tuple[Mapping[str, str], list[_Line]]:
    """Return the headings as they were written, and the rows under them that are not blank."""
    rows = [(number, row) for number, row in enumerate(table, 1) if any(cell.strip() for cell in row)]
    if not rows:
        raise FaultyListProblem([ListFault(1, "", "no_rows", _("文件里没有内容。"))])
    (first, heads), *rest = rows
    places = {key: place for place, cell in enumerate(heads) if (key := _heading(cell))}
    columns = {key: heads[place].strip() for key, place in places.items()}
    if "quantity" not in places or not places.keys() & {"account", "holder"}:
        text = _("第一行要有表头：“账户”或“单位”，还有“数量”。")
        raise FaultyListProblem([ListFault(first, "", "no_heading", text)])
    if not rest:
        raise FaultyListProblem([ListFault(first + 1, "", "no_rows", _("表头下面没有行。"))])
    if len(rest) > MAX_PARTS:
        text = _("名单有 %(count)s 户，一笔最多 %(most)s 户：一笔分发要么全记，要么全不记。分成几份，各办一笔。")
        facts = {"count": f"{len(rest):,}", "most": f"{MAX_PARTS:,}"}
        raise FaultyListProblem([ListFault(rest[MAX_PARTS][0], "", "too_many_recipients", text % facts)])
    lines = [
        _Line(number, {key: row[place].strip() if place < len(row) else "" for key, place in places.items()})
        for number, row in rest
    ]
    return columns, lines


def _heading(cell: str) -> str:
    plain = _ASIDE.sub("", cell.strip()).strip().lower()
    return next((key for key, words in HEADINGS.items() if plain in words), "")


def _known(lines: Sequence[_Line]) -> _Known:
    accounts = {line.cells.get("account", "") for line in lines} - {""}
    holders = {line.cells.get("holder", "") for line in lines} - {""}
    named_so = Q(holder__name_zh__in=holders) | Q(holder__name_en__in=holders) | Q(holder__code__in=holders)
    named: dict[str, list[str]] = {}
    rows = list(Account.objects.select_related("holder").filter(named_so).exclude(kind=AccountKind.BUFFER.value))
    closed = closed_among(accounts | {row.account for row in rows})
    for row in rows:
        for word in {row.holder.name_zh, row.holder.name_en, row.holder.code}:
            if row.account not in closed:
                named.setdefault(word, []).append(row.account)
    kinds = dict(Account.objects.filter(account__in=accounts).values_list("account", "kind"))
    return _Known(kinds, closed, named)


def _receiver(line: _Line, columns: Mapping[str, str], known: _Known, source: str) -> tuple[str, ListFault | None]:
    """Return the account that a line names, or what is wrong with it."""
    account, holder = line.cells.get("account", ""), line.cells.get("holder", "")
    if not account:
        account, code, text = _by_holder(holder, known)
        column = "holder" if "holder" in columns else "account"
    else:
        code, text = _wrong_account(account, holder, known)
        column = "account"
    if account and account == source:
        code, text = "same_account", _("这是付方自己的账户，从名单里去掉。")
    if not code:
        return account, None
    return "", ListFault(line.row, _said(columns, column), code, text)


def _by_holder(holder: str, known: _Known) -> tuple[str, str, str]:
    """Return the one open account of a holder, or a code and a sentence."""
    if not holder:
        return "", "receiver_missing", _("没有写是谁。")
    found = known.named.get(holder, ())
    if not found:
        return "", "unknown_holder", _("没有叫“%(holder)s”的单位有开着的账户。") % {"holder": holder[:40]}
    if len(found) > 1:
        facts = {"holder": holder[:40], "accounts": _("、").join(sorted(found))}
        return "", "several_accounts", _("“%(holder)s”有几个账户：%(accounts)s。写明账户。") % facts
    return found[0], "", ""


def _wrong_account(account: str, holder: str, known: _Known) -> tuple[str, str]:
    if account not in known.kinds:
        return "unknown_account", _("没有账户 %(account)s。") % {"account": account[:64]}
    if account in known.closed:
        return "account_closed", _("账户 %(account)s 已经销户。") % {"account": account}
    if known.kinds[account] == AccountKind.BUFFER:
        return "wrong_account_kind", _("账户 %(account)s 是缓冲池，不能收。") % {"account": account}
    if holder and account not in known.named.get(holder, ()):
        facts = {"account": account, "holder": holder[:40]}
        return "holder_differs", _("账户 %(account)s 不是“%(holder)s”的。") % facts
    return "", ""


def _quantity(line: _Line, columns: Mapping[str, str]) -> tuple[int, ListFault | None]:
    try:
        return read_mg(line.cells["quantity"]), None
    except Problem as problem:
        return 0, ListFault(line.row, _said(columns, "quantity"), problem.code, problem.message)


def _said(columns: Mapping[str, str], key: str) -> str:
    """Return a heading as the file has it."""
    return columns.get(key) or columns.get("holder", "")


def each_part(recipients: Iterable[Recipient]) -> Iterator[tuple[str, int]]:
    """Yield account and quantity of each line."""
    return ((one.account, one.quantity_mg) for one in recipients)
