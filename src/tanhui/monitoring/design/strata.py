"""The land that a design can be drawn on: strata with their outlines, from parcels, zones or a file that was brought.

Parcels are those of the register that are current. Zones have no surveyed border yet: each is a circle of its
registered area about its point, cut at its county's border and where a zone before it lies already.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple

import shapely
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from shapely import MultiPolygon, Polygon, STRtree
from shapely.geometry import shape

from tanhui.core.sampling import LandParcel, area_of
from tanhui.kit.problems import Problem
from tanhui.land.models import Ecosystem, Extent, Parcel, Zone
from tanhui.land.queries import counties, zones
from tanhui.land.store import current_touching
from tanhui.monitoring.design.file_land import file_pieces
from tanhui.monitoring.models import DesignLand

PARCELS, ZONES, FILE = "parcels", "zones", "file"
SOURCES = (PARCELS, ZONES, FILE)
BY_ECOSYSTEM, BY_ZONE, BY_COUNTY, BY_SPECIES = "ecosystem", "zone", "county", "species"
GROUPINGS: Mapping[str, tuple[str, ...]] = {
    PARCELS: (BY_ECOSYSTEM, BY_ZONE, BY_COUNTY, BY_SPECIES),
    ZONES: (BY_ECOSYSTEM, BY_ZONE, BY_COUNTY),
    FILE: ("stratum",),
}
M2_PER_MU = 2000 / 3
M_PER_DEGREE = 111_320.0
CIRCLE_STEPS = 24
UNKNOWN = "none"
PARCEL_KEYS = {BY_ZONE: "zone_id", BY_COUNTY: "county_id", BY_SPECIES: "species"}


class Key(NamedTuple):
    """What tells strata of a source apart: the ecosystem, and a code that is blank when only it counts."""

    ecosystem: str
    code: str

    @property
    def name(self) -> str:
        return f"{self.ecosystem}-{self.code}" if self.code else self.ecosystem


@dataclass(frozen=True, slots=True)
class StratumLand:
    """A stratum of a source: its names, its area in m² on the ellipsoid, how many parcels, and those when asked for."""

    name: str
    name_zh: str
    name_en: str
    ecosystem: str
    area_m2: int
    pieces: int
    parcels: Callable[[], tuple[LandParcel, ...]]


Places = Mapping[str, tuple[int, int]]
"""Plots by name, each with its longitude and latitude in 1e-7 degrees."""


@dataclass(frozen=True, slots=True)
class Land:
    """The strata of one choice of land; `locate` finds in which of them plots lie that stand already."""

    strata: tuple[StratumLand, ...]
    locate: Callable[[Places], Mapping[str, str]]


def land_of(source: str, by: str, file: DesignLand | None = None) -> Land:
    """The strata of a source. Raises the problems `land_source_unknown` and those of a file."""
    if by not in GROUPINGS.get(source, ()):
        raise Problem("land_source_unknown", _("没有这样的分层办法。"), field="by", remedy=_("从列表里选。"))
    if source == PARCELS:
        return _parcel_land(by)
    if source == ZONES:
        return _drawn_land(_zone_pieces(by))
    if file is None:
        raise Problem("land_file_missing", _("还没有传分层文件。"), field="file", remedy=_("先传文件，再选它。"))
    return _file_land(file.sha256)


def parcels_known() -> bool:
    """Whether the register has parcels that a design can be drawn on."""
    return _current().exists()


# Parcels of the register.


def _current() -> QuerySet[Parcel]:
    return Parcel.objects.filter(~Q(ecosystem=""), replaced_by=None)


def _parcel_land(by: str) -> Land:
    field = PARCEL_KEYS.get(by)
    found = _current().annotate(key=F(field)) if field else _current()
    names = ("ecosystem", "key") if field else ("ecosystem",)
    rows = found.values(*names).annotate(whole_m2=Sum("area_m2"), pieces=Count("pk")).order_by(*names)
    keyed = [(Key(row["ecosystem"], _code(row.get("key"), by)), row) for row in rows]
    strata = _strata((key, int(row["whole_m2"]), row["pieces"], partial(_parcels_of, key, by)) for key, row in keyed)
    return Land(strata, lambda places: _parcels_at(places, by))


def _code(value: object, by: str) -> str:
    """What a stratum is told by; parcels for which the register does not say are a stratum of their own."""
    return str(value or UNKNOWN) if by in PARCEL_KEYS else ""


def _parcels_of(key: Key, by: str) -> tuple[LandParcel, ...]:
    found = _current().filter(ecosystem=key.ecosystem)
    if by in PARCEL_KEYS:
        unknown = "" if by == BY_SPECIES else None
        found = found.filter(**{PARCEL_KEYS[by]: unknown if key.code == UNKNOWN else key.code})
    rows = found.order_by("code").values_list("code", "geometry").iterator()
    return tuple(LandParcel(code, _polygon(shapely.from_wkb(bytes(wkb)))) for code, wkb in rows)


def _parcels_at(places: Places, by: str) -> Mapping[str, str]:
    """The stratum of the parcel in which each plot lies."""
    if not places:
        return {}
    degrees = {name: (lon / 1e7, lat / 1e7) for name, (lon, lat) in places.items()}
    touched = current_touching([Extent(lon, lat, lon, lat) for lon, lat in degrees.values()])
    rows = {row.pk: row for row in Parcel.objects.filter(pk__in=[found.id for found in touched]).defer("geometry")}
    shapes = [shapely.from_wkb(found.geometry) for found in touched]
    tree, where = STRtree(shapes), {}
    for name, (lon, lat) in degrees.items():
        hits = sorted(int(index) for index in tree.query(shapely.Point(lon, lat), predicate="within"))
        row = rows[touched[hits[0]].id] if hits else None
        if row is not None and row.ecosystem:
            where[name] = Key(row.ecosystem, _code(getattr(row, PARCEL_KEYS.get(by, "pk")), by)).name
    return where


# Zones and files: few outlines, all in memory.


@lru_cache(maxsize=4)
def _file_land(sha256: str) -> Land:
    """The land of a file that was kept: the same bytes are the same strata, so a form reads it once."""
    pieces = file_pieces(DesignLand.objects.filter(sha256=sha256)[0])
    return _drawn_land((Key(piece.ecosystem, piece.stratum), piece.parcel, piece.outline) for piece in pieces)


Pieces = Iterator[tuple[Key, str, Polygon | MultiPolygon]]


def _drawn_land(pieces: Pieces) -> Land:
    grouped: dict[Key, list[LandParcel]] = {}
    for key, name, outline in pieces:
        grouped.setdefault(key, []).append(LandParcel(name, outline))
    strata = _strata(
        (key, sum(_area_m2(parcel.outline) for parcel in parcels), len(parcels), partial(tuple, parcels))
        for key, parcels in sorted(grouped.items())
    )
    return Land(strata, lambda places: _pieces_at(places, grouped))


def _pieces_at(places: Places, grouped: Mapping[Key, Sequence[LandParcel]]) -> Mapping[str, str]:
    named = [(key.name, parcel.outline) for key, parcels in grouped.items() for parcel in parcels]
    tree = STRtree([outline for _name, outline in named])
    where = {}
    for name, (lon, lat) in places.items():
        hits = sorted(int(index) for index in tree.query(shapely.Point(lon / 1e7, lat / 1e7), predicate="within"))
        if hits:
            where[name] = named[hits[0]][0]
    return where


def _zone_pieces(by: str) -> Pieces:
    borders = {county.adcode: shapely.make_valid(shape(county.outline)) for county in counties()}
    taken: shapely.Geometry = Polygon()
    for zone in sorted(zones(), key=lambda zone: zone.zone):
        code = {BY_ZONE: zone.zone, BY_COUNTY: zone.county_id}.get(by, "")
        outline = shapely.difference(_ground_of(zone, borders), taken)
        taken = shapely.union(taken, outline)
        yield Key(zone.ecosystem, code), zone.zone, _polygon(outline)


def _ground_of(zone: Zone, borders: Mapping[str, shapely.Geometry]) -> shapely.Geometry:
    """The boundary, where one was imported; else a circle of the registered area, as far as it lies in the county."""
    if zone.outline:
        return shapely.make_valid(shape(zone.outline))
    return shapely.intersection(_circle(zone), borders[zone.county_id])


def _circle(zone: Zone) -> Polygon:
    """A circle of the zone's registered area on the ground, as degrees."""
    radius_m = math.sqrt(zone.area_mu * M2_PER_MU / math.pi)
    across = M_PER_DEGREE * math.cos(math.radians(zone.lat))
    corners = [
        (
            round(zone.lon + radius_m / across * math.cos(math.tau * step / (4 * CIRCLE_STEPS)), 7),
            round(zone.lat + radius_m / M_PER_DEGREE * math.sin(math.tau * step / (4 * CIRCLE_STEPS)), 7),
        )
        for step in range(4 * CIRCLE_STEPS)
    ]
    return Polygon(corners)


def _polygon(outline: shapely.Geometry) -> Polygon | MultiPolygon:
    """The parts with an area; lines and points that a cut leaves are dropped."""
    if isinstance(outline, Polygon | MultiPolygon):
        return outline
    return MultiPolygon([part for part in shapely.get_parts(outline).tolist() if isinstance(part, Polygon)])


def _area_m2(outline: Polygon | MultiPolygon) -> int:
    return sum(area_of(part) for part in shapely.get_parts(shapely.transform(outline, lambda corners: corners * 1e7)))


# Names.


def _strata(found: Iterable[tuple[Key, int, int, Callable[[], tuple[LandParcel, ...]]]]) -> tuple[StratumLand, ...]:
    places = _known_places()
    return tuple(
        StratumLand(key.name, *_names(key, places), key.ecosystem, area_m2, pieces, load)
        for key, area_m2, pieces, load in found
    )


def _names(key: Key, places: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """What a stratum is called: its ecosystem, and the zone, county or code beside it."""
    word = {"forest": "森林", "shrubland": "灌丛", "grassland": "草原", "wetland": "湿地"}
    zh, en = word.get(key.ecosystem, key.ecosystem), Ecosystem(key.ecosystem).value.capitalize()
    if not key.code:
        return zh, en
    beside = places.get(key.code, (key.code, key.code))
    return f"{zh} {beside[0]}", f"{en}, {beside[1]}"


def _known_places() -> Mapping[str, tuple[str, str]]:
    places = {zone.zone: (zone.name_zh, zone.name_en) for zone in zones()}
    return places | {county.adcode: (county.name_zh, county.name_en) for county in counties()}
