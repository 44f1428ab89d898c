"""Densities that are not plausible for their region, ecosystem and dominant species: named, and left as they are.

An outlier is a question to the field crew and no correction: a wrong decimal point, a wrong plot area, or a plot
that is truly unlike the others.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tanhui.core.carbon.codes import Note, note
from tanhui.core.carbon.density import Densities, Visited
from tanhui.core.carbon.dominance import dominant_species
from tanhui.core.carbon.method import Method
from tanhui.core.carbon.method.model import Bound, folded
from tanhui.core.carbon.survey import Survey

ANY = "*"
_NAMES = 10


class Outlier(NamedTuple):
    """A density outside the bounds that apply to it."""

    visited: Visited
    bound: Bound


def outliers(survey: Survey, method: Method, densities: Densities) -> tuple[Outlier, ...]:
    """Every density outside its bounds, by plot, round and pool. A method without bounds has none."""
    if not method.bounds:
        return ()
    ecosystems = {stratum.name: stratum.ecosystem for stratum in survey.strata}
    kinds = {plot.name: ecosystems[plot.stratum] for plot in survey.plots}
    dominant = dominant_species(survey)
    found: list[Outlier] = []
    for visited, density in sorted(densities.items()):
        species = dominant.get((visited.plot, visited.round), "")
        bound = bound_for(method, kinds[visited.plot], species, visited.pool)
        if bound is not None and not bound.low <= density.carbon_t_ha <= bound.high:
            found.append(Outlier(visited, bound))
    return tuple(found)


def bound_for(method: Method, ecosystem: str, species: str, pool: str) -> Bound | None:
    """The bounds of a pool: those of the species, under any of its names, before those of any species."""
    names = {species}
    if species in method.species:
        names.add(folded(method.species[species].name))
    if species in method.volumes:
        names.add(folded(method.volumes[species].species))
    fitting = [bound for bound in method.bounds if (bound.ecosystem, bound.pool) == (ecosystem, pool)]
    own = [bound for bound in fitting if bound.species != ANY and folded(bound.species) in names]
    general = [bound for bound in fitting if bound.species == ANY]
    return next(iter((*own, *general)), None)


def outlier_notes(found: Sequence[Outlier]) -> Iterator[Note]:
    """One note for each bound that was left, with its plots by name."""
    by_bound: dict[Bound, list[str]] = {}
    for outlier in found:
        by_bound.setdefault(outlier.bound, []).append(outlier.visited.plot)
    for bound, plots in by_bound.items():
        names = sorted(set(plots))
        yield note(
            "density_out_of_bounds",
            ecosystem=bound.ecosystem,
            species="" if bound.species == ANY else bound.species,
            pool=bound.pool,
            low=float(bound.low),
            high=float(bound.high),
            plots=len(names),
            names=", ".join(names[:_NAMES]),
        )
