"""Grassland by the default factors of IPCC: the worked figures, their errors, and what strata share."""

import math

import pytest
from carbon_surveys import codes, evaluated, row_of, table

STATES = "stratum,round,climate,soil,land_use,management,input,area_ha"
COOL = ("cool_temperate_dry", "high_activity_clay", "grassland")


def managed(rows: list[tuple], years: int = 20, strata: tuple[str, ...] = ("G",)):
    """A survey of states: (stratum, round, management, input, hectares)."""
    return {
        "strata.csv": table("stratum,ecosystem,area_ha", [(name, "grassland", None) for name in strata]),
        "plots.csv": table("plot,stratum", [(f"{name}1", name) for name in strata]),
        "visits.csv": table(
            "plot,round,year", [(f"{name}1", n, 2000 + years * (n - 1)) for name in strata for n in (1, 2)]
        ),
        "management.csv": table(STATES, [(name, n, *COOL, state, given, area) for name, n, state, given, area in rows]),
    }


def change(document: dict, domain: str = "all"):
    return row_of(document["estimates"], quantity="carbon_t_ha", pool="all", domain=domain, round="change")


def one(before: str, after: str, years: int = 20, given: str | None = None):
    rows = [("G", 1, before, None, 100), ("G", 2, after, given, 100)]
    return evaluated(managed(rows, years), "ipcc-grassland").document()


@pytest.mark.parametrize(
    ("before", "after", "tonnes_a"),
    [
        ("severely_degraded", "nominal", 0.645),
        ("high_intensity_grazing", "nominal", 0.215),
        ("nominal", "improved", 0.301),
    ],
)
def test_the_worked_figures_of_tonnes_per_hectare_and_year(before: str, after: str, tonnes_a: float):
    document = one(before, after)
    assert change(document)["mean"] / 20 == pytest.approx(tonnes_a)
    assert document["removal_tco2e"] / 100 / 20 == pytest.approx(tonnes_a * 44 / 12)


def test_five_years_go_a_quarter_of_the_way_and_forty_no_further_than_twenty():
    assert change(one("severely_degraded", "nominal", 5))["mean"] == pytest.approx(0.645 * 5)
    assert change(one("severely_degraded", "nominal", 40))["mean"] == pytest.approx(0.645 * 20)


def test_the_error_of_a_change_by_hand():
    # ΔSOC = S·(1 − F): its slope against S is 0.3 and against F −43; the ± of 8 % and 40 % are two deviations.
    row = change(one("severely_degraded", "nominal"))
    se = math.hypot(0.3 * 43 * 0.04, 43 * 0.70 * 0.20)
    assert row["se"] == pytest.approx(se)
    assert row["half_width"] == pytest.approx(1.644855 * se, rel=1e-5)


def test_a_factor_of_both_rounds_errs_only_by_the_difference():
    rows = [("G", 1, "high_intensity_grazing", None, 100), ("G", 2, "high_intensity_grazing", None, 100)]
    row = change(evaluated(managed(rows), "ipcc-grassland").document())
    assert (row["mean"], row["se"]) == (0, 0)


def test_strata_that_share_factors_err_together():
    rows = [(name, n, state, None, 100) for name in "AB" for n, state in ((1, "severely_degraded"), (2, "nominal"))]
    document = evaluated(managed(rows, strata=("A", "B")), "ipcc-grassland").document()
    alone = change(one("severely_degraded", "nominal"))
    assert change(document, "A")["se"] == pytest.approx(alone["se"])
    # Independent strata would give se/√2 per hectare; shared factors leave it as it is.
    assert change(document)["se"] == pytest.approx(alone["se"])
    assert change(document)["total"] == pytest.approx(2 * alone["total"])


def test_high_input_on_improved_grassland():
    document = one("nominal", "improved", given="high")
    assert change(document)["mean"] == pytest.approx(43 * (1.14 * 1.11 - 1))


def test_part_of_a_stratum_may_change_and_its_area_too():
    rows = [
        ("G", 1, "severely_degraded", None, 100),
        ("G", 2, "severely_degraded", None, 60),
        ("G", 2, "nominal", None, 40),
    ]
    document = evaluated(managed(rows), "ipcc-grassland").document()
    assert change(document)["total"] == pytest.approx(40 * 43 * 0.3)
    grown = evaluated(managed([*rows, ("G", 2, "improved", None, 10)]), "ipcc-grassland").document()
    assert change(grown)["total"] == pytest.approx(40 * 43 * 0.3 + 10 * 43 * 1.14)
    assert "area_changed" in codes(grown["flags"])


def test_it_monitors_and_gives_no_ticket():
    document = one("severely_degraded", "nominal")
    assert codes(document["reasons"]) == ["method_for_monitoring"]
    assert document["issuable_mg"] == 0


def test_a_state_without_a_factor_is_named_and_leaves_no_figure():
    rows = [("G", 1, "moderately_degraded", None, 100), ("G", 2, "nominal", None, 100)]
    document = evaluated(managed(rows), "ipcc-grassland").document()
    reason = row_of(document["reasons"], code="factor_missing")
    assert reason["params"] == {"stratum": "G", "factor": "management", "state": "moderately_degraded"}
    assert document["removal_tco2e"] is None


def test_a_stratum_without_states_leaves_the_whole_without_a_figure():
    rows = [("A", n, "nominal", None, 100) for n in (1, 2)]
    document = evaluated(managed(rows, strata=("A", "B")), "ipcc-grassland").document()
    assert document["removal_tco2e"] is None
    assert row_of(document["reasons"], code="pool_missing")["params"]["strata"] == "B"


def test_the_weakest_factor_is_beside_the_result():
    document = one("severely_degraded", "nominal")
    row = row_of(document["evidence"], domain="G", pool="soil")
    assert (row["name"], row["confidence"]) == ("management severely_degraded", "memory-med")
