"""All pool densities that a method sees in a survey: each pool only where the method looks for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.bounds import Outlier, outlier_notes, outliers
from tanhui.core.carbon.codes import Note, note
from tanhui.core.carbon.density import Densities, Density, Visited, choose_sources
from tanhui.core.carbon.dominance import dominant_species
from tanhui.core.carbon.method import Method
from tanhui.core.carbon.method.head import DERIVED
from tanhui.core.carbon.pools import herb_densities, printed_densities, surface_densities
from tanhui.core.carbon.roots import above_ground, derived_densities, with_roots
from tanhui.core.carbon.shrubs import shrub_densities
from tanhui.core.carbon.soil import soil_stocks
from tanhui.core.carbon.survey import Plot, Stratum, Survey
from tanhui.core.carbon.survey.faults import FIRST_WARNINGS
from tanhui.core.carbon.trees import tree_densities
from tanhui.core.carbon.volume import volume_densities


class View(NamedTuple):
    """What of a survey a method looks at: the compared rounds, and the plots of each pool."""

    survey: Survey
    method: Method
    rounds: tuple[int, ...]
    plots_by_pool: Mapping[str, frozenset[str]]

    def plots(self, pool: str) -> frozenset[str]:
        return self.plots_by_pool.get(pool, frozenset())


class Reading(NamedTuple):
    """What follows from one file. `soil_beside` is soil carbon by the rule that does not decide (tC/ha)."""

    densities: Densities
    notes: list[Note]
    soil_beside: dict[tuple[str, int], Fraction]
    above_t_ha: dict[tuple[str, int], Fraction]


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
    soil_beside: dict[tuple[str, int], Fraction]
    notes: tuple[Note, ...]
    outliers: tuple[Outlier, ...]

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
    trees, notes = tree_densities(view.survey, view.method, view.plots("tree"), view.rounds)
    above = above_ground(trees)
    if view.method.tree_route == "equation_and_root_ratio":
        trees = with_roots(trees, view.method)
    return Reading(trees, notes, {}, above)


def _read_stands(view: View) -> Reading:
    volumes = volume_densities(view.survey, view.method)
    return Reading(volumes.densities, volumes.notes, {}, volumes.above_t_ha)


def _read_soil(view: View) -> Reading:
    stocks = soil_stocks(view.survey, view.plots("soil"), view.rounds, view.method.soil)
    return Reading(stocks.deciding, stocks.notes, stocks.beside, {})


def _read_shrubs(file: str) -> Callable[[View], Reading]:
    return lambda view: Reading(*shrub_densities(view.survey, view.method, file), {}, {})


_READERS: dict[str, Callable[[View], Reading]] = {
    "trees.csv": _read_trees,
    "stands.csv": _read_stands,
    "soil.csv": _read_soil,
    "pools.csv": lambda view: Reading(printed_densities(view.survey), [], {}, {}),
    "shrubs.csv": _read_shrubs("shrubs.csv"),
    "shrub_plants.csv": _read_shrubs("shrub_plants.csv"),
    "herbs.csv": lambda view: Reading(herb_densities(view.survey, view.method), [], {}, {}),
    "litter.csv": lambda view: Reading(surface_densities(view.survey, view.method, "litter"), [], {}, {}),
    "deadwood.csv": lambda view: Reading(surface_densities(view.survey, view.method, "deadwood"), [], {}, {}),
}


def _derived(view: View, readings: Sequence[Reading]) -> Reading:
    """Pools that follow from the tree pool by a factor; what was measured goes before them."""
    trees = {at: found for reading in reversed(readings) for at, found in reading.densities.items()}
    above = {place: mass for reading in reversed(readings) for place, mass in reading.above_t_ha.items()}
    return Reading(derived_densities(trees, above, dominant_species(view.survey), view.method), [], {}, {})


def gather_stocks(survey: Survey, method: Method, rounds: tuple[int, ...] | None = None) -> Stocks:
    """Densities in the rounds to compare, one or two; the last two measured where none are named."""
    rounds = survey.rounds[-2:] if rounds is None else rounds
    view = View(survey, method, rounds, _plots_by_pool(survey, method))
    readings = [_READERS[source](view) for source in method.sources if source in _READERS]
    readings += [_derived(view, readings)] if DERIVED in method.sources else []
    densities = choose_sources(_seen(view, reading.densities) for reading in readings)
    return Stocks(
        survey=survey,
        method=method,
        before=rounds[0] if len(rounds) > 1 else None,
        after=rounds[-1] if rounds else None,
        densities=densities,
        soil_beside={place: carbon for reading in readings for place, carbon in reading.soil_beside.items()},
        notes=tuple(found for reading in readings for found in reading.notes),
        outliers=outliers(survey, method, densities),
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
    warnings = [
        found for found in survey.warnings if stocks.method.format > 1 or found.code in FIRST_WARNINGS
    ]  # what the first methods counted, so that their documents stay as they were
    notes = [note("survey_warnings", count=len(warnings))] if warnings else []
    notes += outlier_notes(stocks.outliers)
    unmeasured = [visit for visit in survey.visits if visit.round in stocks.rounds and not visit.measured]
    if unmeasured:
        notes.append(note("plots_not_measured", plots=len(unmeasured)))
    if not stocks.method.full_text_at_hand:
        notes.append(note("full_text_not_at_hand", method=stocks.method.id))
    return notes
