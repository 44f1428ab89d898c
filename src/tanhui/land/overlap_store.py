"""Whole sets in SQL: which commitments lie where we mean to lie, at a time that we mean to take.

`extent && box` asks the GiST index. Whether the land itself is the same is asked of the geometry afterwards.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from tanhui.land.models import Extent

_CANDIDATES = """
SELECT asked.n, taken.id
FROM unnest(%(places)s::text[]) WITH ORDINALITY AS asked(place, n)
JOIN land_commitment AS taken ON taken.extent && asked.place::box
WHERE taken.state <> 'released'
  AND taken.period_from < %(period_to)s AND taken.period_to > %(period_from)s
  AND taken.reference <> %(leave_out)s
UNION ALL
SELECT asked.n, taken.id
FROM unnest(%(codes)s::text[]) WITH ORDINALITY AS asked(code, n)
JOIN land_commitment AS taken ON taken.parcel_code = asked.code AND taken.extent IS NULL
WHERE taken.state <> 'released'
  AND taken.period_from < %(period_to)s AND taken.period_to > %(period_from)s
  AND taken.reference <> %(leave_out)s
ORDER BY 1, 2
"""
_TAKEN = """
SELECT id, scheme, state, reference, title, parcel_code, geometry, period_from, period_to
FROM land_commitment WHERE id = ANY(%s)
"""


class Taken(NamedTuple):
    """A commitment as the search reads it. `geometry` is WKB, or None where only the parcel's code is known."""

    id: int
    scheme: str
    state: str
    reference: str
    title: str
    parcel_code: str
    geometry: bytes | None
    period_from: date
    period_to: date


def candidates(
    extents: Sequence[Extent], codes: Sequence[str], *, period: tuple[date, date], leave_out: str
) -> list[tuple[int, Taken]]:
    """Return pairs: which of ours (from 0), and a commitment whose box it meets in an overlapping time.

    Commitments without geometry are met by the parcel's code. What `leave_out` refers to is not looked at.
    """
    asked: dict[str, Any] = {
        "places": [extent.box() for extent in extents],
        "codes": list(codes),
        "period_from": period[0],
        "period_to": period[1],
        "leave_out": leave_out,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, asked)
        pairs = cursor.fetchall()
        cursor.execute(_TAKEN, [sorted({taken for _ours, taken in pairs})])
        known = {row[0]: _taken(row) for row in cursor.fetchall()}
    return [(ours - 1, known[taken]) for ours, taken in pairs]


def _taken(row: Sequence[Any]) -> Taken:
    read = Taken(*row)
    return read if read.geometry is None else read._replace(geometry=bytes(read.geometry))
