"""Estimators against figures printed in textbooks, recomputed here from the printed observations, and by hand."""

import math
from fractions import Fraction

import pytest

from tanhui.core.carbon.estimation import (
    AR_TOOL14,
    RESIDUAL,
    SATTERTHWAITE,
    DomainSample,
    Known,
    Sample,
    combined,
    domain_estimate,
    mean_by_ratio,
    partial_replacement,
    post_stratified,
    ratio_of_means,
    regression_mean,
    simple,
)
from tanhui.core.carbon.sampling import Estimate, t_value


def exact(*values) -> tuple[Fraction, ...]:
    return tuple(Fraction(str(value)) for value in values)


# Scheaffer, Mendenhall and Ott, Elementary Survey Sampling: nine of 484 accounts receivable.
ACCOUNTS = exact("33.5", 32, 52, 43, 40, 41, 45, "42.5", 39)
# The same book: hours of television in two towns and a rural area of 155, 62 and 93 households.
TOWN_A = exact(35, 43, 36, 39, 28, 28, 29, 25, 38, 27, 26, 32, 29, 40, 35, 41, 37, 31, 45, 34)
TOWN_B = exact(27, 15, 4, 41, 49, 25, 10, 30)
RURAL = exact(8, 14, 12, 15, 30, 32, 21, 20, 34, 7, 11, 24)
# The same book: sugar content and weight (pounds) of ten oranges out of a truck of 1,800 pounds.
SUGAR = exact(".021", ".030", ".025", ".022", ".033", ".027", ".019", ".021", ".023", ".025")
WEIGHT = exact(".40", ".48", ".43", ".42", ".50", ".46", ".39", ".41", ".42", ".44")
# Lohr, Sampling: Design and Analysis: dead trees on 25 of 100 plots, counted on photographs and in the field.
PHOTO = exact(10, 12, 7, 13, 13, 6, 17, 16, 15, 10, 14, 12, 10, 5, 12, 10, 10, 9, 6, 11, 7, 9, 11, 10, 10)
FIELD = exact(15, 14, 9, 14, 8, 5, 18, 15, 13, 15, 11, 15, 12, 8, 13, 9, 11, 12, 9, 12, 13, 11, 10, 9, 8)


def test_simple_random_sampling_as_printed():
    # Printed: mean 40.89, s² = 35.67, bound of two standard errors 3.94.
    estimate = simple(Sample("accounts", ACCOUNTS, Fraction(484)))
    assert round(float(estimate.value), 2) == 40.89
    assert 2 * estimate.se == pytest.approx(3.94, abs=0.005)
    assert estimate.df == 8


def test_stratified_sampling_as_printed():
    # Printed: 27.7 hours, variance 1.97, bound 2.8; total of 310 households 8,579.25.
    strata = [("A", TOWN_A, 155), ("B", TOWN_B, 62), ("rural", RURAL, 93)]
    totals = [simple(Sample(name, hours, Fraction(size))).scaled(Fraction(size)) for name, hours, size in strata]
    total = combined(totals)
    mean = total.scaled(Fraction(1, 310))
    assert float(total.value) == 8579.25
    assert round(float(mean.variance), 2) == 1.97
    assert 2 * mean.se == pytest.approx(2.8, abs=0.05)
    assert total.df == 40 - 3


def test_the_ratio_of_means_as_printed():
    # Printed: total sugar 101.79 pounds, bound of two standard errors 6.3 (fpc taken as 1).
    ratio = ratio_of_means(SUGAR, WEIGHT)
    total = ratio.scaled(Fraction(1800))
    assert round(float(total.value), 2) == 101.79
    assert round(2 * total.se, 1) == 6.3
    assert ratio.df == 9


def test_the_regression_estimator_as_printed():
    # Printed: slope 0.613, mean 11.99 dead trees a plot, standard error 0.408 with n/N = 25/100.
    estimate = regression_mean(FIELD, PHOTO, Known(Fraction("11.3")), AR_TOOL14, Fraction(100))
    assert round(float(estimate.value), 2) == 11.99
    assert round(estimate.se, 3) == 0.408
    assert estimate.df == 24


def test_ar_tool14_double_sampling_by_hand():
    # x = 1, 2, 3, 4 and y = 2, 3, 5, 6: slope 7/5, Σxx = 5, Σyy = 10, Σxy = 7, ρ² = 49/50, s² = 10/3.
    # First phase of 16 points with mean 3: ȳ + 7/5·(3 − 5/2) = 4 + 7/10. α = 4/16.
    # Variance (10/3)/4·(1 − 3/4·49/50) = 5/6·53/200 = 53/240.
    estimate = regression_mean(exact(2, 3, 5, 6), exact(1, 2, 3, 4), Known(Fraction(3), Fraction(16)), AR_TOOL14)
    assert (estimate.value, estimate.variance, estimate.df) == (Fraction(47, 10), Fraction(53, 240), 3)


def test_textbook_double_sampling_by_hand():
    # The same plots. Residual sum 10 − 49/5 = 1/5, s_e² = 1/10. Variance 1/10·(1/4 + (1/2)²/5) + (10/3 − 1/10)/16
    # = 3/100 + 97/480 = 557/2400; known everywhere only the first term, 3/100. df = n − 2.
    plots = exact(2, 3, 5, 6), exact(1, 2, 3, 4)
    phased = regression_mean(*plots, Known(Fraction(3), Fraction(16)), RESIDUAL)
    assert (phased.value, phased.variance, phased.df) == (Fraction(47, 10), Fraction(557, 2400), 2)
    assert regression_mean(*plots, Known(Fraction(3)), RESIDUAL).variance == Fraction(3, 100)
    # With N = 40 the first phase loses s²/N = 1/12, and x known everywhere leaves 1 − 4/40.
    finite = regression_mean(*plots, Known(Fraction(3), Fraction(16)), RESIDUAL, Fraction(40))
    assert finite.variance == Fraction(557, 2400) - Fraction(1, 12)
    assert regression_mean(*plots, Known(Fraction(3)), RESIDUAL, Fraction(40)).variance == Fraction(27, 1000)


def test_no_line_through_too_few_plots_or_through_one_figure():
    assert regression_mean(exact(1, 2), exact(1, 2), Known(Fraction(1)), AR_TOOL14) is None
    assert regression_mean(exact(1, 2, 3), exact(4, 4, 4), Known(Fraction(4)), AR_TOOL14) is None


def test_post_stratification_by_hand_with_both_terms():
    # Weights 3/4 and 1/4; plots 1, 2, 3 (s² = 1) and 4, 8 (s² = 8), n = 5. Mean 3/4·2 + 1/4·6 = 3.
    # First term (3/4·1 + 1/4·8)/5 = 11/20; second (1/4·1 + 3/4·8)/25 = 1/4. Together 4/5.
    # In Bechtold and Patterson's form: 1/5·[3/4·3·1/3 + 1/4·2·4 + 1/4·3/5·1/3 + 3/4·2/5·4] = 1/5·[11/4 + 5/4] = 4/5.
    strata, weights = [Sample("A", exact(1, 2, 3)), Sample("B", exact(4, 8))], exact("0.75", "0.25")
    estimate = post_stratified(strata, weights, None)
    assert (estimate.value, estimate.variance, estimate.df, estimate.n) == (Fraction(3), Fraction(4, 5), 3, 5)
    # With N = 50 the first term alone shrinks by 1 − 5/50.
    assert post_stratified(strata, weights, Fraction(50)).variance == Fraction(11, 20) * Fraction(9, 10) + Fraction(
        1, 4
    )


def test_a_post_stratum_with_one_plot_leaves_no_variance():
    estimate = post_stratified([Sample("A", exact(1, 2)), Sample("B", exact(4))], exact("0.5", "0.5"), None)
    assert (estimate.value, estimate.variance) == (Fraction(11, 4), None)


def test_a_domain_by_hand():
    # Two strata of 100 ha. A: expanded 100, 300, 0, 0 on areas 100, 100, 0, 0; B: 200, 0 on 100, 0.
    # Totals 100 and 100, variances 20000/4 and 20000/2. Areas 50 and 50. R = 2.
    # Residuals A −100, 100, 0, 0: s²/4 = 5000/3; B 0, 0: none. Variance of R 5000/3/100² = 1/6.
    samples = [
        DomainSample("A", exact(100, 300, 0, 0), exact(100, 100, 0, 0)),
        DomainSample("B", exact(200, 0), exact(100, 0)),
        DomainSample("C", exact(0, 0, 0), exact(0, 0, 0)),
    ]
    found = domain_estimate(samples)
    assert (found.total.value, found.total.variance, found.total.df) == (200, 15000, 4)
    assert (found.area_ha.value, found.plots) == (100, 3)
    assert (found.per_ha.value, found.per_ha.variance) == (2, Fraction(1, 6))
    assert domain_estimate(samples[2:]) is None


def test_taking_a_domain_for_a_sample_of_its_own_would_be_too_sure():
    # Taken alone the two plots give (2/4)² · 20000/2 = 2500; it is 5000.
    whole = domain_estimate([DomainSample("A", exact(100, 300, 0, 0), exact(100, 100, 0, 0))])
    subset = simple(Sample("A", exact(100, 300))).scaled(Fraction(1, 2))
    assert (subset.value, whole.total.value) == (100, 100)
    assert (subset.variance, whole.total.variance) == (2500, 5000)


def test_partial_replacement_by_hand():
    # Pairs 1, 2, 3: mean 2, variance 1/3. Lost 4, 6 and new 7, 9: means 5 and 8, a change of 3 with variance 1 + 1.
    # w = 2/(1/3 + 2) = 6/7. Change 6/7·2 + 1/7·3 = 15/7, variance 1/3·6/7 = 2/7, df of the pairs.
    change = partial_replacement(Sample("", exact(1, 2, 3)), Sample("", exact(4, 6)), Sample("", exact(7, 9)))
    assert change.estimate == Estimate(7, Fraction(15, 7), Fraction(2, 7), 2)
    assert (change.weight, change.unpaired) == (Fraction(6, 7), 4)


def test_too_few_unpaired_plots_leave_the_pairs_alone():
    change = partial_replacement(Sample("", exact(1, 2, 3)), Sample("", exact(4)), Sample("", exact(7, 9)))
    assert (change.estimate.value, change.weight, change.unpaired) == (2, 1, 0)


def test_satterthwaite_by_hand():
    # Variances 1/3 on 2 df and 4 on 1: (13/3)² / ((1/9)/2 + 16/1) = (169/9)/(289/18) = 338/289, rounded down to 1.
    parts = [simple(Sample("A", exact(1, 2, 3))), simple(Sample("B", exact(4, 8)))]
    assert combined(parts, SATTERTHWAITE).df == 1
    assert combined(parts).df == 3
    assert combined(parts, SATTERTHWAITE).variance == combined(parts).variance == Fraction(13, 3)


@pytest.mark.parametrize(
    ("df", "confidence", "printed"),
    [
        # Student's t as printed in Fisher and Yates, table III, to three decimals.
        (1, "0.90", 6.314), (2, "0.90", 2.920), (5, "0.90", 2.015), (10, "0.90", 1.812), (30, "0.90", 1.697),
        (1, "0.95", 12.706), (4, "0.95", 2.776), (9, "0.95", 2.262), (24, "0.95", 2.064), (120, "0.95", 1.980),
        (3, "0.99", 5.841), (15, "0.99", 2.947), (60, "0.99", 2.660),
    ],
)  # fmt: skip
def test_t_values_as_printed(df, confidence, printed):
    assert round(t_value(df, Fraction(confidence)), 3) == printed


def test_the_mean_by_ratio_scales_the_ratio():
    ratio, mean = ratio_of_means(SUGAR, WEIGHT), mean_by_ratio(SUGAR, WEIGHT, Fraction("0.45"))
    assert mean.value == ratio.value * Fraction("0.45")
    assert mean.se == pytest.approx(ratio.se * 0.45)
    assert math.isclose(float(ratio_of_means(WEIGHT, WEIGHT).variance), 0)
