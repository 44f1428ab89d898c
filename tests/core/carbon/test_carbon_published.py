"""The published sets: their own printed figures, and Rhode Island against a calculation in plain Python."""

import csv
import io
import math
from collections import defaultdict

import pytest
from carbon_surveys import ALL_SETS, RHODE_ISLAND, codes, row_of, shared_document, shared_files

SIZIWANG = "published/siziwang_grazing_2004_2012"
KANAS = "published/kanas_forest_2009_2014"
SHANDONG = "published/shandong_forest_2007_2012"


def test_there_are_twenty_one_sets():
    assert len(ALL_SETS) == 21


@pytest.mark.parametrize("name", ALL_SETS)
def test_every_set_is_either_issuable_or_says_why_not(name: str):
    document = shared_document(name)
    assert document["outcome"] == ("nothing_to_issue" if document["reasons"] else "issuable")
    assert (document["issuable_mg"] > 0) == (document["outcome"] == "issuable")
    assert document["outcome"] == ("issuable" if name == RHODE_ISLAND else "nothing_to_issue")


def rows_of(name: str):
    text = shared_files(RHODE_ISLAND)[name].decode()
    return list(csv.DictReader(io.StringIO(text)))


def plot_biomass_t_ha():
    """Living above-ground dry mass by plot and round, summed the long way."""
    density = {(visit["plot"], visit["round"]): 0.0 for visit in rows_of("visits.csv")}
    for tree in rows_of("trees.csv"):
        if tree["status"] in {"live", "ingrowth"}:
            kg_ha = float(tree["aboveground_biomass_kg"]) * float(tree["trees_per_ha"])
            density[tree["plot"], tree["round"]] += kg_ha / 1000
    return density


def stratified(values: dict[str, float]):
    """Mean and standard error over strata from a value per plot, by the textbook formula."""
    areas = {row["stratum"]: float(row["area_ha"]) for row in rows_of("strata.csv")}
    by_stratum = defaultdict(list)
    for plot in rows_of("plots.csv"):
        by_stratum[plot["stratum"]].append(values[plot["plot"]])
    mean = variance = 0.0
    for stratum, sample in by_stratum.items():
        weight, n = areas[stratum] / sum(areas.values()), len(sample)
        average = sum(sample) / n
        mean += weight * average
        variance += weight**2 * sum((value - average) ** 2 for value in sample) / (n - 1) / n
    return mean, math.sqrt(variance), sum(areas.values())


def test_rhode_island_agrees_with_a_hand_calculation():
    density = plot_biomass_t_ha()
    document = shared_document(RHODE_ISLAND)
    for number in ("1", "2"):
        mean, se, _ = stratified({plot: value for (plot, found), value in density.items() if found == number})
        row = row_of(document["estimates"], quantity="biomass_t_ha", pool="tree", domain="all", round=int(number))
        assert row["mean"] == pytest.approx(mean, rel=1e-9)
        assert row["se"] == pytest.approx(se, rel=1e-9)
    change = {plot: density[plot, "2"] - density[plot, "1"] for plot, number in density if number == "1"}
    mean, se, area_ha = stratified(change)
    assert document["removal_tco2e"] == pytest.approx(mean * area_ha * 0.47 * 44 / 12, rel=1e-9)
    assert document["half_width_tco2e"] == pytest.approx(1.652829 * se * area_ha * 0.47 * 44 / 12, rel=1e-9)


def test_rhode_island_gives_the_known_figures():
    document = shared_document(RHODE_ISLAND)
    rows = [row for row in document["estimates"] if row["quantity"] == "biomass_t_ha" and row["domain"] == "all"]
    first, second, change = (row_of(rows, pool="tree", round=number) for number in (1, 2, "change"))
    assert (first["mean"], first["se"]) == (pytest.approx(68.637784, abs=5e-7), pytest.approx(4.063739, abs=5e-7))
    assert (second["mean"], second["se"]) == (pytest.approx(72.237399, abs=5e-7), pytest.approx(4.080976, abs=5e-7))
    assert change["mean"] == pytest.approx(3.599615073, abs=1e-9)
    assert change["se"] == pytest.approx(1.535362035, abs=1e-9)
    assert (document["df"], document["plots"], document["trees"]) == (192, 199, 6056)
    assert document["uncertainty_percent"] == pytest.approx(70.4989, abs=1e-4)
    assert document["removal_tco2e"] == pytest.approx(1_963_062.25, abs=0.005)


def test_rhode_island_issues_what_is_left_after_the_whole_half_width():
    document = shared_document(RHODE_ISLAND)
    assert document["deduction"]["share_percent"] == 100
    assert document["deduction"]["net_tco2e"] == pytest.approx(
        document["removal_tco2e"] - document["half_width_tco2e"], rel=1e-11
    )
    assert document["issuable_t"] == 579_123
    assert document["issuable_mg"] == 579_123 * 10**9
    assert document["buffer_mg"] == 57_912_300_000_000
    assert document["period"]["years"] == pytest.approx(5.5, abs=0.1)


@pytest.mark.parametrize(
    ("treatment", "fixed", "equal"),
    [("CK", -752.9, -388.8), ("LG", -46.6, 260.2), ("MG", -514.8, -193.0), ("HG", -584.9, -262.4)],
)
def test_siziwang_shows_both_soil_rules(treatment: str, fixed: float, equal: float):
    rows = shared_document(SIZIWANG)["soil_rules"]
    assert row_of(rows, domain=treatment, rule="fixed_depth")["removal_tco2e"] == pytest.approx(fixed, abs=0.05)
    assert row_of(rows, domain=treatment, rule="equal_mass")["removal_tco2e"] == pytest.approx(equal, abs=0.05)


def test_siziwang_has_nothing_to_issue_and_says_that_the_soil_rule_decides():
    document = shared_document(SIZIWANG)
    assert document["method"]["id"] == "baotou-stock-difference"
    assert codes(document["reasons"]) == ["too_few_plots", "no_sampling_variance", "removal_not_positive"]
    assert row_of(document["flags"], code="soil_rule_decides")["params"] == {"count": 1, "strata": "LG"}


def test_siziwang_with_printed_errors_has_an_interval_but_still_loses():
    document = shared_document(SIZIWANG, "given-pools")
    assert document["half_width_tco2e"] > 0
    assert document["df"] == 16
    assert codes(document["reasons"]) == ["removal_not_positive"]


def test_kanas_loses_in_total_and_stone_pine_gains_by_area_alone():
    document = shared_document(KANAS)
    change = row_of(document["estimates"], quantity="carbon_t_ha", pool="all", domain="all", round="change")
    assert change["total"] == pytest.approx(-984.44, abs=0.005)
    pine = row_of(document["strata"], stratum="CPINE")
    assert pine["area_effect_tc"] == pytest.approx(11_927, abs=0.5)
    assert pine["density_effect_tc"] == pytest.approx(-2_561, abs=0.5)
    assert pine["removal_tco2e"] == pytest.approx(34_342.8, abs=0.05)
    assert row_of(document["strata"], stratum="FIR")["removal_tco2e"] == pytest.approx(5_200.3, abs=0.05)
    assert "removal_not_positive" in codes(document["reasons"])


def test_kanas_volume_route_comes_within_four_per_mille_of_the_printed_densities():
    document = shared_document(KANAS)
    for plot, printed in (("KN-LARCH", 54.96), ("KN-CPINE", 37.54), ("KN-BIRCH", 75.20)):
        row = row_of(document["plot_densities"], plot=plot, round=1)
        assert row["carbon_t_ha"] == pytest.approx(printed, rel=0.004)


def test_shandong_gains_but_without_a_sampling_variance():
    document = shared_document(SHANDONG)
    change = row_of(document["estimates"], quantity="carbon_t_ha", pool="all", domain="all", round="change")
    assert change["total"] == pytest.approx(9.22e6, abs=0.005e6)
    assert document["half_width_tco2e"] is None
    assert codes(document["reasons"]) == ["too_few_plots", "no_sampling_variance"]


def pair_change(name: str, pair: str):
    return row_of(shared_document(f"published/{name}")["pairs"], pair=pair)


def test_haixing_compares_plants_with_plants():
    assert pair_change("haixing_tamarisk_2015_2016", "3aT Apr 2015 - Nov 2016")["carbon_t_ha"] == pytest.approx(
        22.31, abs=0.005
    )
    assert pair_change("haixing_tamarisk_2015_2016", "10aT Apr 2015 - Nov 2016")["carbon_t_ha"] == pytest.approx(
        1.60, abs=0.005
    )


@pytest.mark.parametrize(
    ("pair", "change", "soil_percent"), [("saline -> 11 a", 45.57, 81), ("4 a -> 11 a", 11.22, 365)]
)
def test_jingtai_gives_the_printed_change_and_the_error_of_its_soil(pair: str, change: float, soil_percent: int):
    found = pair_change("jingtai_wolfberry_2011", pair)
    soil = row_of(found["pools"], pool="soil")
    assert found["carbon_t_ha"] == pytest.approx(change, abs=0.005)
    assert soil["uncertainty_percent"] == pytest.approx(soil_percent, abs=0.5)


def test_loess_pairs_are_space_for_time_and_never_issued():
    document = shared_document("published/loess_restoration_2015")
    assert row_of(document["pairs"], pair="F cropland -> C")["removal_tco2e_ha"] == pytest.approx(20.17, abs=0.005)
    assert row_of(document["pairs"], pair="M cropland -> C")["removal_tco2e_ha"] == pytest.approx(11.00, abs=0.005)
    assert {"one_round_only", "space_for_time", "area_unknown"} <= set(codes(document["reasons"]))


def test_duolun_shoots_are_not_compared_with_shoots_and_roots():
    document = shared_document("published/duolun_2005_2006")
    assert document["removal_tco2e"] is None
    assert "measured_differently" in codes(document["flags"])


def test_a_season_of_fluxes_is_no_annual_figure_and_no_stock():
    document = shared_document("published/zoige_ch4_2014")
    assert {row["co2e_t_ha_a"] for row in document["fluxes"]} == {None}
    assert {"fluxes_only", "wetland_monitoring_only"} <= set(codes(document["reasons"]))
