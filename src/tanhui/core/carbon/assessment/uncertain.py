"""The uncertainty of every total: sampling, and errors of measurements, equations and parameters, apart and together.

In closed form the variances of all sources add up. In the Monte Carlo each draw of a total has an independent
sampling error added to it, Student's t of the estimate's degrees of freedom times its standard error: with no other
error the percentiles are those of the published interval. The spread among plots holds the plots' own measurement
errors already; counting them again makes the sum a little too large, by no more than their share, which is shown.

Figures here have six significant digits: see docs/decisions on why these are the same on every machine.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from tanhui.core.carbon.assessment.figures import round_or_change
from tanhui.core.carbon.assessment.frame import Frame
from tanhui.core.carbon.assessment.plan import Plan
from tanhui.core.carbon.assessment.totals import Total, totals_of, weights
from tanhui.core.carbon.document_rows import Document
from tanhui.core.carbon.evaluate import Evaluation
from tanhui.core.carbon.strata import CHANGE
from tanhui.core.carbon.uncertainty import (
    KINDS,
    SAMPLING,
    Contributions,
    Draws,
    DrawsFault,
    Model,
    Rate,
    Run,
    blocks_of,
    contributions,
    drawn,
    model_of,
    rates_of,
)
from tanhui.core.carbon.uncertainty.model import Floats
from tanhui.core.carbon.uncertainty.montecarlo import Told
from tanhui.core.carbon.uncertainty.streams import LEAF, Stream
from tanhui.core.carbon.uncertainty.streams import SAMPLING as SAMPLING_STREAM
from tanhui.core.student import t_value
from tanhui.core.units import CO2E_PER_C

DIGITS = 6
_NOISE = 1e-9


class Uncertain(NamedTuple):
    """An evaluation whose uncertainty is asked, with its frame, as planned, at a confidence."""

    evaluation: Evaluation
    frame: Frame
    plan: Plan
    confidence: Fraction


class Stopped(Exception):  # noqa: N818 - somebody wished it
    """The draws were stopped; `state` is what to go on from."""

    def __init__(self, state: bytes) -> None:
        super().__init__("draws stopped")
        self.state = state


def uncertainty_document(asked: Uncertain, *, resume: bytes | None = None, told: Told | None = None) -> Document:
    """Rows by total, the rates behind them, and how they were drawn. Raises Stopped when `told` answers False.

    A state of another run is left alone: the draws begin anew and give the same.
    """
    stocks = asked.evaluation.stocks
    totals = totals_of(stocks.survey, asked.frame, asked.plan)
    model = model_of(blocks_of(stocks, wanted_pools(asked.evaluation, asked.frame)))
    matrix = weights([total.entries for total in totals], model.cells)
    parts = contributions(model, matrix)
    draws = None
    if asked.plan.draws and totals:
        run = Run(model, matrix, asked.plan.seed, asked.plan.draws)
        draws = _drawn(run, resume, told)
    return {
        "draws": asked.plan.draws,
        "seed": asked.plan.seed,
        "items": len(model.values),
        "digits": DIGITS,
        "plots": plot_errors(asked, model),
        "totals": [_row(asked, total, place, parts, draws) for place, total in enumerate(totals)],
        "rates": [_rate(rate) for rate in rates_of(stocks.method).values()],
    }


def plot_errors(asked: Uncertain, model: Model) -> list[Document]:
    """Standard errors of single plots without sampling (tC/ha): what all but sampling leaves open."""
    frame, whens = asked.frame, (str(asked.frame.after), CHANGE)
    known = sorted({(plot, when) for layer in frame.layers for when in whens for plot in layer.values.get(when, {})})
    variances = contributions(model, weights([_of_plot(frame, *one) for one in known], model.cells)).total
    errors = {one: six(float(variance) ** 0.5) for one, variance in zip(known, variances.tolist(), strict=True)}
    return [
        {"plot": plot, "after_se_t_ha": errors.get((plot, whens[0])), "change_se_t_ha": errors.get((plot, CHANGE))}
        for plot in sorted({plot for plot, _ in known})
    ]


def _of_plot(frame: Frame, plot: str, when: str) -> Mapping[tuple[str, int], Fraction]:
    later = {} if frame.after is None else {(plot, frame.after): Fraction(1)}
    earlier = {(plot, frame.before): Fraction(-1)} if when == CHANGE and frame.before is not None else {}
    return later | earlier


def wanted_pools(evaluation: Evaluation, frame: Frame) -> dict[tuple[str, int], tuple[str, ...]]:
    """The pools that count on each plot in each round: those of its stratum."""
    pools = {result.stratum.name: result.pools for result in evaluation.strata}
    strata = {plot.name: plot.stratum for plot in evaluation.stocks.survey.plots}
    return {
        (plot, number): pools[strata[plot]]
        for layer in frame.layers
        for number in evaluation.stocks.rounds
        for plot in layer.values.get(str(number), {})
    }


def _drawn(run: Run, resume: bytes | None, told: Told | None) -> Draws:
    last: list[Callable[[], bytes]] = []

    def ask(done: int, state: Callable[[], bytes]) -> bool:
        go_on = told is None or told(done, state)
        if not go_on:
            last.append(state)
        return go_on

    try:
        found = drawn(run, resume=resume, told=ask)
    except DrawsFault:
        found = drawn(run, told=ask)
    if last:
        raise Stopped(last[0]())
    return found


def six(value: float | None) -> float | None:
    """Six significant digits; what is not finite is not known."""
    return None if value is None or not np.isfinite(value) else float(f"{value:.{DIGITS}g}") + 0.0


def _row(asked: Uncertain, total: Total, place: int, parts: Contributions, draws: Draws | None) -> Document:
    estimate = total.estimate
    sampling = None if estimate.variance is None else float(estimate.variance)
    beyond = float(parts.total[place]) if len(parts.variances) else 0.0
    whole = None if sampling is None else sampling + beyond
    half = None if whole is None or estimate.df < 1 else t_value(estimate.df, asked.confidence) * whole**0.5
    value = float(estimate.value)
    return {
        "of": total.of,
        "name": total.name,
        "scope": total.scope,
        "round": round_or_change(total.when),
        "unit": total.unit,
        "value": six(value),
        "df": estimate.df if sampling is not None else None,
        "sampling_se": six(None if sampling is None else sampling**0.5),
        "model_se": six(beyond**0.5),
        "combined_se": six(None if whole is None else whole**0.5),
        "combined_half_width": six(half),
        "uncertainty_percent": six(None if half is None or not value else 100 * half / abs(value)),
        "contributions": _contributions(parts.of(place), sampling),
        "monte_carlo": None if draws is None else _draws_cells(asked, total, draws.totals[place]),
    }


def _contributions(by_source: dict[str, float], sampling: float | None) -> list[Document]:
    """Variance by source and its share of all, the largest first; sampling only where it is known."""
    found = {source: (KINDS[source], variance) for source, variance in by_source.items() if variance}
    if sampling:
        found[SAMPLING] = (SAMPLING, sampling)
    whole = sum(variance for _, variance in found.values())
    ordered = sorted(found.items(), key=lambda entry: (-entry[1][1], entry[0]))
    return [
        {"source": source, "kind": kind, "se": six(variance**0.5), "share_percent": six(100 * variance / whole)}
        for source, (kind, variance) in ordered
    ]


def _draws_cells(asked: Uncertain, total: Total, found: Floats) -> Document:
    """Mean and error of the draws without sampling, and percentiles without and with it."""
    estimate = total.estimate
    known = estimate.variance is not None and estimate.df > 0
    combined = found + float(estimate.se or 0.0) * _student(asked.plan, estimate.df) if known else None
    factor = float(CO2E_PER_C) if total.when == CHANGE and total.unit == "tC" else None
    return {
        "model_mean": six(float(found.mean())),
        "model_se": six(_deviation(found)),
        **_percentiles(found, asked.confidence, "model"),
        **_percentiles(combined, asked.confidence, "combined"),
        **_percentiles(None if combined is None or factor is None else combined * factor, asked.confidence, "removal"),
    }


def _percentiles(found: Floats | None, confidence: Fraction, name: str) -> Document:
    names = [f"{name}_{what}" for what in ("low", "median", "high")]
    if found is None:
        return dict.fromkeys(names)
    tail = (1 - float(confidence)) / 2
    return dict(zip(names, map(six, np.quantile(found, [tail, 0.5, 1 - tail]).tolist()), strict=True))


def _deviation(found: Floats) -> float:
    """Standard deviation of the draws; zero where they differ by no more than floats do."""
    spread = float(found.std(ddof=1)) if len(found) > 1 else 0.0
    return spread if spread > _NOISE * float(np.abs(found).max()) else 0.0


def _student(plan: Plan, df: int) -> Floats:
    """Student's t of `df` degrees of freedom for every draw: the same places of its distribution for every total."""
    from scipy.special import stdtrit

    leaves = range(-(-plan.draws // LEAF))
    places = np.concatenate([Stream(plan.seed, SAMPLING_STREAM, leaf).fine_uniforms(1)[0] for leaf in leaves])
    drawn_t: Floats = stdtrit(df, places[: plan.draws])
    return drawn_t


def _rate(rate: Rate) -> Document:
    return dict(rate._asdict())


def told_every(leaves: int, keep: Callable[[bytes], None] | None, ask: Callable[[int], bool]) -> Told:
    """Ask after every leaf whether to go on, and hand over the state to keep after each so many."""

    def told(done: int, state: Callable[[], bytes]) -> bool:
        if keep is not None and done % leaves == 0:
            keep(state())
        return ask(done)

    return told
