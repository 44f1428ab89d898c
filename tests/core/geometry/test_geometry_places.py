"""Overlaps within a file, the region's edge, and counties."""

import numpy as np
import pytest
import shapely
from shapely import box

from tanhui.core.geometry.pairs import overlap_defects, overlaps
from tanhui.core.geometry.place import containing, inner_points, place_defects

REGION = box(109.5, 40.5, 111.0, 42.0)


def shapes(*given):
    return np.array(given, dtype=object)


def test_neighbours_share_an_edge_and_no_ground():
    assert overlaps(shapes(box(110, 41, 110.01, 41.01), box(110.01, 41, 110.02, 41.01), None)) == []
    assert overlaps(shapes()) == []


def test_an_overlap_is_measured_on_the_ellipsoid():
    (found,) = overlaps(shapes(box(110, 41, 110.01, 41.01), box(110.005, 41, 110.015, 41.01)))
    assert (found.first, found.second, found.same) == (0, 1, False)
    assert found.area_m2 == pytest.approx(934_284 / 2, abs=1)


def test_less_than_a_square_metre_is_drawing_and_no_overlap():
    near = shapes(box(110, 41, 110.01, 41.01), box(110.009999999, 41, 110.02, 41.01))
    assert overlaps(near) == []
    assert len(overlaps(near, least_m2=0.01)) == 1


def test_the_same_shape_twice_is_refused_and_the_first_stays():
    cell = box(110, 41, 110.01, 41.01)
    found = overlaps(shapes(cell, shapely.reverse(cell), box(110.0, 41.0, 110.005, 41.005)))
    defects = overlap_defects(found, np.array([9, 8, 7]))
    assert [(d.index, d.code, str(d.remedy), d.facts["other"]) for d in defects] == [
        (1, "same_shape", "refused", 0),
        (2, "overlap", "kept", 0),
        (2, "overlap", "kept", 1),
    ]
    assert defects[0].before_m2 == 8


def test_far_outside_is_refused_and_the_edge_is_shown():
    points = inner_points(
        shapes(box(110, 41, 110.01, 41.01), box(109.46, 41, 109.47, 41.01), box(100, 41, 101, 42), None)
    )
    assert np.isnan(points[3]).all()
    defects = place_defects(points, np.array([1, 2, 3, 0]), REGION)
    assert [(d.index, d.code, str(d.remedy)) for d in defects] == [
        (1, "edge_of_region", "kept"),
        (2, "outside_region", "refused"),
    ]


def test_a_point_belongs_to_the_first_outline_that_holds_it():
    outlines = {"b": box(109, 40, 111, 42), "a": box(110, 41, 110.5, 41.5)}
    points = np.array([[110.2, 41.2], [109.5, 40.5], [112.0, 41.0], [np.nan, np.nan]])
    assert containing(points, outlines) == ["a", "b", None, None]
