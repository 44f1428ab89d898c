"""Parcels in the database: written at once, found by place, replaced and never changed."""

import json

import pytest
from django.db import IntegrityError, connection, transaction
from shapely import MultiPolygon, box

from tanhui.kit import clock
from tanhui.land.models import Extent, ImportState, LandFile, Parcel, ParcelImport
from tanhui.land.store import PARCEL_COLUMNS, copy_parcels, current_touching, replace_codes, replace_counties


def batch_of(people, number):
    file, _made = LandFile.objects.get_or_create(sha256="0" * 64, size=1)
    return ParcelImport.objects.create(
        number=number,
        key=number,
        state=ImportState.IMPORTED,
        file=file,
        file_name="parcels.zip",
        epsg=4490,
        checked_at=clock.now(),
        checked_by=people["batu"],
    )


def row_of(batch, row, west, south, **more):
    shape = MultiPolygon([box(west, south, west + 0.01, south + 0.01)])
    told = dict.fromkeys(PARCEL_COLUMNS)
    empty = ("owner_name", "land_class", "survey_class", "prior_class", "species", "origin", "land_tenure")
    told |= dict.fromkeys((*empty, "forest_tenure", "forest_category", "wetland_type"), "")
    told |= {
        "code": f"150222-001-{row:04d}",
        "batch_id": batch.id,
        "row": row,
        "geometry": shape.wkb,
        "extent": Extent(*shape.bounds).box(),
        "lon": west,
        "lat": south,
        "area_m2": 939_153,
        "ecosystem": "forest",
        "county_id": "150222",
        "attributes": json.dumps({"YOU_SHI_SZ": "530"}),
        **more,
    }
    return [told[name] for name in PARCEL_COLUMNS]


@pytest.fixture
def two(people):
    batch = batch_of(people, "BT-LI-2026-0001")
    copy_parcels([row_of(batch, 1, 110.0, 41.0), row_of(batch, 2, 110.5, 41.0, county_id="150221")])
    return batch


def test_parcels_are_found_by_the_boxes_they_meet(two):
    near, far = Extent(110.005, 41.005, 110.006, 41.006), Extent(111.0, 41.0, 111.1, 41.1)
    found = current_touching([near, near, far])
    assert [(parcel.code, parcel.area_m2) for parcel in found] == [("150222-001-0001", 939_153)]
    assert found[0].geometry == MultiPolygon([box(110.0, 41.0, 110.01, 41.01)]).wkb
    assert current_touching([far]) == []
    assert current_touching([]) == []


def test_an_extent_is_read_back_to_the_last_digit(two):
    first = Parcel.objects.get(row=1)
    assert first.extent == Extent(110.0, 41.0, 110.01, 41.01)
    assert first.attributes == {"YOU_SHI_SZ": "530"}


def test_a_later_import_replaces_by_code_or_by_county_and_the_old_row_stays(two, people):
    later = batch_of(people, "BT-LI-2026-0002")
    assert replace_codes(batch=later.id, codes=["150222-001-0001", "nobody"]) == 1
    copy_parcels([row_of(later, 1, 110.0, 41.0)])
    assert [parcel.batch_id for parcel in Parcel.objects.filter(code="150222-001-0001").order_by("id")] == [
        two.id,
        later.id,
    ]
    assert replace_counties(batch=later.id, counties=["150221"]) == 1
    assert Parcel.objects.filter(replaced_by=None).count() == 1


def test_two_current_parcels_never_share_a_code(two, people):
    later = batch_of(people, "BT-LI-2026-0002")
    with pytest.raises(IntegrityError, match="one_current_parcel"), transaction.atomic():
        copy_parcels([row_of(later, 1, 110.0, 41.0)])
    assert Parcel.objects.count() == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE land_parcel SET area_m2 = area_m2 + 1",
        "UPDATE land_parcel SET area_m2 = area_m2 + 1, replaced_by_id = batch_id",
        "UPDATE land_parcel SET replaced_by_id = NULL",
        "DELETE FROM land_parcel",
    ],
)
def test_a_parcel_stands_as_it_was_imported(two, statement):
    with pytest.raises(IntegrityError, match="a parcel stands"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Parcel.objects.filter(area_m2=939_153, replaced_by=None).count() == 2
