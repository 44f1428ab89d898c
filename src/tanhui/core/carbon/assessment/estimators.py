"""All estimators side by side on the same plots, so that a reader sees what the choice of one does.

Each gives a mean per hectare and a total for a scope and a round or the change, or a code for why it cannot.
Post-strata take their weights from strata.csv, ratio and regression their auxiliary from plots.csv and strata.csv,
each stratum by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.assessment.frame import Auxiliary, Frame, Layer
from tanhui.core.carbon.assessment.plan import Plan
from tanhui.core.carbon.estimation import (
    AR_TOOL14,
    RESIDUAL,
    Known,
    Sample,
    combined,
    mean_by_ratio,
    partial_replacement,
    post_stratified,
    regression_mean,
    simple,
)
from tanhui.core.carbon.sampling import Estimate
from tanhui.core.carbon.strata import CHANGE


class Task(NamedTuple):
    """What to estimate: the layers of a scope, in a round or their change, as planned."""

    frame: Frame
    layers: tuple[Layer, ...]
    when: str
    plan: Plan

    @property
    def area_ha(self) -> Fraction:
        return sum((self.frame.area_ha(layer, self.when) or Fraction(0) for layer in self.layers), Fraction(0))


REASONS = ("no_plots", "area_unknown", "area_changed", "one_plot", "auxiliary_missing", "auxiliary_not_usable")
"""Why an estimator gives no figure, or none with an error. Codes are for ever."""


class Answer(NamedTuple):
    """A total with its mean per hectare, or the code of why there is none; `unpaired` plots took part beside pairs."""

    total: Estimate | None
    per_ha: Estimate | None
    reason: str | None
    unpaired: int = 0


def answer(task: Task, estimator: str) -> Answer:
    """The answer of one estimator."""
    if any(not layer.plots(task.when) for layer in task.layers) or not task.layers:
        return _none("no_plots")
    if any(task.frame.area_ha(layer, task.when) is None for layer in task.layers) or not task.area_ha:
        return _none("area_unknown")
    if estimator != "stratified" and task.when == CHANGE and _areas_changed(task):
        return _none("area_changed")
    return _ESTIMATORS[estimator](task)


def _none(reason: str) -> Answer:
    return Answer(None, None, reason)


def _areas_changed(task: Task) -> bool:
    return any(len(set(layer.areas_ha.values())) > 1 for layer in task.layers)


def _of_total(task: Task, total: Estimate, unpaired: int = 0) -> Answer:
    reason = None if total.variance is not None else "one_plot"
    return Answer(total, total.scaled(1 / task.area_ha), reason, unpaired)


def _expanded(task: Task, layer: Layer, plots: Sequence[str], when: str) -> Sample:
    values = (task.frame.expanded(layer, plot, when) for plot in plots)
    return Sample(layer.name, tuple(value for value in values if value is not None), layer.population)


def _stratified(task: Task) -> Answer:
    totals, unpaired = [], 0
    for layer in task.layers:
        sample = _expanded(task, layer, layer.plots(task.when), task.when)
        if task.when == CHANGE and task.plan.unpaired == "combined":
            change = partial_replacement(sample, *_once(task, layer))
            unpaired += change.unpaired
            totals.append(change.estimate)
        else:
            totals.append(simple(sample))
    return _of_total(task, combined(totals, task.plan.counted_df), unpaired)


def _once(task: Task, layer: Layer) -> tuple[Sample, Sample]:
    """Plots of the earlier round only, and of the later round only."""
    before, after = str(task.frame.before), str(task.frame.after)
    lost = [plot for plot in layer.plots(before) if plot not in layer.values[after]]
    new = [plot for plot in layer.plots(after) if plot not in layer.values[before]]
    return _expanded(task, layer, lost, before), _expanded(task, layer, new, after)


def _simple(task: Task) -> Answer:
    """All plots as one sample of the whole area, as if there were no strata."""
    values = tuple(layer.values[task.when][plot] for layer in task.layers for plot in layer.plots(task.when))
    populations = [layer.population for layer in task.layers if layer.population is not None]
    whole = sum(populations, Fraction(0)) if len(populations) == len(task.layers) else None
    mean = simple(Sample("", values, whole))
    return Answer(mean.scaled(task.area_ha), mean, None if mean.variance is not None else "one_plot")


def _post_stratified(task: Task) -> Answer:
    units: dict[str, list[Layer]] = {}
    for layer in task.layers:
        units.setdefault(layer.unit, []).append(layer)
    totals = []
    for layers in units.values():
        areas = [task.frame.area_ha(layer, task.when) or Fraction(0) for layer in layers]
        weights = _weights(layers, areas)
        samples = [Sample(layer.name, _values(layer, task.when)) for layer in layers]
        known = [layer.population for layer in layers if layer.population is not None]
        population = sum(known, Fraction(0)) if len(known) == len(layers) else None
        totals.append(post_stratified(samples, weights, population).scaled(sum(areas, Fraction(0))))
    return _of_total(task, combined(totals, task.plan.counted_df))


def _weights(layers: Sequence[Layer], areas: Sequence[Fraction]) -> list[Fraction]:
    """Stated weights where every stratum of the unit has one, otherwise shares of area; they add up to 1."""
    stated = [layer.weight for layer in layers if layer.weight is not None]
    shares = stated if len(stated) == len(layers) and sum(stated, Fraction(0)) else list(areas)
    whole = sum(shares, Fraction(0))
    return [share / whole for share in shares]


def _values(layer: Layer, when: str) -> tuple[Fraction, ...]:
    return tuple(layer.values[when][plot] for plot in layer.plots(when))


Fit = Callable[[tuple[Fraction, ...], tuple[Fraction, ...], Auxiliary, Fraction | None], Estimate | None]


def _by_ratio(
    values: tuple[Fraction, ...], known: tuple[Fraction, ...], auxiliary: Auxiliary, population: Fraction | None
) -> Estimate | None:
    mean = auxiliary.mean
    return mean_by_ratio(values, known, mean, population) if mean is not None and sum(known, Fraction(0)) else None


def _by_line(form: str) -> Fit:
    def fit(
        values: tuple[Fraction, ...], known: tuple[Fraction, ...], auxiliary: Auxiliary, population: Fraction | None
    ) -> Estimate | None:
        mean = auxiliary.mean
        found = None if mean is None else Known(mean, auxiliary.points)
        return None if found is None else regression_mean(values, known, found, form, population)

    return fit


def _assisted(fit: Fit) -> Callable[[Task], Answer]:
    """An estimator that leans on the auxiliary, stratum by stratum."""

    def estimate(task: Task) -> Answer:
        totals = []
        for layer in task.layers:
            plots = layer.plots(task.when)
            known = tuple(layer.auxiliary.plots[plot] for plot in plots if plot in layer.auxiliary.plots)
            if len(known) < len(plots) or layer.auxiliary.mean is None:
                return _none("auxiliary_missing")
            mean = fit(_values(layer, task.when), known, layer.auxiliary, layer.population)
            if mean is None:
                return _none("auxiliary_not_usable")
            totals.append(mean.scaled(task.frame.area_ha(layer, task.when) or Fraction(0)))
        return _of_total(task, combined(totals, task.plan.counted_df))

    return estimate


_ESTIMATORS: Mapping[str, Callable[[Task], Answer]] = {
    "stratified": _stratified,
    "simple": _simple,
    "post_stratified": _post_stratified,
    "ratio": _assisted(_by_ratio),
    "regression": _assisted(_by_line(AR_TOOL14)),
    "regression_residual": _assisted(_by_line(RESIDUAL)),
}
