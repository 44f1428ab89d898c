"""Coordinate systems that Chinese survey files come in, and whether a file's coordinates can be of the one it names.

Taken: CGCS2000 as longitude and latitude (4490), its Gauss-Krüger projections in 3° and 6° zones, with and without the
zone number before the easting, and WGS 84 (4326, UTM, web Mercator). WGS 84 is taken as CGCS2000: they differ by less
than a metre, which is said and not corrected. Refused: Beijing 1954 and Xi'an 1980, whose shift to CGCS2000 is not
public; local systems. Never guessed: a file that names no system is asked about.
"""

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from tanhui.core.geometry.ellipsoid import Shapes

KEPT_IN = 4490
WGS84 = 4326
WEB_MERCATOR = 3857
FALSE_EASTING_M = 500_000.0
ZONE_M = 1_000_000.0
_CGCS2000_SHAPE = (6378137.0, 298.257222101)
_WGS84_SHAPE = (6378137.0, 298.257223563)
_OLD_RADII = (6378245.0, 6378140.0)  # Krassowsky (Beijing 1954) and IAG 75 (Xi'an 1980)


class CrsTrouble(StrEnum):
    """Why a coordinate system cannot be taken as it is."""

    MISSING = "crs_missing"
    OLD_DATUM = "crs_old_datum"
    UNSUPPORTED = "crs_unsupported"


class Misfit(StrEnum):
    """How coordinates show that they are not of the system that is named."""

    METRES_AS_DEGREES = "metres_as_degrees"
    DEGREES_AS_METRES = "degrees_as_metres"
    ZONE_PREFIX = "zone_prefix"
    AXES_SWAPPED = "axes_swapped"
    ELSEWHERE = "elsewhere"


class Box(NamedTuple):
    """West, south, east, north; or lowest and highest x and y."""

    west: float
    south: float
    east: float
    north: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.west + self.east) / 2, (self.south + self.north) / 2


def known_systems() -> Iterator[int]:
    """All EPSG numbers that a file may be in."""
    yield from (KEPT_IN, WGS84, WEB_MERCATOR)
    yield from range(4534, 4555)  # 3°, by central meridian 75° to 135°
    yield from range(4513, 4534)  # 3°, zones 25 to 45 with their number
    yield from range(4502, 4513)  # 6°, by central meridian 75° to 135°
    yield from range(4491, 4502)  # 6°, zones 13 to 23 with their number
    yield from range(32643, 32654)  # UTM on WGS 84


def identify(told: str | None) -> int | CrsTrouble:
    """Return the EPSG number of a system that a file names by WKT, a .prj or an authority code."""
    if not told or not told.strip():
        return CrsTrouble.MISSING
    try:
        crs = CRS.from_user_input(told)
    except CRSError:
        return CrsTrouble.UNSUPPORTED
    if crs.is_compound and crs.sub_crs_list:
        crs = crs.sub_crs_list[0]
    ellipsoid = crs.ellipsoid
    if ellipsoid is not None and ellipsoid.semi_major_metre in _OLD_RADII:
        return CrsTrouble.OLD_DATUM
    number = crs.to_epsg(min_confidence=70) or _by_parameters(crs)
    return number if number in _KNOWN else CrsTrouble.UNSUPPORTED


_KNOWN = frozenset(known_systems())


def _by_parameters(crs: CRS) -> int:
    """Software writes the same projection under many names; its parameters are the same. 0 when it is none of ours."""
    ellipsoid = crs.ellipsoid
    shape = (ellipsoid.semi_major_metre, round(ellipsoid.inverse_flattening, 9)) if ellipsoid else (0.0, 0.0)
    if shape not in {_CGCS2000_SHAPE, _WGS84_SHAPE}:
        return 0
    if crs.is_geographic:
        return KEPT_IN if shape == _CGCS2000_SHAPE else WGS84
    way = crs.coordinate_operation
    if way is None or way.method_name != "Transverse Mercator" or shape != _CGCS2000_SHAPE:
        return 0
    values = {parameter.name: float(parameter.value) for parameter in way.params}
    if values.get("Scale factor at natural origin", 1.0) != 1.0 or values.get("Latitude of natural origin", 0.0):
        return 0
    meridian = values.get("Longitude of natural origin", 0.0)
    zone, easting = divmod(values.get("False easting", 0.0), ZONE_M)
    return _gauss_kruger(meridian, int(zone)) if easting == FALSE_EASTING_M else 0


def _gauss_kruger(meridian: float, zone: int) -> int:
    """The EPSG number of a Gauss-Krüger zone of CGCS2000; 3° where both widths have this meridian."""
    third, sixth = meridian / 3, (meridian + 3) / 6
    if not zone:
        return 4534 + int(third) - 25 if third.is_integer() and 25 <= third <= 45 else 0  # noqa: PLR2004 - the zones of China
    if zone == third:
        return 4513 + zone - 25
    return 4491 + zone - 13 if zone == sixth else 0


@cache
def _to_degrees(epsg: int) -> Transformer:
    crs = CRS.from_epsg(epsg)
    # To its own longitude and latitude: no shift of datum is made, so none depends on grids that a machine has.
    return Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)


def to_degrees(shapes: Shapes, epsg: int) -> Shapes:
    """Bring shapes of a known system to longitude and latitude. What cannot be brought there becomes infinite."""
    if epsg in {KEPT_IN, WGS84}:
        return shapes
    way = _to_degrees(epsg)

    def moved(corners: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(way.transform(corners[:, 0], corners[:, 1]))

    return shapely.transform(shapes, moved)


def spot_degrees(x: float, y: float, epsg: int) -> tuple[float, float]:
    """One place of a known system in longitude and latitude."""
    if epsg in {KEPT_IN, WGS84}:
        return x, y
    lon, lat = _to_degrees(epsg).transform(x, y)
    return float(lon), float(lat)


def fitting_systems(bounds: Box, region: Box) -> tuple[int, ...]:
    """Return the systems that would put the middle of these coordinates into the region."""
    return tuple(epsg for epsg in known_systems() if _holds(region, spot_degrees(*bounds.middle, epsg)))


def misfit(bounds: Box, epsg: int, region: Box) -> Misfit | None:
    """Say how coordinates cannot be of this system, as seen from the region; None where they can."""
    degrees = epsg in {KEPT_IN, WGS84}
    small = max(map(abs, bounds)) <= 360  # noqa: PLR2004 - no easting of a map is that short
    if degrees and not small:
        return Misfit.METRES_AS_DEGREES
    if not degrees and small:
        return Misfit.DEGREES_AS_METRES
    if _holds(region, spot_degrees(*bounds.middle, epsg)):
        return None
    if not degrees and (bounds.middle[0] > ZONE_M) != is_numbered(epsg):
        return Misfit.ZONE_PREFIX
    turned = Box(bounds.south, bounds.west, bounds.north, bounds.east)
    if _holds(region, spot_degrees(*turned.middle, epsg)):
        return Misfit.AXES_SWAPPED
    return Misfit.ELSEWHERE


def is_numbered(epsg: int) -> bool:
    """Whether eastings of this system begin with the number of the zone."""
    return epsg in range(4513, 4534) or epsg in range(4491, 4502)


def is_three_degree(epsg: int) -> bool:
    return epsg in range(4513, 4555)


def central_meridian(epsg: int) -> int | None:
    """The central meridian of a Gauss-Krüger zone of CGCS2000; None for other systems."""
    for first, meridian, step in ((4534, 75, 3), (4513, 75, 3), (4502, 75, 6), (4491, 75, 6)):
        if epsg >= first and epsg < first + (21 if step == 3 else 11):  # noqa: PLR2004 - zones of China
            return meridian + step * (epsg - first)
    return None


def _holds(box: Box, spot: tuple[float, float]) -> bool:
    lon, lat = spot
    return box.west <= lon <= box.east and box.south <= lat <= box.north
