"""land.overlap: a project of 200 parcels against a million commitments, beside the bare index query."""

from collections.abc import Iterator
from statistics import median
from time import perf_counter
from typing import Any

from tests.bench.measure import Measure
from tests.bench.spine import fresh_installation

SIDE = 0.004
"""Degrees: a parcel of some 15 hectares, as in a forest farm."""
COLUMNS = 1_000
ROWS = 1_000
ASKED = 200
RUNS = 5
WEST, SOUTH = 105.0, 39.0
EXCLUSION = "one_firm_commitment_per_parcel_and_time"
_BARE = """
SELECT count(*) FROM unnest(%s::text[]) AS asked(place)
JOIN land_commitment AS taken ON taken.extent && asked.place::box AND taken.state <> 'released'
"""


def measure_overlap() -> Measure:
    """Measure in an installation of its own."""
    with fresh_installation():
        return overlap_of(COLUMNS, ROWS, ASKED)


def overlap_of(columns: int, rows: int, asked: int) -> Measure:
    """Fill the table with a grid of parcels, each with its own period, and check a project that lies across them."""
    from django.db import connection

    from tanhui.land.models import Extent
    from tanhui.land.queries.overlap import find_clashes

    _fill(columns, rows)
    claims, period = list(_claims(asked, columns)), _period()
    boxes = [Extent(*claim.extent).box() for claim in claims]
    bare, whole, found = [], [], 0
    for _turn in range(RUNS):
        begun = perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(_BARE, [boxes])
            (met,) = cursor.fetchone()
        bare.append(perf_counter() - begun)
        begun = perf_counter()
        found = len(find_clashes(claims, period))
        whole.append(perf_counter() - begun)
    note = (
        f"{asked} parcels of a project against {columns * rows:,} commitments: {met} boxes meet, {found} overlaps "
        f"in the same time, measured on the ellipsoid; median of {RUNS}. Reference: the bare GiST query of the boxes"
    )
    return Measure("land.overlap", median(whole), "s", median(bare), note)


def _fill(columns: int, rows: int) -> None:
    from django.db import connection

    from tanhui.kit import clock
    from tanhui.land.services import REGIONS, load_region
    from tanhui.site.demonstration import register_demonstration_people

    load_region(folder=REGIONS / "baotou")
    person = register_demonstration_people()["batu"].pk
    names = (
        "scheme, state, reference, title, parcel_code, geometry, extent, area_m2, period_from, period_to, made_at, "
        "made_by_id, changed_at"
    )
    now = clock.now()
    with connection.cursor() as cursor:
        # Triggers and indexes a row at a time would take minutes; what is measured is the search, not the filling.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"ALTER TABLE land_commitment DROP CONSTRAINT {EXCLUSION}")
        cursor.execute("DROP INDEX commitment_extent, commitment_parcel, commitment_reference")
        with cursor.copy(f"COPY land_commitment ({names}) FROM STDIN") as copy:
            for row in _grid(columns, rows):
                copy.write_row((*row, now, person, now))
        cursor.execute(
            "CREATE INDEX commitment_extent ON land_commitment USING gist (extent) WHERE NOT (state = 'released')"
        )
        cursor.execute("CREATE INDEX commitment_parcel ON land_commitment (parcel_code)")
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE land_commitment")


def _grid(columns: int, rows: int) -> Iterator[tuple[Any, ...]]:
    """Yield parcels of 17 corners side by side, a hundred to a project, their years in turn."""
    import numpy as np
    from shapely import Point, get_coordinates, polygons, to_wkb

    from tanhui.land.models import Extent

    radius = SIDE * 0.52
    ring = get_coordinates(Point(0, 0).buffer(radius, quad_segs=4))
    wests = WEST + np.arange(columns) * SIDE
    for row in range(rows):
        south, year = SOUTH + row * SIDE, 2016 + row % 3
        shapes = to_wkb(polygons(ring[None] + np.stack([wests, np.full(columns, south)], axis=1)[:, None]))
        for column, (west, shape) in enumerate(zip(wests.tolist(), shapes, strict=True)):
            box = Extent(west - radius, south - radius, west + radius, south + radius).box()
            project = f"BENCH-P-{row}-{column // 100}"
            yield (
                *("ticket", "issued", project, project, f"B{row}-{column}", shape),
                *(box, 150_000, f"{year}-01-01", f"{year + 3}-01-01"),
            )


def _claims(asked: int, columns: int) -> Iterator[Any]:
    from shapely import box, to_wkb

    from tanhui.land.models import Extent
    from tanhui.land.queries.overlap import Claim

    across = max(1, min(20, columns - 1))
    for n in range(asked):
        west = WEST + (columns // 2 + n % across - across // 2 + 0.3) * SIDE
        south = SOUTH + (5 + n // across + 0.3) * SIDE
        shape = box(west, south, west + SIDE, south + SIDE)
        yield Claim(f"NEW-{n}", to_wkb(shape), Extent(*shape.bounds))


def _period() -> Any:
    from datetime import date

    return date(2018, 7, 1), date(2021, 7, 1)
