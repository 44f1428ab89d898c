"""The geometry of a file: brought to longitude and latitude, checked, mended, held against itself and the region."""

from typing import NamedTuple

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from tanhui.core.geometry.defects import Defect, Remedy
from tanhui.core.geometry.ellipsoid import Integers, Shapes
from tanhui.core.geometry.mend import mend, on_grid
from tanhui.core.geometry.pairs import overlap_defects, overlaps
from tanhui.core.geometry.parse import parse
from tanhui.core.geometry.place import inner_points, place_defects
from tanhui.core.geometry.systems import Box, CrsTrouble, Misfit, fitting_systems, identify, misfit, to_degrees
from tanhui.core.telling import Progress
from tanhui.kit.problems import Problem
from tanhui.land.parcels.ground import Ground
from tanhui.land.vector.layers import Layer

_OUTER_CCW = {"GeoJSON": True, "ESRI Shapefile": False}


class Ask(Problem):
    """A problem that a choice settles: which layer, which system. `offers` are the values that would fit."""

    def __init__(self, code: str, message: str, *, remedy: str, offers: tuple[str, ...], field: str) -> None:
        super().__init__(code, message, field=field, remedy=remedy)
        self.offers = offers


class Parsed(NamedTuple):
    """Shapes in the numbers of their file, None where there is none, and what was wrong with their bytes."""

    shapes: Shapes
    defects: list[Defect]


class Checked(NamedTuple):
    """Shapes (None where refused), whole square metres, a point inside each, and all defects."""

    shapes: Shapes
    area_m2: Integers
    points: NDArray[np.float64]
    defects: list[Defect]


def check_shapes(parsed: Parsed, layer: Layer, epsg: int, ground: Ground, progress: Progress) -> Checked:
    """Check all shapes of a layer that is in this system. Nothing is left out: what is refused says so."""
    rows = len(parsed.shapes)
    progress("check", rows // 10, rows)
    defects = list(parsed.defects)
    shapes = on_grid(to_degrees(parsed.shapes, epsg))
    progress("check", rows // 3, rows)
    mended = mend(shapes, outer_ccw=_OUTER_CCW.get(layer.driver))
    progress("check", rows, rows)
    points = inner_points(mended.shapes)
    defects += mended.defects
    if ground.outlines:
        defects += place_defects(points, mended.area_m2, ground.region)
    refused = {defect.index for defect in defects if defect.remedy == Remedy.REFUSED}
    mended.shapes[sorted(refused)] = None
    progress("overlap", 0, rows)
    defects += overlap_defects(overlaps(mended.shapes), mended.area_m2)
    progress("overlap", rows, rows)
    return Checked(mended.shapes, mended.area_m2, points, defects)


def parse_shapes(wkb: Shapes) -> Parsed:
    """Read the geometry of a file as it is written there."""
    return Parsed(*parse(wkb))


def middle_box(shapes: Shapes) -> Box | None:
    """Where most shapes lie, in the numbers of the file: a single stray one must not make the whole file a stranger."""
    bounds = shapely.bounds(shapes)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return None
    (west, south), (east, north) = np.quantile(bounds[:, :2], 0.25, axis=0), np.quantile(bounds[:, 2:], 0.75, axis=0)
    return Box(float(west), float(south), float(east), float(north))


def system_of(layer: Layer, chosen: int, ground: Ground, bounds: Box | None) -> int:
    """Return the coordinate system to read a layer in. Raises what has to be asked: `crs_missing` and its kin."""
    told: int | CrsTrouble = chosen or identify(layer.crs)
    offers = tuple(map(str, fitting_systems(bounds, ground.box))) if bounds else ()
    if isinstance(told, CrsTrouble):
        raise Ask(str(told), _crs_words(told), remedy=_fit_words(offers), offers=offers, field="epsg")
    wrong = misfit(bounds, told, ground.box) if bounds else None
    if wrong is not None:
        text = _misfit_words(wrong) % {"epsg": told, "bounds": _bounds_words(bounds)}
        raise Ask(str(wrong), text, remedy=_fit_words(offers), offers=offers, field="epsg")
    return told


def geometry_of(shapes: Shapes) -> NDArray[np.object_]:
    """WKB of shapes that all are there, the same bytes on any machine."""
    return np.asarray(shapely.to_wkb(shapes, byte_order=1), dtype=object)


def _crs_words(trouble: CrsTrouble) -> str:
    return {
        CrsTrouble.MISSING: _("文件没有说用的是哪个坐标系（没有 .prj）。"),
        CrsTrouble.OLD_DATUM: _("文件用的是北京 54 或西安 80 坐标系，它们到 CGCS2000 的转换参数不公开，这里不转。"),
        CrsTrouble.UNSUPPORTED: _("文件写的坐标系不认得：可能是地方坐标系，或者中央子午线不标准。"),
    }[trouble]


def _misfit_words(wrong: Misfit) -> str:
    return {
        Misfit.METRES_AS_DEGREES: _("坐标写的是经纬度（EPSG:%(epsg)s），数值却是米：%(bounds)s。"),
        Misfit.DEGREES_AS_METRES: _("坐标写的是平面米（EPSG:%(epsg)s），数值却是度：%(bounds)s。"),
        Misfit.ZONE_PREFIX: _(
            "横坐标的带号和坐标系（EPSG:%(epsg)s）对不上：%(bounds)s。带号是横坐标前两位，如 37 或 36。"
        ),
        Misfit.AXES_SWAPPED: _("横纵坐标好像写反了（EPSG:%(epsg)s）：%(bounds)s。"),
        Misfit.ELSEWHERE: _(
            "按 EPSG:%(epsg)s 算，这些图斑不在本区域：%(bounds)s。东经 109.5° 两侧分属 36、37 带，看看是不是选错了带。"
        ),
    }[wrong]


def _fit_words(offers: tuple[str, ...]) -> str:
    if not offers:
        return _("按认得的坐标系都落不到本区域。在 GIS 软件里核对坐标系，转成 CGCS2000（EPSG:4490）再传。")
    return _("按这些坐标系会落在本区域：%(offers)s。核对以后选一个。") % {
        "offers": _("、").join(f"EPSG:{offer}" for offer in offers)
    }


def _bounds_words(bounds: Box | None) -> str:
    assert bounds is not None
    return f"x {bounds.west:,.3f} … {bounds.east:,.3f}, y {bounds.south:,.3f} … {bounds.north:,.3f}"
