"""The shrub pool: weighed shrubs, shrubs by their equations, or the cover of their crowns.

Per plant, with C = π/4·D1·D2 the area of the crown in m² and V = C·H its volume in m³: power a·x^b or linear
a·x + b, in g of dry mass. As with trees, powers are computed in floats and decided in decimal arithmetic where
floats are too near to half a milligram, so that every machine has the same milligrams.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.codes import Note, note
from tanhui.core.carbon.density import Densities, Visited, density
from tanhui.core.carbon.method import Method
from tanhui.core.carbon.method.model import ShrubEquation, folded
from tanhui.core.carbon.roots import DECIMAL
from tanhui.core.carbon.shrub_rows import Mass, Shrub, shrubs_of
from tanhui.core.carbon.survey import Survey
from tanhui.core.units import M2_PER_HA

_MG_PER_G = 1000
_T_PER_MG = Fraction(1, 10**9)
_UNDECIDED_MG = 1e-3
_NAMES = 10
_NONE = "none"
"""The coverage of a row that says there are no shrubs."""

Place = tuple[str, int]


class Part(NamedTuple):
    """Biomass and carbon (t/ha) of one row, and what they cover."""

    biomass: Fraction
    carbon: Fraction
    coverage: str


def plant_mass_mg(equation: ShrubEquation, size: Fraction) -> int:
    """Dry mass of a part of one plant; a line that would fall below zero gives zero. `size` is V or C."""
    x, a, b = float(size), float(equation.a), float(equation.b)
    mass_mg = (a * x + b if equation.form == "linear" else a * math.pow(x, b)) * _MG_PER_G
    if abs(abs(mass_mg - round(mass_mg)) - 0.5) < _UNDECIDED_MG:
        return exact_mass_mg(equation, size)
    return max(0, round(mass_mg))


def exact_mass_mg(equation: ShrubEquation, size: Fraction) -> int:
    """The same from the same float, in decimal arithmetic of 40 digits."""
    x, a, b = Decimal(float(size)), Decimal(equation.a), Decimal(equation.b)
    if equation.form == "linear":
        mass_g = DECIMAL.add(DECIMAL.multiply(a, x), b)
    else:
        mass_g = DECIMAL.multiply(a, DECIMAL.exp(DECIMAL.multiply(b, DECIMAL.ln(x)))) if x else Decimal(0)
    return max(0, int((mass_g * _MG_PER_G).to_integral_value(ROUND_HALF_EVEN)))


def plant_equations(method: Method, species: str) -> tuple[ShrubEquation, ...]:
    """What makes up a plant: shoots and roots where both have equations, else the whole, else shoots alone."""
    known = method.shrub_species.get(folded(species))
    rows = () if known is None else method.shrub_equations[known.equation]
    by_part = {row.part: row for row in rows if row.enabled and row.variable != "d2h"}
    for parts in (("above", "root"), ("total",), ("above",)):
        if all(part in by_part for part in parts):
            return tuple(by_part[part] for part in parts)
    return ()


def size_of(equation: ShrubEquation, shrub: Shrub) -> Fraction | None:
    """V in m³ or C in m², as the equation asks; None where it was not measured."""
    if equation.variable == "crown" or shrub.crown_m2 is None:
        return shrub.crown_m2
    return None if shrub.height_m is None else shrub.crown_m2 * shrub.height_m


def shrub_densities(survey: Survey, method: Method, file: str) -> tuple[Densities, list[Note]]:
    """Shrub density of every visit in a file; a visit of which one row gives no mass has none."""
    shrubs = shrubs_of(survey, file)
    if method.shrub_route == "cover":
        return cover_densities(shrubs, method), []
    sums: dict[Place, list[Part] | None] = {}
    lost: list[Shrub] = []
    for shrub in shrubs:
        part = _part(shrub, method)
        before = sums.get(shrub.place, [])
        sums[shrub.place] = None if part is None or before is None else [*before, part]
        lost += [shrub] if part is None else []
    known = {place: parts for place, parts in sums.items() if parts is not None}
    coverages = {
        place: "; ".join(sorted({part.coverage for part in parts} - {_NONE})) for place, parts in known.items()
    }
    found = {
        Visited(*place, "shrub"): density(
            sum((part.carbon for part in parts), Fraction(0)),
            coverages[place] or _coverage_of_none(place, coverages),
            biomass_t_ha=sum((part.biomass for part in parts), Fraction(0)),
        )
        for place, parts in known.items()
    }
    return found, list(_notes(shrubs, lost, method)) if method.shrub_species else []


def _coverage_of_none(place: Place, coverages: Mapping[Place, str]) -> str:
    """No shrubs are none by every way of measuring: they cover what the plot's other rounds cover."""
    others = sorted(coverage for (plot, _), coverage in coverages.items() if plot == place[0] and coverage)
    return others[0] if others else "shoots and roots"


def _part(shrub: Shrub, method: Method) -> Part | None:
    if shrub.mass is not None:
        return _weighed(shrub.mass, method)
    if method.shrub_species and shrub.plants_per_ha == 0:
        return Part(Fraction(0), Fraction(0), _NONE)
    return _by_equation(shrub, method)


def _weighed(mass: Mass, method: Method) -> Part:
    """Shoots and roots by their own carbon fractions, where the method has them and both were weighed."""
    if "carbon_fraction_shrub_above" in method.parameters and mass.above is not None and mass.root is not None:
        above, root = method.value("carbon_fraction_shrub_above"), method.value("carbon_fraction_shrub_root")
        return Part(mass.total, mass.above * above + mass.root * root, "shoots and roots")
    return Part(mass.total, mass.total * method.value("carbon_fraction_shrub"), "shoots and roots")


def _by_equation(shrub: Shrub, method: Method) -> Part | None:
    """Plants of a mean size times their number. None without equations, size or number."""
    equations = plant_equations(method, shrub.species)
    sizes = [(equation, size) for equation in equations if (size := size_of(equation, shrub)) is not None]
    if shrub.plants_per_ha is None or not equations or len(sizes) < len(equations):
        return None
    biomass, carbon = Fraction(0), Fraction(0)
    for equation, size in sizes:
        mass = plant_mass_mg(equation, size) * shrub.plants_per_ha * _T_PER_MG
        biomass += mass
        carbon += mass * method.value(_fraction(equation.part))
    shoots_only = [equation.part for equation in equations] == ["above"]
    return Part(biomass, carbon, "shoots, by equation" if shoots_only else "shoots and roots, by equation")


def _fraction(part: str) -> str:
    """The carbon fraction of a part; that of the whole plant is the lower one."""
    return "carbon_fraction_shrub" if part == "total" else f"carbon_fraction_shrub_{part}"


def _notes(shrubs: Iterable[Shrub], lost: Iterable[Shrub], method: Method) -> Iterator[Note]:
    by_species: dict[tuple[str, str], list[Shrub]] = {}
    for shrub in lost:
        code = "shrub_size_missing" if plant_equations(method, shrub.species) else "shrub_without_equation"
        by_species.setdefault((code, shrub.species), []).append(shrub)
    for shrub in shrubs:
        if shrub.mass is None and _strays(shrub, method):
            by_species.setdefault(("shrub_out_of_range", shrub.species), []).append(shrub)
    for (code, species), found in sorted(by_species.items()):
        plots = sorted({shrub.place[0] for shrub in found})
        yield note(code, species=species or "?", rows=len(found), plots=len(plots), names=", ".join(plots[:_NAMES]))


def _strays(shrub: Shrub, method: Method) -> bool:
    """Whether a plant lies outside the printed range of an equation, or where a line is below zero."""
    for equation in plant_equations(method, shrub.species):
        size = size_of(equation, shrub)
        if size is None or not shrub.plants_per_ha:
            continue
        below = equation.low is not None and size < equation.low
        above = equation.high is not None and size > equation.high
        if below or above or (equation.form == "linear" and Fraction(equation.a) * size + Fraction(equation.b) < 0):
            return True
    return False


def cover_densities(shrubs: Iterable[Shrub], method: Method) -> Densities:
    """AR-TOOL14 (26)-(27): crown cover times a tenth of a forest's biomass, with roots; under 5 % cover nothing."""
    covers: dict[Place, Fraction | None] = {}
    for shrub in shrubs:
        before = covers.get(shrub.place, Fraction(0))
        known = None if shrub.crown_m2 is None or shrub.plants_per_ha is None else shrub.crown_m2 * shrub.plants_per_ha
        covers[shrub.place] = None if known is None or before is None else before + known / M2_PER_HA
    per_cover = method.value("shrub_to_forest_ratio") * method.value("forest_biomass_t_ha")
    per_cover *= 1 + method.value("shrub_root_ratio")
    found: Densities = {}
    for place, cover in covers.items():
        if cover is None:
            continue
        counted = min(cover, Fraction(1)) if cover >= method.value("shrub_cover_minimum") else Fraction(0)
        biomass = per_cover * counted
        carbon = biomass * method.value("carbon_fraction_shrub")
        found[Visited(*place, "shrub")] = density(carbon, "shoots and roots, by crown cover", biomass_t_ha=biomass)
    return found
