"""Shrubs as a survey gives them: rows of a species on a plot (shrubs.csv), or plants (shrub_plants.csv)."""

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.survey import Survey, Table
from tanhui.core.units import M2_PER_HA

PI = Fraction("3.14159265358979323846")
T_HA_PER_G_M2 = Fraction(1, 100)
_T_PER_G = Fraction(1, 10**6)

Exact = Fraction | None
Row = dict[str, Exact]


class Mass(NamedTuple):
    """Dry mass in t/ha as weighed. Without the two parts only the whole is known."""

    total: Fraction
    above: Exact
    root: Exact


class Shrub(NamedTuple):
    """A species or a plant on a plot: what was weighed, and what its equations need."""

    place: tuple[str, int]
    species: str
    mass: Mass | None
    crown_m2: Exact
    height_m: Exact
    plants_per_ha: Exact


def shrubs_of(survey: Survey, file: str) -> list[Shrub]:
    """Every row of shrubs.csv or shrub_plants.csv."""
    table = survey.table(file)
    areas = {plot.name: plot.area_m2 for plot in survey.plots}
    read = _plant if file == "shrub_plants.csv" else _species_row
    rows = zip(table.visits(), table.text("species"), _rows(table), strict=True)
    return [read(place, species, row, areas.get(place[0])) for place, species, row in rows]


def _species_row(place: tuple[str, int], species: str, row: Row, _plot_area_m2: Exact) -> Shrub:
    crown = row.get("crown_area_m2")
    return Shrub(place, species, _mass(row), crown, row.get("mean_height_m"), row.get("plants_per_ha"))


def _plant(place: tuple[str, int], species: str, row: Row, plot_area_m2: Exact) -> Shrub:
    """One plant; it stands for `plants_per_ha` of a hectare, or for one on the plot's area."""
    plants = row.get("plants_per_ha")
    if plants is None and plot_area_m2 is not None:
        plants = M2_PER_HA / plot_area_m2
    return Shrub(place, species, None, _crown_m2(row), row.get("height_m"), plants)


def _crown_m2(row: Row) -> Exact:
    """The crown as an ellipse of its two diameters, or as it was measured."""
    first, second = row.get("crown_d1_m"), row.get("crown_d2_m")
    if first is None or second is None:
        return row.get("crown_area_m2")
    return PI / 4 * first * second


def _rows(table: Table) -> Iterator[Row]:
    names = tuple(table.numbers)
    return (dict(zip(names, cells, strict=True)) for cells in zip(*(table.exact(name) for name in names), strict=True))


def _mass(row: Row) -> Mass | None:
    """Dry mass per square metre, or per plant times plants per hectare."""
    above = _first(row.get("above_dry_g_m2"), _total(row, "stem_dry_g_m2", "branch_dry_g_m2", "leaf_dry_g_m2"))
    root = row.get("root_dry_g_m2")
    if above is not None and root is not None:
        return Mass((above + root) * T_HA_PER_G_M2, above * T_HA_PER_G_M2, root * T_HA_PER_G_M2)
    shoots = _total(row, "stem_dry_g_plant", "branch_dry_g_plant", "leaf_dry_g_plant")
    root, whole, plants = row.get("root_dry_g_plant"), row.get("total_dry_g_plant"), row.get("plants_per_ha")
    organs = None if shoots is None or root is None else shoots + root
    plant = _first(whole, organs)
    if plant is None or plants is None:
        return None
    expansion = plants * _T_PER_G
    if shoots is None or root is None or plant != organs:
        return Mass(plant * expansion, None, None)
    return Mass(plant * expansion, shoots * expansion, root * expansion)


def _first(*values: Exact) -> Exact:
    return next((value for value in values if value is not None), None)


def _total(row: Row, *names: str) -> Exact:
    """Sum of the named cells, or None where one of them is blank."""
    found = [value for name in names if (value := row.get(name)) is not None]
    return sum(found, Fraction(0)) if len(found) == len(names) else None
