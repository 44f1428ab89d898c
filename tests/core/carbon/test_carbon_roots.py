"""Roots, dead wood and litter by factors of the tree pool, and the equations of AR-TOOL14 by hand."""

import math
from fractions import Fraction

import pytest
from carbon_surveys import evaluated, row_of
from hypothesis import given
from hypothesis import strategies as st
from test_carbon_shrubs import shrub_forest

from tanhui.core.carbon import load_method
from tanhui.core.carbon.allometry import organ_masses_kg
from tanhui.core.carbon.method.model import folded
from tanhui.core.carbon.roots import litter_share, root_ratio

INTERCEPT, SLOPE = Fraction("-1.085"), Fraction("0.9256")
METHOD = load_method("ar-tool14")


@pytest.mark.parametrize(("above_t_ha", "ratio"), [(20, 0.2704), (50, 0.2526), (100, 0.2399), (200, 0.2278)])
def test_the_default_root_ratio_has_its_check_values(above_t_ha: int, ratio: float):
    assert float(root_ratio(Fraction(above_t_ha), INTERCEPT, SLOPE)) == pytest.approx(ratio, abs=5e-5)


def test_no_biomass_has_no_roots():
    assert root_ratio(Fraction(0), INTERCEPT, SLOPE) == 0


@given(st.fractions(Fraction(1, 100), 500), st.fractions(Fraction(1, 100), 500))
def test_the_ratio_falls_and_the_roots_grow(first: Fraction, second: Fraction):
    low, high = sorted((first, second))
    ratios = [root_ratio(biomass, INTERCEPT, SLOPE) for biomass in (low, high)]
    assert ratios[0] >= ratios[1] > 0
    assert low * ratios[0] <= high * ratios[1]


def above_t_ha(diameter: float):
    species = METHOD.species[folded("油松")]
    organs = organ_masses_kg(diameter, 9, METHOD.equations[species.equation])
    return sum(organs.values()) / 1000 * 10_000 / 600


@pytest.fixture(scope="module")
def document():
    rows = b"plot,round,species,plants_per_ha,mean_height_m,crown_area_m2\n"
    return evaluated(shrub_forest(rows), "ar-tool14").document()


def density(document: dict, pool: str):
    return row_of(document["plot_densities"], plot="F0", round=1, pool=pool)


def test_trees_have_the_roots_of_their_own_biomass(document: dict):
    above = above_t_ha(15)
    grown = above + math.exp(-1.085 + 0.9256 * math.log(above))
    assert density(document, "tree")["biomass_t_ha"] == pytest.approx(grown, rel=1e-6)
    assert density(document, "tree")["carbon_t_ha"] == pytest.approx(0.47 * grown, rel=1e-6)


def test_dead_wood_is_a_share_of_trees_and_litter_one_that_falls(document: dict):
    tree, above = density(document, "tree"), above_t_ha(15)
    assert density(document, "deadwood")["carbon_t_ha"] == pytest.approx(0.0351 * tree["carbon_t_ha"], abs=1e-9)
    litter = above * 0.24826509 * math.exp(-0.023362 * above)
    assert density(document, "litter")["biomass_t_ha"] == pytest.approx(litter, rel=1e-6)
    assert density(document, "litter")["carbon_t_ha"] == pytest.approx(0.37 * litter, rel=1e-6)
    assert row_of(document["strata"], stratum="F")["pools"] == ["tree", "deadwood", "litter"]


def test_what_was_measured_goes_before_the_factor(document: dict):
    measured = b"plot,round,litter_dry_g_m2\n" + b"".join(b"F%d,%d,500\n" % (i, n) for i in range(3) for n in (1, 2))
    files = shrub_forest(measured, "litter.csv")
    found = evaluated(files, "ar-tool14").document()
    assert density(found, "litter")["carbon_t_ha"] == pytest.approx(5 * 0.37)
    assert density(found, "tree") == density(document, "tree")


def test_weak_factors_are_marked_beside_the_result(document: dict):
    row = row_of(document["evidence"], domain="F", pool="litter")
    assert row["confidence"] == "memory-low"
    assert "AR-CM-001" in row["source"] or "AR-TOOL12" in row["source"]
    assert density(document, "tree")["confidence"] == "found"
    change = row_of(document["estimates"], quantity="carbon_t_ha", pool="all", domain="all", round="change")
    assert change["confidence"] == "memory-low"


def test_litter_shares_of_single_species():
    larch = METHOD.litter[folded("落叶松")]
    assert float(litter_share(Fraction(0), Fraction(larch.a), Fraction(larch.b))) == pytest.approx(0.67412962)
    at_hundred = float(litter_share(Fraction(100), Fraction(larch.a), Fraction(larch.b)))
    assert at_hundred == pytest.approx(0.67412962 * math.exp(-1.4074))
