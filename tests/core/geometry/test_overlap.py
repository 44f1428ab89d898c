"""Overlaps against squares worked by hand, on the ellipsoid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box, from_wkb, to_wkb

from tanhui.core.geometry.overlap import Tolerance, area_m2, largest_piece_m2, overlaps, own_overlaps

SQUARE = box(109.84, 40.65, 109.85, 40.66)
HAND_M2 = 939_152.71
"""0.01° by 0.01° there, on the ellipsoid of CGCS2000."""


def one(ours, theirs, **tolerance):
    (found,) = overlaps([to_wkb(ours)], [to_wkb(theirs)], Tolerance(**tolerance))
    return found


def test_the_area_of_a_square_is_that_of_the_ellipsoid():
    assert area_m2(SQUARE) == pytest.approx(HAND_M2, abs=0.01)
    assert area_m2(SQUARE.reverse()) == pytest.approx(HAND_M2, abs=0.01)


def test_the_same_square_overlaps_whole():
    found = one(SQUARE, SQUARE)
    assert (found.area_m2, found.share_ours_ppm, found.share_theirs_ppm) == (939_153, 1_000_000, 1_000_000)
    assert not found.sliver


def test_half_of_ours_and_a_quarter_of_theirs():
    """The eastern half of our square, against a square twice as wide that begins in our middle and ends outside."""
    theirs = box(109.845, 40.65, 109.865, 40.66)
    found = one(SQUARE, theirs)
    assert found.area_m2 == pytest.approx(HAND_M2 / 2, abs=1)
    assert found.share_ours_ppm == pytest.approx(500_000, abs=2)
    assert found.share_theirs_ppm == pytest.approx(250_000, abs=2)
    assert from_wkb(found.geometry).bounds == (109.845, 40.65, 109.85, 40.66)


def test_neighbours_with_one_edge_do_not_overlap():
    assert one(SQUARE, box(109.85, 40.65, 109.86, 40.66)) is None
    assert one(SQUARE, box(110.85, 40.65, 110.86, 40.66)) is None


def test_a_thin_strip_and_a_small_corner_are_slivers_and_are_still_told():
    strip = one(SQUARE, box(109.849_995, 40.65, 109.86, 40.66))
    assert strip.sliver  # 0.4 m wide and a kilometre long
    assert strip.area_m2 == pytest.approx(470, abs=5)
    corner = one(SQUARE, box(109.849_98, 40.659_98, 109.86, 40.67))
    assert corner.sliver
    assert 2 < corner.area_m2 < 10
    assert not one(SQUARE, box(109.849_995, 40.65, 109.86, 40.66), width_m=0.1).sliver


def test_holes_and_several_pieces_count_as_they_are():
    holed = Polygon(SQUARE.exterior, [box(109.842, 40.652, 109.848, 40.658).exterior])
    assert one(holed, box(109.843, 40.653, 109.847, 40.657)) is None
    two = MultiPolygon([box(109.84, 40.65, 109.842, 40.66), box(109.848, 40.65, 109.86, 40.66)])
    assert one(SQUARE, two).share_ours_ppm == pytest.approx(400_000, abs=2)
    assert largest_piece_m2(to_wkb(two)) == pytest.approx(1.2 * HAND_M2, rel=1e-6)


def test_a_boundary_that_crosses_itself_is_mended_first():
    bow = Polygon([(109.84, 40.65), (109.85, 40.66), (109.85, 40.65), (109.84, 40.66)])
    assert one(SQUARE, bow).share_ours_ppm == pytest.approx(500_000, rel=0.01)


def test_parcels_of_one_set_that_are_the_same_land_are_named():
    shapes = [
        to_wkb(shape) for shape in (SQUARE, box(109.85, 40.65, 109.86, 40.66), box(109.845, 40.655, 109.847, 40.657))
    ]
    found = own_overlaps(shapes)
    assert [(first, second) for first, second, _overlap in found] == [(0, 2)]
    assert found[0][2].share_theirs_ppm == 1_000_000
    assert own_overlaps(shapes[:2]) == []


@given(st.floats(-0.02, 0.02), st.floats(-0.02, 0.02), st.floats(0.001, 0.01))
def test_overlap_is_the_same_from_both_sides_and_never_more_than_either(east, north, radius):
    disc = Point(109.845 + east, 40.655 + north).buffer(radius)
    there, back = one(SQUARE, disc), one(disc, SQUARE)
    assert (there is None) == (back is None)
    if there is not None and back is not None:
        assert there.area_m2 == back.area_m2
        assert (there.share_ours_ppm, there.share_theirs_ppm) == (back.share_theirs_ppm, back.share_ours_ppm)
        assert 0 < there.area_m2 <= min(round(area_m2(SQUARE)), round(area_m2(disc))) + 1
