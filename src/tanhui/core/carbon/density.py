"""Densities: tonnes per hectare of one pool on one plot in one round, and how they are gathered."""

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

QUANTUM = 10**9
"""Densities are kept to 1e-9 t/ha."""


class Density(NamedTuple):
    """What one source says of a pool at a visit.

    `coverage` names what was measured; two densities may be compared only when it is the same. `variance` is
    the square of a printed error of the carbon density, where there is one. `biomass_t_ha` is None for soil.
    """

    biomass_t_ha: Fraction | None
    carbon_t_ha: Fraction
    variance: Fraction | None
    coverage: str


class Visited(NamedTuple):
    """A pool at a visit: the key under which densities are held."""

    plot: str
    round: int
    pool: str


Densities = dict[Visited, Density]


def quantised(value: Fraction) -> Fraction:
    """A density to 1e-9 t/ha, halves to even."""
    return Fraction(round(value * QUANTUM), QUANTUM)


def density(
    carbon_t_ha: Fraction, coverage: str, *, biomass_t_ha: Fraction | None = None, variance: Fraction | None = None
) -> Density:
    biomass = None if biomass_t_ha is None else quantised(biomass_t_ha)
    return Density(biomass, quantised(carbon_t_ha), variance, coverage)


def choose_sources(by_source: Iterable[Densities]) -> Densities:
    """For each plot and pool the source that covers most rounds; of equals the one that comes first.

    One plot's pool never mixes sources: a printed figure of one round is not compared with a computed one of
    the other.
    """
    sources = list(by_source)
    rounds: dict[tuple[str, str], list[int]] = {}
    for index, densities in enumerate(sources):
        for visited in densities:
            rounds.setdefault((visited.plot, visited.pool), [0] * len(sources))[index] += 1
    chosen = {key: counts.index(max(counts)) for key, counts in rounds.items()}
    return {
        visited: found
        for index, densities in enumerate(sources)
        for visited, found in densities.items()
        if chosen[visited.plot, visited.pool] == index
    }
