"""The strata of one comparison as the estimators take them: which plots, with which density in which round.

A frame is made of an evaluation, so that pools, pairing and areas are those of the method. Strata with fewer than two
plots are joined here, where the plan wants it; the evaluation itself joins nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.codes import Note, note
from tanhui.core.carbon.estimation.collapse import Candidate, Joined, collapse
from tanhui.core.carbon.evaluate import Evaluation
from tanhui.core.carbon.stocks import Stocks
from tanhui.core.carbon.strata import ALL, CARBON, CHANGE, StratumResult, measured_value, stated_stocks
from tanhui.core.carbon.survey import Survey
from tanhui.core.units import M2_PER_HA

ISSUED = "issued"
"""Scope: all strata on which the method issues. The other scopes are the ecosystems."""


class Auxiliary(NamedTuple):
    """The auxiliary: its mean over the stratum, the points of a first phase, and its figure on the plots."""

    mean: Fraction | None
    points: Fraction | None
    plots: Mapping[str, Fraction]


class Layer(NamedTuple):
    """A stratum, or several that were joined. Areas (ha) by round; values (tC/ha) by plot, by round or CHANGE.

    `population` is N, where the plan wants the finite population correction and plot sizes are known.
    """

    name: str
    strata: tuple[str, ...]
    ecosystem: str
    issued: bool
    areas_ha: Mapping[int, Fraction | None]
    values: Mapping[str, Mapping[str, Fraction]]
    unit: str
    weight: Fraction | None
    auxiliary: Auxiliary
    plot_area_m2: Fraction | None
    population: Fraction | None

    def plots(self, when: str) -> tuple[str, ...]:
        """Plots that have a value, sorted by name."""
        return tuple(sorted(self.values.get(when, {})))


@dataclass(frozen=True, slots=True)
class Frame:
    """Layers of one comparison. `before` and `after` are rounds; `before` is None where there is one round only."""

    layers: tuple[Layer, ...]
    before: int | None
    after: int | None
    notes: tuple[Note, ...]

    @property
    def whens(self) -> tuple[str, ...]:
        rounds = [str(number) for number in (self.before, self.after) if number is not None]
        return (*rounds, CHANGE) if self.before is not None else tuple(rounds)

    @property
    def scopes(self) -> tuple[str, ...]:
        issued = (ISSUED,) if any(layer.issued for layer in self.layers) else ()
        return (*issued, *sorted({layer.ecosystem for layer in self.layers}))

    def scope(self, name: str) -> tuple[Layer, ...]:
        return tuple(layer for layer in self.layers if name in {layer.ecosystem, ISSUED if layer.issued else ""})

    def area_ha(self, layer: Layer, when: str) -> Fraction | None:
        """Area that a figure is of; a change is counted over the area of the later round."""
        number = self.after if when == CHANGE else int(when)
        return None if number is None else layer.areas_ha.get(number)

    def expanded(self, layer: Layer, plot: str, when: str) -> Fraction | None:
        """What the whole layer would hold, or gain, if it were like this plot (tC); None without an area."""
        if when != CHANGE:
            area = layer.areas_ha.get(int(when))
            return None if area is None else area * layer.values[when][plot]
        first, second = self.expanded(layer, plot, str(self.before)), self.expanded(layer, plot, str(self.after))
        return None if first is None or second is None else second - first


def frame_of(evaluation: Evaluation, *, join: bool = True, finite: bool = False) -> Frame:
    """The frame of an evaluation. Joined strata and strata without a partner are in the notes."""
    stocks = evaluation.stocks
    layers = [_layer(stocks, result, finite=finite) for result in evaluation.strata if result.pools]
    notes: list[Note] = []
    if join:
        able = {found.stratum.name for found in evaluation.strata if _joinable(stocks, found)}
        joined, notes = _joined(stocks, [layer for layer in layers if layer.name in able])
        layers = sorted([layer for layer in layers if layer.name not in able] + joined, key=lambda layer: layer.name)
    return Frame(tuple(layers), stocks.before, stocks.after, tuple(notes))


def _layer(stocks: Stocks, result: StratumResult, *, finite: bool) -> Layer:
    values: dict[str, dict[str, Fraction]] = {str(number): {} for number in stocks.rounds}
    alike: dict[str, list[tuple[str, ...]]] = {}
    for number in stocks.rounds:
        for plot in stocks.visited(result.stratum, number):
            found = measured_value(stocks, plot, number, CARBON, result.pools)
            if found is not None:
                values[str(number)][plot] = found[0].value
                alike.setdefault(plot, []).append(found[1])
    if stocks.before is not None:
        both = [plot for plot in result.revisited if len(alike.get(plot, ())) > 1 and len(set(alike[plot])) == 1]
        first, second = values[str(stocks.before)], values[str(stocks.after)]
        values[CHANGE] = {plot: second[plot] - first[plot] for plot in both}
    area = result.areas_ha.get(stocks.after) if stocks.after is not None else None
    size = _plot_area(stocks, result)
    population = area * M2_PER_HA / size if finite and area and size else None
    facts = stratum_facts(stocks.survey, result.stratum.name)
    named = (result.stratum.name, (result.stratum.name,), result.stratum.ecosystem, result.in_scope)
    return Layer(*named, result.areas_ha, values, facts.unit, facts.weight, facts.auxiliary, size, population)


def _plot_area(stocks: Stocks, result: StratumResult) -> Fraction | None:
    """The mean size of the plots; None where one is not known."""
    sizes = [plot.area_m2 for plot in stocks.plots_of(result.stratum)]
    known = [size for size in sizes if size is not None]
    return sum(known, Fraction(0)) / len(known) if known and len(known) == len(sizes) else None


class StratumFacts(NamedTuple):
    """What strata.csv and plots.csv say of a stratum beyond its area."""

    unit: str
    weight: Fraction | None
    auxiliary: Auxiliary


def stratum_facts(survey: Survey, stratum: str) -> StratumFacts:
    table, plots = survey.table("strata.csv"), survey.table("plots.csv")
    row = table.text("stratum").index(stratum)
    cells = zip(plots.text("plot"), plots.text("stratum"), plots.exact("auxiliary"), strict=True)
    known = {plot: value for plot, name, value in cells if name == stratum and value is not None}
    auxiliary = Auxiliary(table.exact("auxiliary_mean")[row], table.exact("auxiliary_n")[row], known)
    return StratumFacts(table.text("estimation_unit")[row], table.exact("weight")[row], auxiliary)


def _joinable(stocks: Stocks, result: StratumResult) -> bool:
    """Whether plots stand for the stratum: its area is known, and no stated stock or printed error speaks for it."""
    cell = result.cell(CARBON, ALL, CHANGE if stocks.before is not None else str(stocks.after))
    printed = cell.per_ha is not None and cell.per_ha.n == 1 and cell.per_ha.variance is not None
    areas = list(result.areas_ha.values())
    return bool(areas) and None not in areas and not printed and not stated_stocks(stocks, result.stratum)


def _joined(stocks: Stocks, layers: Sequence[Layer]) -> tuple[list[Layer], list[Note]]:
    by_name = {layer.name: layer for layer in layers}
    groups = collapse(_candidate(stocks, layer) for layer in layers)
    notes = [
        note("strata_joined", strata=", ".join(group.names), plots=group.plots) for group in groups if group.names[1:]
    ]
    alone = [group.label for group in groups if group.plots < 2]  # noqa: PLR2004 - a variance needs two
    if alone:
        notes.append(note("stratum_without_partner", strata=", ".join(alone)))
    return [_one([by_name[name] for name in group.names], group) for group in groups], notes


def _candidate(stocks: Stocks, layer: Layer) -> Candidate:
    when = CHANGE if stocks.before is not None else str(stocks.after)
    return Candidate(layer.name, layer.ecosystem, layer.unit, len(layer.plots(when)), layer.auxiliary.mean)


def _one(layers: Sequence[Layer], group: Joined) -> Layer:
    """Several strata as one: areas, weights and populations add up, the auxiliary mean is weighted by area."""
    if len(layers) == 1:
        return layers[0]
    first = layers[0]
    whens = {when for layer in layers for when in layer.values}
    sizes = [layer.plot_area_m2 for layer in layers if layer.plot_area_m2 is not None]
    return first._replace(
        name=group.label,
        strata=group.names,
        issued=any(layer.issued for layer in layers),
        areas_ha={number: _total(layer.areas_ha.get(number) for layer in layers) for number in first.areas_ha},
        values={when: {plot: v for one in layers for plot, v in one.values.get(when, {}).items()} for when in whens},
        weight=_total(layer.weight for layer in layers),
        auxiliary=_joined_auxiliary(layers),
        plot_area_m2=sum(sizes, Fraction(0)) / len(sizes) if len(sizes) == len(layers) else None,
        population=_total(layer.population for layer in layers),
    )


def _joined_auxiliary(layers: Sequence[Layer]) -> Auxiliary:
    areas = [next(iter(layer.areas_ha.values())) or Fraction(0) for layer in layers]
    whole = sum(areas, Fraction(0))
    sums = _total(None if (m := one.auxiliary.mean) is None else m * a for one, a in zip(layers, areas, strict=True))
    plots = {plot: value for layer in layers for plot, value in layer.auxiliary.plots.items()}
    mean = sums / whole if sums is not None and whole else None
    return Auxiliary(mean, _total(layer.auxiliary.points for layer in layers), plots)


def _total(amounts: Iterable[Fraction | None]) -> Fraction | None:
    found = list(amounts)
    known = [amount for amount in found if amount is not None]
    return sum(known, Fraction(0)) if len(known) == len(found) else None
