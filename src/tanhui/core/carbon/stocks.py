"""All pool densities that a method sees in a survey: each pool only where the method looks for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.codes import Note, note
from tanhui.core.carbon.density import Densities, Density, Visited, choose_sources
from tanhui.core.carbon.method import Method
from tanhui.core.carbon.pools import (
    herb_densities,
    printed_densities,
    shrub_densities,
    surface_densities,
    volume_densities,
)
from tanhui.core.carbon.soil import soil_stocks
from tanhui.core.carbon.survey import Plot, Stratum, Survey
from tanhui.core.carbon.trees import tree_densities


class View(NamedTuple):
    """What of a survey a method looks at: the compared rounds, and the plots of each pool."""

    survey: Survey
    method: Method
    rounds: tuple[int, ...]
    plots_by_pool: Mapping[str, frozenset[str]]

    def plots(self, pool: str) -> frozenset[str]:
        return self.plots_by_pool.get(pool, frozenset())


class Reading(NamedTuple):
    """What follows from one file."""

    densities: Densities
    notes: list[Note]
    equal_mass: dict[tuple[str, int], Fraction]


@dataclass(frozen=True, slots=True)
class Stocks:
    """What was measured, seen through a method, in the rounds that are compared.

    `before` is None where only one round was measured; `after` is None where none was.
    """

    survey: Survey
    method: Method
    before: int | None
    after: int | None
    densities: Densities
    equal_mass: dict[tuple[str, int], Fraction]
    notes: tuple[Note, ...]

    @property
    def rounds(self) -> tuple[int, ...]:
        return tuple(number for number in (self.before, self.after) if number is not None)

    def density(self, plot: str, round_number: int, pool: str) -> Density | None:
        return self.densities.get(Visited(plot, round_number, pool))

    def plots_of(self, stratum: Stratum) -> tuple[Plot, ...]:
        return tuple(plot for plot in self.survey.plots if plot.stratum == stratum.name)

    def visited(self, stratum: Stratum, round_number: int) -> tuple[str, ...]:
        """Plots of a stratum that were measured in a round."""
        names = {plot.name for plot in self.plots_of(stratum)}
        return tuple(
            visit.plot
            for visit in self.survey.visits
            if visit.measured and visit.round == round_number and visit.plot in names
        )


def _plots_by_pool(survey: Survey, method: Method) -> dict[str, frozenset[str]]:
    """The plots on which the method looks for a pool: those of the ecosystems that name it."""
    ecosystems = {stratum.name: stratum.ecosystem for stratum in survey.strata}
    found: dict[str, set[str]] = {}
    for plot in survey.plots:
        for pool in method.pools(ecosystems[plot.stratum]):
            found.setdefault(pool, set()).add(plot.name)
    return {pool: frozenset(plots) for pool, plots in found.items()}


def _read_trees(view: View) -> Reading:
    return Reading(*tree_densities(view.survey, view.method, view.plots("tree"), view.rounds), {})


def _read_stands(view: View) -> Reading:
    return Reading(*volume_densities(view.survey, view.method), {})


def _read_soil(view: View) -> Reading:
    stocks = soil_stocks(view.survey, view.plots("soil"), view.rounds)
    return Reading(stocks.fixed, stocks.notes, stocks.equal_mass)


_READERS: dict[str, Callable[[View], Reading]] = {
    "trees.csv": _read_trees,
    "stands.csv": _read_stands,
    "soil.csv": _read_soil,
    "pools.csv": lambda view: Reading(printed_densities(view.survey), [], {}),
    "shrubs.csv": lambda view: Reading(shrub_densities(view.survey, view.method), [], {}),
    "herbs.csv": lambda view: Reading(herb_densities(view.survey, view.method), [], {}),
    "litter.csv": lambda view: Reading(surface_densities(view.survey, view.method, "litter"), [], {}),
    "deadwood.csv": lambda view: Reading(surface_densities(view.survey, view.method, "deadwood"), [], {}),
}


def gather_stocks(survey: Survey, method: Method) -> Stocks:
    """Densities in the last two measured rounds; earlier rounds have been accounted for before."""
    rounds = survey.rounds[-2:]
    view = View(survey, method, rounds, _plots_by_pool(survey, method))
    readings = [_READERS[source](view) for source in method.sources]
    return Stocks(
        survey=survey,
        method=method,
        before=rounds[0] if len(rounds) > 1 else None,
        after=rounds[-1] if rounds else None,
        densities=choose_sources(_seen(view, reading.densities) for reading in readings),
        equal_mass={place: carbon for reading in readings for place, carbon in reading.equal_mass.items()},
        notes=tuple(found for reading in readings for found in reading.notes),
    )


def _seen(view: View, densities: Densities) -> Densities:
    """The densities in the compared rounds, on plots where the method looks for the pool."""
    return {
        visited: found
        for visited, found in densities.items()
        if visited.round in view.rounds and visited.plot in view.plots(visited.pool)
    }


def survey_notes(stocks: Stocks) -> list[Note]:
    """What a reader should know of the survey as a whole."""
    survey = stocks.survey
    notes = [note("survey_warnings", count=len(survey.warnings))] if survey.warnings else []
    unmeasured = [visit for visit in survey.visits if visit.round in stocks.rounds and not visit.measured]
    if unmeasured:
        notes.append(note("plots_not_measured", plots=len(unmeasured)))
    if not stocks.method.full_text_at_hand:
        notes.append(note("full_text_not_at_hand", method=stocks.method.id))
    return notes
