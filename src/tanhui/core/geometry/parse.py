"""From the bytes of a file to flat polygons: what is missing, unreadable, unclosed, raised or no polygon is named."""

from collections.abc import Sequence

import numpy as np
import shapely

from tanhui.core.geometry.defects import DEFECT_CODES, Defect
from tanhui.core.geometry.ellipsoid import Shapes

_POLYGONS = frozenset({int(shapely.GeometryType.POLYGON), int(shapely.GeometryType.MULTIPOLYGON)})
_COLLECTION = int(shapely.GeometryType.GEOMETRYCOLLECTION)


def parse(wkb: Sequence[bytes | None] | Shapes) -> tuple[Shapes, list[Defect]]:
    """Read WKB into two-dimensional polygons and multipolygons. What cannot be one becomes None, with its defect."""
    given = np.asarray(wkb, dtype=object)
    defects: list[Defect] = []
    shapes = shapely.from_wkb(given, on_invalid="ignore")
    _close(given, shapes, defects)
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    absent = np.array([item is None for item in given], dtype=bool)
    defects += _named(np.flatnonzero(missing & absent), "no_geometry")
    defects += _named(np.flatnonzero(missing & ~absent & shapely.is_empty(shapes)), "no_geometry")
    defects += _named(np.flatnonzero(missing & ~absent & ~shapely.is_empty(shapes)), "unreadable")
    shapes[missing] = None
    _flatten(shapes, defects)
    _only_polygons(shapes, defects)
    _finite(shapes, defects)
    return shapes, defects


def polygons_of(shape: shapely.Geometry) -> shapely.Geometry | None:
    """Return what of a shape has area, as one polygon or multipolygon; None where nothing has."""
    flat = shapely.get_parts(shapely.get_parts(shape))
    kept = flat[shapely.get_type_id(flat) == int(shapely.GeometryType.POLYGON)]
    if not len(kept):
        return None
    whole: shapely.Geometry = kept[0] if len(kept) == 1 else shapely.multipolygons(kept)
    return whole


def _named(places: np.ndarray, code: str) -> list[Defect]:
    return [Defect(int(place), code, DEFECT_CODES[code]) for place in places]


def _close(given: Shapes, shapes: Shapes, defects: list[Defect]) -> None:
    """Close rings whose last corner is not their first; the reader gives None for those."""
    for place in np.flatnonzero(shapely.is_missing(shapes)):
        if given[place] is None:
            continue
        closed = shapely.from_wkb(given[place], on_invalid="fix")
        if closed is not None and not closed.is_empty:
            shapes[place] = closed
            defects += _named(np.array([place]), "unclosed")


def _flatten(shapes: Shapes, defects: list[Defect]) -> None:
    raised = np.flatnonzero(shapely.has_z(shapes) | shapely.has_m(shapes))
    shapes[raised] = shapely.force_2d(shapes[raised])
    defects += _named(raised, "z_values")


def _only_polygons(shapes: Shapes, defects: list[Defect]) -> None:
    kinds = shapely.get_type_id(shapes)
    for place in np.flatnonzero(~shapely.is_missing(shapes) & ~np.isin(kinds, list(_POLYGONS))):
        found = polygons_of(shapes[place]) if kinds[place] == _COLLECTION else None
        shapes[place] = found
        defects += _named(np.array([place]), "not_polygon" if found is None else "lines_dropped")


def _finite(shapes: Shapes, defects: list[Defect]) -> None:
    corners, index = shapely.get_coordinates(shapes, return_index=True)
    broken = np.unique(index[~np.isfinite(corners).all(axis=1)])
    shapes[broken] = None
    defects += _named(broken, "not_finite")
