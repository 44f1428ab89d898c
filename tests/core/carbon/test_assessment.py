"""Assessments: the whole document, on every set at hand and on small surveys whose numbers are known."""

import json

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
    document = assessed(shared_files(name))
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
        rows = [row for row in document["domains"] if row["scope"] == "issued" and row["round"] == when]
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


def test_a_plan_without_a_seed_is_none():
    with pytest.raises(PlanFault, match="seed"):
        Plan.from_document({"draws": 10})
