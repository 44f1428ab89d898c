"""The land of one stratum, ready to be drawn on: outlines in whole centimetres of one metric zone.

What decides is a whole number throughout. Whether a point lies inside is exact for whole coordinates; its distance from
the border is compared in whole millimetres.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon, STRtree

from tanhui.core.sampling.progress import Pulse, quiet
from tanhui.core.sampling.projection import E7, Whole, drawing_zone, to_metric
from tanhui.core.sampling.refusal import DesignRefusal
from tanhui.core.sampling.rings import ground_area_m2, land_hash, planar_area, take_apart

Shapes = NDArray[Any]


class LandParcel(NamedTuple):
    """A piece of land by its name: a polygon (or several) in degrees of EPSG:4490."""

    name: str
    outline: Polygon | MultiPolygon


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Polygons by the name of their parcel, in centimetres of `epsg`. A parcel of several parts stands once for each.

    `area_m2` is on the ellipsoid, `planar_cm2` in the plane. `parcels` counts the parcels.
    """

    epsg: int
    parcels: int
    names: tuple[str, ...]
    outlines: Shapes
    borders: Shapes
    tree: STRtree
    area_m2: int
    planar_cm2: int
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


def lay_ground(stratum: str, parcels: Iterable[LandParcel], pulse: Pulse = quiet) -> Ground:
    """Bring the land of a stratum into its zone; the order of the parcels does not matter.

    Raises DesignRefusal: `stratum_without_land`, `land_empty`, `land_too_wide`; and what `pulse` raises.
    """
    pulse()
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
    rings = take_apart(degrees)
    area_m2 = ground_area_m2(rings, pulse)
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
        planar_area(take_apart(metric)),
        land_hash(names, rings),
    )


def _pieces(parcels: list[LandParcel]) -> tuple[tuple[str, ...], Shapes]:
    """Single polygons in whole 1e-7 degrees, by the name of their parcel, then by their corners."""
    parts, owner = shapely.get_parts(np.array([parcel.outline for parcel in parcels]), return_index=True)
    degrees = shapely.transform(parts, _to_e7)
    names = [parcels[index].name for index in owner.tolist()]
    written = shapely.to_wkb(degrees, byte_order=1).tolist()
    order = sorted(range(len(names)), key=lambda index: (names[index], written[index]))
    return tuple(names[index] for index in order), degrees[order]


def area_of(outline_e7: shapely.Geometry) -> int:
    """Area on the ellipsoid in whole square metres, of an outline in 1e-7 degrees."""
    return ground_area_m2(take_apart(shapely.get_parts(outline_e7)))


def _to_e7(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.rint(corners * E7)


def _metric(epsg: int, corners: NDArray[np.float64]) -> NDArray[np.float64]:
    east, north = to_metric(epsg, corners[:, 0].astype(np.int64), corners[:, 1].astype(np.int64))
    return np.column_stack([east, north]).astype(np.float64)
