"""Deduction tables at and between their bounds, and the bridge from tonnes to milligrams."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.core.carbon import load_method
from tanhui.core.carbon.deduction import deduct, issuance, refusal_limit
from tanhui.core.units import area_ha, area_mu, co2e_t, share_mg, whole_tonnes_mg

TOOL14 = load_method("published-tree-biomass")
CM001 = load_method("baotou-stock-difference")
GS403 = load_method("gs-403")
TINY = Fraction(1, 10**9)


@pytest.mark.parametrize(
    ("uncertainty", "share"),
    [
        (0, 0),
        (10, 0),
        (10 + TINY, 25),
        (15, 25),
        (15 + TINY, 50),
        (20, 50),
        (20 + TINY, 75),
        (30, 75),
        (30 + TINY, 100),
    ],
)
def test_ar_tool14_takes_a_share_of_the_half_width(uncertainty: Fraction | int, share: int | None):
    found = deduct(Fraction(1000), Fraction(uncertainty) * 10, TOOL14.deduction)
    assert found.share_percent == share
    assert found.net_tco2e == 1000 - Fraction(share, 100) * Fraction(uncertainty) * 10


@pytest.mark.parametrize(
    ("uncertainty", "share"),
    [(0, 0), (10, 0), (10 + TINY, 6), (20, 6), (20 + TINY, 11), (30 - TINY, 11), (30, None), (80, None)],
)
def test_ar_cm_001_takes_a_share_of_the_change_and_refuses_from_thirty_percent(
    uncertainty: Fraction | int, share: int | None
):
    found = deduct(Fraction(1000), Fraction(uncertainty) * 10, CM001.deduction)
    assert found.share_percent == share
    assert found.net_tco2e == (None if share is None else 1000 - 10 * share)


@pytest.mark.parametrize(
    ("uncertainty", "net"), [(0, 100), (20, 100), (20 + TINY, 100 - TINY), (23, 97), (50, 70), (120, 0), (130, -10)]
)
def test_gs_403_takes_what_goes_beyond_twenty_percent(uncertainty: Fraction | int, net: Fraction | int):
    found = deduct(Fraction(100), Fraction(uncertainty), GS403.deduction)
    assert found.net_tco2e == net


def test_the_buffer_of_gs_403_is_a_fifth():
    assert issuance(Fraction(1000), GS403) == (1000 * 10**9, 200 * 10**9)


def test_only_ar_cm_001_ever_refuses():
    assert refusal_limit(GS403.deduction) is None
    assert refusal_limit(TOOL14.deduction) is None
    assert refusal_limit(CM001.deduction) == 30


def test_whole_tonnes_are_cut_and_the_buffer_is_a_tenth():
    assert issuance(Fraction("1234.999"), TOOL14) == (1234 * 10**9, 123_400_000_000)
    assert issuance(Fraction("0.999"), TOOL14) == (0, 0)


@pytest.mark.parametrize(("tonnes", "mg"), [(0, 0), (0.999, 0), (1, 10**9), (2.5, 2 * 10**9), (-3, 0)])
def test_tonnes_become_milligrams_downwards(tonnes: float, mg: int):
    assert whole_tonnes_mg(tonnes) == mg


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_never_reaches_the_ledger(value: float):
    with pytest.raises(ValueError, match="no quantity"):
        whole_tonnes_mg(value)


def test_units_are_those_of_the_country():
    assert area_mu(Fraction(2)) == 30
    assert area_ha(Fraction(30)) == 2
    assert co2e_t(Fraction(12)) == 44


def test_a_share_is_rounded_up():
    assert share_mg(1_000_000_001, 100_000) == 100_000_001


@given(quantity=st.integers(0, 10**20), ppm=st.integers(0, 10**6))
def test_a_share_never_falls_short_and_never_exceeds(quantity: int, ppm: int):
    share = share_mg(quantity, ppm)
    assert share <= quantity
    assert 0 <= share * 10**6 - quantity * ppm < 10**6
