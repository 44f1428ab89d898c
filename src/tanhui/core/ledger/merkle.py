"""The Merkle tree over the whole history, as RFC 6962 (section 2.1) defines it.

Two small proofs come out of it. An inclusion path shows that one leaf is in a tree; a consistency path
shows that an earlier tree is the beginning of a later one. Both are checked with the root alone.

Nobody needs to keep the whole tree in memory. A `Frontier` of at most one hash per level is enough to go on
appending; proofs are built from stored hashes of complete subtrees, through a callable
`subtree(level, position)`: the hash over the 2**level leaves from `position * 2**level` on.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Final, NamedTuple

from tanhui.core.ledger.shape import Malformed
from tanhui.core.ledger.suites import ED25519_SHA256, Suite
from tanhui.core.ledger.terms import HASH_LENGTH

Subtree = Callable[[int, int], bytes]
Path = tuple[bytes, ...]

EMPTY_ROOT: Final = ED25519_SHA256.empty_root
"""The root of the empty tree in the default suite."""


def leaf_hash(content: bytes, suite: Suite = ED25519_SHA256) -> bytes:
    """Hash a leaf. The prefix keeps a leaf from ever passing for a node."""
    return suite.new(b"\x00" + content).digest()


def leaf_hashes(contents: Iterable[bytes], suite: Suite) -> list[bytes]:
    """Hash many leaves."""
    new = suite.new
    return [new(b"\x00" + content).digest() for content in contents]


def node_hash(left: bytes, right: bytes, suite: Suite = ED25519_SHA256) -> bytes:
    return suite.new(b"\x01" + left + right).digest()


class Run(NamedTuple):
    """Hashes of complete subtrees side by side: each over 2**level leaves, the first of them the `first`-th group."""

    level: int
    first: int
    hashes: tuple[bytes, ...]

    def each(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield level, place and hash of each subtree."""
        for place, found in enumerate(self.hashes, start=self.first):
            yield self.level, place, found


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: one hash for each complete subtree, from the largest to the smallest.

    There is one hash for every 1 in the binary form of `size`.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()
    suite: Suite = ED25519_SHA256

    def __post_init__(self) -> None:
        if len(self.hashes) != self.size.bit_count() or any(len(entry) != HASH_LENGTH for entry in self.hashes):
            raise Malformed("a frontier has one hash of 32 bytes for every 1 in the binary form of its size")

    def grow(self, contents: Iterable[bytes]) -> tuple["Frontier", tuple[Run, ...]]:
        """Append leaves by their bytes."""
        return self.extend(leaf_hashes(contents, self.suite))

    def extend(self, leaf_hashes: Iterable[bytes]) -> tuple["Frontier", tuple[Run, ...]]:
        """Append leaves by their hashes. Returns the new frontier, and the subtrees that became complete, by level."""
        new, left_over = self.suite.new, list(self.hashes)
        runs: list[Run] = []
        edge: list[bytes] = []
        row, first = list(leaf_hashes), self.size
        size = first + len(row)
        while row:
            runs.append(Run(len(runs), first, tuple(row)))
            if first & 1:
                row.insert(0, left_over.pop())  # its left brother was there before
            if len(row) & 1:
                edge.append(row.pop())
            pairs = iter(row)
            row = [new(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
            first >>= 1
        return Frontier(size, (*left_over, *reversed(edge)), self.suite), tuple(runs)

    def root(self) -> bytes:
        if not self.hashes:
            return self.suite.empty_root
        return reduce(lambda right, left: node_hash(left, right, self.suite), reversed(self.hashes))


def tree_root(leaf_hashes: Iterable[bytes], suite: Suite = ED25519_SHA256) -> bytes:
    """Return the root over leaf hashes in order."""
    return Frontier(suite=suite).extend(leaf_hashes)[0].root()


def range_root(first: int, end: int, subtree: Subtree, suite: Suite = ED25519_SHA256) -> bytes:
    """Return the root over leaves `first` to `end - 1`, where `first` is a place at which RFC 6962 splits."""
    count = end - first
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return subtree(level, first >> level)
    split = first + _split(count)
    left, right = (range_root(*half, subtree, suite) for half in ((first, split), (split, end)))
    return node_hash(left, right, suite)


def inclusion_path(index: int, size: int, subtree: Subtree, suite: Suite = ED25519_SHA256) -> Path:
    """Return the hashes that lead from leaf `index` to the root of the tree of this size."""
    if not 0 <= index < size:
        raise IndexError(f"leaf {index} is not in a tree of {size}")
    path: list[bytes] = []
    first, end = 0, size
    while end - first > 1:
        split = first + _split(end - first)
        if index < split:
            path.append(range_root(split, end, subtree, suite))
            end = split
        else:
            path.append(range_root(first, split, subtree, suite))
            first = split
    return tuple(reversed(path))


def consistency_path(old_size: int, new_size: int, subtree: Subtree, suite: Suite = ED25519_SHA256) -> Path:
    """Return the hashes that show that the old tree is the beginning of the new one."""
    if not 0 <= old_size <= new_size:
        raise IndexError(f"a tree of {old_size} does not come before a tree of {new_size}")
    if old_size in {0, new_size}:
        return ()
    path: list[bytes] = []
    first, end = 0, new_size
    while end != old_size:
        split = first + _split(end - first)
        if old_size <= split:
            path.append(range_root(split, end, subtree, suite))
            end = split
        else:
            path.append(range_root(first, split, subtree, suite))
            first = split
    if first:
        path.append(range_root(first, end, subtree, suite))
    return tuple(reversed(path))


def includes(root: bytes, size: int, index: int, entry: bytes, path: Path, *, suite: Suite = ED25519_SHA256) -> bool:
    """Check an inclusion path: is the leaf with hash `entry` at this index in the tree with this root?"""
    if not 0 <= index < size:
        return False
    found = entry
    last = size - 1
    for step in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            found = node_hash(step, found, suite)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            found = node_hash(found, step, suite)
        index, last = index >> 1, last >> 1
    return last == 0 and found == root


def continues(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: Path, *, suite: Suite = ED25519_SHA256
) -> bool:
    """Check a consistency path: is the tree with the old root the beginning of the one with the new root?"""
    if old_size == new_size:
        return old_root == new_root and not path
    if old_size == 0:
        return old_root == suite.empty_root and not path
    if old_size > new_size or not path:
        return False
    return _roots_of(old_size, new_size, old_root, path, suite) == (old_root, new_root)


def _roots_of(old_size: int, new_size: int, old_root: bytes, path: Path, suite: Suite) -> tuple[bytes, bytes] | None:
    """Rebuild both roots from a consistency path (RFC 9162, section 2.1.4.2)."""
    whole = old_size & (old_size - 1) == 0
    steps = (old_root, *path) if whole else path
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if position & 1 or position == last:
            old, new = node_hash(step, old, suite), node_hash(step, new, suite)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, step, suite)
        position, last = position >> 1, last >> 1
    return (old, new) if last == 0 else None


def _split(count: int) -> int:
    """Return the largest power of two below `count`: where RFC 6962 divides a tree."""
    return 1 << ((count - 1).bit_length() - 1)
