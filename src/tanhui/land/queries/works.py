"""Readings of the register of works."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import shapely
from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from tanhui.kit.problems import NotFoundProblem
from tanhui.land.models import Extent, Parcel, Works, WorksState

_TOUCHING = "SELECT id, geometry FROM land_works WHERE extent && %s::box"


class WorksFilter(NamedTuple):
    """What the register is narrowed to; empty: everything."""

    text: str = ""
    kind: str = ""
    ecosystem: str = ""
    state: str = ""
    county: str = ""
    year: str = ""


class WorksSum(NamedTuple):
    """Works without a told area count in `works` and not in `area_m2`; `silent` says how many they are."""

    works: int
    area_m2: int
    silent: int


def works_rows(wanted: WorksFilter | None = None) -> QuerySet[Works]:
    """All works of the register, closed ones last."""
    rows = Works.objects.select_related("county", "zone").defer("geometry")
    told = (wanted or WorksFilter())._asdict()
    text, year = told.pop("text").strip(), told.pop("year").strip()
    county = told.pop("county")
    rows = rows.filter(**{name: value for name, value in told.items() if value})
    if county:
        rows = rows.filter(county_id=county)
    if year.isdecimal():
        rows = rows.filter(begun_year=int(year))
    if text:
        rows = rows.filter(Q(name_zh__contains=text) | Q(funder_zh__contains=text) | Q(number=text))
    return rows


def works_sums(rows: QuerySet[Works]) -> WorksSum:
    """Sums over what still counts: closed works are left out."""
    standing = rows.exclude(state=WorksState.CLOSED)
    found = standing.order_by().aggregate(
        works=Count("id"), sum_m2=Sum("area_m2"), silent=Count("id", filter=Q(area_m2=None))
    )
    return WorksSum(found["works"], int(found["sum_m2"] or 0), found["silent"])


def works_by_state(rows: Sequence[Works]) -> list[dict[str, object]]:
    """How many works stand in each state, with their area: what is planned is not done. Closed ones are left out."""
    found: list[dict[str, object]] = []
    for state in (WorksState.DONE, WorksState.UNDER_WAY, WorksState.PLANNED):
        those = [work for work in rows if work.state == state]
        if those:
            area_m2 = sum(work.area_m2 or 0 for work in those)
            found.append({"state": state.value, "word": state.label, "works": len(those), "area_m2": area_m2})
    return found


def works_totals(rows: Sequence[Works]) -> list[dict[str, object]]:
    """Works and areas by kind, by year and by county; closed ones are left out, those without a word stand last."""
    standing = [work for work in rows if work.state != WorksState.CLOSED]
    by = {
        "kind": lambda work: (work.get_kind_display(), ""),
        "year": lambda work: (str(work.begun_year), ""),
        "county": lambda work: (work.county.name_zh, work.county.name_en) if work.county else ("", ""),
    }
    return [{"by": name, "rows": _summed(standing, word_of)} for name, word_of in by.items()]


def _summed(rows: Sequence[Works], word_of: Callable[[Works], tuple[str, str]]) -> list[dict[str, object]]:
    found: dict[tuple[str, str], list[Works]] = {}
    for work in rows:
        found.setdefault(word_of(work), []).append(work)
    return [
        {
            "name_zh": words[0],
            "name_en": words[1] or words[0],
            "works": len(those),
            "area_m2": sum(work.area_m2 or 0 for work in those),
        }
        for words, those in sorted(found.items(), key=lambda item: (not item[0][0], item[0]))
    ]


def works(number: str) -> Works:
    """Raises `unknown_works`."""
    found = Works.objects.select_related("county", "zone", "opened_by").filter(number=number).first()
    if found is None:
        raise NotFoundProblem("unknown_works", _("没有这项工程。"))
    return found


def works_on(parcel: Parcel) -> Sequence[Works]:
    """The works that name a parcel, or whose drawn boundary reaches over it."""
    named = works_rows().filter(parcel_codes__contains=[parcel.code])
    near = [key for key, wkb in _touching(parcel) if _share_ground(wkb, bytes(parcel.geometry))]
    found = {work.pk: work for work in [*named, *works_rows().filter(pk__in=near)]}
    return sorted(found.values(), key=lambda work: (-work.begun_year, work.number))


def _touching(parcel: Parcel) -> list[tuple[int, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHING, [parcel.extent.box()])
        return [(key, bytes(wkb)) for key, wkb in cursor.fetchall()]


def _share_ground(one: bytes, other: bytes) -> bool:
    first, second = shapely.from_wkb([one, other])
    return bool(shapely.relate_pattern(first, second, "T********"))


def works_years() -> Sequence[int]:
    return list(Works.objects.order_by("-begun_year").values_list("begun_year", flat=True).distinct())


def public_works() -> dict[str, object]:
    """The drawn works as points of a hundredth of a degree: where about they are, not where they end."""
    drawn = works_rows().filter(extent__isnull=False).exclude(state=WorksState.CLOSED)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"number": work.number, "name_zh": work.name_zh, "name_en": work.name_en},
                "geometry": {"type": "Point", "coordinates": _about(work.extent)},
            }
            for work in drawn
            if work.extent is not None
        ],
    }


def _about(extent: Extent) -> list[float]:
    return [round((extent.west + extent.east) / 2, 2), round((extent.south + extent.north) / 2, 2)]
