"""The tree over all holdings at the end of a day: what a balance is proven by, and what a lot has in a book in all.

All that stands in one book of one lot is a pile. Within a pile holdings are sorted by account, and a binary tree of the
shape of RFC 6962 stands over them, in which every node carries the sum below it. So a path from one holding to the top
proves the quantity, that it is counted in the total, and, by the places of two neighbours, that nobody stands between
them. The piles, sorted by lot and book, are the leaves of a plain RFC 6962 tree; its root is the root of the day.

    value of a holding  H(02, quantity, account) and the quantity
    value of a node     H(03, value of the left one, value of the right one) and the sum of both
    leaf of a pile      "tanhui-pile/1", lot, book, how many holdings, total in mg, hash at the top: each on its line

H is the hash of the ledger's suite, as a rule SHA-256. A quantity is a whole number in 8 bytes, big-endian with a sign;
a value is 32 + 8 bytes. The prefixes keep the trees of the journal, of holdings and of piles apart.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tanhui.core.ledger.merkle import Frontier, Path, inclusion_path, leaf_hashes, tree_root
from tanhui.core.ledger.suites import ED25519_SHA256, Suite
from tanhui.core.ledger.terms import HASH_LENGTH, MAX_WHOLE

QUANTITY_LENGTH: Final = 8
VALUE_LENGTH: Final = HASH_LENGTH + QUANTITY_LENGTH
CHUNK_LEVELS: Final = 10
CHUNK: Final = 2**CHUNK_LEVELS
"""So many holdings side by side are one chunk. Who keeps the values of chunks proves one holding out of one chunk."""

Values = Sequence[bytes]


class Pile(NamedTuple):
    """All that stands in one book of one lot. `root` is the hash at its top, without the sum."""

    lot: str
    book: str
    holdings: int
    total_mg: int
    root: bytes

    def content(self) -> bytes:
        """Return the leaf of the upper tree."""
        lines = ("tanhui-pile/1", self.lot, self.book, self.holdings, self.total_mg, self.root.hex())
        return "".join(f"{line}\n" for line in lines).encode()


def holding_value(account: str, quantity_mg: int, suite: Suite = ED25519_SHA256) -> bytes:
    """Return the value at the foot of a pile."""
    quantity = quantity_mg.to_bytes(QUANTITY_LENGTH, signed=True)
    return suite.new(b"\x02" + quantity + account.encode()).digest() + quantity


def joined(left: bytes, right: bytes, suite: Suite = ED25519_SHA256) -> bytes:
    """Return the value over two values. Raises OverflowError for a sum beyond 64 bits."""
    return suite.new(b"\x03" + left + right).digest() + (sum_in(left) + sum_in(right)).to_bytes(8, signed=True)


def sum_in(value: bytes) -> int:
    return int.from_bytes(value[HASH_LENGTH:], signed=True)


def climbed(values: Values, levels: int, suite: Suite = ED25519_SHA256) -> list[bytes]:
    """Return the values so many levels above these. One without a brother goes up as it is."""
    row = list(values)
    for _level in range(levels):
        if len(row) == 1:
            break
        row = _above(row, suite)
    return row


def pile_of(lot: str, book: str, count: int, chunks: Values, suite: Suite = ED25519_SHA256) -> Pile:
    """Return the pile over the values of its chunks."""
    (top,) = climbed(chunks, len(chunks).bit_length(), suite)
    return Pile(lot, book, count, sum_in(top), top[:HASH_LENGTH])


def chunk_values(held: Iterable[tuple[str, int]], suite: Suite = ED25519_SHA256) -> list[bytes]:
    """Return the value of each chunk of holdings (account, quantity) in the order of their accounts."""
    chunks: list[bytes] = []
    row: list[bytes] = []
    for account, quantity_mg in held:
        row.append(holding_value(account, quantity_mg, suite))
        if len(row) == CHUNK:
            chunks += climbed(row, CHUNK_LEVELS, suite)
            row.clear()
    return chunks + (climbed(row, CHUNK_LEVELS, suite) if row else [])


def value_path(values: Values, index: int, suite: Suite = ED25519_SHA256) -> Path:
    """Return the values beside the way from one value to the top over all of them."""
    row, place = list(values), index
    path: list[bytes] = []
    while len(row) > 1:
        brother = place ^ 1
        if brother < len(row):
            path.append(row[brother])
        row, place = _above(row, suite), place >> 1
    return tuple(path)


def top_of(value: bytes, index: int, count: int, path: Path, suite: Suite = ED25519_SHA256) -> bytes | None:
    """Climb from a value to the top of a pile of so many; None where the path does not fit or a part is negative."""
    place, last = index, count - 1
    if not 0 <= place <= last:
        return None
    for step in path:
        if last == 0 or len(step) != VALUE_LENGTH or min(sum_in(step), sum_in(value)) < 0:
            return None
        while place == last and not place & 1:  # no brother on this level
            place, last = place >> 1, last >> 1
        if sum_in(step) + sum_in(value) > MAX_WHOLE:
            return None
        value = joined(*((step, value) if place & 1 else (value, step)), suite)
        place, last = place >> 1, last >> 1
    return None if last else value


def piles_root(piles: Iterable[Pile], suite: Suite = ED25519_SHA256) -> bytes:
    """Return the root over piles, which are sorted by lot and book."""
    return tree_root(leaf_hashes((pile.content() for pile in piles), suite), suite)


def pile_path(piles: Sequence[Pile], index: int, suite: Suite = ED25519_SHA256) -> Path:
    """Return the path from one pile to the root over all of them."""
    _, runs = Frontier(suite=suite).grow(pile.content() for pile in piles)
    known = {(level, place): found for run in runs for level, place, found in run.each()}
    return inclusion_path(index, len(piles), lambda level, place: known[level, place], suite)


def _above(row: Values, suite: Suite) -> list[bytes]:
    pairs = iter(row)
    left_over = list(row[-1:]) if len(row) & 1 else []
    return [joined(left, right, suite) for left, right in zip(pairs, pairs, strict=False)] + left_over
