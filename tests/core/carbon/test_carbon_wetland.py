"""Wetland: stocks of plants and soil, and flux balances, against what seven published sets print."""

import csv
import io

import pytest
from carbon_surveys import codes, evaluated, row_of, shared_document, shared_files, table

from tanhui.core.carbon import load_method
from tanhui.core.units import CO2E_PER_C

METHOD = "wetland-balance"


def balance_of(name: str):
    return shared_document(f"published/{name}", METHOD)["flux_balance"]


def expected(name: str):
    text = shared_files(f"published/{name}")["expected.csv"].decode()
    return {row["quantity"]: float(row["recomputed"] or row["value"]) for row in csv.DictReader(io.StringIO(text))}


@pytest.mark.parametrize("site", ["mobile", "fixed", "grazed"])
def test_the_sand_of_hobq_has_its_printed_warming_effect(site: str):
    row = row_of(balance_of("hobq_ghg_2018_2019")["plots"], plot=f"HB-{site}", year=2018)
    printed = expected("hobq_ghg_2018_2019")[f"{site} warming effect, GWP 28 / 265"]
    assert row["co2e_t_ha"] * 100 == pytest.approx(printed, abs=5e-6)
    assert not row["missing"]


def test_the_microsites_of_zoige_have_their_printed_mean():
    rows = balance_of("zoige_ch4_2014")["plots"]
    hourly = [row["co2e_t_ha"] / 28 * 1000 * 100 / 24 / 184 for row in rows]
    assert sum(hourly) / 5 == pytest.approx(expected("zoige_ch4_2014")["mean of the five microsites"], abs=5e-4)
    assert all(row["missing"] == ["CO2", "N2O"] and not row["annual"] for row in rows)
    assert balance_of("zoige_ch4_2014")["strata"] == []


def test_a_missing_gas_is_said_and_no_default_put_in_its_place():
    document = shared_document("published/zoige_ch4_2014", METHOD)
    params = row_of(document["flags"], code="flux_incomplete")["params"]
    assert (params["gases"], params["plots"]) == ("CO2, N2O", 5)
    method = load_method(METHOD)
    assert not any("235" in parameter.source or parameter.value == 235 for parameter in method.parameters.values())
    assert method.factors == {}


def test_the_gases_of_xiaoxingan_have_their_printed_shares_of_mass():
    row = row_of(balance_of("xiaoxingan_marsh_2007")["plots"], plot="XX-1")
    kg = {
        gas: amount * 1000 / factor for (gas, amount), factor in zip(row["by_gas"].items(), (28, 1, 265), strict=True)
    }
    share = 100 * kg["CH4"] / sum(kg.values())
    assert share == pytest.approx(expected("xiaoxingan_marsh_2007")["mass share of CH4"], abs=5e-5)


def test_xilin_adds_the_errors_of_its_gases_as_squares():
    row = row_of(balance_of("xilin_degradation_2013_2014")["plots"], plot="XN-LD", year=2013)
    co2, ch4, n2o = 344.2272 / 1000, 0.06624 * 28 / 1000, 0.039082 * 265 / 1000
    assert row["se"] == pytest.approx((co2**2 + ch4**2 + n2o**2) ** 0.5)
    assert row["by_gas"]["CH4"] == pytest.approx(-1.56768 * 28 / 1000)
    assert row["by_gas"]["CH4"] < 0 < row["by_gas"]["N2O"]
    assert not row["annual"]


def test_the_yellow_river_at_toudaoguai_is_a_source():
    row = row_of(balance_of("toudaoguai_river_2013_2015")["plots"], plot="TD-S")
    moles_m2 = row["co2e_t_ha"] * 1000 / 10 / 44.0095 * 1000 / 1000
    assert moles_m2 == pytest.approx(expected("toudaoguai_river_2013_2015")["annual mean"], abs=5e-3)
    assert row["missing"] == ["CH4", "N2O"]


def test_the_marshes_of_the_shule_hold_what_their_means_give():
    rows = shared_document("published/shule_marsh_2016", METHOD)["plot_densities"]
    assert row_of(rows, plot="SL-T1", pool="soil")["carbon_t_ha"] == pytest.approx(82.8, abs=0.05)
    assert row_of(rows, plot="SL-T2", pool="soil")["carbon_t_ha"] == pytest.approx(172.6, abs=0.05)


def test_degraded_marsh_of_gahai_holds_more_carbon_to_a_fixed_depth():
    document = shared_document("published/gahai_marsh_2020", METHOD)
    rows = document["plot_densities"]
    soil = {row["plot"]: row["carbon_t_ha"] for row in rows if row["pool"] == "soil"}
    assert soil["GH-UD"] == pytest.approx(0.36 * 38.1756)
    assert soil["GH-HD"] > soil["GH-UD"]
    assert row_of(rows, plot="GH-UD", pool="herb")["carbon_t_ha"] == pytest.approx(3.559 * 0.47)
    assert {"method_for_monitoring", "one_round_only"} <= set(codes(document["reasons"]))


def marsh(period: str = ""):
    plots = [f"W{index}" for index in range(3)]
    fluxes = [
        (plot, 2025, gas, flux + index, None, period)
        for index, plot in enumerate(plots)
        for gas, flux in (("CO2", -1000), ("CH4", 10), ("N2O", 1))
    ]
    herbs = [(plot, number, 400 + 30 * number + 10 * index) for index, plot in enumerate(plots) for number in (1, 2)]
    return {
        "strata.csv": table("stratum,ecosystem,area_ha", [("W", "wetland", 50)]),
        "plots.csv": table("plot,stratum", [(plot, "W") for plot in plots]),
        "visits.csv": table("plot,round,year", [(plot, n, 2015 + 5 * n) for plot in plots for n in (1, 2)]),
        "herbs.csv": table("plot,round,aboveground_dry_g_m2,top_cm,bottom_cm", [(*row, None, None) for row in herbs]),
        "fluxes.csv": table("plot,year,gas,flux_kg_ha_a,se,period", fluxes),
    }


def test_a_stratum_has_the_mean_of_its_plots_with_an_interval():
    document = evaluated(marsh(), METHOD).document()
    (row,) = document["flux_balance"]["strata"]
    values = [(-1000 + i + (10 + i) * 28 + (1 + i) * 265) / 1000 for i in range(3)]
    assert row["co2e_t_ha_a"] == pytest.approx(values[1])
    spread = (values[2] - values[0]) / 2
    assert row["se"] == pytest.approx(spread / 3**0.5)
    assert row["half_width"] == pytest.approx(2.919986 * spread / 3**0.5)
    assert row["total_t_a"] == pytest.approx(50 * values[1])


def test_a_season_is_no_year():
    document = evaluated(marsh("June-October"), METHOD).document()
    assert document["flux_balance"]["strata"] == []
    assert not any(row["annual"] for row in document["flux_balance"]["plots"])
    assert "flux_not_annual" in codes(document["flags"])


def test_fluxes_are_never_added_to_the_change_of_stocks():
    document = evaluated(marsh(), METHOD).document()
    assert document["removal_tco2e"] == pytest.approx(float(50 * 0.30 * 0.47 * CO2E_PER_C))
    assert codes(document["reasons"]) == ["method_for_monitoring"]
