"""Readings of parcels: lists page by page, one with its history, and what a map shows of a place."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from tanhui.kit.problems import NotFoundProblem
from tanhui.land.models import Ecosystem, Parcel
from tanhui.people.models import Person, Role

PAGE_ROWS = 50


class ParcelFilter(NamedTuple):
    """What a list is narrowed to; empty: everything."""

    text: str = ""
    county: str = ""
    zone: str = ""
    ecosystem: str = ""
    species: str = ""
    origin: str = ""
    land_tenure: str = ""
    batch: str = ""


class ParcelPage(NamedTuple):
    """One page of a list in the order of codes; `after` and `before` are where the neighbours begin, or empty."""

    rows: Sequence[Parcel]
    before: str
    after: str


class ParcelSum(NamedTuple):
    parcels: int
    area_m2: int


def seen_by(person: Person) -> QuerySet[Parcel]:
    """The current parcels that a person may see: owners see the land of their own organisation."""
    current = Parcel.objects.filter(replaced_by=None)
    return current.filter(owner=person.organisation_id) if person.role == Role.OWNER else current


def narrowed(rows: QuerySet[Parcel], wanted: ParcelFilter) -> QuerySet[Parcel]:
    exact = {"county": "county_id", "zone": "zone_id", "batch": "batch__number"}
    told = wanted._asdict()
    text = told.pop("text").strip()
    if told["ecosystem"] == "other":
        told["ecosystem"] = ""
        rows = rows.filter(ecosystem="")
    rows = rows.filter(**{exact.get(name, name): value for name, value in told.items() if value})
    if text:
        rows = rows.filter(Q(code__startswith=text) | Q(owner_name__contains=text))
    return rows


def parcel_page(person: Person, wanted: ParcelFilter, *, after: str = "", before: str = "") -> ParcelPage:
    """Return one page; `after` and `before` are codes, so that a page is as quick at the end as at the start."""
    rows = narrowed(seen_by(person), wanted).select_related("county", "zone").defer("geometry", "attributes")
    if before:
        found = list(rows.filter(code__lt=before).order_by("-code")[: PAGE_ROWS + 1])
        more, shown = len(found) > PAGE_ROWS, found[:PAGE_ROWS][::-1]
        return ParcelPage(shown, shown[0].code if more else "", shown[-1].code if shown else "")
    found = list(rows.filter(code__gt=after).order_by("code")[: PAGE_ROWS + 1])
    shown = found[:PAGE_ROWS]
    return ParcelPage(shown, shown[0].code if after and shown else "", shown[-1].code if len(found) > PAGE_ROWS else "")


def parcel_sums(person: Person, wanted: ParcelFilter) -> ParcelSum:
    found = narrowed(seen_by(person), wanted).aggregate(parcels=Count("id"), sum_m2=Sum("area_m2"))
    return ParcelSum(found["parcels"], int(found["sum_m2"] or 0))


def parcel(code: str, person: Person) -> Parcel:
    """Return a current parcel that this person may see. Raises `unknown_parcel`; a stranger is not told which."""
    found = seen_by(person).select_related("county", "zone", "owner", "batch").filter(code=code).first()
    if found is None:
        raise NotFoundProblem("unknown_parcel", _("没有这个小班。"))
    return found


def history(code: str) -> Sequence[Parcel]:
    """All rows of a code, the latest first."""
    rows = Parcel.objects.filter(code=code).select_related("batch", "replaced_by", "batch__decided_by")
    return list(rows.defer("geometry", "attributes").order_by("-id"))


def ecosystem_totals(person: Person) -> Sequence[dict[str, Any]]:
    """How many current parcels of each ecosystem there are, with their area; the rest last."""
    rows = seen_by(person).values("ecosystem").annotate(parcels=Count("id"), area_m2=Sum("area_m2"))
    order = [*Ecosystem.values, ""]
    return sorted((dict(row) for row in rows), key=lambda row: order.index(row["ecosystem"]))


def used_values(person: Person, column: str) -> Sequence[str]:
    """The values of a code column that occur, for a list to choose from."""
    rows = seen_by(person).exclude(**{column: ""}).order_by(column).values_list(column, flat=True).distinct()
    return list(rows[:200])
