"""What became of the trees between two rounds: by hand, on real plots, and always adding up."""

from collections import Counter
from fractions import Fraction

import pytest
from carbon_surveys import RHODE_ISLAND, Files, row_of, shared_files, table
from hypothesis import given, settings
from hypothesis import strategies as st

from tanhui.core.carbon import choose_method, load_method, parse_survey
from tanhui.core.carbon.demography import COMPONENTS, Flow, demography
from tanhui.core.carbon.demography_rows import demography_document
from tanhui.core.carbon.density import QUANTUM
from tanhui.core.carbon.stocks import gather_stocks
from tanhui.core.carbon.strayed import strayed_rows, strayed_trees

PUBLISHED = load_method("published-tree-biomass")
HEADER = "plot,round,tree,species,dbh_cm,height_m,status,trees_per_ha,aboveground_biomass_kg"


def files_of(trees: list[tuple], plots: tuple[str, ...] = ("A", "B"), area_m2: int | None = 500) -> Files:
    """Trees as plot, round, number, status, mass (kg) and trees per hectare."""
    rows = [
        (plot, number, tree, "Ulmus", 10, 8, status, stems, mass) for plot, number, tree, status, mass, stems in trees
    ]
    return {
        "strata.csv": table("stratum,ecosystem,area_ha", [("F", "forest", 30)]),
        "plots.csv": table("plot,stratum,plot_area_m2", [(plot, "F", area_m2) for plot in plots]),
        "visits.csv": table(
            "plot,round,year", [(plot, number, 2010 + 5 * number) for plot in plots for number in (1, 2)]
        ),
        "trees.csv": table(HEADER, rows),
    }


BY_HAND = [
    *(("A", 1, 1, "live", 100, None), ("A", 2, 1, "live", 120, None)),
    *(("A", 1, 2, "live", 50, None), ("A", 2, 2, "dead", None, None)),
    *(("A", 1, 3, "", 30, None), ("A", 2, 3, "removed", None, None)),
    *(("A", 1, 4, "live", 20, None), ("A", 2, 4, "missing", None, None)),
    *(("A", 1, 5, "missing", None, None), ("A", 2, 5, "live", 25, None)),
    ("A", 1, 6, "live", 40, None),
    *(("A", 2, 7, "ingrowth", 5, None), ("A", 2, 8, "live", 15, None)),
    ("A", 1, 9, "dead", None, None),
]


def changes_of(trees: list[tuple], **kept: object):
    return demography(parse_survey(files_of(trees, **kept)), PUBLISHED, 1, 2)


def test_eight_trees_by_hand():
    """On 500 m2 a tree stands for 20 a hectare, and a kilogram for 0.02 t/ha."""
    found = changes_of(BY_HAND)
    plot = next(change for change in found.plots if change.plot == "A")
    assert {name: (float(flow.stems_ha), float(flow.biomass_t_ha)) for name, flow in plot.components.items()} == {
        "survivor_growth": (0, 0.4),
        "expansion_changed": (0, 0),
        "ingrowth": (20, 0.1),
        "found": (40, 0.8),
        "mortality": (-20, -1),
        "removal": (-20, -0.6),
        "missing": (-40, -1.2),
    }
    assert plot.trees == {
        "survivor_growth": 1,
        "expansion_changed": 0,
        "ingrowth": 1,
        "found": 2,
        "mortality": 1,
        "removal": 1,
        "missing": 2,
    }
    assert (float(plot.before.biomass_t_ha), float(plot.after.biomass_t_ha)) == (4.8, 3.3)
    assert plot.components["mortality"].carbon_t_ha == Fraction("-0.47")


def test_a_sapling_that_outgrows_its_subplot_grows_and_stands_for_fewer():
    trees = [("A", 1, 1, "live", 10, 185.24), ("A", 2, 1, "live", 60, 14.87)]
    plot = changes_of(trees, plots=("A",), area_m2=None).plots[0]
    assert float(plot.components["survivor_growth"].biomass_t_ha) == pytest.approx(50 * 185.24 / 1000)
    assert float(plot.components["expansion_changed"].biomass_t_ha) == pytest.approx(60 * (14.87 - 185.24) / 1000)
    assert float(plot.components["expansion_changed"].stems_ha) == pytest.approx(14.87 - 185.24)
    assert plot.trees["expansion_changed"] == 1


def test_means_and_standard_errors_of_two_plots_by_hand():
    """Mortality of 1 t/ha on one plot and 3 t/ha on the other: mean 2, s2 = 2, standard error 1; 30 ha of it."""
    found = changes_of([*BY_HAND, ("B", 1, 1, "live", 150, None), ("B", 2, 1, "dead", None, None)])
    mean = found.strata[0].means["mortality", "biomass_t_ha"]
    assert (mean.n, mean.value, mean.variance, mean.df) == (2, -2, 1, 1)
    total = found.total("mortality", "biomass_t_ha")
    assert (total.value, total.se) == (-60, pytest.approx(30))


def test_a_total_needs_all_areas():
    files = files_of(BY_HAND) | {"strata.csv": b"stratum,ecosystem,area_ha\nF,forest,\n"}
    found = demography(parse_survey(files), PUBLISHED, 1, 2)
    assert found.total("mortality", "biomass_t_ha") is None
    assert found.strata[0].means["mortality", "biomass_t_ha"].value == Fraction(-1, 2)


def test_plots_seen_once_and_plots_with_an_unweighed_tree_are_left_out():
    files = files_of([*BY_HAND, ("B", 2, 1, "live", None, None)])
    assert demography(parse_survey(files), PUBLISHED, 1, 2).left_out == ("B",)
    files["visits.csv"] = b"plot,round,year,status\nA,1,2015,\nA,2,2020,\nB,1,2015,\nB,2,2020,lost\n"
    files["trees.csv"] = files_of(BY_HAND)["trees.csv"]
    found = demography(parse_survey(files), PUBLISHED, 1, 2)
    assert ([change.plot for change in found.plots], found.left_out) == (["A"], ())


STATUSES = st.sampled_from(["live", "", "ingrowth", "dead", "removed", "missing", None])
STEMS = st.sampled_from([None, 14.870916, 185.24])
FATES = st.lists(st.tuples(st.sampled_from("AB"), STATUSES, STATUSES, STEMS, STEMS, st.integers(1, 900)), max_size=12)


@settings(deadline=None)
@given(FATES)
def test_components_add_up_to_the_change_of_the_density(fates: list[tuple]):
    trees = []
    for tree, (plot, *statuses, first, second, mass) in enumerate(fates):
        for number, status, stems in zip((1, 2), statuses, (first, second), strict=True):
            if status is not None:
                trees.append((plot, number, tree, status, mass * number / 7, stems))
    survey = parse_survey(files_of(trees))
    densities = gather_stocks(survey, PUBLISHED).densities
    for change in demography(survey, PUBLISHED, 1, 2).plots:
        total = Flow(*(sum(parts) for parts in zip(change.before, *change.components.values(), strict=True)))
        assert total == change.after
        for number, stock in ((1, change.before), (2, change.after)):
            density = densities[change.plot, number, "tree"]
            assert density.biomass_t_ha == Fraction(round(stock.biomass_t_ha * QUANTUM), QUANTUM)
            assert density.carbon_t_ha == Fraction(round(stock.carbon_t_ha * QUANTUM), QUANTUM)


@pytest.fixture(scope="module")
def rhode_island():
    survey = parse_survey(shared_files(RHODE_ISLAND))
    return gather_stocks(survey, choose_method(survey))


def test_rhode_island_has_the_trees_its_table_has(rhode_island):
    trees = rhode_island.survey.table("trees.csv")
    places = zip(trees.text("plot"), trees.text("tree"), trees.rounds(), trees.text("status"), strict=True)
    status = {(plot, tree, number): word for plot, tree, number, word in places}
    fates = Counter(status[key] for key in status if key[2] == 2 and status.get((*key[:2], 1)) == "live")
    counts = Counter()
    found = demography(rhode_island.survey, rhode_island.method, 1, 2)
    for change in found.plots:
        counts.update(change.trees)
    assert len(found.plots) == 199
    assert counts["survivor_growth"] == fates["live"] + fates["ingrowth"]
    assert (counts["mortality"], counts["removal"]) == (fates["dead"], fates["removed"])
    assert counts["ingrowth"] == sum(word == "ingrowth" for word in status.values())
    assert counts["found"] == 1  # "one tree that had been overlooked in round 1", says its README
    assert counts["missing"] == 0


def test_rhode_island_components_add_up_to_the_known_change(rhode_island):
    document = demography_document(rhode_island)
    totals = [row["total"] for row in document["total"] if row["quantity"] == "biomass_t_ha"]
    area_ha = sum(stratum.area_ha for stratum in rhode_island.survey.strata)
    assert sum(totals) / float(area_ha) == pytest.approx(3.599615073, abs=1e-8)
    assert sum(row["trees"] for row in document["changes"] if row["component"] == "expansion_changed") == 10
    growth = row_of(document["total"], component="survivor_growth", quantity="stems_ha")
    assert growth["total"] == growth["total_se"] == 0
    assert document["years"] == pytest.approx(5.5, abs=0.1)
    assert document["coverage"] == "above ground"
    assert len(document["plots"]) == 199


def test_there_is_nothing_to_tell_of_one_round():
    survey = parse_survey(files_of([tree for tree in BY_HAND if tree[1] == 1]))
    assert demography_document(gather_stocks(survey, PUBLISHED, (1,))) is None


def test_all_components_have_a_row_in_each_stratum():
    survey = parse_survey(files_of(BY_HAND))
    document = demography_document(gather_stocks(survey, PUBLISHED))
    assert [row["component"] for row in document["strata"][::3]] == list(COMPONENTS)
    row = row_of(document["strata"], component="removal", quantity="biomass_t_ha")
    assert (row["mean"], row["se"], row["total"], row["unit"], row["total_unit"]) == (-0.3, 0.3, -9, "t/ha", "t")


def test_trees_outside_the_range_of_their_equation_are_named():
    method = load_method("baotou-stock-difference")
    trees = [
        ("A", 1, 1, "Larix principis-rupprechtii", 50, 20, "live", None, None),
        ("A", 1, 2, "Larix principis-rupprechtii", 20, 15, "live", None, None),
        ("A", 2, 1, "Larix principis-rupprechtii", 51, 31, "live", None, None),
        ("A", 2, 2, "Larix principis-rupprechtii", 50, 15, "dead", None, None),
    ]
    survey = parse_survey(files_of([]) | {"trees.csv": table(HEADER, trees)})
    found = strayed_trees(survey, method, (1, 2))
    assert [(tree.plot, tree.round, tree.tree, tree.line, tree.dbh_cm, tree.height_m) for tree in found] == [
        ("A", 1, "1", 2, 50, 20),
        ("A", 2, "1", 4, 51, 31),
    ]
    (row,) = strayed_rows(survey, method, (1,))
    assert row["dbh_range_cm"] == [2, 45]
    assert row["height_range_m"] == [1.5, 30]
    (flag,) = [note for note in gather_stocks(survey, method).notes if note.code == "equation_out_of_range"]
    assert dict(flag.params)["trees"] == len(found)
    assert strayed_trees(survey, PUBLISHED, (1, 2)) == ()
