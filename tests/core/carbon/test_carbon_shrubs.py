"""Shrubs: equations of the source against each other, plants of a mean size and single plants, crown cover."""

from fractions import Fraction

import pytest
from carbon_surveys import codes, evaluated, row_of, table
from hypothesis import given
from hypothesis import strategies as st

from tanhui.core.carbon import load_method
from tanhui.core.carbon.shrub_rows import PI
from tanhui.core.carbon.shrubs import exact_mass_mg, plant_equations, plant_mass_mg

METHOD = load_method("baotou-stock-difference")
EQUATIONS = METHOD.shrub_equations
BY_PART = {species: {row.part: row for row in rows if row.enabled} for species, rows in EQUATIONS.items()}
LINES = sorted(name for name, parts in BY_PART.items() if len(parts) == 3 and parts["total"].form == "linear")
HEADER = "plot,round,species,plants_per_ha,mean_height_m,crown_area_m2"


def test_eleven_species_can_be_computed():
    usable = sorted(name for name, parts in BY_PART.items() if parts)
    assert len(usable) == 11
    assert all(plant_equations(METHOD, name) for name in usable)


@pytest.mark.parametrize("species", LINES)
def test_the_lines_of_shoots_and_roots_add_up_to_the_line_of_the_plant(species: str):
    above, root, total = (BY_PART[species][part] for part in ("above", "root", "total"))
    assert abs(Fraction(above.a) + Fraction(root.a) - Fraction(total.a)) <= Fraction("0.01")
    assert Fraction(above.b) + Fraction(root.b) == Fraction(total.b)


@pytest.mark.parametrize(
    ("species", "size", "grams"),
    [
        # 467.24·0.5^0.79 + 499.85·0.5^0.97, and 842.50·0.5 + 16.82 + 1477.25·0.5 + 100.54.
        ("柠条", "0.5", 270.2252 + 255.1755),
        ("小叶锦鸡儿", "0.5", 438.07 + 839.165),
        ("蒙古扁桃", "0.5", 1424.77 * 0.5**1.08),
        ("梭梭", "2", 1742.76 * 2**1.29 + 1465.17 * 2**1.40),
    ],
)
def test_worked_plants(species: str, size: str, grams: float):
    masses = [plant_mass_mg(row, Fraction(size)) for row in plant_equations(METHOD, species)]
    assert sum(masses) / 1000 == pytest.approx(grams, abs=2e-3)


def test_whole_plants_of_korshinskii_come_near_to_shoots_and_roots():
    whole = BY_PART["Caragana korshinskii"]["total"]
    for size in ("0.1", "0.3", "0.7"):
        parts = sum(plant_mass_mg(row, Fraction(size)) for row in plant_equations(METHOD, "柠条"))
        assert plant_mass_mg(whole, Fraction(size)) == pytest.approx(parts, rel=0.12)


def test_a_line_below_zero_gives_nothing():
    root = BY_PART["Armeniaca sibirica"]["root"]
    assert plant_mass_mg(root, Fraction("0.001")) == exact_mass_mg(root, Fraction("0.001")) == 0


@given(st.sampled_from(sorted(BY_PART)), st.fractions(Fraction(1, 1000), 30, max_denominator=10**6))
def test_floats_and_decimals_agree_on_the_milligram(species: str, size: Fraction):
    for row in BY_PART[species].values():
        assert plant_mass_mg(row, size) == exact_mass_mg(row, size)


def test_suspect_rows_are_shipped_disabled_and_explained():
    disabled = [row for rows in EQUATIONS.values() for row in rows if not row.enabled]
    assert {row.species for row in disabled} == {"Reaumuria soongarica, Urat", "Hippophae rhamnoides"}
    assert all(row.note.startswith("disabled: ") for row in disabled)


def shrub_forest(shrubs: bytes, name: str = "shrubs.csv", species: str = "油松"):
    plots = [f"F{index}" for index in range(3)]
    visits = [(plot, number) for plot in plots for number in (1, 2)]
    trees = [(*visit, "1", species, 14 + visit[1], 9) for visit in visits]
    return {
        "strata.csv": table("stratum,ecosystem,area_ha", [("F", "forest", 100)]),
        "plots.csv": table("plot,stratum,plot_area_m2", [(plot, "F", 600) for plot in plots]),
        "visits.csv": table("plot,round,year", [(*visit, 2015 + 5 * visit[1]) for visit in visits]),
        "trees.csv": table("plot,round,tree,species,dbh_cm,height_m", trees),
        name: shrubs,
    }


def shrub_row(document: dict, plot: str = "F0", number: int = 1):
    return row_of(document["plot_densities"], plot=plot, round=number, pool="shrub")


def grown(species: str = "柠条锦鸡儿"):
    return [(f"F{index}", number, species, 1000, 1, 0.3 + 0.2 * number) for index in range(3) for number in (1, 2)]


def test_plants_of_a_mean_size_times_their_number_with_the_fractions_of_shoots_and_roots():
    document = evaluated(shrub_forest(table(HEADER, grown()))).document()
    above, root = 467.24 * 0.5**0.79 / 1000, 499.85 * 0.5**0.97 / 1000
    row = shrub_row(document)
    assert row["biomass_t_ha"] == pytest.approx(above + root, rel=1e-5)
    assert row["carbon_t_ha"] == pytest.approx(0.45 * above + 0.42 * root, rel=1e-5)
    assert row["coverage"] == "shoots and roots, by equation"
    assert row_of(document["strata"], stratum="F")["pools"] == ["tree", "shrub"]
    assert "shrub_out_of_range" not in codes(document["flags"])


def test_single_plants_have_ellipses_for_crowns_and_stand_on_the_area_of_the_plot():
    plants = [(f"F{index}", number, "1", "柠条", 0.8, 0.5, 1) for index in range(3) for number in (1, 2)]
    header = "plot,round,plant,species,crown_d1_m,crown_d2_m,height_m"
    document = evaluated(shrub_forest(table(header, plants), "shrub_plants.csv")).document()
    volume = PI / 4 * Fraction("0.4")
    grams = 467.24 * float(volume) ** 0.79 + 499.85 * float(volume) ** 0.97
    assert shrub_row(document)["biomass_t_ha"] == pytest.approx(grams / 1e6 * 10_000 / 600, rel=1e-5)


def test_a_visited_plot_without_shrubs_says_so_with_no_plants():
    rows = [(*row[:3], 0, None, None) if row[0] == "F2" else row for row in grown()]
    document = evaluated(shrub_forest(table(HEADER, rows))).document()
    assert shrub_row(document, "F2")["carbon_t_ha"] == 0
    assert row_of(document["strata"], stratum="F")["pools"] == ["tree", "shrub"]


def test_none_before_and_some_after_is_a_gain_measured_alike():
    rows = [(*row[:3], 0, None, None) if row[:2] == ("F2", 1) else row for row in grown()]
    document = evaluated(shrub_forest(table(HEADER, rows))).document()
    assert row_of(document["strata"], stratum="F")["pools"] == ["tree", "shrub"]
    assert shrub_row(document, "F2", 1)["coverage"] == shrub_row(document, "F2", 2)["coverage"]


def test_what_cannot_be_computed_spoils_its_visit_and_is_named():
    rows = [*grown(), ("F0", 1, "沙棘", 10, 1, 1), ("F1", 1, "山杏", 10, None, 1)]
    document = evaluated(shrub_forest(table(HEADER, rows))).document()
    assert not [
        row for row in document["plot_densities"] if (row["plot"], row["round"], row["pool"]) == ("F0", 1, "shrub")
    ]
    params = row_of(document["flags"], code="shrub_without_equation")["params"]
    assert params == {"species": "沙棘", "rows": 1, "plots": 1, "names": "F0"}
    assert row_of(document["flags"], code="shrub_size_missing")["params"]["names"] == "F1"
    assert row_of(document["strata"], stratum="F")["pools"] == ["tree"]


def test_plants_outside_the_printed_range_are_computed_and_flagged():
    rows = [(*row[:5], 2) for row in grown()]
    document = evaluated(shrub_forest(table(HEADER, rows))).document()
    assert row_of(document["flags"], code="shrub_out_of_range")["params"]["plots"] == 3
    assert shrub_row(document)["biomass_t_ha"] > 1


@pytest.mark.parametrize(("plants", "biomass"), [(499, 0), (500, 0.42), (2000, 1.68), (20_000, 8.4)])
def test_ar_tool14_counts_the_cover_of_crowns(plants: int, biomass: float):
    # 60 t/ha · 0.10 · (1 + 0.40) = 8.4 t/ha at full cover; one square metre a plant; below 5 % nothing.
    rows = [(plot, number, "柠条", plants, 1, 1) for plot in ("F0", "F1", "F2") for number in (1, 2)]
    document = evaluated(shrub_forest(table(HEADER, rows)), "ar-tool14").document()
    assert shrub_row(document)["biomass_t_ha"] == pytest.approx(biomass)
    assert shrub_row(document)["carbon_t_ha"] == pytest.approx(biomass * 0.47)
