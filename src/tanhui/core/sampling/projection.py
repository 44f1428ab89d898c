"""From degrees to metres and back: CGCS2000 in the Gauss-Krüger zone that suits the land.

Degrees are EPSG:4490 in whole 1e-7 (about a centimetre), metres whole centimetres. 3° zones have their central
meridian at multiples of 3° (EPSG 4534-4554, 75° to 135°), 6° zones in the middle of theirs (EPSG 4502-4512).
Land inside one 3° zone is drawn in it, other land in the 6° zone of its middle; a plot is always reported in the 3°
zone that it lies in. Rounding to the centimetre takes away what projections on different machines differ by.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from tanhui.core.sampling.refusal import DesignRefusal

DEGREES = 4490
E7 = 10_000_000
CM_PER_M = 100
WEST_MOST, EAST_MOST, WIDEST = 75, 135, 6

Whole = NDArray[np.int64]


def zone_of(lon_e7: int) -> int:
    """EPSG code of the 3° zone of a longitude. Raises DesignRefusal where CGCS2000 has none."""
    meridian = 3 * ((lon_e7 + 3 * E7 // 2) // (3 * E7))
    return 4534 + (_within(meridian) - WEST_MOST) // 3


def drawing_zone(west_e7: int, east_e7: int) -> int:
    """EPSG code of the zone to draw in, for land between two longitudes. Raises DesignRefusal `land_too_wide`."""
    if zone_of(west_e7) == zone_of(east_e7):
        return zone_of(west_e7)
    if east_e7 - west_e7 > WIDEST * E7:
        raise DesignRefusal("land_too_wide", west=west_e7 / E7, east=east_e7 / E7, most=WIDEST)
    meridian = 6 * ((west_e7 + east_e7) // 2 // (6 * E7)) + 3
    return 4502 + (_within(meridian) - WEST_MOST) // 6


def to_metric(epsg: int, lon_e7: Whole, lat_e7: Whole) -> tuple[Whole, Whole]:
    """Eastings and northings in whole centimetres."""
    east, north = _forward(epsg).transform(lon_e7 / E7, lat_e7 / E7)
    return _whole(east, CM_PER_M), _whole(north, CM_PER_M)


def to_degrees(epsg: int, east_cm: Whole, north_cm: Whole) -> tuple[Whole, Whole]:
    """Longitudes and latitudes in whole 1e-7 degrees."""
    lon, lat = _backward(epsg).transform(east_cm / CM_PER_M, north_cm / CM_PER_M)
    return _whole(lon, E7), _whole(lat, E7)


def _whole(values: NDArray[np.float64], scale: int) -> Whole:
    return np.rint(np.asarray(values) * scale).astype(np.int64)


def _within(meridian: int) -> int:
    if not WEST_MOST <= meridian <= EAST_MOST:
        raise DesignRefusal("land_too_wide", west=float(meridian), east=float(meridian), most=WIDEST)
    return meridian


@cache
def _forward(epsg: int) -> Transformer:
    return Transformer.from_crs(DEGREES, epsg, always_xy=True)


@cache
def _backward(epsg: int) -> Transformer:
    return Transformer.from_crs(epsg, DEGREES, always_xy=True)
