"""Any byte of anything that the log serves, changed on its way or on a cache's disk: whoever reads it finds it.

The reader here is a stranger with the public key: it takes the checkpoint's root, and rebuilds it from every tile.
"""

from collections.abc import Mapping

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from logs import KeptLog
from tanhui.core.ledger import Checkpoint, Malformed, open_checkpoint
from tanhui.core.ledger.merkle import leaf_hash, range_root, tree_root
from tanhui.core.ledger.note import BadSignature
from tanhui.core.ledger.tiles import ENTRIES, HEIGHT, WIDTH, Tile, hashes_of, unbundle
from tanhui.registry.writer.signing import public_key

LEAVES = 600


@pytest.fixture
def served(db) -> Mapping[str, bytes]:
    """All that there is to fetch, by path: the checkpoint, all tiles and bundles, full and partial."""
    log = KeptLog()
    log.grow(LEAVES)
    size = log.state.frontier.size
    paths = ["checkpoint", *(f"tile/{tile.path}" for tile in tiles_of(size))]
    answers = {path: Client().get(f"/log/{path}") for path in paths}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {path: answer.content for path, answer in answers.items()}


def tiles_of(size: int) -> list[Tile]:
    found = []
    for level in (ENTRIES, 0, 1):
        count = size >> HEIGHT * max(level, 0)
        found += [Tile(level, place, min(WIDTH, count - place * WIDTH)) for place in range(-(-count // WIDTH))]
    return found


def holds(served: Mapping[str, bytes]) -> bool:
    """Whether all of it is what the key has signed."""
    try:
        signed = open_checkpoint(served["checkpoint"].decode(), public_key())
        return signed.size > LEAVES - 1 and _belongs(signed, served)
    except (Malformed, BadSignature, UnicodeDecodeError, KeyError, IndexError):
        return False


def _belongs(signed: Checkpoint, served: Mapping[str, bytes]) -> bool:
    hashes: dict[int, list[bytes]] = {0: [], 1: []}
    leaves: list[bytes] = []
    for tile in tiles_of(signed.size):
        content = served[f"tile/{tile.path}"]
        if tile.level == ENTRIES:
            leaves += unbundle(content)
        else:
            hashes[tile.level] += hashes_of(content)

    def subtree(level: int, index: int) -> bytes:
        """By the tiles of the level below or at it: those of level 1 where they reach."""
        tile_level = 1 if level >= HEIGHT else 0
        span = 1 << level - HEIGHT * tile_level
        return tree_root(hashes[tile_level][index * span : (index + 1) * span])

    return (
        [leaf_hash(content) for content in leaves] == hashes[0]
        and tree_root(hashes[0]) == signed.root
        and range_root(0, signed.size, subtree) == signed.root
    )


def flipped(content: bytes, place: int, bit: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]


def test_what_is_served_holds_together(served):
    assert holds(served)
    assert {path.split("/")[1] for path in served if path != "checkpoint"} == {"entries", "0", "1"}


def test_the_first_and_the_last_byte_of_each_file(served):
    for path, content in served.items():
        for place in (0, len(content) // 2, len(content) - 1):
            assert not holds({**served, path: flipped(content, place, 0)}), (path, place)
        assert not holds({**served, path: content[:-1]}), path
        assert not holds({**served, path: content + b"\0"}), path


def test_any_bit_of_any_file(served):
    @given(st.sampled_from(sorted(served)), st.integers(0, 10**9), st.integers(0, 7))
    def change(path: str, place: int, bit: int) -> None:
        content = served[path]
        assert not holds({**served, path: flipped(content, place % len(content), bit)}), (path, place, bit)

    change()
    assert holds(served)


def test_two_files_taken_for_each_other(served):
    paths = [path for path in served if path.startswith("tile/") and ("000" in path or "001" in path)]
    assert len(paths) > 1
    for one in paths:
        for other in paths:
            if served[one] != served[other]:
                assert not holds({**served, one: served[other]}), (one, other)
