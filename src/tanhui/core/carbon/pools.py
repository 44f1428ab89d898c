"""Pools that are weighed or printed: densities as given, herbs, litter, dead wood.

Dry mass in g/m2 is 0.01 t/ha. What a row does not give is not measured: a pool of which one part is blank has
no density, and what was measured becomes part of the density's coverage.
"""

from fractions import Fraction

from tanhui.core.carbon.density import Densities, Density, Visited, density
from tanhui.core.carbon.method import Method
from tanhui.core.carbon.shrub_rows import T_HA_PER_G_M2
from tanhui.core.carbon.survey import Survey

Exact = Fraction | None


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
    biomass = mass_g_m2 * T_HA_PER_G_M2
    variance = None if error_g_m2 is None else (error_g_m2 * T_HA_PER_G_M2 * fraction) ** 2
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
    mass = sum((amount for _, amount, _ in parts), Fraction(0)) * T_HA_PER_G_M2
    errors = [error for _, _, error in parts if error is not None]
    variance = sum((error**2 for error in errors), Fraction(0)) * (T_HA_PER_G_M2 * fraction) ** 2
    coverage = ", ".join(sorted(name for name, _, _ in parts))
    known = variance if len(errors) == len(parts) else None
    return density(mass * fraction, coverage, biomass_t_ha=mass, variance=known)
