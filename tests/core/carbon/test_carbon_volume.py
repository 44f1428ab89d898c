"""Stand volume by species and by class of IPCC."""

import csv
import io
from fractions import Fraction

import pytest
from carbon_surveys import evaluated, row_of, table

from tanhui.core.carbon import load_method, method_files
from tanhui.core.carbon.method.model import folded
from tanhui.core.carbon.volume import by_class, by_species, class_value
from tanhui.core.units import CO2E_PER_C

METHOD = load_method("stand-volume")
CLASSES = load_method("stand-volume-bcef")
CHECKS = [
    (row["species"], row["check_tco2_m3"])
    for row in csv.DictReader(io.StringIO(method_files("stand-volume", "1.1.0")["volume.csv"].decode()))
    if row["check_tco2_m3"]
]


@pytest.mark.parametrize(("species", "check"), CHECKS)
def test_tonnes_per_cubic_metre_are_those_of_the_check_column(species: str, check: str):
    carbon = by_species(Fraction(1), METHOD.volumes[folded(species)]).carbon
    assert float(carbon * CO2E_PER_C) == pytest.approx(float(check), abs=5e-5)


def test_ten_species_have_a_check():
    assert len(CHECKS) == 10


def test_the_second_version_gives_the_figures_of_the_first():
    old = load_method("stand-volume", "1.0.0")
    assert old.volumes == METHOD.volumes
    assert old.deduction.steps == METHOD.deduction.steps


@pytest.mark.parametrize(
    ("species", "volume", "above", "roots"),
    [
        ("油松", 20, "36", "0.40"),
        ("油松", 30, "30", "0.40"),
        ("油松", 100, "75", "0.29"),
        ("落叶松", 250, "175", "0.20"),
        ("白桦", 50, "70", "0.46"),
        ("白桦", 60, "84", "0.23"),
    ],
)
def test_factors_go_by_class_of_stock_and_of_biomass(species: str, volume: int, above: str, roots: str):
    found = by_class(Fraction(volume), CLASSES.volumes[folded(species)], CLASSES)
    fraction = Fraction("0.48") if species == "白桦" else Fraction("0.51")
    assert found.above == Fraction(above)
    assert found.biomass == Fraction(above) * (1 + Fraction(roots))
    assert found.carbon == found.biomass * fraction


def test_an_upper_end_belongs_to_its_class():
    pines = CLASSES.expansion["temperate pines"]
    assert (class_value(pines, Fraction(20)), class_value(pines, Fraction("20.01"))) == (Fraction("1.8"), 1)
    assert class_value(pines, Fraction(5000)) == Fraction("0.7")


def test_boreal_classes_are_shipped_too():
    assert class_value(CLASSES.expansion["boreal larch"], Fraction(10)) == Fraction("1.22")
    assert class_value(CLASSES.expansion["boreal hardwood"], Fraction(101)) == Fraction("0.55")
    assert set(CLASSES.expansion) == set(CLASSES.root_ratios)


def stands(volumes: list[tuple[int, int]]):
    rows = [(f"P{index}", number, "油松", pair[number - 1]) for index, pair in enumerate(volumes) for number in (1, 2)]
    return {
        "strata.csv": table("stratum,ecosystem,area_ha", [("S", "forest", 10)]),
        "plots.csv": table("plot,stratum", [(f"P{index}", "S") for index in range(len(volumes))]),
        "visits.csv": table("plot,round,year", [(*row[:2], 2015 + 5 * row[1]) for row in rows]),
        "stands.csv": table("plot,round,species,volume_m3_ha", rows),
    }


def test_a_survey_by_class_has_its_weak_and_strong_rows_beside_it():
    document = evaluated(stands([(30, 36), (50, 58), (60, 66)]), "stand-volume-bcef").document()
    row = row_of(document["plot_densities"], plot="P0", round=1)
    assert row["carbon_t_ha"] == pytest.approx(30 * 1.40 * 0.51)
    assert row["confidence"] == "memory-high"
    assert document["removal_tco2e"] > 0


def test_the_root_class_can_turn_a_gain_of_volume_into_a_loss():
    # 66 m³/ha of pine hold 49.5 t/ha above ground, 68 hold 51: the root ratio falls from 0.40 to 0.29 between them.
    document = evaluated(stands([(66, 68), (66, 68)]), "stand-volume-bcef").document()
    assert document["removal_tco2e"] < 0
