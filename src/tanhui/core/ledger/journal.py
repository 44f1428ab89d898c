"""The journal: what is written down of every block, leaf by leaf, in the order of the Merkle tree.

A leaf is a CBOR array in deterministic encoding. There are three sorts:

    [0, height, time_ms, previous_root, version]            a block begins
    [1, height, command, outcome]                            a command was decided: "done", or a refusal's code
    [2, height, command_id, lot, from_account, from_book,    milligrams moved, because of that command
        to_account, to_book, quantity_mg, serial_first, serial_last]

The journal is the truth. Balances, books and pages are read from it and can be thrown away.
"""

from collections.abc import Callable
from enum import IntEnum
from typing import Any, Final, NamedTuple

import cbor2

from tanhui.core.ledger.commands import Command, decode, encode, read_row
from tanhui.core.ledger.decision import Holding, Movement, Serials, Spread
from tanhui.core.ledger.shape import LONGEST_ID, Malformed, require_bytes, require_ids, require_whole
from tanhui.core.ledger.terms import COMMAND_ID_LENGTH, HASH_LENGTH, Book

JOURNAL_VERSION: Final = 1
DONE: Final = "done"
"""The outcome of an act that was carried out. Every other outcome is the code of a refusal."""


class LeafKind(IntEnum):
    HEADER = 0
    ACT = 1
    ENTRY = 2


_ENTRY: Final = int(LeafKind.ENTRY)
ENTRY_BEGINS: Final = bytes([0x80 + 11])
"""How a CBOR array of the eleven parts of an entry begins."""

_BEGUN: Final = {bytes([0x80 + width, kind]): kind for width, kind in zip((5, 4, 11), LeafKind, strict=True)}
_LONGER: Final = 24
_WIDTHS: Final = {24: 1, 25: 2, 26: 4, 27: 8}
"""How CBOR spells a whole number: below 24 as itself, a longer one in so many bytes behind its head."""

_SPELLED: Final = {book: book.value for book in Book}


class Header(NamedTuple):
    """A block begins. The root of everything before it is part of it."""

    height: int
    time_ms: int
    previous_root: bytes
    version: int = JOURNAL_VERSION

    def row(self) -> list[object]:
        return [int(LeafKind.HEADER), *self]


class Deed(NamedTuple):
    """A command was decided, with this outcome."""

    height: int
    command: Command
    outcome: str

    def row(self) -> list[object]:
        return deed_row(self.height, encode(self.command), self.outcome)


def deed_row(height: int, spelling: bytes, outcome: str) -> list[object]:
    """Return the row of a deed whose command is spelled already: spelling is the dearest part of it."""
    return [int(LeafKind.ACT), height, spelling, outcome]


class Entry(NamedTuple):
    """Milligrams of one lot moved between two holdings, because of a command."""

    height: int
    command_id: bytes
    movement: Movement

    def row(self) -> list[object]:
        source, target, quantity_mg, serials = self.movement
        first, last = serials or (None, None)
        giver, lot, from_book = source
        taker, _, to_book = target
        places = (lot, giver, _SPELLED[from_book], taker, _SPELLED[to_book])
        return [_ENTRY, self.height, self.command_id, *places, quantity_mg, first, last]


Record = Header | Deed | Entry


class Leaf(NamedTuple):
    """One leaf at its place in the tree: what it says, and its bytes."""

    position: int
    record: Record
    content: bytes

    @property
    def kind(self) -> LeafKind:
        return kind_of(self.record)


def kind_of(record: Record) -> LeafKind:
    return _KINDS[type(record)]


def encode_leaf(record: Record) -> bytes:
    return encode_row(record.row())


def encode_row(row: object) -> bytes:
    return cbor2.dumps(row, canonical=True)


def encode_entries(height: int, command_id: bytes, spread: Spread) -> list[bytes]:
    """Return the leaves of all movements of a spread, each as `encode_leaf` gives it.

    They differ in account and quantity alone, so the rest is spelled once.
    """
    source, book, accounts, quantities_mg = spread
    giver, lot, from_book = source
    head = encode_row([_ENTRY, height, command_id, lot, giver, _SPELLED[from_book]])
    begun = [ENTRY_BEGINS + head[1:] + encode_row("x" * length)[:-length] for length in range(1, LONGEST_ID + 1)]
    middle, end = encode_row(_SPELLED[book]), encode_row(None) * 2
    ended = {quantity_mg: middle + encode_row(quantity_mg) + end for quantity_mg in set(quantities_mg)}
    return [
        begun[len(account) - 1] + account.encode() + ended[quantity_mg]
        for account, quantity_mg in zip(accounts, quantities_mg, strict=True)
    ]


def kind_in(content: bytes) -> LeafKind | None:
    """Return the one sort of leaf that these bytes can be, by how they begin; None if they are no leaf."""
    return _BEGUN.get(content[:2])


def height_in(content: bytes) -> int:
    """Return the height that stands behind the sort of a leaf; 0 where none does."""
    head = content[2:3] or b"\xff"
    if head[0] < _LONGER:
        return head[0]
    width = _WIDTHS.get(head[0], 0)
    return int.from_bytes(content[3 : 3 + width])


def decode_leaf(content: bytes) -> Record:
    """Read a leaf back. Raises Malformed for everything that `encode_leaf` would not have written."""
    sort, *row = read_row(content) or [None]
    reader = _READERS.get(sort) if type(sort) is int else None
    if reader is None:
        raise Malformed("not a leaf of this journal")
    width, read = reader
    if len(row) != width:
        raise Malformed(f"a leaf of this sort has {width} parts")
    record = read(row)
    if encode_leaf(record) != content:
        raise Malformed("not the deterministic spelling of this leaf")
    return record


def _header(row: list[Any]) -> Header:
    height, time_ms, previous_root, version = row
    require_whole(height=height, time_ms=time_ms, version=version)
    require_bytes("previous_root", previous_root, HASH_LENGTH)
    if version != JOURNAL_VERSION:
        raise Malformed("not a journal of this version")
    return Header(height, time_ms, previous_root)


def _deed(row: list[Any]) -> Deed:
    height, spelling, outcome = row
    require_whole(height=height)
    require_ids(outcome=outcome)
    if not isinstance(spelling, bytes):
        raise Malformed("a command is a string of bytes")
    return Deed(height, decode(spelling), outcome)


def _entry(row: list[Any]) -> Entry:
    height, command_id, lot, source, from_book, target, to_book, quantity_mg, first, last = row
    require_whole(height=height, quantity_mg=quantity_mg)
    require_bytes("command_id", command_id, COMMAND_ID_LENGTH)
    require_ids(lot=lot, source=source, target=target)
    movement = Movement(
        Holding(source, lot, _book(from_book)),
        Holding(target, lot, _book(to_book)),
        quantity_mg,
        _serials(first, last),
    )
    return Entry(height, command_id, movement)


def _book(name: object) -> Book:
    try:
        return Book(str(name))
    except ValueError as error:
        raise Malformed("not a book of this ledger") from error


def _serials(first: int | None, last: int | None) -> Serials | None:
    if first is None or last is None:
        return None
    require_whole(serial_first=first, serial_last=last)
    return Serials(first, last)


_KINDS: Final = {Header: LeafKind.HEADER, Deed: LeafKind.ACT, Entry: LeafKind.ENTRY}
_READERS: Final[dict[int, tuple[int, Callable[[list[Any]], Record]]]] = {
    LeafKind.HEADER: (4, _header),
    LeafKind.ACT: (3, _deed),
    LeafKind.ENTRY: (10, _entry),
}
