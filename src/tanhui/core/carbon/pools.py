"""Pools other than single trees and soil: printed densities, shrubs, herbs, litter, dead wood, stand volume.

Dry mass in g/m2 is 0.01 t/ha. What a row does not give is not measured: a pool of which one part is blank has
no density, and what was measured becomes part of the density's coverage.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction

from tanhui.core.carbon.codes import Note, note
from tanhui.core.carbon.density import Densities, Density, Visited, density
from tanhui.core.carbon.method import Method
from tanhui.core.carbon.method.model import folded
from tanhui.core.carbon.survey import Survey, Table

_T_HA_PER_G_M2 = Fraction(1, 100)
_T_PER_G = Fraction(1, 10**6)

Exact = Fraction | None
Row = dict[str, Exact]


def printed_densities(survey: Survey) -> Densities:
    """pools.csv: carbon density as the source gives it, with its error."""
    table = survey.table("pools.csv")
    rows = zip(table.visits(), table.text("pool"), table.exact("carbon_t_ha"), table.exact("se"), strict=True)
    return {
        Visited(*place, pool): density(carbon, "as printed", variance=None if se is None else se * se)
        for place, pool, carbon, se in rows
        if carbon is not None
    }


def surface_densities(survey: Survey, method: Method, pool: str) -> Densities:
    """litter.csv or deadwood.csv: dry mass per square metre."""
    table = survey.table(f"{pool}.csv")
    fraction = method.value(f"carbon_fraction_{pool}")
    rows = zip(table.visits(), table.exact(f"{pool}_dry_g_m2"), table.exact("error"), strict=True)
    return {
        Visited(*place, pool): _from_mass(mass, error, fraction, "dry mass")
        for place, mass, error in rows
        if mass is not None
    }


def _from_mass(mass_g_m2: Fraction, error_g_m2: Exact, fraction: Fraction, coverage: str) -> Density:
    biomass = mass_g_m2 * _T_HA_PER_G_M2
    variance = None if error_g_m2 is None else (error_g_m2 * _T_HA_PER_G_M2 * fraction) ** 2
    return density(biomass * fraction, coverage, biomass_t_ha=biomass, variance=variance)


def herb_densities(survey: Survey, method: Method) -> Densities:
    """herbs.csv: shoots and roots by layer, added up; which of them were weighed is the coverage."""
    table = survey.table("herbs.csv")
    names = ("top_cm", "bottom_cm", "aboveground_dry_g_m2", "belowground_dry_g_m2", "error")
    parts: dict[tuple[str, int], list[tuple[str, Fraction, Exact]]] = {}
    for place, *cells in zip(table.visits(), *(table.exact(name) for name in names), strict=True):
        top, bottom, above, below, error = cells
        if above is not None:
            parts.setdefault(place, []).append(("shoots", above, error))
        if below is not None:
            once = error if above is None else Fraction(0)
            parts.setdefault(place, []).append((f"roots {_depth(top)}-{_depth(bottom)}", below, once))
    fraction = method.value("carbon_fraction_herb")
    return {Visited(*place, "herb"): _herb(found, fraction) for place, found in parts.items()}


def _depth(depth_cm: Exact) -> str:
    return "" if depth_cm is None else f"{float(depth_cm):g}"


def _herb(parts: list[tuple[str, Fraction, Exact]], fraction: Fraction) -> Density:
    mass = sum((amount for _, amount, _ in parts), Fraction(0)) * _T_HA_PER_G_M2
    errors = [error for _, _, error in parts if error is not None]
    variance = sum((error**2 for error in errors), Fraction(0)) * (_T_HA_PER_G_M2 * fraction) ** 2
    coverage = ", ".join(sorted(name for name, _, _ in parts))
    known = variance if len(errors) == len(parts) else None
    return density(mass * fraction, coverage, biomass_t_ha=mass, variance=known)


def shrub_densities(survey: Survey, method: Method) -> Densities:
    """shrubs.csv: dry mass per square metre, or per plant times plants per hectare, over all species."""
    table = survey.table("shrubs.csv")
    totals = _sums(table, _shrub_mass_t_ha)
    fraction = method.value("carbon_fraction_shrub")
    return {
        Visited(*place, "shrub"): density(mass * fraction, "shoots and roots", biomass_t_ha=mass)
        for place, mass in totals.items()
        if mass is not None
    }


def _sums(table: Table, mass_t_ha: Callable[[Row], Exact]) -> dict[tuple[str, int], Exact]:
    """Sum over the rows of a visit; None as soon as one row gives no mass."""
    sums: dict[tuple[str, int], Exact] = {}
    for place, row in zip(table.visits(), _rows(table), strict=True):
        mass, before = mass_t_ha(row), sums.get(place, Fraction(0))
        sums[place] = None if mass is None or before is None else before + mass
    return sums


def _rows(table: Table) -> Iterator[Row]:
    names = tuple(table.numbers)
    return (dict(zip(names, cells, strict=True)) for cells in zip(*(table.exact(name) for name in names), strict=True))


def _shrub_mass_t_ha(row: Row) -> Exact:
    above = _first(row.get("above_dry_g_m2"), _total(row, "stem_dry_g_m2", "branch_dry_g_m2", "leaf_dry_g_m2"))
    root, plants = row.get("root_dry_g_m2"), row.get("plants_per_ha")
    if above is not None and root is not None:
        return (above + root) * _T_HA_PER_G_M2
    organs = _total(row, "stem_dry_g_plant", "branch_dry_g_plant", "leaf_dry_g_plant", "root_dry_g_plant")
    plant = _first(row.get("total_dry_g_plant"), organs)
    return None if plant is None or plants is None else plant * plants * _T_PER_G


def _first(*values: Exact) -> Exact:
    return next((value for value in values if value is not None), None)


def _total(row: Row, *names: str) -> Exact:
    """Sum of the named cells, or None where one of them is blank."""
    found = [value for name in names if (value := row.get(name)) is not None]
    return sum(found, Fraction(0)) if len(found) == len(names) else None


def volume_densities(survey: Survey, method: Method) -> tuple[Densities, list[Note]]:
    """stands.csv: biomass from stand volume, by the survey's own B = aV + b or by V·D·BEF·(1+R)."""
    table = survey.table("stands.csv")
    own = _own_coefficients(survey.table("parameters.csv"))
    strata = {plot.name: plot.stratum for plot in survey.plots}
    sums: dict[tuple[str, int], tuple[Fraction, Fraction, frozenset[str]] | None] = {}
    notes: list[Note] = []
    for place, species, volume in zip(table.visits(), table.text("species"), table.exact("volume_m3_ha"), strict=True):
        converted = _convert(volume, own.get((strata[place[0]], species)), method, species)
        before = sums.get(place, (Fraction(0), Fraction(0), frozenset()))
        if volume is not None and converted is None:
            notes.append(note("volume_without_factors", species=species))
        sums[place] = None if converted is None or before is None else _added(before, converted)
    found = {
        Visited(*place, "tree"): density(total[1], ", ".join(sorted(total[2])), biomass_t_ha=total[0])
        for place, total in sums.items()
        if total is not None
    }
    return found, notes


Converted = tuple[Fraction, Fraction, frozenset[str]]
"""Biomass and carbon in t/ha, and what they cover."""


def _added(first: Converted, second: Converted) -> Converted:
    return first[0] + second[0], first[1] + second[1], first[2] | second[2]


def _own_coefficients(table: Table) -> dict[tuple[str, str], tuple[Fraction, Fraction, Fraction]]:
    columns = (table.exact("a"), table.exact("b"), table.exact("carbon_fraction"))
    rows = zip(table.text("stratum"), table.text("species"), *columns, strict=True)
    return {
        (stratum, species): (a, b, fraction)
        for stratum, species, a, b, fraction in rows
        if a is not None and b is not None and fraction is not None
    }


def _convert(
    volume: Exact, own: tuple[Fraction, Fraction, Fraction] | None, method: Method, species: str
) -> Converted | None:
    """Biomass and carbon (t/ha) of a stand volume, with what they cover."""
    if volume is None:
        return None
    if own:
        a, b, fraction = own
        biomass = max(Fraction(0), a * volume + b) if volume else Fraction(0)
        return biomass, biomass * fraction, frozenset({"above ground, B = aV + b"})
    factors = method.volumes.get(folded(species))
    if factors is None:
        return None
    biomass = volume * factors.density_t_m3 * factors.bef * (1 + factors.root_ratio)
    return biomass, biomass * factors.carbon_fraction, frozenset({"above and below ground, V·D·BEF·(1+R)"})
