"""From the masses of single trees to tonnes per hectare of each visit, in whole numbers so that no order matters.

Milligrams are summed in 64-bit integers. Before each sum stands the proof that it fits: as many trees, each as
heavy as the heaviest, stay below 2**63. Where that cannot be shown, Python's own integers do it more slowly. A tree
with an expansion of its own counts times as many millionths of trees per hectare; these products are summed in
four parts, by high and low words, which fit for up to two million trees.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import repeat
from math import lcm
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tanhui.core.carbon.density import QUANTUM
from tanhui.core.carbon.survey import Table
from tanhui.core.carbon.survey.coded import Codes
from tanhui.core.units import M2_PER_HA, MG_PER_T

_EXPANSION_UNIT = 10**6
_WORD = 21
_WORDS = 2**42
_MOST_ROWS = 2**21
_INT64 = 2**63

assert QUANTUM == MG_PER_T, "a milligram is the quantum of a density in tonnes"

Place = tuple[str, int]
Whole = NDArray[Any]
"""Whole numbers: int64 where they are shown to fit, Python's integers as objects elsewhere."""


class Weights(NamedTuple):
    """Trees of one carbon fraction: their rows in the table, and the dry mass of each in milligrams."""

    rows: Codes
    masses_mg: NDArray[np.int64]
    carbon_fraction: Fraction


class PerHectare(NamedTuple):
    """Tonnes per hectare of visits in their order, each to 1e-9, halves to even."""

    visits: list[Place]
    biomass_t_ha: list[Fraction]
    carbon_t_ha: list[Fraction]


class Sums(NamedTuple):
    """Whole amounts by group: of trees that stand for themselves on the plot, and per hectare in millionths."""

    on_plot: Whole
    per_ha: Whole


def per_hectare(trees: Table, weights: Sequence[Weights], areas_m2: Mapping[str, Fraction]) -> PerHectare:
    """Biomass and carbon of every visit that has trees among the weighed ones.

    A tree with `trees_per_ha` stands for so many; any other for one on the area of its plot, which must be known.
    """
    places = trees.places()
    unit = lcm(*(found.carbon_fraction.denominator for found in weights)) if weights else 1
    biomass, carbon = Sums(*_none(trees)), Sums(*_none(trees))
    met = np.zeros(len(places.visits), dtype=np.bool_)
    for fraction in sorted({found.carbon_fraction for found in weights}):
        sums = _summed(trees, [found for found in weights if found.carbon_fraction == fraction], met)
        biomass = Sums(*(_added(total, part, 1) for total, part in zip(biomass, sums, strict=True)))
        share = int(fraction * unit)
        carbon = Sums(*(_added(total, part, share) for total, part in zip(carbon, sums, strict=True)))
    visits = [places.visits[index] for index in np.flatnonzero(met).tolist()]
    shares = _per_area([plot for plot, _ in visits], areas_m2)
    masses = _tonnes(Sums(*(found[met] for found in biomass)), shares, 1)
    carbons = _tonnes(Sums(*(found[met] for found in carbon)), shares, unit)
    return PerHectare(visits, masses, carbons)


def _per_area(plots: Sequence[str], areas_m2: Mapping[str, Fraction]) -> tuple[Whole, Whole]:
    """By how much a plot goes into a hectare, as numerators and denominators; 0 and 1 where its area is unknown."""
    ratio_of = {plot: (area.denominator * M2_PER_HA, area.numerator) for plot, area in areas_m2.items()}
    ratios = [ratio_of.get(plot, (0, 1)) for plot in plots]
    tops, bottoms = _whole([top for top, _ in ratios]), _whole([bottom for _, bottom in ratios])
    shared = np.gcd(tops, bottoms)
    return tops // shared, bottoms // shared


def _none(trees: Table) -> tuple[Whole, Whole]:
    count = len(trees.places().visits)
    return np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)


def _added(total: Whole, part: Whole, times: int) -> Whole:
    """The total with so many times the part."""
    if (_largest(total) + _largest(part) * times) < _INT64:
        sums: Whole = total + part * times
    else:
        sums = total.astype(object) + part.astype(object) * times
    return sums


def _largest(whole: Whole) -> int:
    return int(whole.max()) if len(whole) else 0


def _summed(trees: Table, weights: Sequence[Weights], met: NDArray[np.bool_]) -> Sums:
    """Sum the masses of each place, and mark in `met` the places that have any tree."""
    rows = np.concatenate([found.rows for found in weights])
    place = trees.places().of_row[rows]
    met[place] = True
    stems_per_ha = trees.number("trees_per_ha")[rows] if "trees_per_ha" in trees.numbers else None
    return sums_by(place, len(met), np.concatenate([found.masses_mg for found in weights]), stems_per_ha)


def sums_by(group: Codes, count: int, amounts: Whole, stems_per_ha: NDArray[np.float64] | None) -> Sums:
    """Sum whole amounts of trees by so many groups; a tree without stems per hectare stands for itself on its plot."""
    if stems_per_ha is None:
        return Sums(_totals(group, amounts, count), np.zeros(count, dtype=np.int64))
    stated = ~np.isnan(stems_per_ha)
    millionths = np.rint(stems_per_ha[stated] * _EXPANSION_UNIT).astype(np.int64)
    on_plot = _totals(group[~stated], amounts[~stated], count)
    return Sums(on_plot, _products(group[stated], amounts[stated], millionths, count))


def exact_per_ha(sums: Sums, plots: Sequence[str], areas_m2: Mapping[str, Fraction]) -> list[Fraction]:
    """The sums of each plot per hectare, as they are."""
    tops, bottoms = (side.tolist() for side in _per_area(plots, areas_m2))
    return [
        Fraction(on_plot * top, bottom) + Fraction(stated, _EXPANSION_UNIT)
        for on_plot, stated, top, bottom in zip(sums.on_plot.tolist(), sums.per_ha.tolist(), tops, bottoms, strict=True)
    ]


def _totals(place: Codes, masses: Whole, count: int) -> Whole:
    """The sum of the masses at each of so many places."""
    if _largest(masses) * len(masses) >= _INT64:
        masses = masses.astype(object)
    totals = np.zeros(count, dtype=masses.dtype)
    np.add.at(totals, place, masses)
    return totals


def _products(place: Codes, masses: Whole, millionths: NDArray[np.int64], count: int) -> Whole:
    """The sum of mass times expansion at each place. A part of a product is below 2**42, and a sum below 2**63."""
    if not len(masses):
        return np.zeros(count, dtype=np.int64)
    if max(_largest(masses), _largest(millionths)) >= _WORDS or len(masses) > _MOST_ROWS:
        return _totals(place, masses.astype(object) * millionths.astype(object), count)
    total = np.zeros(count, dtype=object)
    for mass, mass_shift in _words(masses):
        for stems, stems_shift in _words(millionths):
            part = np.zeros(count, dtype=np.int64)
            np.add.at(part, place, mass * stems)
            total += part.astype(object) << (mass_shift + stems_shift)
    return total


def _words(numbers: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], int]]:
    """The low and the high word of numbers below 2**42, each with its place."""
    yield numbers & (2**_WORD - 1), 0
    yield numbers >> _WORD, _WORD


def _tonnes(sums: Sums, per_area: tuple[Whole, Whole], unit: int) -> list[Fraction]:
    """Sums of so many milligrams to the unit as t/ha to 1e-9: on the plot by its share of a hectare, the rest as is.

    A milligram to the hectare is 1e-9 t/ha.
    """
    tops, bottoms = per_area
    assert not sums.on_plot[tops == 0].any(), "a tree without an area passed the check of the survey"
    numerators, denominators = _times(sums.on_plot, tops), _times(bottoms, unit)
    if sums.per_ha.any():
        stated = sums.per_ha.astype(object) * bottoms
        numerators = numerators.astype(object) * _EXPANSION_UNIT + stated
        denominators = _times(denominators, _EXPANSION_UNIT)
    doubled, halves_up = _times(denominators, 2), _added(denominators, numerators, 2)
    wholes = halves_up // doubled
    wholes = wholes - ((wholes * doubled == halves_up) & (wholes % 2 == 1))  # a half goes to its even neighbour
    return list(map(Fraction, wholes.tolist(), repeat(QUANTUM)))


def _whole(numbers: list[int]) -> Whole:
    return np.array(numbers, dtype=np.int64 if max(numbers, default=0) < _INT64 else object)


def _times(whole: Whole, factor: Whole | int) -> Whole:
    largest = factor if isinstance(factor, int) else _largest(factor)
    product: Whole = whole * factor if _largest(whole) * largest < _INT64 else whole.astype(object) * factor
    return product
