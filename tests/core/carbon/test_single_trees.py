"""What each tree adds to its plot: by hand, and always adding up to the density of the plot."""

from fractions import Fraction

import pytest
from carbon_surveys import table
from hypothesis import given
from hypothesis import strategies as st
from test_carbon_demography import files_of

from tanhui.core.carbon import load_method, parse_survey
from tanhui.core.carbon.density import QUANTUM
from tanhui.core.carbon.single_trees import tree_amounts
from tanhui.core.carbon.stocks import gather_stocks

PUBLISHED = load_method("published-tree-biomass")
SIZES = st.lists(st.tuples(st.floats(5.1, 40), st.floats(3, 20), st.one_of(st.none(), st.integers(1, 900))), max_size=9)


def test_two_trees_by_hand():
    """On 500 m2 a tree stands for 20 a hectare; one that says 100 stands for those. Half of the mass is carbon."""
    trees = [("A", 1, 1, "live", 100, None), ("A", 1, 2, "ingrowth", 50, 100), ("A", 1, 3, "dead", 70, None)]
    found = tree_amounts(parse_survey(files_of(trees)), PUBLISHED, "A", (1, 2))
    fraction = PUBLISHED.value("carbon_fraction_tree")
    assert {at: (float(one.mass_kg), one.carbon_t_ha) for at, one in found.items()} == {
        (1, "1"): (100.0, 2 * fraction),
        (1, "2"): (50.0, 5 * fraction),
    }


def test_a_tree_that_cannot_be_weighed_has_no_amount():
    trees = [("A", 1, 1, "live", 100, None), ("A", 1, 2, "live", None, None)]
    assert list(tree_amounts(parse_survey(files_of(trees)), PUBLISHED, "A", (1,))) == [(1, "1")]


@pytest.mark.parametrize("method", ["given-pools", "stand-volume"])
def test_a_method_that_weighs_no_single_trees_gives_none(method):
    survey = parse_survey(files_of([("A", 1, 1, "live", 100, None)]))
    assert tree_amounts(survey, load_method(method), "A", (1,)) == {}


@given(SIZES)
def test_the_trees_of_a_plot_make_its_density(sizes):
    method = load_method("baotou-stock-difference")
    rows = [("A", 1, at, "油松", dbh, height, "live", stems, None) for at, (dbh, height, stems) in enumerate(sizes)]
    head = "plot,round,tree,species,dbh_cm,height_m,status,trees_per_ha,aboveground_biomass_kg"
    survey = parse_survey(files_of([]) | {"trees.csv": table(head, rows)})
    found = tree_amounts(survey, method, "A", (1,))
    density = gather_stocks(survey, method, (1,)).density("A", 1, "tree")
    assert len(found) == len(sizes)
    whole = sum((one.carbon_t_ha for one in found.values()), Fraction(0))
    assert abs(whole - density.carbon_t_ha) <= Fraction(1, 2 * QUANTUM)
