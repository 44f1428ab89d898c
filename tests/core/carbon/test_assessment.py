"""Assessments: the whole document, on every set at hand and on small surveys whose numbers are known."""

import csv
import io
import json
import statistics
from dataclasses import replace
from fractions import Fraction

import pytest
from carbon_surveys import ALL_SETS, forest, mixed_region, row_of, shared_files, table
from hypothesis import given, settings
from hypothesis import strategies as st

from tanhui.core.canonical import hash_without
from tanhui.core.carbon import (
    AssessmentCancelled,
    Plan,
    PlanFault,
    assess,
    canonical_json,
    choose_method,
    load_method,
    parse_survey,
)

PLAN = Plan(seed=7, draws=0)


def assessed(files, plan: Plan = PLAN, method: str | None = None, **more) -> dict:
    survey = parse_survey(files)
    return assess(survey, load_method(method) if method else choose_method(survey), plan, **more).document()


def with_columns(files, **columns):
    """plots.csv with further columns, each a list in the order of the plots."""
    header, *rows = files["plots.csv"].decode().splitlines()
    lines = [[*row.split(","), *cells] for row, *cells in zip(rows, *columns.values(), strict=True)]
    return files | {"plots.csv": table(",".join([header, *columns]), lines)}


@pytest.mark.parametrize("name", ALL_SETS)
def test_every_set_is_assessed_into_a_document_that_closes_with_its_hash(name):
    document = assessed(shared_files(name), Plan(seed=7, draws=100))
    assert json.loads(canonical_json(document)) == document
    assert document["assessment_hash"] == hash_without(document, "assessment_hash")
    survey = parse_survey(shared_files(name))
    assert [row["plot"] for row in document["plots"]] == [plot.name for plot in survey.plots]


def test_the_last_change_of_the_series_is_that_of_the_evaluation():
    document = assessed(mixed_region(8, 8, 4, 3))
    change = row_of(document["series"]["changes"], scope="issued")
    assert change["removal_tco2e"] == document["evaluation"]["removal_tco2e"]
    assert change["removal_half_width_tco2e"] == document["evaluation"]["half_width_tco2e"]
    assert {row["scope"] for row in document["series"]["stocks"]} == {"issued", "forest", "grassland", "wetland"}


def test_three_rounds_give_three_stocks_and_two_changes():
    files = forest({"A": [(1000, 1200), (1100, 1400)]}, {"A": 100})
    later = [("A0", 3, "1", "Pinus", 20, 10, "live", 10, 1500), ("A1", 3, "1", "Pinus", 20, 10, "live", 10, 1700)]
    files["trees.csv"] += table("", later).split(b"\n", 1)[1]
    files["visits.csv"] += b"A0,3,2030\nA1,3,2030\n"
    series = assessed(files, method="published-tree-biomass")["series"]
    stocks = [row["total"] for row in series["stocks"] if row["scope"] == "issued"]
    # Masses of 100 kg are 1 t/ha: means 10.5, 13 and 16 t/ha of dry mass on 100 ha, 0.47 of it carbon.
    assert stocks == pytest.approx([1050 * 0.47, 1300 * 0.47, 1600 * 0.47])
    changes = [
        (row["from_round"], row["to_round"], row["total"]) for row in series["changes"] if row["scope"] == "issued"
    ]
    assert changes == [(1, 2, pytest.approx(250 * 0.47)), (2, 3, pytest.approx(300 * 0.47))]


def test_a_county_is_a_domain_and_not_a_sample_of_its_own():
    # 100 ha, four plots with changes of 1, 3, 0, 0 t/ha of dry mass; the county has the first two.
    # Expanded values 100, 300, 0, 0: mean 100 t, s² = 20000, variance 20000/4 = 5000.
    # Area: 100, 100, 0, 0: 50 ha. Mean 2 t/ha; residuals -100, 100, 0, 0: s² = 20000/3, variance 5000/3 over 50².
    files = forest({"A": [(1000, 1100), (1000, 1300), (500, 500), (600, 600)]}, {"A": 100})
    document = assessed(with_columns(files, county=["x", "x", "y", "y"]), method="published-tree-biomass")
    row = row_of(document["domains"], by="county", domain="x", scope="issued", round="change")
    assert (row["plots"], row["area_ha"]) == (2, 50)
    assert row["total"] == pytest.approx(100 * 0.47)
    assert row["total_se"] == pytest.approx(5000**0.5 * 0.47)
    assert row["mean"] == pytest.approx(2 * 0.47)
    assert row["se"] == pytest.approx((5000 / 3) ** 0.5 / 50 * 0.47)
    assert row["df"] == 3
    assert row["removal_tco2e"] == pytest.approx(100 * 0.47 * 44 / 12)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from("xyz"), min_size=12, max_size=12))
def test_domains_add_up_to_the_whole(owners):
    document = assessed(with_columns(mixed_region(6, 6, 0, 3), owner=list(owners)))
    for when in (1, 2, "change"):
        rows = [
            row for row in document["domains"] if (row["by"], row["scope"], row["round"]) == ("owner", "issued", when)
        ]
        whole = row_of(
            document["evaluation"]["estimates"], quantity="carbon_t_ha", pool="all", domain="all", round=when
        )
        assert sum(row["total"] for row in rows) == pytest.approx(whole["total"])
        assert sum(row["area_ha"] for row in rows) == pytest.approx(4000)


def test_strata_with_one_plot_are_joined_and_named():
    files = forest(
        {"A": [(1000, 1100)], "B": [(1000, 1300)], "C": [(500, 900), (600, 700), (800, 900)]},
        {"A": 10, "B": 20, "C": 30},
    )
    document = assessed(files, method="published-tree-biomass")
    assert {"code": "strata_joined", "params": {"strata": "A, B", "plots": 2}} in document["notes"]
    assert row_of(document["plots"], plot="A0")["counted_in"] == "A + B"
    alone = assessed(files, Plan(seed=7, draws=0, collapse=False), method="published-tree-biomass")
    assert alone["notes"] == []


def estimators(document, when="change"):
    return {row["estimator"]: row for row in document["estimators"] if (row["scope"], row["round"]) == ("issued", when)}


def test_all_estimators_stand_side_by_side_and_one_is_chosen():
    # Changes of 1, 2, 3 and 4, 8 t/ha on 300 and 100 ha; see test_carbon_sampling for the stratified 3 ± √0.4375.
    files = forest(
        {"A": [(1000, 1100), (1000, 1200), (500, 800)], "B": [(1000, 1400), (2000, 2800)]}, {"A": 300, "B": 100}
    )
    document = assessed(files, Plan(seed=1, draws=0, estimator="post_stratified"), "published-tree-biomass")
    rows = estimators(document)
    assert [name for name, row in rows.items() if row["chosen"]] == ["post_stratified"]
    assert rows["stratified"]["se"] == pytest.approx(0.4375**0.5 * 0.47)
    # One estimation unit, weights 3/4 and 1/4: variance 4/5 (test_estimators_published).
    assert rows["post_stratified"]["mean"] == pytest.approx(3 * 0.47)
    assert rows["post_stratified"]["se"] == pytest.approx(0.8**0.5 * 0.47)
    # All five as one sample: mean 18/5, Σ(y − ȳ)² = 94 − 324/5, over 4 and over 5.
    assert rows["simple"]["mean"] == pytest.approx(3.6 * 0.47)
    assert rows["simple"]["se"] == pytest.approx((29.2 / 20) ** 0.5 * 0.47)
    assert {rows[name]["reason"] for name in ("ratio", "regression", "regression_residual")} == {"auxiliary_missing"}


def test_an_auxiliary_of_a_first_phase_is_used():
    # As by hand in test_estimators_published: y = 2, 3, 5, 6 t/ha in round 2, x = 1 to 4, first phase 16, mean 3.
    files = forest({"A": [(100, 200), (100, 300), (100, 500), (100, 600)]}, {"A": 100})
    files = with_columns(files, auxiliary=[1, 2, 3, 4])
    files["strata.csv"] = table("stratum,ecosystem,area_ha,auxiliary_mean,auxiliary_n", [("A", "forest", 100, 3, 16)])
    rows = estimators(assessed(files, method="published-tree-biomass"), 2)
    assert rows["regression"]["mean"] == pytest.approx(4.7 * 0.47)
    assert rows["regression"]["se"] == pytest.approx((53 / 240) ** 0.5 * 0.47)
    assert (rows["regression_residual"]["df"], rows["regression"]["df"]) == (2, 3)
    assert rows["regression_residual"]["se"] == pytest.approx((557 / 2400) ** 0.5 * 0.47)
    assert rows["ratio"]["total"] == pytest.approx(4 / 2.5 * 3 * 100 * 0.47)


def test_plots_of_one_round_are_left_out_or_combined_as_planned():
    files = forest({"A": [(100, 200), (100, 300), (100, 400), (400, 1), (600, 1), (1, 700), (1, 900)]}, {"A": 100})
    lines = files["visits.csv"].decode().splitlines()
    files["visits.csv"] = "\n".join(
        line for line in lines if not line.startswith(("A3,2", "A4,2", "A5,1", "A6,1"))
    ).encode()
    trees = files["trees.csv"].decode().splitlines()
    files["trees.csv"] = "\n".join(
        line for line in trees if not line.startswith(("A3,2", "A4,2", "A5,1", "A6,1"))
    ).encode()
    left = assessed(files, method="published-tree-biomass")
    combined = assessed(files, Plan(seed=1, draws=0, unpaired="combined"), "published-tree-biomass")
    assert estimators(left)["stratified"]["mean"] == pytest.approx(2 * 0.47)
    row = estimators(combined)["stratified"]
    assert (row["mean"], row["unpaired"]) == (pytest.approx(15 / 7 * 0.47), 4)
    assert row["se"] == pytest.approx((2 / 7) ** 0.5 * 0.47)
    assert row_of(left["plots"], plot="A3")["status"] == "unpaired"


def test_finite_population_shrinks_every_estimator_alike():
    # Plots of 400 m² on 1 ha: N = 25, n = 5, so that the variance keeps 1 − 5/25.
    files = forest({"A": [(100, 200), (100, 300), (100, 500), (100, 600), (100, 700)]}, {"A": 1})
    full = estimators(assessed(files, method="published-tree-biomass"))
    finite = estimators(assessed(files, Plan(seed=1, draws=0, finite_population=True), "published-tree-biomass"))
    for name in ("stratified", "simple", "post_stratified"):
        assert finite[name]["se"] == pytest.approx(full[name]["se"] * 0.8**0.5)


def test_stone_pine_of_kanas_grew_by_area_while_it_thinned():
    rows = assessed(shared_files("published/kanas_forest_2009_2014"))["effects"]
    pine = row_of(rows, stratum="CPINE")
    assert pine["change_tc"] > 0
    assert pine["area_effect_tc"] > 0 > pine["density_effect_tc"]
    for row in rows:
        parts = row["area_effect_tc"] + row["density_effect_tc"] + row["both_effect_tc"]
        assert parts == pytest.approx(row["change_tc"])
        assert row["area_effect_half_tc"] + row["density_effect_half_tc"] == pytest.approx(row["change_tc"])
    whole = row_of(rows, scope="issued")
    assert whole["change_tc"] == pytest.approx(sum(row["change_tc"] for row in rows if row["stratum"]))


def test_species_add_up_to_the_tree_pool():
    document = assessed(shared_files("fia-rhode-island"))
    for when in (1, 2, "change"):
        rows = [r for r in document["domains"] if (r["by"], r["scope"], r["round"]) == ("species", "issued", when)]
        whole = row_of(
            document["evaluation"]["estimates"], quantity="carbon_t_ha", pool="tree", domain="all", round=when
        )
        assert sum(row["total"] for row in rows) == pytest.approx(whole["total"])
    red_maple = row_of(document["domains"], domain="Acer rubrum", scope="issued", round=2)
    assert red_maple["total_se"] > 0


def test_rhode_island_is_post_stratified_as_the_forest_service_writes_it():
    # Bechtold and Patterson 2005, 4.2, in floats: A²/n·[Σ W n_h v_h + Σ (1 − W)(n_h/n) v_h] in each unit.
    files = shared_files("fia-rhode-island")
    document = assessed(files)
    strata = list(csv.DictReader(io.StringIO(files["strata.csv"].decode())))
    total = variance = 0.0
    for unit in {row["estimation_unit"] for row in strata}:
        rows = [row for row in strata if row["estimation_unit"] == unit]
        changes = [
            [plot["change_t_ha"] for plot in document["plots"] if plot["stratum"] == row["stratum"]] for row in rows
        ]
        weights, area = [float(row["weight"]) for row in rows], sum(float(row["area_ha"]) for row in rows)
        n = sum(map(len, changes))
        errors = [statistics.variance(found) / len(found) for found in changes]
        terms = [
            (w * len(found) + (1 - w) * len(found) / n) * v
            for w, found, v in zip(weights, changes, errors, strict=True)
        ]
        total += area * sum(w * statistics.mean(found) for w, found in zip(weights, changes, strict=True))
        variance += area**2 * sum(terms) / n
    row = estimators(document)["post_stratified"]
    assert row["total"] == pytest.approx(total, rel=1e-6)
    assert row["total_se"] == pytest.approx(variance**0.5, rel=1e-6)
    assert row["total"] == pytest.approx(estimators(document)["stratified"]["total"], rel=1e-4)


def test_what_became_of_the_trees_stands_in_the_document():
    document = assessed(mixed_region(4, 4, 0, 3))
    assert (document["demography"]["before"], document["demography"]["after"]) == (1, 2)
    assert document["demography"]["plots"]
    assert assessed(shared_files("published/horqin_pine_2016"))["demography"] is None


def test_the_next_round_is_planned_from_what_varied():
    # Stocks of 2, 4, 6, 8 t/ha: CV = √(20/3)/5 = 0.5164. With t of n − 1 degrees at 90 %, n = (t·CV/0.5)² settles at 5
    # (t(4) = 2.132: 2.20² = 4.85) in an endless population.
    files = forest({"A": [(100, 200), (100, 400), (100, 600), (100, 800)]}, {"A": 10000})
    plan = Plan(seed=1, draws=0, precision_percent=Fraction(50))
    row = row_of(assessed(files, plan, "published-tree-biomass")["next_round"], of="stock")
    assert (row["plots"], row["plots_now"], row["reason"]) == (5, 4, None)
    assert row["expected_percent"] < 50
    assert row["strata"][0]["sd_tc_ha"] == pytest.approx((20 / 3) ** 0.5 * 0.47)


def test_what_a_plan_for_the_next_round_lacks_is_named():
    files = forest({"A": [(100, 200), (100, 400)], "B": [(100, 100)]}, {"A": 100, "B": 50})
    plan = Plan(seed=1, draws=0, collapse=False)
    assert {row["reason"] for row in assessed(files, plan, "published-tree-biomass")["next_round"]} == {
        "stratum_facts_missing"
    }
    shrinking = forest({"A": [(300, 200), (400, 100)]}, {"A": 100})
    rows = assessed(shrinking, method="published-tree-biomass")["next_round"]
    assert row_of(rows, of="change")["reason"] == "mean_not_positive"


def test_progress_is_told_and_can_stop():
    told = []
    assessed(mixed_region(4, 4, 0, 2), progress=lambda *said: told.append(said) or True)
    assert [stage for stage, done, _ in told if not done][:3] == ["evaluate", "domains", "series"]
    with pytest.raises(AssessmentCancelled) as stopped:
        assessed(mixed_region(4, 4, 0, 2), progress=lambda stage, _done, _total: stage != "domains")
    assert stopped.value.stage == "domains"


def test_a_plan_comes_back_from_its_document():
    plan = Plan.from_document({"seed": 5, "confidence": "0.95", "domains": ["county"], "draws": 500})
    assert Plan.from_document(json.loads(json.dumps(plan.document()))) == plan
    assert (plan.document()["confidence"], plan.document()["domains"]) == ("0.95", ["county"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seed", -1), ("seed", "7"), ("seed", True), ("draws", -1), ("draws", 10**7), ("estimator", "best"),
        ("confidence", "0.3"), ("confidence", "much"), ("df_rule", "many"), ("domains", ["planet"]), ("domains", ""),
        ("domains", ["zone", "zone"]), ("finite_population", "yes"), ("collapse", 1), ("unpaired", "maybe"),
        ("precision_percent", "0"), ("allocation", "even"), ("colour", "green"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_followed_names_its_field(field, value):
    with pytest.raises(PlanFault) as refused:
        Plan.from_document({"seed": 1, field: value})
    assert refused.value.field == field


def test_the_method_says_how_degrees_of_freedom_are_counted():
    """Two strata of 2 and 3 plots: n − M = 3. Nearly all variance is that of two plots, so Satterthwaite counts 1."""
    files = forest({"A": [(0, 1000), (0, 3000)], "B": [(0, 1000), (0, 1010), (0, 1020)]}, {"A": 100, "B": 100})
    survey, old = parse_survey(files), load_method("published-tree-biomass", "1.0.0")
    other = replace(old, df_rule="satterthwaite")
    counted, effective = (assess(survey, method, Plan(7, draws=0)).document() for method in (old, other))
    assert (counted["plan"]["df_rule"], counted["evaluation"]["df"]) == ("n_minus_m", 3)
    assert (effective["plan"]["df_rule"], effective["evaluation"]["df"]) == ("satterthwaite", 1)
    assert total_of(effective, of="scope", name="issued", round="change")["df"] == 1
    named = Plan.from_document({"seed": 7, "draws": 0, "df_rule": "n_minus_m"})
    assert assess(survey, old, named).document() == counted


def test_a_plan_without_a_seed_is_none():
    with pytest.raises(PlanFault, match="seed"):
        Plan.from_document({"draws": 10})


def total_of(document, **wanted):
    return row_of(document["uncertainty"]["totals"], **wanted)


def test_sampling_alone_gives_the_published_interval():
    # Pools given without an error have none beyond sampling: 10, 12, 14, 16 tC/ha on 50 ha, s²/n = 20/3/4.
    plots = [(f"P{n}", "A") for n in range(4)]
    files = {
        "strata.csv": table("stratum,ecosystem,area_ha", [("A", "forest", 50)]),
        "plots.csv": table("plot,stratum", plots),
        "visits.csv": table("plot,round,year", [(plot, 1, 2020) for plot, _ in plots]),
        "pools.csv": table("plot,round,pool,carbon_t_ha", [(f"P{n}", 1, "tree", 10 + 2 * n) for n in range(4)]),
    }
    row = total_of(assessed(files, Plan(seed=3, draws=20000), "given-pools"), of="scope", name="issued")
    assert (row["value"], row["model_se"], row["df"]) == (650, 0, 3)
    half = 2.353363 * 50 * (20 / 12) ** 0.5
    assert row["combined_half_width"] == pytest.approx(half, rel=1e-5)
    drawn = row["monte_carlo"]
    # A percentile of 20,000 draws is known to about √(0.05·0.95/20000)/density: 2 % of the half-width of t with 3 df.
    assert drawn["combined_high"] - 650 == pytest.approx(half, rel=0.06)
    assert 650 - drawn["combined_low"] == pytest.approx(half, rel=0.06)
    assert drawn["model_low"] == drawn["model_high"] == 650
    assert [part["source"] for part in row["contributions"]] == ["sampling"]


def test_contributions_are_shares_of_the_whole_and_draws_agree():
    document = assessed(mixed_region(8, 8, 0, 6), Plan(seed=11, draws=4000))
    for row in document["uncertainty"]["totals"]:
        assert sum(part["share_percent"] for part in row["contributions"]) == pytest.approx(100, abs=0.01)
        assert row["combined_se"] ** 2 == pytest.approx(row["sampling_se"] ** 2 + row["model_se"] ** 2, rel=1e-4)
        assert row["monte_carlo"]["model_se"] == pytest.approx(row["model_se"], rel=0.1)
    kinds = {part["kind"] for part in total_of(document, of="scope", name="issued", round="change")["contributions"]}
    assert kinds == {"sampling", "measurement", "equation", "parameter"}
    change = total_of(document, of="scope", name="issued", round="change")
    whole = row_of(document["series"]["changes"], scope="issued")
    assert change["value"] == pytest.approx(whole["total"], rel=1e-5)
    assert change["sampling_se"] == pytest.approx(whole["total_se"], rel=1e-5)


def test_the_uncertainty_of_a_county_is_told_too():
    document = assessed(with_columns(mixed_region(6, 6, 0, 3), county=list("xxyyzz") * 2), Plan(seed=1, draws=64))
    row = total_of(document, of="county", name="x", scope="issued", round=2)
    domain = row_of(document["domains"], by="county", domain="x", scope="issued", round=2)
    assert row["value"] == pytest.approx(domain["total"], rel=1e-5)
    assert row["sampling_se"] == pytest.approx(domain["total_se"], rel=1e-5)
    assert row["model_se"] > 0


def test_every_plot_has_an_error_of_its_own():
    # One tree of 1500 kg and 0.47 on 10 a hectare: 7.05 tC/ha times its errors: residual 20 %, fraction 6.5, level 5,
    # D 2.5·(1.02 and 0.5) %: about 7.05·√(0.04 + 0.00424 + 0.0025 + 0.00065 + 0.00016) = 1.54.
    files = forest({"A": [(1000, 1500), (1200, 1650)]}, {"A": 10})
    row = row_of(assessed(files, method="published-tree-biomass")["uncertainty"]["plots"], plot="A0")
    assert row["after_se_t_ha"] == pytest.approx(1.54, abs=0.03)
    assert row["change_se_t_ha"] < row["after_se_t_ha"]


def test_a_stopped_assessment_goes_on_to_the_same_document():
    files, plan = mixed_region(4, 4, 0, 3), Plan(seed=9, draws=1500)
    kept = []
    whole = assessed(files, plan, keep=kept.append)
    with pytest.raises(AssessmentCancelled) as stopped:
        assessed(files, plan, progress=lambda stage, done, _total: (stage, done) != ("draws", 5))
    assert stopped.value.stage == "draws"
    for state in (stopped.value.state, kept[0], b"something else"):
        assert assessed(files, plan, resume=state)["assessment_hash"] == whole["assessment_hash"]


def test_row_order_changes_no_digit_of_the_assessment():
    files, plan = mixed_region(4, 4, 0, 5), Plan(seed=9, draws=200)
    turned = {name: b"\n".join([(lines := content.splitlines())[0], *lines[:0:-1]]) for name, content in files.items()}
    first, second = assessed(files, plan), assessed(turned, plan)
    for key in set(first) - {"survey_hash", "evaluation", "assessment_hash"}:
        assert first[key] == second[key], key
