"""The stratified estimator against a worked example and against its own definition."""

import math
import random
import statistics
from fractions import Fraction

import pytest
from carbon_surveys import evaluated, forest, row_of
from hypothesis import given
from hypothesis import strategies as st

from tanhui.core.carbon.sampling import added, sample_mean, t_value

NINETY = Fraction(9, 10)


def test_a_worked_example_of_two_strata():
    # Stratum A: 300 ha, changes 1, 2, 3 t/ha: mean 2, s² = 1, variance of the mean 1/3.
    # Stratum B: 100 ha, changes 4, 8 t/ha: mean 6, s² = 8, variance of the mean 4.
    # Weights 0.75 and 0.25: mean 3, variance 0.5625/3 + 0.0625·4 = 0.4375, df = 5 − 2 = 3, t = 2.353363.
    files = forest(
        {"A": [(1000, 1100), (1000, 1200), (500, 800)], "B": [(0.0001, 400.0001), (2000, 2800)]},
        {"A": 300, "B": 100},
    )
    document = evaluated(files, "published-tree-biomass").document()
    row = row_of(document["estimates"], quantity="biomass_t_ha", pool="tree", domain="all", round="change")
    assert row["mean"] == pytest.approx(3)
    assert row["se"] == pytest.approx(math.sqrt(0.4375))
    assert (row["df"], document["t_value"]) == (3, 2.353363)
    assert row["half_width"] == pytest.approx(2.353363 * math.sqrt(0.4375))
    assert row["total"] == pytest.approx(1200)
    assert document["removal_tco2e"] == pytest.approx(1200 * 0.47 * 44 / 12)
    assert document["uncertainty_percent"] == pytest.approx(100 * 2.353363 * math.sqrt(0.4375) / 3)


@pytest.mark.parametrize(("df", "t"), [(1, 6.313752), (10, 1.812461), (192, 1.652829), (10**6, 1.644855)])
def test_student_t_has_six_decimals(df: int, t: float):
    assert t_value(df, NINETY) == t


def test_one_plot_has_no_variance():
    single = sample_mean([Fraction(7)])
    assert (single.se, single.half_width(NINETY)) == (None, None)
    assert added([single, sample_mean([Fraction(1), Fraction(2)])]).half_width(NINETY) is None


def test_equal_plots_have_an_interval_of_zero():
    assert sample_mean([Fraction(2), Fraction(2)]).half_width(NINETY) == 0


@given(st.lists(st.integers(-(10**12), 10**12), min_size=2, max_size=40), st.randoms())
def test_mean_and_error_are_those_of_the_textbook_in_any_order(values: list[int], shuffler: random.Random):
    sample = [Fraction(value, 10**9) for value in values]
    estimate = sample_mean(sample)
    shuffled = list(sample)
    shuffler.shuffle(shuffled)
    assert sample_mean(shuffled) == estimate
    assert estimate.value == statistics.mean(sample)
    assert estimate.se == pytest.approx(math.sqrt(statistics.variance(sample) / len(sample)))
