"""From single trees to the hectare: whole columns beside a sum of fractions, tree by tree."""

from fractions import Fraction

import numpy as np
import pytest
from carbon_surveys import table
from hypothesis import given, settings
from hypothesis import strategies as st

from tanhui.core.carbon import load_method, parse_survey
from tanhui.core.carbon.allometry import exact_mass_mg, tree_masses_mg
from tanhui.core.carbon.density import QUANTUM
from tanhui.core.carbon.expansion import Weights, per_hectare
from tanhui.core.carbon.method.model import folded
from tanhui.core.carbon.trees import tree_densities

METHOD = load_method("baotou-stock-difference")
LARCH = METHOD.equations["Larix principis-rupprechtii"]
AREAS = {"A": Fraction(400), "B": Fraction("666.7"), "C": Fraction(10_000, 3)}

TREES = st.lists(
    st.tuples(
        st.sampled_from("ABC"),
        st.sampled_from([1, 2]),
        st.one_of(st.none(), st.decimals("0.000001", "1000000", places=6).map(float)),
        st.one_of(st.integers(0, 10**12), st.integers(2**52, 2**53)),
        st.sampled_from([Fraction("0.4967"), Fraction(1, 2), Fraction(1, 3)]),
    ),
    min_size=1,
    max_size=12,
)


def survey_of(rows):
    """A survey whose trees stand in these plots and rounds, with these expansions."""
    plots = [("A", "F", 400), ("B", "F", 666.7), ("C", "F", 3333.3)]
    visits = [(plot, number, 2010 + number) for plot in "ABC" for number in (1, 2)]
    trees = [(plot, number, index, 10, stems) for index, (plot, number, stems, *_) in enumerate(rows)]
    return parse_survey(
        {
            "strata.csv": table("stratum,ecosystem,area_ha", [("F", "forest", 1)]),
            "plots.csv": table("plot,stratum,plot_area_m2", plots),
            "visits.csv": table("plot,round,year", visits),
            "trees.csv": table("plot,round,tree,dbh_cm,trees_per_ha", trees),
        }
    )


def by_hand(rows):
    """The same sums, one tree after another in fractions."""
    sums = {}
    for plot, number, stems, mass_mg, carbon in rows:
        per_ha = Fraction(round(stems * 10**6), 10**6) if stems is not None else 10_000 / AREAS[plot]
        tonnes = Fraction(mass_mg, 10**9) * per_ha
        before = sums.get((plot, number), (0, 0))
        sums[plot, number] = (before[0] + tonnes, before[1] + tonnes * carbon)
    return {place: tuple(Fraction(round(value * QUANTUM), QUANTUM) for value in found) for place, found in sums.items()}


def weights_of(rows):
    """Each tree as a group of its own: groups of one fraction must add up."""
    return [
        Weights(np.array([index]), np.array([mass_mg], dtype=np.int64), carbon)
        for index, (*_, mass_mg, carbon) in enumerate(rows)
    ]


@settings(deadline=None)
@given(TREES)
def test_sums_by_words_are_the_sums_of_fractions(rows: list[tuple]):
    found = per_hectare(survey_of(rows).table("trees.csv"), weights_of(rows), AREAS)
    assert dict(zip(found.visits, zip(found.biomass_t_ha, found.carbon_t_ha, strict=True), strict=True)) == by_hand(
        rows
    )


def test_a_plot_of_three_trees_by_hand():
    rows = [
        ("A", 1, None, 100_000_000, Fraction(1, 2)),
        ("A", 1, None, 60_000_000, Fraction("0.4967")),
        ("A", 1, 14.870916, 242_505_790, Fraction(1, 2)),
    ]
    found = per_hectare(survey_of(rows).table("trees.csv"), weights_of(rows), AREAS)
    assert found.visits == [("A", 1)]
    assert float(found.biomass_t_ha[0]) == pytest.approx(2.5 + 1.5 + 3.606283, abs=1e-6)
    assert float(found.carbon_t_ha[0]) == pytest.approx(1.25 + 0.74505 + 1.803142, abs=1e-6)


def test_a_half_goes_to_the_even_neighbour():
    rows = [("A", 1, 0.5, mass_mg, Fraction(1, 2)) for mass_mg in (1,)] + [("B", 1, 0.5, 3, Fraction(1, 2))]
    found = per_hectare(survey_of(rows).table("trees.csv"), weights_of(rows), AREAS)
    assert [value * QUANTUM for value in found.biomass_t_ha] == [0, 2]
    assert [value * QUANTUM for value in found.carbon_t_ha] == [0, 1]


def forest(rows):
    header = "plot,round,tree,species,dbh_cm,height_m,status"
    return parse_survey(
        {
            "strata.csv": b"stratum,ecosystem,area_ha\nF,forest,10\n",
            "plots.csv": b"plot,stratum,plot_area_m2\nP,F,400\nQ,F,600\n",
            "visits.csv": b"plot,round,year\nP,1,2010\nP,2,2015\nQ,1,2010\n",
            "trees.csv": table(header, rows),
        }
    )


def stand(seed, count=80):
    random = np.random.default_rng(seed)
    names = ("樟子松", "Larix principis-rupprechtii", "白桦", "榆树")
    return [
        (plot, number, tree, names[tree % 4], random.integers(50, 460) / 10, random.integers(20, 250) / 10, "live")
        for plot, number in (("P", 1), ("P", 2), ("Q", 1))
        for tree in range(count)
    ]


def test_the_order_of_the_rows_does_not_matter():
    rows = stand(1)
    turned = [rows[index] for index in np.random.default_rng(2).permutation(len(rows)).tolist()]
    first, second = (tree_densities(forest(found), METHOD, frozenset("PQ"), (1, 2)) for found in (rows, turned))
    assert first[0] == second[0]
    assert set(first[1]) == set(second[1])
    assert {visited[:2] for visited in first[0]} == {("P", 1), ("P", 2), ("Q", 1)}


def test_a_density_is_the_sum_of_its_trees():
    rows = stand(3, 7)
    found, _ = tree_densities(forest(rows), METHOD, frozenset("PQ"), (1, 2))
    masses = {}
    for plot, number, _, name, dbh_cm, height_m, _ in rows:
        species = METHOD.species[folded(name)]
        mass = exact_mass_mg(float(dbh_cm), float(height_m), METHOD.equations[species.equation])
        masses.setdefault((plot, number), []).append(Fraction(mass, 10**9) * species.carbon_fraction)
    for (plot, number, _), density in found.items():
        exact = sum(masses[plot, number]) * 10_000 / {"P": 400, "Q": 600}[plot]
        assert density.carbon_t_ha == Fraction(round(exact * QUANTUM), QUANTUM)


def test_milligrams_of_many_trees_are_those_of_decimal_arithmetic():
    random = np.random.default_rng(4)
    dbh_cm, height_m = random.integers(10, 4000, 400) / 10, random.integers(13, 1200, 400) / 10
    for name in sorted(METHOD.equations):
        equations = METHOD.equations[name]
        if any(equation.enabled for equation in equations):
            exact = [exact_mass_mg(float(d), float(h), equations) for d, h in zip(dbh_cm, height_m, strict=True)]
            assert tree_masses_mg(dbh_cm, height_m, equations).tolist() == exact


def test_a_tree_on_the_edge_of_half_a_milligram_is_decided_exactly():
    """a·D with b = 1 gives half a milligram exactly, which goes to the even neighbour whatever the floats say."""
    edge = LARCH[0]._replace(variable="d", a="0.0000005", b="1")
    assert tree_masses_mg(np.array([1.0, 3.0, 5.0, 7.0]), np.full(4, 10.0), [edge]).tolist() == [0, 2, 2, 4]


def test_an_equation_without_any_sense_is_stopped():
    absurd = LARCH[0]._replace(variable="d", a="1", b="9")
    with pytest.raises(OverflowError, match="2\\*\\*53"):
        tree_masses_mg(np.array([400.0]), np.array([10.0]), [absurd])
