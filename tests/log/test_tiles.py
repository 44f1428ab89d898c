"""Tiles, bundles and checkpoint at the door: exact paths, whole contents, and nothing that is not there yet."""

from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from logs import KeptLog, accounts
from tanhui.core.ledger import open_checkpoint
from tanhui.core.ledger.merkle import leaf_hash, tree_root
from tanhui.core.ledger.tiles import ENTRIES, Tile, hashes_of, unbundle
from tanhui.registry.log.pages import FOR_EVER
from tanhui.registry.writer.signing import signing_key


@pytest.fixture
def log(db) -> KeptLog:
    kept = KeptLog()
    kept.grow(600)
    return kept


def fetch(path: str):
    return Client().get(f"/log/{path}", headers={"accept-language": "en"})


def test_a_tile_holds_the_hashes_of_its_subtrees(log):
    hashes = [leaf_hash(content) for content in log.leaves]
    assert hashes_of(fetch("tile/0/000").content) == hashes[:256]
    assert hashes_of(fetch("tile/0/001").content) == hashes[256:512]
    assert hashes_of(fetch(f"tile/0/002.p/{len(hashes) - 512}").content) == hashes[512:]
    assert hashes_of(fetch("tile/0/002.p/1").content) == hashes[512:513]
    tops = [tree_root(hashes[:256]), tree_root(hashes[256:512])]
    assert hashes_of(fetch("tile/1/000.p/2").content) == tops


def test_a_bundle_holds_the_leaves(log):
    assert unbundle(fetch("tile/entries/000").content) == log.leaves[:256]
    assert unbundle(fetch(f"tile/entries/002.p/{len(log.leaves) - 512}").content) == log.leaves[512:]
    first = fetch("tile/entries/000").content
    assert int.from_bytes(first[:2], "big") == len(log.leaves[0])


@pytest.mark.parametrize(
    "path",
    [
        "0/002",
        "0/002.p/255",
        "0/003.p/1",
        "1/000",
        "1/000.p/3",
        "2/000.p/1",
        "entries/002",
        "entries/x001/000",
        "0/x999/x999/x999/x999/x999/x999/999",
    ],
)
def test_what_the_tree_does_not_hold_is_not_there_yet(log, path):
    answer = fetch(f"tile/{path}")
    assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "0/0",
        "0/0000",
        "0/x000/000",
        "0/x001/x000",
        "00/000",
        "6/000",
        "-1/000",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/01",
        "0/000.p/",
        "0/000/",
        "entries/000.p/300",
        "Entries/000",
        "0/٠٠٠",
        "0/x001/x234/x067",
        "0/x001/x001/x001/x001/x001/x001/x001/001",
    ],
)
def test_a_path_has_one_spelling(log, path):
    assert fetch(f"tile/{path}").status_code == 404


def test_paths_and_tiles_belong_together():
    from tanhui.core.ledger.tiles import parse_path

    for tile, path in {
        Tile(0, 1234067): "0/x001/x234/067",
        Tile(5, 0, 3): "5/000.p/3",
        Tile(ENTRIES, 999): "entries/999",
        Tile(ENTRIES, 1000, 255): "entries/x001/000.p/255",
    }.items():
        assert (tile.path, parse_path(path)) == (path, tile)


def test_caches_may_keep_tiles_for_ever_and_checkpoints_not_at_all(log):
    for path in ("tile/0/000", "tile/0/002.p/1", "tile/entries/001"):
        answer = fetch(path)
        assert answer["Cache-Control"] == FOR_EVER
        assert answer["Content-Type"] == "application/octet-stream"
        assert not {"Vary", "Content-Language", "Set-Cookie"} & set(answer.headers)
    answer = fetch("checkpoint")
    assert (answer["Cache-Control"], answer["Content-Type"]) == ("no-store", "text/plain; charset=utf-8")
    assert "Vary" not in answer.headers


def test_a_tile_costs_one_query(log):
    for path in ("tile/0/001", "tile/1/000.p/2", "tile/entries/000"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            fetch(path)
        assert len(asked) == 1, path


def test_the_checkpoint_is_signed_under_the_name_of_the_registry(log):
    found = open_checkpoint(fetch("checkpoint").content.decode(), signing_key().public)
    assert (found.origin, found.size) == (signing_key().name, len(log.leaves))
    assert found.root == tree_root(map(leaf_hash, log.leaves))


def test_tiles_never_change_while_the_log_grows(db):
    kept, seen = KeptLog(), {}
    for size in (1, 5, 255, 256, 257, 520):
        kept.grow(size)
        width = min(kept.state.frontier.size, 256)
        for path in (f"tile/0/000.p/{width}" if width < 256 else "tile/0/000", "tile/0/000.p/1"):
            seen.setdefault(path, []).append(fetch(path).content)
    assert all(earlier == later for contents in seen.values() for earlier, later in pairwise(contents))
    assert len(seen) > 3


def test_an_empty_log_has_no_checkpoint_and_only_reading_is_allowed(db):
    assert fetch("checkpoint").status_code == 404
    assert Client().post("/log/checkpoint").status_code == 405
    assert Client().post("/log/tile/0/000").status_code == 405


def test_a_long_leaf_goes_through(db):
    from tanhui.core.ledger import Distribute
    from tanhui.core.ledger.commands import MAX_LONG_COMMAND_LENGTH, encode

    kept = KeptLog()
    kept.add(*accounts("owner-1", kind="owner"))
    parts = tuple((f"a-{number:019d}", 10**17) for number in range(2000))
    block = kept.add(Distribute("lot-1", "owner-1", parts, bytes(32)))
    content = block.leaves[1].content
    assert 60_000 < len(encode(block.leaves[1].record.command)) <= MAX_LONG_COMMAND_LENGTH
    assert unbundle(fetch(f"tile/entries/000.p/{len(kept.leaves)}").content)[-1] == content
