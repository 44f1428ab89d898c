"""The land of one stratum, ready to be drawn on: outlines in whole centimetres of one metric zone.

What decides is a whole number throughout. Whether a point lies inside is exact for whole coordinates; its distance from
the border is compared in whole millimetres.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely import MultiPolygon, Polygon, STRtree

from tanhui.core.sampling.projection import E7, Whole, drawing_zone, to_metric
from tanhui.core.sampling.refusal import DesignRefusal

ELLIPSOID = Geod(a=6378137.0, rf=298.257222101)
"""That of CGCS2000."""

Shapes = NDArray[Any]


class LandParcel(NamedTuple):
    """A piece of land by its name: a polygon (or several) in degrees of EPSG:4490."""

    name: str
    outline: Polygon | MultiPolygon


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Polygons by the name of their parcel, in centimetres of `epsg`. A parcel of several parts stands once for each.

    `area_m2` is on the ellipsoid, `planar_cm2` that of each polygon in the plane. `parcels` counts the parcels.
    """

    epsg: int
    parcels: int
    names: tuple[str, ...]
    outlines: Shapes
    borders: Shapes
    tree: STRtree
    area_m2: int
    planar_cm2: tuple[int, ...]
    land_hash: str

    @property
    def box(self) -> tuple[int, int, int, int]:
        """West, south, east, north in centimetres."""
        west, south, east, north = shapely.total_bounds(self.outlines).tolist()
        return int(west), int(south), int(east), int(north)

    def parcel_at(self, east_cm: Whole, north_cm: Whole, margin_mm: int) -> Whole:
        """The polygon that holds each point with `margin_mm` to spare, by its place among the names; −1 for none."""
        found = np.full(len(east_cm), len(self.names), dtype=np.int64)
        points: Shapes = np.asarray(shapely.points(east_cm.astype(np.float64), north_cm.astype(np.float64)))
        which, parcels = self.tree.query(points, predicate="within")
        if margin_mm and len(which):
            spare_mm = np.rint(shapely.distance(self.borders[parcels], points[which]) * 10)
            which, parcels = which[spare_mm >= margin_mm], parcels[spare_mm >= margin_mm]
        np.minimum.at(found, which, parcels)
        return np.where(found == len(self.names), -1, found)


def lay_ground(stratum: str, parcels: Iterable[LandParcel]) -> Ground:
    """Bring the land of a stratum into its zone; the order of the parcels does not matter.

    Raises DesignRefusal: `stratum_without_land`, `land_empty`, `land_too_wide`.
    """
    told = list(parcels)
    if not told:
        raise DesignRefusal("stratum_without_land", stratum=stratum)
    for parcel in told:
        if parcel.outline.is_empty or not isinstance(parcel.outline, Polygon | MultiPolygon):
            raise DesignRefusal("land_empty", stratum=stratum, parcel=parcel.name)
    names, degrees = _pieces(told)
    west, _south, east, _north = shapely.total_bounds(degrees).tolist()
    epsg = drawing_zone(int(west), int(east))
    metric = shapely.transform(degrees, lambda corners: _metric(epsg, corners))
    shapely.prepare(metric)
    area_m2 = sum(area_of(outline) for outline in degrees)
    if area_m2 <= 0:
        raise DesignRefusal("land_empty", stratum=stratum, parcel=names[0])
    return Ground(
        epsg,
        len({parcel.name for parcel in told}),
        names,
        metric,
        shapely.boundary(metric),
        STRtree(metric),
        area_m2,
        tuple(_planar_cm2(outline) for outline in metric),
        _land_hash(names, degrees),
    )


def _pieces(parcels: list[LandParcel]) -> tuple[tuple[str, ...], Shapes]:
    """Single polygons in whole 1e-7 degrees, by the name of their parcel, then by their corners."""
    pieces = [
        (parcel.name, shapely.transform(part, _to_e7))
        for parcel in parcels
        for part in shapely.get_parts(parcel.outline)
    ]
    pieces.sort(key=lambda piece: (piece[0], shapely.to_wkb(piece[1], byte_order=1)))
    return tuple(name for name, _outline in pieces), np.array([outline for _name, outline in pieces])


def area_of(outline_e7: shapely.Geometry) -> int:
    """Area on the ellipsoid in whole square metres, of an outline in 1e-7 degrees."""
    degrees = shapely.transform(outline_e7, lambda corners: corners / E7)
    area_m2, _length = ELLIPSOID.geometry_area_perimeter(shapely.normalize(degrees))
    return round(abs(area_m2))


def _to_e7(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.rint(corners * E7)


def _metric(epsg: int, corners: NDArray[np.float64]) -> NDArray[np.float64]:
    east, north = to_metric(epsg, corners[:, 0].astype(np.int64), corners[:, 1].astype(np.int64))
    return np.column_stack([east, north]).astype(np.float64)


def _rings(polygon: Any) -> list[tuple[int, Whole]]:  # noqa: ANN401 - arrays of shapes have no type of their own
    """Every ring with its sign: the outer one counts, holes are taken off."""
    outer = (1, shapely.get_coordinates(polygon.exterior).astype(np.int64))
    return [outer, *((-1, shapely.get_coordinates(hole).astype(np.int64)) for hole in polygon.interiors)]


def _planar_cm2(outline: Any) -> int:  # noqa: ANN401 - a polygon out of an array
    """Area in the plane, exact, in whole square centimetres (halves dropped); corners as seen from the first."""
    twice = 0
    for sign, corners in _rings(outline):
        near = corners - corners[0]
        cross = near[:-1, 0] * near[1:, 1] - near[1:, 0] * near[:-1, 1]
        twice += sign * abs(int(cross.sum()))
    return twice // 2


def _land_hash(names: tuple[str, ...], degrees: Shapes) -> str:
    """SHA-256 over the names and corners (whole 1e-7 degrees) of all parcels, so that the land can be compared."""
    digest = hashlib.sha256()
    for name, outline in zip(names, degrees, strict=True):
        digest.update(name.encode() + b"\n")
        for sign, corners in _rings(outline):
            digest.update(f"{sign}\n".encode() + corners.astype(">i8").tobytes())
    return digest.hexdigest()
