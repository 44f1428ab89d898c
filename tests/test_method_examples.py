"""The worked examples on the pages of the newer methods are what the core computes today."""

import math
from fractions import Fraction

import pytest

from tanhui.core.carbon import load_method, shipped_methods
from tanhui.core.carbon.deduction import deduct
from tanhui.core.carbon.method.model import folded
from tanhui.core.carbon.roots import litter_share, root_ratio
from tanhui.core.carbon.shrubs import plant_equations, plant_mass_mg
from tanhui.core.carbon.volume import by_class, by_species
from tanhui.core.units import CO2E_PER_C
from test_method_pages import evaluated, example, number, row_of, said


def test_the_third_deduction_table():
    steps = load_method("gs-403").deduction.steps
    rows = example("README", "deduction gs-403")
    assert [(to, share) for _, to, share in rows] == [
        ("" if step.to_percent is None else str(step.to_percent), str(step.share_percent)) for step in steps
    ]


def test_shrubs():
    method = load_method("baotou-stock-difference", "1.1.0")
    rows = example("baotou-stock-difference", "shrubs")
    assert len(rows) == 4
    for species, size, *cells in rows:
        grams = [plant_mass_mg(row, Fraction(size)) / 1000 for row in plant_equations(method, species)]
        assert [*grams, sum(grams)] == [said(cell) for cell in cells], species


def test_the_check_column_of_volumes():
    volumes = load_method("stand-volume", "1.1.0").volumes
    rows = example("stand-volume", "check")
    assert len(rows) == 10
    for species, check in rows:
        assert float(by_species(Fraction(1), volumes[folded(species)]).carbon * CO2E_PER_C) == said(check)


def test_classes_of_stock():
    method = load_method("stand-volume-bcef")
    for species, volume, above, biomass, carbon in example("stand-volume-bcef", "classes"):
        found = by_class(Fraction(volume), method.volumes[folded(species)], method)
        assert [float(found.above), float(found.biomass), float(found.carbon)] == [
            said(above),
            said(biomass),
            said(carbon),
        ]


def test_states_of_grassland():
    for before, after, carbon, co2, se in example("ipcc-grassland", "states"):
        state = "cool_temperate_dry,high_activity_clay,grassland"
        document = evaluated(
            "ipcc-grassland",
            strata="stratum,ecosystem,area_ha\nG,grassland,\n",
            plots="plot,stratum\nG1,G\n",
            visits="plot,round,year\nG1,1,2005\nG1,2,2025\n",
            management="stratum,round,climate,soil,land_use,management,area_ha\n"
            f"G,1,{state},{before},1\nG,2,{state},{after},1\n",
        )
        row = row_of(document["estimates"], quantity="carbon_t_ha", pool="all", domain="all", round="change")
        assert [row["mean"] / 20, document["removal_tco2e"] / 20, row["se"] / 20] == [said(carbon), said(co2), said(se)]


def test_the_factors_of_grassland_are_those_of_the_page():
    factors = load_method("ipcc-grassland").factors
    text = "\n".join(" ".join(row) for row in example_after("ipcc-grassland", "## Factors"))
    for factor in factors.values():
        assert f" {number_text(factor.value)} {number_text(factor.error_percent)} {factor.confidence}" in text, (
            factor.key
        )
    assert len(text.splitlines()) == len(factors)


def example_after(page: str, heading: str) -> list[list[str]]:
    """The rows of the first table below a heading."""
    from test_method_pages import METHODS

    below = (METHODS / f"{page}.md").read_text(encoding="utf-8").split(heading)[1]
    lines = [line for line in below.split("\n## ")[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def number_text(value: Fraction) -> str:
    return f"{float(value):.2f}" if value.denominator > 1 else str(value)


def test_the_sand_of_hobq():
    rows = example("wetland-balance", "hobq")
    fluxes = "".join(
        f"{site},2018,{gas},{flux}\n"
        for site, *cells in rows
        for gas, flux in zip(("CO2", "CH4", "N2O"), cells, strict=False)
    )
    document = evaluated(
        "wetland-balance",
        strata="stratum,ecosystem,area_ha\nS,wetland,\n",
        plots="plot,stratum\n" + "".join(f"{row[0]},S\n" for row in rows),
        visits="plot,round,year\n" + "".join(f"{row[0]},1,2018\n" for row in rows),
        fluxes="plot,year,gas,flux_kg_ha_a\n" + fluxes,
    )
    for site, *_, co2e in rows:
        assert row_of(document["flux_balance"]["plots"], plot=site)["co2e_t_ha"] == said(co2e)


def test_default_roots_and_a_larch_stand():
    method = load_method("ar-tool14")
    intercept, slope = method.value("root_intercept"), method.value("root_slope")
    for above, ratio in example("ar-tool14", "roots"):
        assert float(root_ratio(Fraction(above), intercept, slope)) == said(ratio)
    tree = 100 * (1 + float(root_ratio(Fraction(100), intercept, slope))) * 0.47
    larch = method.litter[folded("落叶松")]
    litter = 100 * float(litter_share(Fraction(100), Fraction(larch.a), Fraction(larch.b)))
    known = [tree, tree * float(method.value("deadwood_share")), litter, litter * 0.37]
    assert known == [said(cell) for _, cell in example("ar-tool14", "larch stand")]
    assert litter == pytest.approx(67.412962 * math.exp(-1.4074))


def test_a_change_by_three_rules():
    names = ("gs-403", "ar-tool14", "baotou-stock-difference")
    for uncertainty, *cells in example("gs-403", "three rules"):
        for name, cell in zip(names, cells, strict=True):
            found = deduct(Fraction(100), Fraction(uncertainty), load_method(name).deduction)
            net = "nothing is issued" if found.net_tco2e is None else float(found.net_tco2e)
            assert net == (cell if isinstance(net, str) else number(cell)), (name, uncertainty)


@pytest.mark.parametrize("method", sorted({name for name, _ in shipped_methods()}))
def test_a_page_lists_parameters_as_they_are(method: str):
    from test_method_pages import METHODS

    parameters = load_method(method).parameters
    text = (METHODS / f"{method}.md").read_text(encoding="utf-8")
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] in parameters:
            assert float(parameters[cells[0]].value) == number(cells[1].split()[0]), cells[0]
            assert parameters[cells[0]].confidence in cells, cells[0]
