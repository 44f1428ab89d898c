"""Errors beyond sampling: closed form against draws and against sums by hand; streams, stops and order."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from carbon_surveys import forest, mixed_region, table
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from tanhui.core.carbon import evaluate, load_method, parse_survey
from tanhui.core.carbon.assessment.frame import frame_of
from tanhui.core.carbon.assessment.uncertain import wanted_pools
from tanhui.core.carbon.method import Equation
from tanhui.core.carbon.method.parse import CONFIDENCES
from tanhui.core.carbon.uncertainty import (
    DrawsFault,
    Item,
    Run,
    Shared,
    block_of,
    blocks_of,
    contributions,
    drawn,
    log_sd,
    model_of,
    rates_of,
    shipped_rates,
)
from tanhui.core.carbon.uncertainty.soil_errors import soil_errors
from tanhui.core.carbon.uncertainty.streams import LEAF, OWN, Stream, quantiles
from tanhui.core.carbon.uncertainty.tree_errors import elasticities

DRAWS = 20_000
LEVEL = Shared("equation_coefficient", "Pinus, level")


def item(plot="P", number=1, bearer="tree 1", value=100.0, own=0.0, shared=None):
    return Item(plot, number, bearer, value, {"dbh": own}, shared or {})


def run_of(items, rows, draws=DRAWS, residual=None, seed=5):
    block = block_of(items)
    model = model_of([block._replace(residual=np.full(len(items), residual or 0.0))])
    return Run(model, csr_array(np.array(rows, dtype=float)), seed, draws)


def agrees(run):
    """Draws and closed form: a standard deviation of N draws is known to 1/√(2N) of itself, a mean to σ/√N."""
    found = drawn(run).totals
    expected = contributions(run.model, run.weights).total ** 0.5
    sums = np.zeros(len(run.model.cells))
    np.add.at(sums, run.model.cell_of, run.model.values)
    means = run.weights @ sums
    for row, sd, mean in zip(found, expected, means, strict=True):
        assert row.std(ddof=1) == pytest.approx(sd, rel=5 / math.sqrt(2 * len(row)))
        assert row.mean() == pytest.approx(mean, abs=5 * sd / math.sqrt(len(row)))
    return expected


def test_errors_of_single_items_by_hand():
    # Two trees of 100 and 50 with 10 % and 20 %: variance 100²·(e^0.01 − 1) + 50²·(e^0.04 − 1).
    expected = agrees(run_of([item(own=0.1), item(bearer="tree 2", value=50.0, own=0.2)], [[1]]))
    assert expected[0] == pytest.approx(math.sqrt(1e4 * math.expm1(0.01) + 2500 * math.expm1(0.04)))


def test_a_shared_error_does_not_average_out():
    # A hundred trees of 1 with a shared 10 % vary like one of 100; each for itself they vary like one of 10.
    shared = [item(bearer=f"tree {n}", value=1.0, shared={LEVEL: 0.1}) for n in range(100)]
    alone = [item(bearer=f"tree {n}", value=1.0, own=0.1) for n in range(100)]
    together, apart = agrees(run_of(shared, [[1]]))[0], agrees(run_of(alone, [[1]]))[0]
    assert together == pytest.approx(100 * math.sqrt(math.expm1(0.01)), rel=1e-4)
    assert apart == pytest.approx(10 * math.sqrt(math.expm1(0.01)))


def test_what_a_tree_departs_from_its_equation_nearly_cancels_in_its_growth():
    # 100 and 110 with the same residual of 20 %: the change varies by 10²·(e^0.04 − 1), each stock by its own square.
    run = run_of([item(number=1), item(number=2, value=110.0)], [[1, 0], [0, 1], [-1, 1]], residual=0.2)
    expected = agrees(run)
    assert expected == pytest.approx([value * math.sqrt(math.expm1(0.04)) for value in (100, 110, 10)], rel=1e-3)


def test_measurements_of_two_rounds_do_not_cancel():
    run = run_of([item(number=1, own=0.05), item(number=2, value=110.0, own=0.05)], [[-1, 1]])
    assert agrees(run)[0] == pytest.approx(math.sqrt((100**2 + 110**2) * math.expm1(0.0025)))


def test_sources_stand_apart_and_add_up():
    run = run_of([item(own=0.1, shared={LEVEL: 0.05, Shared("carbon_fraction", "Pinus"): 0.02})], [[2]])
    parts = contributions(run.model, run.weights).of(0)
    assert parts["dbh"] == pytest.approx(200**2 * math.expm1(0.01))
    assert parts["equation_coefficient"] == pytest.approx(200**2 * math.expm1(0.05**2), rel=1e-5)
    assert parts["carbon_fraction"] == pytest.approx(200**2 * math.expm1(0.02**2), rel=1e-5)
    assert sum(parts.values()) == pytest.approx(contributions(run.model, run.weights).total[0])
    agrees(run)


def many(count=40):
    return [
        item(plot=f"P{n % 7}", number=n % 2 + 1, bearer=f"tree {n // 2}", value=1.0 + n, own=0.1, shared={LEVEL: 0.03})
        for n in range(count)
    ]


MANY_ROWS = [[1] * 14, [-1, 1] * 7]


def test_a_stopped_run_goes_on_to_the_same_draws():
    run = run_of(many(), MANY_ROWS, draws=500, residual=0.2)
    whole = drawn(run).totals
    states = []
    part = drawn(run, told=lambda done, state: done < 3 or bool(states.append(state())))
    assert (part.done, part.totals.shape[1]) == (3 * LEAF, 3 * LEAF)
    assert (drawn(run, resume=states[0]).totals == whole).all()


def test_more_draws_begin_with_the_same():
    few, more = (drawn(run_of(many(), MANY_ROWS, draws=draws)).totals for draws in (70, 700))
    assert few.shape[1] == 70
    assert (more[:, :70] == few).all()


def test_a_state_of_another_run_is_refused():
    states = []
    drawn(run_of(many(), MANY_ROWS, draws=200), told=lambda _done, state: bool(states.append(state())))
    for other in (run_of(many(), MANY_ROWS, draws=201), run_of(many(), MANY_ROWS, draws=200, seed=6)):
        with pytest.raises(DrawsFault, match="another run"):
            drawn(other, resume=states[0])
    with pytest.raises(DrawsFault, match="not whole"):
        drawn(run_of(many(), MANY_ROWS, draws=200), resume=states[0][:-8])


@settings(max_examples=20, deadline=None)
@given(st.permutations(many(12)))
def test_the_order_of_items_changes_nothing(shuffled):
    first = drawn(run_of(many(12), [[1] * 12], draws=64, residual=0.1))
    assert (drawn(run_of(shuffled, [[1] * 12], draws=64, residual=0.1)).totals == first.totals).all()


def test_another_seed_gives_other_draws():
    one, other = (drawn(run_of(many(), MANY_ROWS, draws=64, seed=seed)).totals for seed in (1, 2))
    assert (one != other).all()


def test_the_numbers_of_a_stream_are_fixed_for_ever():
    # Philox 4x64 under the key (7, 1) with the counter (0, 0, 3, 0); a change here would change every result.
    assert Stream(7, OWN, 3).normals(1)[0, :4].tolist() == GOLDEN_NORMALS
    assert Stream(7, OWN, 3).fine_uniforms(1)[0, :2].tolist() == GOLDEN_UNIFORMS


GOLDEN_NORMALS = [0.884126645096, 0.178434498946, 0.097016297319, 0.744533699252]
GOLDEN_UNIFORMS = [0.7717214758905613, 0.5808621754992542]


def test_quantiles_are_normal():
    found = quantiles()
    assert len(found) == 65536
    assert found.mean() == pytest.approx(0, abs=1e-12)
    assert (found**2).mean() == pytest.approx(1, abs=1e-11)
    assert (found**4).mean() == pytest.approx(3, abs=0.002)
    assert (np.diff(found) > 0).all()


def equation(form="power", variable="d2h", a="0.05", b="0.9"):
    return Equation("Pinus", "stem", form, variable, a, b, (5.0, 45.0), (2.0, 30.0), True, "test", "found", "")


def test_elasticities_of_a_power_law_are_its_exponents():
    dbh, height = np.array([15.0, 30.0]), np.array([11.0, 20.0])
    mass, by_dbh, by_height = elasticities(dbh, height, [equation()])
    assert mass == pytest.approx(0.05 * (dbh**2 * height) ** 0.9, rel=1e-6)
    assert by_dbh == pytest.approx([1.8, 1.8], abs=1e-5)
    assert by_height == pytest.approx([0.9, 0.9], abs=1e-5)
    _, by_dbh, by_height = elasticities(dbh, height, [equation("exp", "d", "-2", "2.4")])
    assert by_dbh == pytest.approx([2.4, 2.4], abs=1e-5)
    assert by_height.tolist() == [0, 0]


def test_elasticities_of_two_organs_lie_between_theirs():
    _, by_dbh, _ = elasticities(np.array([15.0]), np.array([11.0]), [equation(b="0.6"), equation(b="1.1", a="0.01")])
    assert 1.2 < by_dbh[0] < 2.2


def model_at(files, method):
    survey = parse_survey(files)
    evaluation = evaluate(survey, load_method(method))
    frame = frame_of(evaluation)
    return model_of(blocks_of(evaluation.stocks, wanted_pools(evaluation, frame))), evaluation


@pytest.mark.parametrize("method", ["baotou-stock-difference", "ar-tool14"])
def test_items_add_up_to_the_densities_that_count(method):
    model, evaluation = model_at(mixed_region(6, 4, 0, 9), method)
    sums = dict.fromkeys(model.cells, 0.0)
    for place, value in zip(model.cell_of.tolist(), model.values.tolist(), strict=True):
        sums[model.cells[place]] += value
    strata = {plot.name: plot.stratum for plot in evaluation.stocks.survey.plots}
    pools = {result.stratum.name: result.pools for result in evaluation.strata}
    for (plot, number), total in sums.items():
        known = [evaluation.stocks.density(plot, number, pool) for pool in pools[strata[plot]]]
        assert total == pytest.approx(sum(float(found.carbon_t_ha) for found in known))


def test_single_trees_by_hand():
    # One tree of a published mass, D error ±2 % at 95 %, exponent 2.5: σ = 2.5·√ln(1 + (0.02/1.959964)²).
    model, _ = model_at(forest({"A": [(1000, 1500), (1200, 1650)]}, {"A": 10}), "published-tree-biomass")
    assert model.values.tolist() == pytest.approx([4.7, 7.05, 5.64, 7.755])
    assert model.own[0] == pytest.approx(2.5 * log_sd(0.02 / 1.959964))
    assert model.residual == pytest.approx([log_sd(0.2)] * 4)
    assert model.bearer_of.tolist() == [0, 0, 1, 1]
    shared = {
        (found.source, found.name): loading
        for found, loading in zip(model.shared, model.loadings.toarray()[0], strict=True)
    }
    assert shared["dbh", "round 1"] == pytest.approx(2.5 * log_sd(0.005))
    assert shared["dbh", "round 2"] == 0
    # The carbon fraction 0.47 lies between 0.43 and 0.55 with 95 %: σ = 0.12/(2·1.959964)/0.47.
    assert shared["carbon_fraction", "tree"] == pytest.approx(log_sd(0.12 / 3.919928 / 0.47))
    assert shared["equation_coefficient", "Pinus, level"] == pytest.approx(log_sd(0.05))


def test_soil_layers_by_hand():
    # Layers 0-10 of 1.5·20 and 10-20 of 1.5·10: weights 2/3 and 1/3. Bulk density 5 %: √(4/9 + 1/9)·5 %.
    # Organic carbon has a printed error of 2 of 20 in the first layer, and 5 % in the second.
    files = forest({"A": [(1, 1)]}, {"A": 1})
    files["soil.csv"] = table(
        "plot,round,top_cm,bottom_cm,bulk_density_g_cm3,soc_g_kg,soc_error",
        [("A0", 1, 0, 10, 1.5, 20, 2), ("A0", 1, 10, 20, 1.5, 10, None)],
    )
    found = soil_errors(parse_survey(files), shipped_rates())["A0", 1]
    assert found["soil_bulk_density"] == pytest.approx(log_sd(0.05 * math.sqrt(5) / 3))
    assert found["soil_carbon"] == pytest.approx(log_sd(0.05 / 3))
    assert found["printed_error"] == pytest.approx(log_sd(0.1 * 2 / 3))


def test_stand_volume_shares_its_factors_by_species():
    files = {
        "strata.csv": table("stratum,ecosystem,area_ha", [("A", "forest", 10)]),
        "plots.csv": table("plot,stratum", [("P1", "A"), ("P2", "A")]),
        "visits.csv": table("plot,round,year", [("P1", 1, 2020), ("P2", 1, 2020)]),
        "stands.csv": table("plot,round,species,volume_m3_ha", [("P1", 1, "落叶松", 100), ("P2", 1, "落叶松", 50)]),
    }
    model, _ = model_at(files, "stand-volume")
    assert {found.source for found in model.shared} == {"carbon_fraction", "expansion", "root_ratio", "wood_density"}
    by_name = dict(zip((found.source for found in model.shared), model.loadings.toarray()[0], strict=True))
    # Roots are 0.212 of the shoots: an error of the ratio moves 0.212/1.212 of the biomass.
    assert by_name["root_ratio"] == pytest.approx(shipped_rates()["root_ratio_percent"].log_sd * 0.212 / 1.212)


def test_every_rate_has_a_source_and_lies_in_its_range():
    for rate in shipped_rates().values():
        assert float(rate.low) <= rate.value <= float(rate.high), rate.name
        assert rate.source, rate.name
        assert rate.confidence in CONFIDENCES, rate.name


def test_a_method_may_overrule_a_rate():
    method = load_method("given-pools")
    own = method.parameters["confidence_level"]._replace(name="dbh_random_percent", value=Fraction(1), source="its own")
    parameters = {**method.parameters, "dbh_random_percent": own}
    changed = rates_of(replace(method, parameters=parameters))
    assert (changed["dbh_random_percent"].value, changed["dbh_random_percent"].source) == (1.0, "its own")
    assert rates_of(method)["dbh_random_percent"] == shipped_rates()["dbh_random_percent"]
