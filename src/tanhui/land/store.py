"""Whole sets of parcels at once, in raw SQL: write a file of them, replace the ones before, ask by place.

Callers hold the transaction. `extent && box` asks the GiST index; what is exact is asked of the geometry afterwards.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection

from tanhui.land.models import Extent

PARCEL_COLUMNS = (
    "code",
    "batch_id",
    "row",
    "geometry",
    "extent",
    "lon",
    "lat",
    "area_m2",
    "stated_area_ha",
    "county_id",
    "zone_id",
    "owner_id",
    "owner_name",
    "ecosystem",
    "land_class",
    "survey_class",
    "prior_class",
    "species",
    "origin",
    "land_tenure",
    "forest_tenure",
    "forest_category",
    "public_welfare",
    "wetland_type",
    "survey_year",
    "planted_year",
    "age_a",
    "dbh_cm",
    "height_m",
    "canopy_share",
    "volume_m3_ha",
    "attributes",
)
_COPY_PARCELS = f"COPY land_parcel ({', '.join(f'{name!r}' for name in PARCEL_COLUMNS)}) FROM STDIN".replace("'", '"')
_REPLACE_CODES = """
UPDATE land_parcel SET replaced_by_id = %s
WHERE replaced_by_id IS NULL AND code = ANY(%s)
"""
_REPLACE_COUNTIES = """
UPDATE land_parcel SET replaced_by_id = %s
WHERE replaced_by_id IS NULL AND county_id = ANY(%s)
"""
_COPY_DEFECTS = """
COPY land_defect (batch_id, "row", parcel_code, code, remedy, facts, before_m2, after_m2) FROM STDIN
"""
_COUNT_CODES = "SELECT count(*) FROM land_parcel WHERE replaced_by_id IS NULL AND code = ANY(%s)"
_COUNT_COUNTIES = "SELECT count(*) FROM land_parcel WHERE replaced_by_id IS NULL AND county_id = ANY(%s)"
_CURRENT_TOUCHING = """
SELECT DISTINCT ON (parcel.id) parcel.id, parcel.code, parcel.area_m2, parcel.geometry
FROM unnest(%s::text[]) AS asked(place)
JOIN land_parcel AS parcel ON parcel.extent && asked.place::box AND parcel.replaced_by_id IS NULL
ORDER BY parcel.id
"""


class PlacedParcel(NamedTuple):
    """A current parcel with its geometry as WKB in EPSG:4490."""

    id: int
    code: str
    area_m2: int
    geometry: bytes


def copy_parcels(rows: Iterable[Sequence[Any]]) -> None:
    """Write parcels, each a row of `PARCEL_COLUMNS`, by one COPY. Raises what an INSERT would, IntegrityError first."""
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(_COPY_PARCELS) as copy:
        for row in rows:
            copy.write_row(row)


def copy_defects(rows: Iterable[tuple[Any, ...]]) -> None:
    """Write defects; each row is batch, row, parcel code, code, remedy, facts, area before and after."""
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(_COPY_DEFECTS) as copy:
        for row in rows:
            copy.write_row([json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict) else cell for cell in row])


def count_codes(codes: Sequence[str]) -> int:
    """How many current parcels have one of these codes."""
    return _count(_COUNT_CODES, codes)


def count_counties(counties: Sequence[str]) -> int:
    """How many current parcels lie in one of these counties."""
    return _count(_COUNT_COUNTIES, counties)


def _count(statement: str, keys: Sequence[str]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(keys)])
        (count,) = cursor.fetchone()
    return int(count)


def replace_codes(*, batch: int, codes: Sequence[str]) -> int:
    """Mark the current parcels of these codes as replaced by an import. Returns how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(_REPLACE_CODES, [batch, list(codes)])
        return int(cursor.rowcount)


def replace_counties(*, batch: int, counties: Sequence[str]) -> int:
    """Mark all current parcels of these counties as replaced by an import. Returns how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(_REPLACE_COUNTIES, [batch, list(counties)])
        return int(cursor.rowcount)


def current_touching(extents: Sequence[Extent]) -> list[PlacedParcel]:
    """Return the current parcels whose extent meets any of these, in the order of their ids."""
    with connection.cursor() as cursor:
        cursor.execute(_CURRENT_TOUCHING, [[extent.box() for extent in extents]])
        return [PlacedParcel(key, code, area_m2, bytes(wkb)) for key, code, area_m2, wkb in cursor.fetchall()]
