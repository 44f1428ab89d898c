"""Soil profiles: fixed depth, equal mass, gravel, gaps."""

from fractions import Fraction

import pytest
from carbon_surveys import codes, evaluated, row_of, table
from hypothesis import given
from hypothesis import strategies as st

from tanhui.core.carbon.soil import Layer, carbon_t_ha, cut_at_depth, cut_at_mass

HEADER = "plot,round,top_cm,bottom_cm,bulk_density_g_cm3,soc_g_kg,gravel_fraction"


def layer(top: int, bottom: int, bulk_density: Fraction | str | float, soc: Fraction | str | float, fine: str = "1"):
    numbers = (Fraction(str(value)) for value in (top, bottom, bulk_density, soc, fine))
    return Layer(*numbers, None, None)


PROFILE = (layer(0, 10, "1.64", "15.5556"), layer(10, 20, "1.64", "13.4328"))


def test_a_worked_profile():
    # 1.64 × 15.5556 × 10 / 10 + 1.64 × 13.4328 × 10 / 10 = 25.511184 + 22.029792.
    assert carbon_t_ha(PROFILE) == Fraction("47.540976")
    assert carbon_t_ha(cut_at_depth(PROFILE, Fraction(15))) == Fraction("36.52608")


def test_the_lighter_soil_of_2012_cuts_the_heavier_of_2004():
    # 1.36 g/cm3 over 20 cm are 2,720 t/ha: all of the first layer (1,640) and 1,080 t of the second.
    cut = cut_at_mass(PROFILE, Fraction(2720))
    assert carbon_t_ha(cut) == Fraction("25.511184") + Fraction(1080) * Fraction("13.4328") / 1000
    assert sum(part.mass_t_ha for part in cut) == 2720


def test_gravel_takes_its_share():
    assert carbon_t_ha((layer(0, 10, 1, 10, "0.75"),)) == Fraction("7.5")


@given(
    st.lists(st.tuples(st.integers(1, 30), st.integers(1, 300), st.integers(0, 6000)), min_size=1, max_size=6),
    st.fractions(0, 1),
)
def test_cutting_at_a_share_of_the_mass_keeps_that_mass_and_no_more_carbon(
    parts: list[tuple[int, int, int]], share: Fraction
):
    profile, top = [], 0
    for thick, density, soc in parts:
        profile.append(layer(top, top + thick, Fraction(density, 100), Fraction(soc, 10)))
        top += thick
    mass = sum(part.mass_t_ha for part in profile) * share
    cut = cut_at_mass(tuple(profile), mass)
    assert sum(part.mass_t_ha for part in cut) == mass
    assert carbon_t_ha(cut) <= carbon_t_ha(profile)


def grassland(rows: list[tuple], plots: int = 2):
    names = [f"G{index}" for index in range(plots)]
    return {
        "strata.csv": table("stratum,ecosystem,area_ha", [("G", "grassland", 100)]),
        "plots.csv": table("plot,stratum", [(name, "G") for name in names]),
        "visits.csv": table(
            "plot,round,year", [(name, number, 2015 + 5 * number) for name in names for number in (1, 2)]
        ),
        "soil.csv": table(HEADER, [(name, *row) for name in names for row in rows]),
    }


def test_rounds_of_different_depth_are_compared_at_the_common_depth():
    rows = [(1, 0, 10, 1.2, 10, 0), (1, 10, 30, 1.2, 10, 0), (2, 0, 20, 1.2, 11, 0)]
    document = evaluated(grassland(rows)).document()
    change = row_of(document["estimates"], quantity="carbon_t_ha", pool="soil", domain="G", round="change")
    assert change["mean"] == pytest.approx(1.2 * 20 * (11 - 10) / 10)
    assert "soil_depth_cut" in codes(document["flags"])


def test_a_profile_counts_down_to_its_first_gap():
    rows = [(n, top, bottom, 1.2, 10 + n, 0) for n in (1, 2) for top, bottom in ((0, 10), (20, 30))]
    document = evaluated(grassland(rows)).document()
    assert {row["coverage"] for row in document["plot_densities"]} == {"0-10 cm"}
    assert "soil_profile_incomplete" in codes(document["flags"])


def test_a_blank_bulk_density_is_not_zero_carbon():
    rows = [(1, 0, 10, None, 10, 0), (2, 0, 10, 1.2, 11, 0)]
    document = evaluated(grassland(rows)).document()
    assert [row["round"] for row in document["plot_densities"]] == [2, 2]
    assert document["removal_tco2e"] is None
    assert {"pool_missing", "stratum_not_computable"} <= set(codes(document["reasons"]))


def test_blank_gravel_is_flagged_and_zero_gravel_is_not():
    blank = evaluated(grassland([(n, 0, 10, 1.2, 10 + n, None) for n in (1, 2)])).document()
    zero = evaluated(grassland([(n, 0, 10, 1.2, 10 + n, 0) for n in (1, 2)])).document()
    assert row_of(blank["flags"], code="gravel_not_measured")["params"] == {"layers": 4}
    assert "gravel_not_measured" not in codes(zero["flags"])
    assert blank["removal_tco2e"] == zero["removal_tco2e"]
