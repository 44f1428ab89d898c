"""Plausible densities: outliers are named by plot and left as they are; methods without bounds say nothing."""

import pytest
from carbon_surveys import codes, evaluated, mixed_region, row_of, table
from test_carbon_shrubs import shrub_forest

from tanhui.core.carbon import load_method, parse_survey
from tanhui.core.carbon.bounds import bound_for
from tanhui.core.carbon.dominance import dominant_species
from tanhui.core.carbon.method.model import folded

METHOD = load_method("baotou-stock-difference")
LITTER = table("plot,round,litter_dry_g_m2", [(f"F{index}", n, 5500) for index in range(3) for n in (1, 2)])


def test_the_bounds_of_a_species_go_before_those_of_any():
    larch = bound_for(METHOD, "forest", folded("华北落叶松"), "litter")
    pine = bound_for(METHOD, "forest", folded("油松"), "litter")
    assert (larch.high, pine.high) == (45, 15)
    assert larch.species == "Larix principis-rupprechtii"
    assert bound_for(METHOD, "grassland", "", "tree") is None


@pytest.mark.parametrize(("species", "outliers"), [("油松", 6), ("华北落叶松", 0)])
def test_an_outlier_is_flagged_by_what_dominates_its_plot(species: str, outliers: int):
    # 55 t/ha of litter hold 20.35 tC/ha: a larch stand may, a pine stand hardly.
    document = evaluated(shrub_forest(LITTER, "litter.csv", species)).document()
    assert ("density_out_of_bounds" in codes(document["flags"])) == bool(outliers)
    assert len(document["outliers"]) == outliers


def test_an_outlier_is_listed_with_its_bounds_and_computed_as_it_stands():
    document = evaluated(shrub_forest(LITTER, "litter.csv")).document()
    row = row_of(document["outliers"], plot="F1", round=2)
    assert (row["pool"], row["carbon_t_ha"], row["low"], row["high"]) == ("litter", pytest.approx(20.35), 0, 15)
    assert (row["confidence"], bool(row["source"])) == ("design", True)
    params = row_of(document["flags"], code="density_out_of_bounds")["params"]
    assert (params["plots"], params["names"]) == (3, "F0, F1, F2")
    assert row_of(document["plot_densities"], plot="F1", round=2, pool="litter")["carbon_t_ha"] == pytest.approx(20.35)


def test_the_demonstration_like_region_is_plausible():
    assert evaluated(mixed_region(6, 6, 4, 8)).document()["outliers"] == []


def test_basal_area_decides_what_dominates():
    files = shrub_forest(LITTER, "litter.csv")
    trees = [("F0", 1, "1", "油松", 20, 9, "live"), ("F0", 1, "2", "白桦", 15, 9, "live")]
    trees += [("F0", 1, "3", "白桦", 14, 9, "live"), ("F0", 1, "4", "油松", 40, 9, "dead")]
    rows = [
        *trees,
        *((f"F{index}", n, "1", "山杨", 9, 9, "live") for index in range(3) for n in (1, 2) if (index, n) != (0, 1)),
    ]
    survey = parse_survey(files | {"trees.csv": table("plot,round,tree,species,dbh_cm,height_m,status", rows)})
    dominant = dominant_species(survey)
    # 20² = 400 of pine against 15² + 14² = 421 of birch; the dead pine does not count.
    assert dominant["F0", 1] == "白桦"
    assert dominant["F1", 2] == "山杨"
