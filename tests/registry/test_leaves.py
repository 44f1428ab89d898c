"""The leaves of the journal as the database keeps them: a row for each bundle that a block adds to."""

from importlib import import_module

import pytest
from django.db import connection, transaction

from logs import KeptLog
from standing import unguarded
from tanhui.core.ledger import Malformed
from tanhui.core.ledger.tiles import ENTRIES, Tile, bundle
from tanhui.registry.log.tiles import content_of
from tanhui.registry.models import LeafRun
from tanhui.registry.writer.leaves import LAST, as_they_stand, bundle_at, content_at, contents_between, contents_from

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept() -> list[bytes]:
    """A log of three blocks: 1, 300 and 5 leaves of many lengths. Its leaves are 0 to 305."""
    log = KeptLog()
    for count in (1, 300, 5):
        log.forge([bytes([place % 256]) * (1 + place % 300) for place in range(count)])
    return log.leaves


def test_a_block_adds_a_row_for_each_bundle_that_it_adds_to(kept: list[bytes]):
    assert len(kept) == 306
    assert list(LeafRun.objects.order_by("first").values_list("first", flat=True)) == [0, 1, 256, 301]


@pytest.mark.parametrize(
    "span", [(0, 306), (0, 1), (1, 256), (200, 260), (255, 256), (256, 257), (300, 302), (305, 306)]
)
def test_leaves_are_read_from_anywhere_to_anywhere(kept: list[bytes], span: tuple[int, int]):
    assert contents_between(*span) == kept[slice(*span)]


def test_beyond_the_end_there_is_nothing(kept: list[bytes]):
    assert contents_between(300, LAST) == kept[300:]
    assert contents_between(306, 400) == []
    assert content_at(305) == kept[305]
    with pytest.raises(LookupError):
        content_at(306)


def test_all_leaves_come_in_order_up_to_a_size(kept: list[bytes]):
    assert list(as_they_stand()) == list(enumerate(kept))
    assert list(as_they_stand(300)) == list(enumerate(kept[:300]))


def test_a_row_that_is_no_leaves_is_not_read_as_some(kept: list[bytes]):
    with unguarded() as cursor:
        cursor.execute("UPDATE registry_leafrun SET leaves = leaves || '\\x0005' WHERE first = 1")
    with pytest.raises(Malformed, match="in the middle"):
        contents_between(0, 10)
    assert contents_between(256, 306) == kept[256:], "the other bundle is as it was"
    damaged = bundle_at(0)[3:]
    assert list(as_they_stand())[:3] == [(0, kept[0]), (1, damaged), (256, kept[256])]
    assert content_of(Tile(ENTRIES, 0)) == bundle_at(0), "whoever reads the log is to see it"
    assert content_of(Tile(ENTRIES, 1, 50)) == bundle(kept[256:])


def test_a_ledger_with_a_row_a_leaf_is_taken_over(kept: list[bytes]):
    gather = import_module("tanhui.registry.migrations.0015_leaves_in_bundles").GATHER
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM registry_leafrun")
        cursor.execute('CREATE TABLE registry_leaf ("index" bigint, content bytea)')
        for row in reversed([*enumerate(kept), (306, bytes(40_000))]):
            cursor.execute("INSERT INTO registry_leaf VALUES (%s, %s)", row)
        cursor.execute(gather)
    assert contents_between(0, LAST) == [*kept, bytes(40_000)]
    assert list(LeafRun.objects.order_by("first").values_list("first", flat=True)) == [0, 256]


@pytest.mark.parametrize("place", [0, 1, 255, 256, 305, 306])
def test_leaves_are_read_on_from_a_place_to_the_end(kept: list[bytes], place: int):
    assert list(contents_from(place)) == kept[place:]


def test_a_bundle_that_is_just_full_is_the_end():
    log = KeptLog()
    log.forge([bytes([place % 256]) for place in range(512)])
    assert list(contents_from(255)) == log.leaves[255:]
