"""Single trees: the worked values of the equations, and the same milligrams on every machine."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.core.carbon import load_method
from tanhui.core.carbon.allometry import exact_mass_mg, organ_masses_kg, tree_masses_mg
from tanhui.core.carbon.method.model import folded

METHOD = load_method("baotou-stock-difference")
NAMES = sorted(METHOD.species)


def equations(name: str):
    return METHOD.equations[METHOD.species[folded(name)].equation]


def mass_kg(name: str, dbh_cm: float, height_m: float):
    (milligrams,) = tree_masses_mg(np.array([dbh_cm]), np.array([height_m]), equations(name))
    return milligrams / 1e6


@pytest.mark.parametrize(
    ("name", "dbh_cm", "height_m", "kg"),
    [
        ("华北落叶松", 15.0, 11.0, 72.191),
        ("白桦", 15.0, 11.0, 75.213),
        ("云杉", 15.0, 11.0, 56.354),
        ("兴安落叶松", 20.0, 14.0, 188.081),
        ("榆树", 10.0, 8.0, 38.931),
        ("油松", 15.0, 11.0, 63.315),
    ],
)
def test_worked_values_of_whole_trees(name: str, dbh_cm: float, height_m: float, kg: float):
    assert mass_kg(name, dbh_cm, height_m) == pytest.approx(kg, abs=5e-4)


def test_worked_values_of_the_organs_of_a_larch():
    organs = organ_masses_kg(15, 11, equations("Larix principis-rupprechtii"))
    assert organs == {
        "leaf": pytest.approx(4.243, abs=5e-4),
        "branch": pytest.approx(13.460, abs=5e-4),
        "stem": pytest.approx(39.725, abs=5e-4),
        "root": pytest.approx(14.763, abs=5e-4),
    }


def test_the_root_of_mongolian_pine_is_a_share_of_what_stands_above_ground():
    organs = organ_masses_kg(15, 11, equations("樟子松"))
    above = organs["leaf"] + organs["branch"] + organs["stem"]
    assert organs["root"] == pytest.approx(0.241 * above)
    assert mass_kg("樟子松", 15, 11) == pytest.approx(1.241 * above, abs=1e-6)


def test_doubtful_rows_are_shipped_disabled_and_explained():
    disabled = [row for found in METHOD.equations.values() for row in found if not row.enabled]
    assert {(row.species, row.organ) for row in disabled} >= {
        ("Pinus tabuliformis", "leaf"),
        ("Pinus sylvestris var. mongolica", "root"),
    }
    assert all(row.note.startswith("disabled: ") for row in disabled)


@pytest.mark.parametrize(
    "name",
    [
        "樟子松",
        "小叶杨",
        "榆树",
        "华北落叶松",
        "油松",
        "白桦",
        "山杨",
        "云杉",
        "Picea meyeri",
        "Populus × canadensis",
        "侧柏",
    ],
)
def test_species_are_found_by_latin_and_by_chinese_name(name: str):
    species = METHOD.species[folded(name)]
    assert METHOD.equations[species.equation]
    assert 0.43 <= species.carbon_fraction <= 0.55
    assert species.source


@given(
    name=st.sampled_from(NAMES),
    dbh_mm=st.integers(10, 1500),
    height_dm=st.integers(13, 400),
)
def test_floats_and_decimals_give_the_same_milligrams(name: str, dbh_mm: int, height_dm: int):
    dbh_cm, height_m = dbh_mm / 10, height_dm / 10
    (milligrams,) = tree_masses_mg(np.array([dbh_cm]), np.array([height_m]), equations(name))
    assert milligrams == exact_mass_mg(dbh_cm, height_m, equations(name))


def test_a_larch_has_the_same_milligrams_either_way():
    size = 15**2 * 11
    by_hand = 0.0441 * size**0.5844 + 0.0386 * size**0.7492 + 0.0462 * size**0.8647 + 0.0142 * size**0.889
    assert exact_mass_mg(15.0, 11.0, equations("华北落叶松")) == round(by_hand * 1e6) == 72_191_292
    assert mass_kg("华北落叶松", 15.0, 11.0) == 72.191292
