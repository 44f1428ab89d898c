"""Coordinate systems: which are known, under whatever name; where coordinates give a wrong name away."""

import numpy as np
import pytest
import shapely
from pyproj import CRS

from tanhui.core.geometry.systems import (
    Box,
    CrsTrouble,
    Misfit,
    central_meridian,
    fitting_systems,
    identify,
    is_three_degree,
    known_systems,
    misfit,
    spot_degrees,
    to_degrees,
)

BAOTOU = Box(109.2, 40.2, 111.6, 42.8)
CITY = (109.84, 40.657)
# The city in each system, as the domain notes have it; the 6° zone is the 3° one under another name.
PLACES = {
    4490: CITY,
    4326: CITY,
    4546: (401897.970, 4503130.004),
    4525: (37401897.970, 4503130.004),
    4508: (401897.970, 4503130.004),
    4497: (19401897.970, 4503130.004),
}
PRJ = (
    'PROJCS["{name}",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
    'SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
    'PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",{easting}],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",{meridian}],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],'
    'UNIT["Meter",1.0]]'
)


def around(x, y, size=1.0):
    return Box(x - size, y - size, x + size, y + size)


@pytest.mark.parametrize("epsg", [4490, 4326, 4545, 4524, 4525, 4497, 3857, 32649])
@pytest.mark.parametrize("dialect", ["WKT1_ESRI", "WKT1_GDAL", "WKT2_2019"])
def test_a_system_is_known_by_its_text(epsg, dialect):
    assert identify(CRS.from_epsg(epsg).to_wkt(dialect)) == epsg


@pytest.mark.parametrize(
    ("easting", "meridian", "expected"),
    [
        (500000.0, 111.0, 4546),
        (500000.0, 108.0, 4545),
        (37500000.0, 111.0, 4525),
        (36500000.0, 108.0, 4524),
        (19500000.0, 111.0, 4497),
        (500000.0, 110.0, CrsTrouble.UNSUPPORTED),
        (38500000.0, 111.0, CrsTrouble.UNSUPPORTED),
        (0.0, 111.0, CrsTrouble.UNSUPPORTED),
    ],
)
def test_a_projection_under_a_name_of_ones_own_is_known_by_its_parameters(easting, meridian, expected):
    assert identify(PRJ.format(name="mine", easting=easting, meridian=meridian)) == expected


@pytest.mark.parametrize(
    ("told", "trouble"),
    [
        (None, CrsTrouble.MISSING),
        ("  ", CrsTrouble.MISSING),
        ("no system at all", CrsTrouble.UNSUPPORTED),
        ("EPSG:4214", CrsTrouble.OLD_DATUM),
        ("EPSG:2384", CrsTrouble.OLD_DATUM),
        ("EPSG:4610", CrsTrouble.OLD_DATUM),
        ("EPSG:2154", CrsTrouble.UNSUPPORTED),
    ],
)
def test_what_cannot_be_taken_says_why(told, trouble):
    assert identify(told) == trouble


@pytest.mark.parametrize(("epsg", "place"), PLACES.items())
def test_the_city_lies_where_it_lies_in_each_system(epsg, place):
    assert spot_degrees(*place, epsg) == pytest.approx(CITY, abs=2e-8)
    moved = to_degrees(np.array([shapely.Point(place), None], dtype=object), epsg)
    assert (moved[0].x, moved[0].y) == pytest.approx(CITY, abs=2e-8)
    assert moved[1] is None
    assert misfit(around(*place, 0.001), epsg, BAOTOU) is None
    assert epsg in fitting_systems(around(*place, 0.001), BAOTOU)


@pytest.mark.parametrize(
    ("bounds", "epsg", "expected"),
    [
        (around(*PLACES[4546]), 4490, Misfit.METRES_AS_DEGREES),
        (around(*CITY, 0.1), 4546, Misfit.DEGREES_AS_METRES),
        (around(*PLACES[4546]), 4525, Misfit.ZONE_PREFIX),
        (around(*PLACES[4525]), 4546, Misfit.ZONE_PREFIX),
        (around(CITY[1], CITY[0], 0.1), 4490, Misfit.AXES_SWAPPED),
        (around(PLACES[4546][1], PLACES[4546][0]), 4546, Misfit.ZONE_PREFIX),
        # The city's own easting, read in the neighbouring zone, would lie three degrees to the west.
        (around(*PLACES[4546]), 4545, Misfit.ELSEWHERE),
        (around(118.1, 24.5, 0.1), 4490, Misfit.ELSEWHERE),
    ],
)
def test_coordinates_give_a_wrong_name_away(bounds, epsg, expected):
    assert misfit(bounds, epsg, BAOTOU) == expected


def test_an_easting_without_its_zone_fits_one_meridian_only():
    assert fitting_systems(around(*PLACES[4546]), BAOTOU)[0] == 4546
    assert 4545 not in fitting_systems(around(*PLACES[4546]), BAOTOU)
    assert fitting_systems(around(*PLACES[4525]), BAOTOU) == (4525,)
    assert fitting_systems(around(5.0, 5.0), BAOTOU) == ()


@pytest.mark.parametrize("epsg", sorted(set(known_systems()) - {4490, 4326, 3857} - set(range(32643, 32654))))
def test_the_central_meridian_is_that_of_the_register(epsg):
    way = CRS.from_epsg(epsg).coordinate_operation
    told = next(one.value for one in way.params if one.name == "Longitude of natural origin")
    assert central_meridian(epsg) == told
    assert is_three_degree(epsg) == ("3-degree" in CRS.from_epsg(epsg).name)


def test_other_systems_have_no_zone_of_ours():
    assert [central_meridian(epsg) for epsg in (4490, 4326, 3857, 32649, 4490, 4555)] == [None] * 6


def test_every_known_system_can_be_brought_to_degrees():
    for epsg in known_systems():
        assert len(spot_degrees(500_000.0, 4_500_000.0, epsg)) == 2
