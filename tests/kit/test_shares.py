"""Percentages that add up to exactly 100, each within one unit of the true share."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.kit.shares import adding_up, shares_percent

PARTS = st.lists(st.integers(0, 10**18), min_size=1, max_size=30).filter(any)
PLACES = st.integers(0, 3)


@pytest.mark.parametrize(
    ("parts", "places", "shares"),
    [
        ([1, 1, 1], 0, (34, 33, 33)),
        ([1, 1, 1], 1, (33.4, 33.3, 33.3)),
        ([2, 1], 1, (66.7, 33.3)),
        ([684_653_400, 76_072_600], 1, (90.0, 10.0)),
        ([5], 1, (100.0,)),
        ([0, 7, 0], 2, (0, 100, 0)),
        ([0, 0], 1, (0, 0)),
        ([], 1, ()),
    ],
)
def test_worked_out_by_hand(parts, places, shares):
    assert shares_percent(parts, places=places) == shares


@given(parts=PARTS, places=PLACES)
def test_they_make_exactly_a_hundred(parts, places):
    units = [round(share * 10**places) for share in shares_percent(parts, places=places)]
    assert sum(units) == 100 * 10**places


@given(parts=PARTS, places=PLACES)
def test_none_is_a_whole_unit_off(parts, places):
    for part, share in zip(parts, shares_percent(parts, places=places), strict=True):
        true = Fraction(part * 100 * 10**places, sum(parts))
        assert abs(round(share * 10**places) - true) < 1


@given(parts=PARTS, places=PLACES)
def test_a_greater_part_never_has_a_smaller_share(parts, places):
    shares = [share for _part, share in sorted(zip(parts, shares_percent(parts, places=places), strict=True))]
    assert shares == sorted(shares)


@given(parts=PARTS, factor=st.integers(1, 1000))
def test_the_unit_of_the_parts_does_not_matter(parts, factor):
    assert shares_percent([part * factor for part in parts]) == shares_percent(parts)


@pytest.mark.parametrize(
    ("parts", "places", "rounded"),
    [
        ([0.04, 0.04, 0.04], 1, (0.1, 0.0, 0.0)),
        ([1.26, 1.26, 1.26], 1, (1.3, 1.3, 1.2)),
        ([-0.4, 1.0, 2.4], 0, (0.0, 1.0, 2.0)),
        ([2.0, 3.5], 1, (2.0, 3.5)),
        ([], 1, ()),
    ],
)
def test_parts_are_rounded_to_make_their_rounded_sum(parts, places, rounded):
    assert adding_up(parts, places=places) == rounded


@given(parts=st.lists(st.fractions(-1000, 1000), max_size=30), places=PLACES)
def test_rounded_parts_make_exactly_the_rounded_sum_and_none_is_a_unit_off(parts, places):
    units = [round(part * 10**places) for part in adding_up(parts, places=places)]
    assert sum(units) == round(sum(parts, Fraction(0)) * 10**places)
    assert all(abs(unit - part * 10**places) < 1 for unit, part in zip(units, parts, strict=True))
