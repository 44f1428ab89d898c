"""How many plots: published and hand-worked examples, to the digit; then what must hold for any strata."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.core.sampling.allocate import allocate
from tanhui.core.sampling.plan import expected_error, plan_for_number, plan_for_precision
from tanhui.core.sampling.refusal import DesignRefusal
from tanhui.core.sampling.size import allocation_weights, plots_needed, sample_size
from tanhui.core.sampling.strata import COST, NEYMAN, PROPORTIONAL, Goal, StratumFacts
from tanhui.core.student import t_value, z_value

TEN_AT_90 = Goal(Fraction("0.10"), Fraction("0.90"))


def stratum(name, area_ha, mean, sd, plot_m2=800, cost=1):
    return StratumFacts(
        name, area_ha * 10_000, Fraction(plot_m2), Fraction(str(mean)), Fraction(str(sd)), Fraction(str(cost))
    )


# Pearson, Walker and Brown (2005), Sourcebook for Land Use, Land-Use Change and Forestry Projects, Winrock
# International and the BioCarbon Fund: 5,000 ha, plots of 0.08 ha, 101.6 ± 27.1 tC/ha, 10 %, t = 2.
WINROCK_ONE = (stratum("one", 5000, 101.6, 27.1),)
WINROCK_THREE = (stratum("1", 3400, 126.6, 26.2), stratum("2", 900, 76.0, 14.0), stratum("3", 700, 102.2, 8.2))


def test_winrock_single_stratum_needs_29_plots():
    assert WINROCK_ONE[0].population == 62_500
    exact = plots_needed(WINROCK_ONE, NEYMAN, Fraction("10.16"), Fraction(2))
    assert math.ceil(exact) == 29


def test_winrock_three_strata_need_18_plots_15_2_1():
    assert [s.population for s in WINROCK_THREE] == [42_500, 11_250, 8_750]
    exact = plots_needed(WINROCK_THREE, NEYMAN, Fraction("10.16"), Fraction(2))
    assert math.ceil(exact) == 18
    weights = allocation_weights(WINROCK_THREE, NEYMAN)
    assert allocate(18, weights, [0, 0, 0], [99, 99, 99]) == (15, 2, 1)


def test_the_formula_is_that_of_the_cdm_tool_and_of_winrock():
    """n = N t² (Σ w s)² / (N E² + t² Σ w s²) and (Σ N_h s_h)² / (N² E²/t² + Σ N_h s_h²), term by term."""
    t, error = Fraction("1.645"), Fraction("10.16")
    sizes = [Fraction(42_500), Fraction(11_250), Fraction(8_750)]
    sds = [Fraction("26.2"), Fraction(14), Fraction("8.2")]
    whole = sum(sizes)
    ws = sum(n / whole * s for n, s in zip(sizes, sds, strict=True))
    wss = sum(n / whole * s * s for n, s in zip(sizes, sds, strict=True))
    cdm = whole * t**2 * ws**2 / (whole * error**2 + t**2 * wss)
    winrock = sum(n * s for n, s in zip(sizes, sds, strict=True)) ** 2 / (
        whole**2 * error**2 / t**2 + sum(n * s * s for n, s in zip(sizes, sds, strict=True))
    )
    assert plots_needed(WINROCK_THREE, NEYMAN, error, t) == cdm == winrock


def test_one_stratum_is_the_simple_formula_with_the_coefficient_of_variation():
    """n = t² CV² / (ε² + t² CV²/N)."""
    (one,) = WINROCK_ONE
    t, cv, epsilon = Fraction(2), one.sd / one.mean, Fraction("0.1")
    simple = t**2 * cv**2 / (epsilon**2 + t**2 * cv**2 / one.population)
    assert plots_needed(WINROCK_ONE, PROPORTIONAL, epsilon * one.mean, t) == simple


# Scheaffer, Mendenhall and Ott, Elementary Survey Sampling: television viewing in two towns and a rural area,
# N = 155, 62, 93; standard deviations 5, 15, 10; bound 2, that is V = 1; costs 9, 9, 16.
HOUSEHOLDS = tuple(
    StratumFacts(name, size, Fraction(1), Fraction(1), Fraction(sd), Fraction(cost))
    for name, size, sd, cost in (("a", 155, 5, 9), ("b", 62, 15, 9), ("c", 93, 10, 16))
)


def test_scheaffer_optimal_allocation_with_costs():
    exact = plots_needed(HOUSEHOLDS, COST, Fraction(2), Fraction(2))
    assert float(exact) == pytest.approx(57.42, abs=0.005)
    weights = allocation_weights(HOUSEHOLDS, COST)
    fractions = [float(w / sum(weights)) for w in weights]
    assert fractions == pytest.approx([0.32, 0.39, 0.29], abs=0.005)
    assert allocate(58, weights, [0] * 3, [155, 62, 93]) == (19, 22, 17)


def test_scheaffer_neyman_allocation():
    exact = plots_needed(HOUSEHOLDS, NEYMAN, Fraction(2), Fraction(2))
    assert float(exact) == pytest.approx(2635**2 / (310**2 + 27_125), rel=1e-12)
    assert math.ceil(exact) == 57
    assert allocate(57, allocation_weights(HOUSEHOLDS, NEYMAN), [0] * 3, [155, 62, 93]) == (17, 20, 20)


def test_student_t_is_taken_again_until_it_is_that_of_n():
    """By hand: CV 0.2667, 10 % at 90 %. z = 1.644854 asks for 20, t(19) = 1.729133 for 22, t(21) = 1.720743 for 22."""
    found = sample_size(WINROCK_ONE, TEN_AT_90, NEYMAN)
    assert [(step.df, step.t, step.plots) for step in found.steps] == [
        (None, 1.644854, 20),
        (19, 1.729133, 22),
        (21, 1.720743, 22),
    ]
    assert found.plots == 22
    assert found.error_abs == Fraction("10.16")


def test_quantiles_are_the_published_ones():
    assert z_value(Fraction("0.90")) == 1.644854
    assert z_value(Fraction("0.95")) == 1.959964
    assert t_value(10, Fraction("0.90")) == 1.812461
    assert t_value(30, Fraction("0.95")) == 2.042272


def test_small_strata_get_three_plots_and_whole_plots_keep_the_precision_too():
    """The formula asks for 12; with 3 + 3 in the small strata 14 miss 11.41 tC/ha by a little, and 15 keep it."""
    plan = plan_for_precision(WINROCK_THREE, TEN_AT_90, NEYMAN)
    assert plan.size is not None
    assert (plan.size.plots, plan.plots, plan.counts) == (12, 15, (9, 3, 3))
    mean = 0.68 * 126.6 + 0.18 * 76.0 + 0.14 * 102.2
    t_11, t_12 = 1.795885, 1.782288
    assert t_11 * three_strata_se(8) > 0.10 * mean
    assert plan.expected_error == pytest.approx(t_12 * three_strata_se(9) / mean, rel=1e-6)
    assert plan.expected_error <= 0.10


def three_strata_se(first):
    """Worked by hand from W = 0.68, 0.18, 0.14 and the printed standard deviations, with 3 plots in the last two."""
    variance = 0.68**2 * 26.2**2 * (1 / first - 1 / 42_500)
    variance += 0.18**2 * 14**2 * (1 / 3 - 1 / 11_250) + 0.14**2 * 8.2**2 * (1 / 3 - 1 / 8_750)
    return math.sqrt(variance)


def test_a_given_number_of_plots_says_what_it_can_be_expected_to_give():
    plan = plan_for_number(WINROCK_ONE, 50, TEN_AT_90, NEYMAN)
    variance = 27.1**2 * (1 / 50 - 1 / 62_500)
    assert plan.counts == (50,)
    assert plan.expected_error == pytest.approx(t_value(49, Fraction("0.90")) * math.sqrt(variance) / 101.6)


def test_a_stratum_that_is_measured_whole_adds_no_error():
    tiny = stratum("tiny", 1, 50, 30, plot_m2=2500)
    assert tiny.population == 4
    assert expected_error((tiny,), (4,), Fraction("0.90")) == 0.0


def test_plots_that_stand_already_are_all_kept():
    plan = plan_for_precision(WINROCK_THREE, TEN_AT_90, NEYMAN, kept=(0, 9, 0))
    assert plan.counts[1] == 9
    assert sum(plan.counts) == plan.plots


REFUSED = [
    ((), TEN_AT_90, "no_strata"),
    ((stratum("a", 0, 10, 1),), TEN_AT_90, "area_unknown"),
    ((stratum("a", 10, 10, -1),), TEN_AT_90, "sd_negative"),
    ((stratum("a", 10, 10, 0),), TEN_AT_90, "no_variance"),
    ((stratum("a", 10, 0, 2),), TEN_AT_90, "mean_not_positive"),
    ((stratum("a", 10, 10, 2, cost=0),), TEN_AT_90, "cost_not_positive"),
    ((stratum("a", 10, 10, 2), stratum("a", 10, 10, 2)), TEN_AT_90, "stratum_repeated"),
    ((stratum("a", 10, 10, 2),), Goal(Fraction(0), Fraction("0.9")), "error_out_of_range"),
    ((stratum("a", 10, 10, 2),), Goal(Fraction("0.1"), Fraction(1)), "confidence_out_of_range"),
    ((stratum("a", 10_000, 10, 2),), Goal(Fraction(1, 10_000), Fraction("0.9")), "design_too_large"),
    ((stratum("a", 1, 10, 2, plot_m2=5000),), TEN_AT_90, "plots_too_many"),
]


@pytest.mark.parametrize(("strata", "goal", "code"), REFUSED, ids=[code for *_rest, code in REFUSED])
def test_what_makes_no_sense_is_refused(strata, goal, code):
    with pytest.raises(DesignRefusal) as refused:
        plan_for_precision(strata, goal, NEYMAN)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("plots", "code"), [(5, "plots_too_few"), (70_000, "plots_too_many"), (20_001, "design_too_large")]
)
def test_a_number_that_does_not_go_in_is_refused(plots, code):
    with pytest.raises(DesignRefusal) as refused:
        plan_for_number(WINROCK_THREE, plots, TEN_AT_90, NEYMAN)
    assert refused.value.code == code


decimals = st.integers(1, 5000).map(lambda tenths: Fraction(tenths, 10))
any_stratum = st.tuples(st.integers(50, 5000), decimals, decimals, st.integers(1, 50))
any_strata = (
    st.lists(any_stratum, min_size=1, max_size=6)
    .map(lambda rows: tuple(stratum(str(index), *row[:3], cost=row[3]) for index, row in enumerate(rows)))
    # No more spread than three times the mean: beyond that a design may be too large, which has its own example.
    .filter(lambda strata: max(one.sd for one in strata) <= 3 * min(one.mean for one in strata))
)


@given(any_strata, st.sampled_from([PROPORTIONAL, NEYMAN, COST]), st.integers(5, 40), st.integers(1, 20))
def test_more_precision_never_asks_for_fewer_plots_and_each_stratum_has_three(strata, allocation, percent, more):
    loose = Goal(Fraction(percent + more, 100), Fraction("0.9"))
    tight = Goal(Fraction(percent, 100), Fraction("0.9"))
    few, many = (plan_for_precision(strata, goal, allocation) for goal in (loose, tight))
    assert few.plots <= many.plots
    for plan, goal in ((few, loose), (many, tight)):
        assert sum(plan.counts) == plan.plots
        assert min(plan.counts) >= 3
        assert plan.expected_error <= float(goal.relative_error) * (1 + 1e-9)
        assert all(count <= s.population for count, s in zip(plan.counts, plan.strata, strict=True))


@given(any_strata, st.sampled_from([PROPORTIONAL, NEYMAN, COST]))
def test_the_order_of_strata_does_not_matter(strata, allocation):
    one = plan_for_precision(strata, TEN_AT_90, allocation)
    assert one == plan_for_precision(tuple(reversed(strata)), TEN_AT_90, allocation)


bounds = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 5), st.integers(0, 50)), min_size=1, max_size=8)


@given(bounds, st.integers(0, 10**6))
def test_shares_add_up_inside_their_bounds(rows, pick):
    weights = [Fraction(weight) for weight, _low, _room in rows]
    least = [low for _weight, low, _room in rows]
    most = [low + room for _weight, low, room in rows]
    plots = sum(least) + pick % (sum(most) - sum(least) + 1)
    parts = allocate(plots, weights, least, most)
    assert sum(parts) == plots
    assert all(low <= part <= high for low, part, high in zip(least, parts, most, strict=True))
