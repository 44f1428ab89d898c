"""Tiles and bundles: how any tlog client reads the log (c2sp.org/tlog-tiles).

A tile is up to 256 hashes side by side on one level of the tree; a bundle is the 256 leaves below a tile of level 0.
A full one never changes, so it can be kept for ever. A partial one stands at the right edge and says its width.

    tile/0/x001/x234/067         the 256 leaf hashes from leaf 1234067 * 256 on
    tile/1/000.p/8               the first 8 hashes, each over 256 leaves
    tile/entries/x001/x234/067   the leaves themselves, each behind its length in two bytes
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import chain, repeat
from typing import Final, NamedTuple

from tanhui.core.ledger.merkle import Run, Subtree, node_hash
from tanhui.core.ledger.shape import Malformed
from tanhui.core.ledger.suites import ED25519_SHA256, Suite
from tanhui.core.ledger.terms import HASH_LENGTH, MAX_LEAF_LENGTH

HEIGHT: Final = 8
WIDTH: Final = 2**HEIGHT
ENTRIES: Final = -1
"""The level of a bundle: below the leaf hashes stand the leaves."""

_LENGTH: Final = 2
_MOST_LEVEL: Final = 5
_PATH: Final = re.compile(r"(entries|[0-5])/((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
_MOST_PLACES: Final = 7
"""Groups of three digits: more leaves than 64 bits can count have no path."""


class Tile(NamedTuple):
    """A tile by level and place, with its width: 256 when it is full."""

    level: int
    place: int
    width: int = WIDTH

    @property
    def full(self) -> bool:
        return self.width == WIDTH

    @property
    def node_level(self) -> int:
        """The level in the tree of the hashes in it."""
        return max(self.level, 0) * HEIGHT

    @property
    def first(self) -> int:
        """The place of its first hash, or leaf, on that level."""
        return self.place * WIDTH

    @property
    def path(self) -> str:
        """The path below `tile/`."""
        groups = [f"{self.place % 1000:03d}"]
        rest = self.place // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        name = "entries" if self.level == ENTRIES else str(self.level)
        return f"{name}/{'/'.join(groups)}" + ("" if self.full else f".p/{self.width}")


def parse_path(path: str) -> Tile:
    """Read the path below `tile/`. There is one path for a tile; every other spelling is Malformed."""
    found = _PATH.fullmatch(path)
    if not found or len(found[2]) // 5 >= _MOST_PLACES:
        raise Malformed("not the path of a tile")
    level = ENTRIES if found[1] == "entries" else int(found[1])
    place = int(re.sub(r"[x/]", "", found[2] + found[3]))
    tile = Tile(level, place, int(found[4]) if found[4] else WIDTH)
    if tile.width > WIDTH or tile.path != path:
        raise Malformed("not the one path of this tile")
    return tile


def bundle(contents: Sequence[bytes]) -> bytes:
    """Put leaves behind each other, each behind its length."""
    if max(map(len, contents), default=0) > MAX_LEAF_LENGTH:
        raise Malformed(f"a leaf has at most {MAX_LEAF_LENGTH} bytes")
    lengths = map(int.to_bytes, map(len, contents), repeat(_LENGTH))
    return b"".join(chain.from_iterable(zip(lengths, contents, strict=True)))


def unbundle(content: bytes) -> list[bytes]:
    """Take a bundle apart. Raises Malformed when a length does not fit."""
    leaves: list[bytes] = []
    at = 0
    while at < len(content):
        length = int.from_bytes(content[at : at + _LENGTH])
        end = at + _LENGTH + length
        if end > len(content):
            raise Malformed("a bundle ends in the middle of a leaf")
        leaves.append(content[at + _LENGTH : end])
        at = end
    return leaves


def split_by_bundle(first: int, contents: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    """Cut leaves from a place on where bundles end; give the place of each part and its leaves, bundled."""
    at = 0
    while at < len(contents):
        end = at + WIDTH - (first + at) % WIDTH
        yield first + at, bundle(contents[at:end])
        at = end


def hashes_of(content: bytes) -> list[bytes]:
    """Take a tile apart into its hashes."""
    if len(content) % HASH_LENGTH:
        raise Malformed("a tile is hashes of 32 bytes")
    return [content[at : at + HASH_LENGTH] for at in range(0, len(content), HASH_LENGTH)]


def split_by_tile(run: Run) -> Iterator[Run]:
    """Cut a run where tiles end, so that each part lies in one tile. Runs of levels that no tile has give nothing."""
    if run.level % HEIGHT:
        return
    at = 0
    while at < len(run.hashes):
        first = run.first + at
        end = at + WIDTH - first % WIDTH
        yield Run(run.level, first, run.hashes[at:end])
        at = end


def subtree_in(tile_hashes: Callable[[int, int], Sequence[bytes]], suite: Suite = ED25519_SHA256) -> Subtree:
    """Return a look-up of any full subtree, out of the hashes that tiles have.

    `tile_hashes(level, place)` gives the hashes of a tile, as many as there are, by its place and its level in the tree
    (0, 8, 16, …). Each tile is asked for once, and each subtree computed once: a look-up is made for one proof. What is
    not there raises IndexError.
    """
    asked: dict[tuple[int, int], Sequence[bytes]] = {}

    @cache
    def subtree(level: int, index: int) -> bytes:
        above = level % HEIGHT
        place, at = divmod(index << above, WIDTH)
        key = (level - above, place)
        if key not in asked:
            asked[key] = tile_hashes(*key)
        row = list(asked[key][at : at + (1 << above)])
        if len(row) != 1 << above:
            raise IndexError(f"the tree has no full subtree {index} on level {level}")
        while len(row) > 1:
            row = list(map(node_hash, row[::2], row[1::2], repeat(suite)))
        return row[0]

    return subtree


def bundles_between(first: int, end: int) -> Iterator[Tile]:
    """Yield the bundles that hold the leaves from `first` to `end - 1` in a tree of `end` leaves."""
    for place in range(first // WIDTH, -(-end // WIDTH)):
        yield Tile(ENTRIES, place, min(WIDTH, end - place * WIDTH))
