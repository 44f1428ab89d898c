"""Entries and new holdings as rows: what projections have by the million, packed for the binary form of COPY."""

from collections.abc import Iterator, Sequence
from itertools import chain, count, repeat
from struct import Struct
from typing import Final

from tanhui.core.ledger import Block, Book, Movement
from tanhui.core.ledger.decision import Spread
from tanhui.registry.writer.copying import copy_binary

_COLUMNS: Final = (
    *("index", "height", "command_hex", "lot", "from_account", "from_book", "to_account", "to_book"),
    *("quantity_mg", "serial_first", "serial_last", "followers"),
)
_BEGUN: Final = Struct(">hiqiq").pack
"""How many columns, and the first two of them, each behind its length."""

_LENGTH: Final = Struct(">i").pack
_WHOLE: Final = Struct(">iq").pack
_SHORT: Final = Struct(">ii").pack
_FOUR: Final = b"\0\4"
_NOTHING: Final = _LENGTH(-1)
_TEXT: Final = {length: _LENGTH(length) for length in range(65)}
_BOOKS: Final = {book: _TEXT[len(book.value)] + book.value.encode() for book in Book}


def write_entries(blocks: Sequence[Block]) -> None:
    """Append the entries of blocks."""
    copy_binary("registry_entry", _COLUMNS, (row for block in blocks for row in _rows(block)))


def write_holdings(lot: str, book: Book, rows: Sequence[tuple[str, int]]) -> None:
    """Append holdings of one lot in one book that had no row: accounts, each with its milligrams."""
    middle = _text(lot) + _BOOKS[book]
    ends = ((_TEXT[len(account)] + account.encode(), _WHOLE(8, quantity_mg)) for account, quantity_mg in rows)
    packed = (_FOUR + account + middle + quantity for account, quantity in ends)
    copy_binary("registry_holding", ("account", "lot", "book", "quantity_mg"), packed)


def _rows(block: Block) -> Iterator[bytes]:
    for command, outcome, movements in block.bookings:
        assert outcome.leaf is not None
        first, name = outcome.leaf + 1, _text(command.id.hex())
        if isinstance(movements, Spread):
            yield from _spread_rows(first, block.height, name, movements)
        else:
            for place, movement in enumerate(movements, start=first):
                yield _row(place, block.height, name, movement)


def _row(place: int, height: int, name: bytes, movement: Movement) -> bytes:
    (giver, lot, from_book), (taker, _, to_book), quantity_mg, serials = movement
    ends = b"".join(_WHOLE(8, serial) for serial in serials) if serials else _NOTHING * 2
    source, target = _text(giver) + _BOOKS[from_book], _text(taker) + _BOOKS[to_book]
    moved = _text(lot) + source + target + _WHOLE(8, quantity_mg) + ends
    return _BEGUN(12, 8, place, 8, height) + name + moved + _SHORT(4, 0)


def _spread_rows(first: int, height: int, name: bytes, spread: Spread) -> Iterator[bytes]:
    """What `_row` gives for each movement; what they share is packed once."""
    giver, lot, from_book = spread.source
    shared = name + _text(lot) + _text(giver) + _BOOKS[from_book]
    begun, text, to_book, end = _BEGUN, _TEXT, _BOOKS[spread.book], _NOTHING * 2
    ended = {mg: to_book + _WHOLE(8, mg) + end for mg in set(spread.quantities_mg)}
    followers = chain([_SHORT(4, len(spread.accounts) - 1)], repeat(_NOTHING))
    for place, account, mg, last in zip(count(first), spread.accounts, spread.quantities_mg, followers, strict=False):
        yield begun(12, 8, place, 8, height) + shared + text[len(account)] + account.encode() + ended[mg] + last


def _text(words: str) -> bytes:
    return _TEXT[len(words)] + words.encode()
