"""Parcels for tests: squares of a hundredth of a degree side by side, as one import told them."""

import json
from datetime import date

from shapely import MultiPolygon, box

from tanhui.kit import clock
from tanhui.land.models import Extent, ImportState, LandFile, Parcel, ParcelImport
from tanhui.land.store import PARCEL_COLUMNS, copy_parcels

PERIOD = (date(2020, 7, 1), date(2025, 7, 1))
TEXTS = (
    *("owner_name", "ecosystem", "land_class", "survey_class", "prior_class", "species", "origin"),
    *("land_tenure", "forest_tenure", "forest_category", "wetland_type"),
)
SIDE = 0.01
WEST, SOUTH = 110.0, 41.0


def keep_parcels(people, count=4, *, owner=None, west=WEST, **more):
    """Write parcels A-1, A-2 … in a row from west to east, forest of the state farm. Returns them in order."""
    number = f"BT-LI-TEST-{ParcelImport.objects.count() + 1}"
    file, _made = LandFile.objects.get_or_create(sha256="0" * 64, size=1)
    batch = ParcelImport.objects.create(
        number=number,
        key=number,
        state=ImportState.IMPORTED,
        file=file,
        file_name="parcels.zip",
        epsg=4490,
        checked_at=clock.now(),
        checked_by=people["batu"],
    )
    first = Parcel.objects.count() + 1
    copy_parcels(
        [_row(batch, n, west, owner or people["zhaogang"].organisation, more) for n in range(first, first + count)]
    )
    return list(Parcel.objects.filter(batch=batch).order_by("id"))


def _row(batch, n, west, owner, more):
    side = west + (n - 1) * SIDE
    shape = MultiPolygon([box(side, SOUTH, side + SIDE, SOUTH + SIDE)])
    told = dict.fromkeys(PARCEL_COLUMNS) | dict.fromkeys(TEXTS, "")
    told |= {
        "code": f"A-{n}",
        "batch_id": batch.id,
        "row": n,
        "geometry": shape.wkb,
        "extent": Extent(*shape.bounds).box(),
        "lon": side + SIDE / 2,
        "lat": SOUTH + SIDE / 2,
        "area_m2": 934_300,
        "county_id": "150222",
        "owner_id": owner.pk,
        "owner_name": owner.name_zh,
        "ecosystem": "forest",
        "land_class": "0111",
        "attributes": json.dumps({"DI_LEI": "0111"}),
        **more,
    }
    return [told[name] for name in PARCEL_COLUMNS]
