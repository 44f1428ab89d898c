"""What holds of every estimator whatever the plots: order, scale, independence of strata, and where they meet."""

import random
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tanhui.core.carbon.estimation import (
    AR_TOOL14,
    RESIDUAL,
    SATTERTHWAITE,
    Candidate,
    DomainSample,
    Known,
    Sample,
    collapse,
    combined,
    domain_estimate,
    effects,
    mean_by_ratio,
    paired_change,
    post_stratified,
    regression_mean,
    simple,
)

values = st.integers(-(10**6), 10**6).map(lambda number: Fraction(number, 1000))
positive = st.integers(1, 10**6).map(lambda number: Fraction(number, 1000))
plots = st.lists(values, min_size=2, max_size=12).map(tuple)
pairs = st.lists(st.tuples(values, positive), min_size=3, max_size=12)


def unzipped(rows):
    return tuple(row[0] for row in rows), tuple(row[1] for row in rows)


@settings(deadline=None)
@given(plots, positive)
def test_totals_scale(sample, factor):
    estimate = simple(Sample("", tuple(value * factor for value in sample)))
    assert estimate == simple(Sample("", sample)).scaled(factor)


@settings(deadline=None)
@given(pairs, values, st.randoms())
def test_no_estimator_minds_the_order_of_plots(rows, mean, shuffler: random.Random):
    shuffled = list(rows)
    shuffler.shuffle(shuffled)
    first, second = unzipped(rows), unzipped(shuffled)
    for form in (AR_TOOL14, RESIDUAL):
        assert regression_mean(*first, Known(mean), form) == regression_mean(*second, Known(mean), form)
    assert mean_by_ratio(*first, mean) == mean_by_ratio(*second, mean)
    assert simple(Sample("", first[0])) == simple(Sample("", second[0]))


@settings(deadline=None)
@given(plots, plots, positive)
def test_a_stratum_is_what_it_is_whatever_stands_beside_it(first, second, area):
    alone = simple(Sample("A", first)).scaled(area)
    both = combined([alone, simple(Sample("B", second))])
    assert both.value - simple(Sample("B", second)).value == alone.value
    assert both.variance - simple(Sample("B", second)).variance == alone.variance


@settings(deadline=None)
@given(plots)
def test_one_post_stratum_is_a_simple_sample(sample):
    assert post_stratified([Sample("", sample)], [Fraction(1)], None) == simple(Sample("", sample))


@settings(deadline=None)
@given(plots)
def test_a_domain_that_is_everything_is_the_stratum(sample):
    found = domain_estimate([DomainSample("", sample, (Fraction(7),) * len(sample))])
    assert found.total == simple(Sample("", sample))
    assert found.per_ha == simple(Sample("", sample)).scaled(Fraction(1, 7))
    assert found.area_ha.variance == 0


@settings(deadline=None)
@given(st.lists(plots, min_size=1, max_size=5))
def test_effective_df_lie_between_the_smallest_and_their_sum(samples):
    parts = [simple(Sample("", sample)) for sample in samples]
    assume(all(part.variance for part in parts))
    df = combined(parts, SATTERTHWAITE).df
    assert min(part.df for part in parts) <= df <= sum(part.df for part in parts)


@settings(deadline=None)
@given(pairs, values)
def test_regression_is_never_surer_with_a_first_phase_than_with_full_knowledge(rows, mean):
    whole = regression_mean(*unzipped(rows), Known(mean), AR_TOOL14)
    phased = regression_mean(*unzipped(rows), Known(mean, Fraction(len(rows) * 3)), AR_TOOL14)
    assume(whole is not None)
    assert whole.value == phased.value
    assert whole.variance <= phased.variance <= simple(Sample("", unzipped(rows)[0])).variance


@settings(deadline=None)
@given(pairs)
def test_a_perfect_line_has_no_error(rows):
    auxiliary = unzipped(rows)[1]
    assume(len(set(auxiliary)) > 1)
    estimate = regression_mean(tuple(3 * x + 1 for x in auxiliary), auxiliary, Known(Fraction(5)), AR_TOOL14)
    assert (estimate.value, estimate.variance) == (16, 0)


@settings(deadline=None)
@given(plots, plots)
def test_paired_change_is_the_difference_of_the_means(first, second):
    size = min(len(first), len(second))
    before, after = Sample("", first[:size]), Sample("", second[:size])
    assert paired_change(before, after).value == simple(after).value - simple(before).value


@settings(deadline=None)
@given(st.tuples(positive, positive), st.tuples(positive, positive))
def test_effects_add_up_exactly(areas, stocks):
    found = effects(areas, stocks)
    assert found.change == stocks[1] - stocks[0]
    assert found.area_half + found.density_half == found.change


def test_effects_by_hand_and_of_new_land():
    # 100 ha at 2 tC/ha become 120 ha at 3: 360 − 200 = 160 = 20·2 + 100·1 + 20·1.
    assert effects((Fraction(100), Fraction(120)), (Fraction(200), Fraction(360))) == (40, 100, 20)
    assert effects((Fraction(0), Fraction(10)), (Fraction(0), Fraction(50))) == (50, 0, 0)
    assert effects((Fraction(10), Fraction(0)), (Fraction(50), Fraction(0))) == (-50, 0, 0)
    assert effects((Fraction(0), Fraction(0)), (Fraction(0), Fraction(0))) == (0, 0, 0)


def candidate(name, plots=1, ecosystem="forest", unit="", auxiliary=None):
    return Candidate(name, ecosystem, unit, plots, None if auxiliary is None else Fraction(auxiliary))


def labels(*candidates):
    return [group.label for group in collapse(candidates)]


def test_strata_join_within_ecosystem_and_unit_first():
    assert labels(candidate("A"), candidate("B", 5), candidate("C", 3)) == ["A + C", "B"]
    assert labels(candidate("A", unit="U"), candidate("B", 5, unit="U"), candidate("C", 3)) == ["A + B", "C"]
    assert labels(candidate("A", unit="U"), candidate("C", 3)) == ["A + C"]
    assert labels(candidate("A"), candidate("G", 3, "grassland")) == ["A", "G"]


def test_strata_join_the_nearest_auxiliary_mean():
    assert labels(candidate("A", auxiliary=10), candidate("B", 9, auxiliary=11), candidate("C", 3, auxiliary=50)) == [
        "A + B",
        "C",
    ]


def test_strata_without_plots_join_too_and_chains_end():
    assert labels(candidate("A", 0), candidate("B", 1), candidate("C", 1)) == ["A + B + C"]
    assert labels(candidate("A", 0), candidate("B", 0)) == ["A", "B"]


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("fg"), st.integers(0, 3)), min_size=1, max_size=8), st.randoms())
def test_joining_keeps_every_stratum_once_in_any_order(found, shuffler: random.Random):
    candidates = [candidate(f"S{place}", plots, eco) for place, (eco, plots) in enumerate(found)]
    groups = collapse(candidates)
    assert sorted(name for group in groups for name in group.names) == sorted(one.name for one in candidates)
    shuffler.shuffle(candidates)
    assert collapse(candidates) == groups
