"""Mending: every defect by its name, areas before and after, and nothing done silently."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from tanhui.core.geometry.defects import DEFECT_CODES, Remedy
from tanhui.core.geometry.ellipsoid import measure, whole_m2
from tanhui.core.geometry.mend import mend, on_grid
from tanhui.core.geometry.parse import parse

CELL = box(110, 41, 110.01, 41.01)
CELL_M2 = 934_284


def mended(*shapes, **options):
    return mend(np.array(shapes, dtype=object), **options)


def told(defects):
    return [(defect.index, defect.code, str(defect.remedy)) for defect in defects]


def test_a_sound_parcel_is_left_alone_and_becomes_a_multipolygon():
    found = mended(CELL)
    assert found.defects == []
    assert found.area_m2.tolist() == [CELL_M2]
    assert isinstance(found.shapes[0], MultiPolygon)
    assert found.shapes[0].equals(CELL)


def test_a_figure_of_eight_is_mended_and_asked_about_because_its_area_changes():
    eight = Polygon([(110, 41), (110.01, 41.01), (110.01, 41), (110, 41.01)])
    found = mended(eight)
    (defect,) = found.defects
    assert (defect.code, defect.remedy) == ("self_intersection", Remedy.ASKED)
    assert (defect.before_m2, defect.after_m2) == (0, 467_142)
    assert found.area_m2.tolist() == [467_142]
    assert shapely.is_valid(found.shapes[0])


def test_a_spike_without_area_is_mended_and_the_area_stays():
    spike = Polygon(
        [(110, 41), (110.01, 41), (110.01, 41.01), (110.005, 41.01), (110.005, 41.02), (110.005, 41.01), (110, 41.01)]
    )
    (defect,) = mended(spike).defects
    assert (defect.code, defect.remedy) == ("self_intersection", Remedy.MENDED)
    assert defect.before_m2 == defect.after_m2


def test_a_part_inside_another_part_is_asked_about():
    inner = box(110.002, 41.002, 110.004, 41.004)
    (defect,) = mended(MultiPolygon([CELL, inner])).defects
    assert (defect.code, defect.remedy) == ("bad_parts", Remedy.ASKED)
    assert defect.before_m2 - defect.after_m2 == pytest.approx(37_373, abs=2)


def test_a_hole_outside_its_parcel_is_asked_about():
    outside = box(110.02, 41.02, 110.03, 41.03)
    found = mended(Polygon(CELL.exterior.coords, [outside.exterior.coords]))
    assert told(found.defects)[0] == (0, "bad_holes", "asked")
    assert shapely.is_valid(found.shapes[0])


def test_a_repeated_corner_is_dropped():
    repeated = Polygon([(110, 41), (110, 41), (110.01, 41), (110.01, 41.01), (110, 41.01)])
    found = mended(repeated)
    assert told(found.defects) == [(0, "repeated_points", "mended")]
    assert shapely.get_num_coordinates(found.shapes[0]) == 5


def test_a_parcel_without_area_is_refused():
    found = mended(
        Polygon([(110, 41), (110.01, 41), (110.005, 41), (110, 41)]), CELL, box(110, 41, 110.000001, 41.000001)
    )
    assert told(found.defects) == [(0, "no_area", "refused"), (2, "no_area", "refused")]
    assert found.shapes[0] is None
    assert found.shapes[2] is None
    assert found.area_m2.tolist() == [0, CELL_M2, 0]


def test_pieces_under_a_square_metre_are_taken_away():
    crumb, hole = box(110.02, 41.02, 110.020005, 41.020005), box(110.005, 41.005, 110.005005, 41.005005)
    found = mended(MultiPolygon([Polygon(CELL.exterior.coords, [hole.exterior.coords]), crumb]))
    assert told(found.defects) == [(0, "tiny_pieces", "mended")]
    assert found.shapes[0].equals(CELL)
    assert abs(found.defects[0].before_m2 - found.defects[0].after_m2) <= 1


def test_holes_and_slivers_are_shown_and_kept():
    hole = box(110.002, 41.002, 110.004, 41.004)
    found = mended(Polygon(CELL.exterior.coords, [hole.exterior.coords]), box(110, 41, 110.01, 41.000005))
    assert told(found.defects) == [(1, "sliver", "kept"), (0, "holes", "kept")]
    assert found.defects[1].facts == {"holes": 1}


def test_a_ring_that_runs_the_wrong_way_is_turned():
    clockwise = shapely.reverse(CELL)
    assert told(mended(clockwise, CELL, outer_ccw=True).defects) == [(0, "ring_order", "mended")]
    assert told(mended(clockwise, CELL, outer_ccw=False).defects) == [(1, "ring_order", "mended")]
    assert mended(clockwise).defects == []
    assert shapely.is_ccw(shapely.get_exterior_ring(mended(clockwise).shapes[0].geoms[0]))


def test_what_no_parcel_can_be_made_of_is_named():
    unclosed = shapely.to_wkb(LineString([(110, 41), (110.01, 41), (110.01, 41.01), (110, 41.01)]), byte_order=1)
    # The same corners under the head of a polygon with one ring: its last corner is not its first.
    ring = b"\x01\x03\x00\x00\x00\x01\x00\x00\x00" + unclosed[5:]
    raised = Polygon([(110, 41, 1), (110.01, 41, 2), (110.01, 41.01, 3)])
    lines = GeometryCollection([CELL, LineString([(110, 41), (111, 42)])])
    shapes = [None, Polygon(), Point(110, 41), raised, lines, Polygon([(110, 41), (math.inf, 41), (110.01, 41.01)])]
    wkb = [None if shape is None else shapely.to_wkb(shape) for shape in shapes] + [ring, b"\x01nonsense"]
    found, defects = parse(wkb)
    assert sorted(told(defects)) == [
        (0, "no_geometry", "refused"),
        (1, "no_geometry", "refused"),
        (2, "not_polygon", "refused"),
        (3, "z_values", "mended"),
        (4, "lines_dropped", "mended"),
        (5, "not_finite", "refused"),
        (6, "unclosed", "mended"),
        (7, "unreadable", "refused"),
    ]
    assert [shape is None for shape in found] == [True, True, True, False, False, True, False, True]
    assert found[6].equals(CELL)
    assert not shapely.has_z(found[3])


def test_coordinates_are_kept_to_a_tenth_of_a_millimetre():
    (shape,) = on_grid(np.array([Point(110.0000000004, 41.0000000006)], dtype=object))
    assert (shape.x, shape.y) == (110.0, 41.000000001)


corner = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda c: (110 + c[0] / 1000, 41 + c[1] / 1000))
ring = st.lists(corner, min_size=3, max_size=9)


def drawn_at(*corners):
    return [(110 + east / 1000, 41 + north / 1000) for east, north in corners]


@settings(max_examples=150, deadline=None)
@given(st.lists(ring, min_size=1, max_size=4))
@example([drawn_at((0, 2), (12, 12), (0, 0), (6, 7), (0, 3))])  # lines that cross a hair's breadth beside a corner
@example([drawn_at((0, 0), (1, 3), (0, 2), (12, 12), (1, 0), (6, 7), (0, 3))])
def test_whatever_is_drawn_comes_out_valid_and_no_area_changes_unsaid(rings):
    drawn = np.array([Polygon(points) for points in rings], dtype=object)
    before = whole_m2(measure(drawn).area_m2)
    found = mend(drawn)
    said = {defect.index: defect for defect in found.defects}
    assert {defect.code for defect in found.defects} <= set(DEFECT_CODES)
    for index, shape in enumerate(found.shapes):
        if shape is None:
            assert found.area_m2[index] == 0
            assert said[index].remedy == Remedy.REFUSED
            continue
        assert shapely.is_valid(shape)
        assert found.area_m2[index] == whole_m2(measure(np.array([shape], dtype=object)).area_m2)[0]
        if found.area_m2[index] != before[index]:
            changed = [defect for defect in found.defects if defect.index == index and defect.after_m2 is not None]
            assert (before[index], found.area_m2[index]) in {(one.before_m2, one.after_m2) for one in changed}
            if abs(found.area_m2[index] - before[index]) > max(2, before[index] / 1000):
                assert any(defect.remedy == Remedy.ASKED for defect in changed)
