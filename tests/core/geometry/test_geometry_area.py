"""Areas on the ellipsoid: a published figure, holes, rings either way round."""

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from tanhui.core.geometry.ellipsoid import measure, whole_m2

CELL = box(109.84, 40.65, 109.85, 40.66)


def areas(*shapes):
    return measure(np.array(shapes, dtype=object)).area_m2


def test_a_hundredth_of_a_degree_near_baotou():
    assert areas(CELL)[0] == pytest.approx(939_152.71, abs=0.005)
    assert whole_m2(areas(CELL)).tolist() == [939_153]


def test_the_order_of_a_ring_does_not_matter_and_holes_are_taken_off():
    hole = box(109.843, 40.653, 109.846, 40.656)
    holed = Polygon(CELL.exterior.coords, [hole.exterior.coords])
    assert areas(shapely.reverse(CELL))[0] == pytest.approx(areas(CELL)[0], rel=1e-12)
    assert areas(holed)[0] == pytest.approx(areas(CELL)[0] - areas(hole)[0], rel=1e-12)
    assert areas(shapely.reverse(holed))[0] == pytest.approx(areas(holed)[0], rel=1e-12)


def test_parts_add_up_and_nothing_measures_nothing():
    other = box(110.84, 41.65, 110.85, 41.66)
    whole, one, two, missing, empty = areas(MultiPolygon([CELL, other]), CELL, other, None, Polygon())
    assert whole == pytest.approx(one + two, rel=1e-12)
    assert (missing, empty) == (0.0, 0.0)
    assert areas().tolist() == []


def test_the_edge_of_a_cell_is_its_four_sides():
    meridian_m, parallels_m = 2 * 1110.42, 846.08 + 845.95
    assert measure(np.array([CELL], dtype=object)).edge_m[0] == pytest.approx(meridian_m + parallels_m, abs=1.0)


def test_halves_are_rounded_to_even():
    assert whole_m2(np.array([0.5, 1.5, 2.5, 2.51])).tolist() == [0, 2, 2, 3]
