"""What is known of strata from the last booked survey: how much a plot held, how much plots differed, which stand."""

import math
import statistics
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from tanhui.core.carbon import choose_method, evaluate, parse_survey
from tanhui.core.sampling import KeptPlot, layouts_of
from tanhui.monitoring.design.strata import Land
from tanhui.monitoring.models import BookedSurvey, Programme
from tanhui.monitoring.queries import booked_files, design_content, designs, latest_survey

STOCK, CHANGE = "carbon_t_ha", "removal_tco2e_ha"
QUANTITIES = (STOCK, CHANGE)
CO2E_PER_C = Fraction(44, 12)
FEWEST_PLOTS = 2
BY_HAND = "hand"


class StratumFigures(NamedTuple):
    """Mean and standard deviation over the plots of a stratum, as they can be typed; blank where plots are too few."""

    plots: int
    mean: str
    sd: str


class KnownPlots(NamedTuple):
    """Plots of a survey: places in 1e-7 degrees, areas in m², and for each quantity the value per hectare of each."""

    places: Mapping[str, tuple[int, int]]
    areas_m2: Mapping[str, float]
    values: Mapping[str, Mapping[str, float]]


def known_plots(survey: BookedSurvey) -> KnownPlots:
    """Places and values of the plots of a booked survey, computed with the method that suits it best."""
    return _known(survey.pk)


@lru_cache(maxsize=8)
def _known(survey_key: int) -> KnownPlots:
    """A booked survey never changes, so neither does what is known from it."""
    survey = parse_survey(booked_files(BookedSurvey.objects.get(pk=survey_key)))
    table = survey.table("plots.csv")
    columns = zip(table.text("plot"), table.number("lon").tolist(), table.number("lat").tolist(), strict=True)
    places = {plot: (round(lon * 1e7), round(lat * 1e7)) for plot, lon, lat in columns if not math.isnan(lon + lat)}
    areas = dict(zip(table.text("plot"), table.number("plot_area_m2").tolist(), strict=True))
    rows: Any = evaluate(survey, choose_method(survey)).document()["plot_densities"]
    return KnownPlots(places, areas, {STOCK: _stocks(rows), CHANGE: _changes(rows)})


def figures_by_stratum(known: KnownPlots, where: Mapping[str, str], quantity: str) -> Mapping[str, StratumFigures]:
    """Figures for each stratum from the plots that lie in it."""
    grouped: dict[str, list[float]] = {}
    for plot, value in sorted(known.values[quantity].items()):
        if plot in where:
            grouped.setdefault(where[plot], []).append(value)
    return {stratum: _figures(values) for stratum, values in grouped.items()}


def kept_by_stratum(known: KnownPlots, where: Mapping[str, str]) -> Mapping[str, tuple[KeptPlot, ...]]:
    """The plots that stand already, by the stratum that they lie in."""
    kept: dict[str, list[KeptPlot]] = {}
    for plot, stratum in sorted(where.items()):
        kept.setdefault(stratum, []).append(KeptPlot(plot, *known.places[plot]))
    return {stratum: tuple(plots) for stratum, plots in kept.items()}


def plot_names(programme: Programme) -> Sequence[str]:
    """The names of all plots that the programme has ever had: those of its survey and those of its designs."""
    survey = latest_survey(programme)
    names = set(known_plots(survey).areas_m2) if survey else set()
    for drawn in designs(programme):
        names |= {plot["plot"] for plot in design_content(drawn)["plots"] if plot["origin"] == "kept"}
    return sorted(names)


def figures_source(survey: BookedSurvey | None, figures: StratumFigures) -> str:
    """Where figures come from, as the design keeps it: `survey REVISION PLOTS`, or `hand`."""
    return f"survey {survey.revision} {figures.plots}" if survey and figures.mean else BY_HAND


def layout_by_stratum(known: KnownPlots, land: Land, where: Mapping[str, str]) -> Mapping[str, str]:
    """The layout that most plots of a stratum have already, by its area; the first one offered where none stands."""
    chosen = {}
    for stratum in land.strata:
        offered = layouts_of(stratum.ecosystem)
        sizes = [known.areas_m2[plot] for plot, name in where.items() if name == stratum.name]
        usual = statistics.mode(sorted(sizes)) if sizes else math.nan
        fitting = [laid.id for laid in offered if abs(float(laid.area_m2) - usual) < 1]
        chosen[stratum.name] = fitting[0] if fitting else offered[0].id
    return chosen


def located(known: KnownPlots, land: Land) -> Mapping[str, str]:
    """The stratum of the land in which each known plot lies; plots outside of it are left out."""
    return land.locate(known.places)


def _figures(values: Sequence[float]) -> StratumFigures:
    if len(values) < FEWEST_PLOTS:
        return StratumFigures(len(values), "", "")
    mean = math.fsum(values) / len(values)
    variance = math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return StratumFigures(len(values), f"{mean:.6g}", f"{math.sqrt(variance):.6g}")


def _totals(rows: Sequence[Mapping[str, Any]]) -> dict[int, dict[str, float]]:
    """Carbon of all measured pools together, tC/ha, by round and plot."""
    totals: dict[int, dict[str, float]] = {}
    for row in rows:
        if row["carbon_t_ha"] is not None:
            of_round = totals.setdefault(row["round"], {})
            of_round[row["plot"]] = of_round.get(row["plot"], 0.0) + row["carbon_t_ha"]
    return totals


def _stocks(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, float]:
    """Each plot as it was measured last."""
    last: dict[str, float] = {}
    for _round, of_round in sorted(_totals(rows).items()):
        last |= of_round
    return last


def _changes(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, float]:
    """From the round before the last to the last, as CO2e, of plots that were measured in both."""
    rounds = [of_round for _round, of_round in sorted(_totals(rows).items())]
    if len(rounds) < FEWEST_PLOTS:
        return {}
    before, after = rounds[-2:]
    factor = float(CO2E_PER_C)
    return {plot: (after[plot] - before[plot]) * factor for plot in after if plot in before}
