"""Tiles keep every eighth level of the tree; every other hash follows from them. Bundles keep the leaves."""

from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from test_ledger_merkle import hashes, stored_in

from tanhui.core.ledger import Frontier, Malformed, Run
from tanhui.core.ledger.merkle import node_hash
from tanhui.core.ledger.tiles import WIDTH, bundle, split_by_bundle, split_by_tile, subtree_in, unbundle

SIZES = st.lists(st.integers(1, 700), min_size=1, max_size=6)


class Tiles:
    """What a database keeps of blocks of these sizes, and how often it was asked for a tile."""

    def __init__(self, sizes: Sequence[int]) -> None:
        frontier, self.runs = Frontier(), list[Run]()
        leaves = hashes(sum(sizes))
        for size in sizes:
            first = frontier.size
            frontier, runs = frontier.extend(leaves[first : first + size])
            self.runs += runs
        self.parts = [part for run in self.runs for part in split_by_tile(run)]
        self.asked: list[tuple[int, int]] = []

    def of(self, level: int, place: int) -> list[bytes]:
        self.asked.append((level, place))
        row = {part.first: part.hashes for part in self.parts if part.level == level}
        return [one for first in sorted(row) if first // WIDTH == place for one in row[first]]


@given(SIZES)
@example([1] * 6)
@example([255, 1, 1])
@example([256, 256])
@example([700] * 6)
def test_every_subtree_is_found_in_the_tiles(sizes: list[int]):
    tiles = Tiles(sizes)
    for (level, place), found in stored_in(tiles.runs).items():
        assert subtree_in(tiles.of)(level, place) == found


@given(SIZES)
def test_parts_lie_in_one_tile_each_and_lose_nothing(sizes: list[int]):
    tiles = Tiles(sizes)
    for part in tiles.parts:
        assert 1 <= len(part.hashes) <= WIDTH - part.first % WIDTH
    kept = [one for run in tiles.runs if run.level % 8 == 0 for one in run.each()]
    assert sorted(one for part in tiles.parts for one in part.each()) == sorted(kept)


def test_a_subtree_between_two_levels_of_tiles():
    """The third pair of leaves, 4 and 5: not kept, and the same by hand."""
    leaves = hashes(6)
    assert subtree_in(Tiles([6]).of)(1, 2) == node_hash(leaves[4], leaves[5])


def test_each_tile_is_asked_for_once():
    tiles = Tiles([700])
    subtree = subtree_in(tiles.of)
    for place in range(256):
        subtree(0, place)
    subtree(7, 1)
    assert tiles.asked == [(0, 0)]


@pytest.mark.parametrize(("level", "place"), [(0, 6), (1, 3), (3, 0), (8, 0)])
def test_what_the_tree_has_not_is_not_made_up(level: int, place: int):
    with pytest.raises(IndexError, match=f"no full subtree {place} on level {level}"):
        subtree_in(Tiles([6]).of)(level, place)


@given(st.integers(0, 1_000), st.lists(st.binary(max_size=40), max_size=700))
@example(0, [])
@example(255, [b"", b"\x00\x00"])
@example(256, [b"one"] * 256)
def test_leaves_are_cut_where_bundles_end_and_lose_nothing(first: int, contents: list[bytes]):
    parts = list(split_by_bundle(first, contents))
    found = [(place, content) for begin, part in parts for place, content in enumerate(unbundle(part), start=begin)]
    assert found == list(enumerate(contents, start=first))
    assert [begin for begin, _ in parts[1:]] == [place for place, _ in found[1:] if place % WIDTH == 0]


def test_leaves_stand_each_behind_its_length():
    assert list(split_by_bundle(255, [b"a", b"bc"])) == [(255, b"\x00\x01a"), (256, b"\x00\x02bc")]


def test_a_leaf_longer_than_its_length_can_say_is_refused():
    assert bundle([bytes(65_535)])[:2] == b"\xff\xff"
    with pytest.raises(Malformed, match="at most 65535 bytes"):
        bundle([b"", bytes(65_536)])
