"""The tree against the known vectors of Certificate Transparency, and against RFC 6962 written out in full."""

import hashlib
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.core.ledger import Frontier, Malformed, Run
from tanhui.core.ledger.merkle import (
    EMPTY_ROOT,
    Path,
    Subtree,
    consistency_path,
    continues,
    includes,
    inclusion_path,
    leaf_hash,
    node_hash,
    tree_root,
)

# The eight leaves of the reference implementation's tests, and the root of each prefix.
KNOWN_LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
KNOWN_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
KNOWN_INCLUSION = {
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
}
KNOWN_CONSISTENCY = {
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
    (6, 7): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
}


def hashes(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def stored(leaf_hashes: list[bytes]) -> Subtree:
    """What a database keeps: the hash of every complete subtree, looked up by level and position."""
    _, runs = Frontier().extend(leaf_hashes)
    kept = stored_in(runs)
    return lambda level, position: kept[level, position]


def stored_in(runs: Iterable[Run]) -> dict[tuple[int, int], bytes]:
    return {(level, place): found for run in runs for level, place, found in run.each()}


def plain_root(entries: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return entries[0]
    split = 1
    while split * 2 < len(entries):
        split *= 2
    return node_hash(plain_root(entries[:split]), plain_root(entries[split:]))


def unhexed(path: tuple[str, ...]) -> Path:
    return tuple(bytes.fromhex(step) for step in path)


@pytest.mark.parametrize("size", range(9))
def test_known_roots(size: int):
    assert tree_root(leaf_hash(leaf) for leaf in KNOWN_LEAVES[:size]).hex() == KNOWN_ROOTS[size]


def test_the_empty_tree_has_the_hash_of_nothing():
    assert Frontier().root() == EMPTY_ROOT == bytes.fromhex(KNOWN_ROOTS[0])


@pytest.mark.parametrize(("place", "path"), KNOWN_INCLUSION.items())
def test_known_inclusion_paths(place: tuple[int, int], path: tuple[str, ...]):
    known = [leaf_hash(leaf) for leaf in KNOWN_LEAVES]
    index, size = place
    assert inclusion_path(index, size, stored(known)) == unhexed(path)
    assert includes(bytes.fromhex(KNOWN_ROOTS[size]), size, index, known[index], unhexed(path))


@pytest.mark.parametrize(("sizes", "path"), KNOWN_CONSISTENCY.items())
def test_known_consistency_paths(sizes: tuple[int, int], path: tuple[str, ...]):
    old, new = sizes
    assert consistency_path(old, new, stored([leaf_hash(leaf) for leaf in KNOWN_LEAVES])) == unhexed(path)
    roots = bytes.fromhex(KNOWN_ROOTS[old]), bytes.fromhex(KNOWN_ROOTS[new])
    assert continues(old, roots[0], new, roots[1], unhexed(path))


@given(st.integers(0, 200))
def test_a_frontier_has_the_root_of_the_plain_definition(count: int):
    assert tree_root(hashes(count)) == plain_root(hashes(count))


@given(st.integers(0, 150), st.integers(0, 150))
def test_a_frontier_goes_on_from_where_it_stands(first: int, more: int):
    entries = hashes(first + more)
    begun, early = Frontier().extend(entries[:first])
    again = Frontier(begun.size, tuple(begun.hashes))
    assert again == begun
    whole, late = again.extend(entries[first:])
    assert whole == Frontier().extend(entries)[0]
    assert stored_in(early) | stored_in(late) == stored_in(Frontier().extend(entries)[1])
    assert sum(len(run.hashes) for run in (*early, *late)) == len(stored_in((*early, *late))), "none twice"
    assert len(whole.hashes) == (first + more).bit_count()


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_of_small_trees_is_proven_and_no_other(size: int):
    entries = hashes(size)
    root, subtree = tree_root(entries), stored(entries)
    for index in range(size):
        path = inclusion_path(index, size, subtree)
        assert includes(root, size, index, entries[index], path)
        assert not includes(root, size, (index + 1) % size, entries[index], path) or size == 1
        assert not includes(root, size, index, leaf_hash(b"other"), path)


@pytest.mark.parametrize("new", range(1, 34))
def test_every_beginning_of_small_trees_is_proven_and_no_other(new: int):
    entries = hashes(new)
    subtree = stored(entries)
    for old in range(new + 1):
        path = consistency_path(old, new, subtree)
        roots = tree_root(entries[:old]), tree_root(entries)
        assert continues(old, roots[0], new, roots[1], path)
        if old:
            assert not continues(old, leaf_hash(b"other"), new, roots[1], path)
        if 0 < old < new:
            assert not continues(old, roots[0], new, leaf_hash(b"other"), path)
            assert not continues(old, roots[0], new, roots[1], path[:-1])
            assert not continues(old, roots[0], new, roots[1], (*path, path[-1]))


@given(st.integers(1, 300), st.data())
def test_a_path_with_any_step_changed_added_or_left_out_proves_nothing(size: int, data: st.DataObject):
    index = data.draw(st.integers(0, size - 1))
    entries = hashes(size)
    root, path = tree_root(entries), inclusion_path(index, size, stored(entries))
    assert includes(root, size, index, entries[index], path)
    assert not includes(root, size, index, entries[index], (*path, root))
    if path:
        place = data.draw(st.integers(0, len(path) - 1))
        assert not includes(root, size, index, entries[index], path[:place] + path[place + 1 :])
        assert not includes(root, size, index, entries[index], (*path[:place], bytes(32), *path[place + 1 :]))


def test_paths_need_few_hashes():
    subtree = stored(hashes(1000))
    assert max(len(inclusion_path(index, 1000, subtree)) for index in range(1000)) == 10


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_a_leaf_outside_the_tree_has_no_path(index: int, size: int):
    with pytest.raises(IndexError):
        inclusion_path(index, size, stored(hashes(4)))
    assert not includes(EMPTY_ROOT, size, index, EMPTY_ROOT, ())


@pytest.mark.parametrize(("old", "new"), [(-1, 4), (5, 4)])
def test_a_longer_tree_is_no_beginning(old: int, new: int):
    with pytest.raises(IndexError):
        consistency_path(old, new, stored(hashes(4)))
    assert not continues(5, tree_root(hashes(5)), 4, tree_root(hashes(4)), (EMPTY_ROOT,))


def test_equal_trees_need_no_path_and_allow_none():
    root = tree_root(hashes(4))
    assert continues(4, root, 4, root, ())
    assert not continues(4, root, 4, root, (root,))
    assert not continues(0, EMPTY_ROOT, 4, root, (root,))
    assert not continues(2, root, 4, root, ())


@pytest.mark.parametrize(("size", "entries"), [(3, ["00" * 32]), (1, []), (1, ["00" * 31]), (0, ["00" * 32])])
def test_a_frontier_has_one_hash_for_every_one_in_its_size(size: int, entries: list[str]):
    with pytest.raises(Malformed):
        Frontier(size, tuple(map(bytes.fromhex, entries)))
