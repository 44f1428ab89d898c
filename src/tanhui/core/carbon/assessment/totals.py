"""The totals whose uncertainty is told, as weights on what plots held in each round.

A total of a stratum is A/n times the sum of its plots' densities, a change A₂/n and −A₁/n times those of both rounds;
a domain has the same weights on the plots that lie in it. So every total is one row of numbers, and one draw of all
plots gives a draw of each total. Where a stratum's area is not known, its mean per hectare stands in the place of its
total.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tanhui.core.carbon.assessment.domain_rows import OF_PLOTS, domain_samples, places
from tanhui.core.carbon.assessment.estimators import Task, answer
from tanhui.core.carbon.assessment.frame import Frame, Layer
from tanhui.core.carbon.assessment.plan import Plan
from tanhui.core.carbon.estimation import Sample, domain_estimate, simple
from tanhui.core.carbon.sampling import Estimate
from tanhui.core.carbon.strata import CHANGE
from tanhui.core.carbon.survey import Survey

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Entries = dict[tuple[str, int], Fraction]


class Total(NamedTuple):
    """One total. `of` is scope, stratum, zone, county or owner; `estimate` is its value with its sampling variance."""

    of: str
    name: str
    scope: str | None
    when: str
    unit: str
    estimate: Estimate
    entries: Mapping[tuple[str, int], Fraction]


def totals_of(survey: Survey, frame: Frame, plan: Plan) -> list[Total]:
    """Totals of scopes, strata and domains, in each round and of the change."""
    stratified = Plan(plan.seed, df_rule=plan.counted_df)
    found = [
        total for scope in frame.scopes for when in frame.whens for total in _scope(frame, scope, when, stratified)
    ]
    found += [total for layer in frame.layers for when in frame.whens for total in _stratum(frame, layer, when)]
    for by in (column for column in OF_PLOTS if column in plan.domains):
        domain_of = places(survey, by)
        for domain in sorted(set(domain_of.values())):
            inside = frozenset(plot for plot, name in domain_of.items() if name == domain)
            found += list(_domain(frame, (by, domain), inside, plan))
    return found


def weights(totals: Sequence[Mapping[tuple[str, int], Fraction]], cells: Sequence[tuple[str, int]]) -> "csr_array":
    """The entries as a matrix of totals × cells. A plot in a round that holds nothing has no cell and no error."""
    from scipy.sparse import csr_array

    place = {cell: column for column, cell in enumerate(cells)}
    rows, columns, amounts = [], [], []
    for row, entries in enumerate(totals):
        for cell, amount in sorted(entries.items()):
            if cell in place:
                rows.append(row)
                columns.append(place[cell])
                amounts.append(float(amount))
    where = (np.array(rows, dtype=np.intp), np.array(columns, dtype=np.intp))
    return csr_array((np.array(amounts, dtype=np.float64), where), shape=(len(totals), len(cells)))


def _entries(frame: Frame, layer: Layer, when: str, inside: frozenset[str] | None = None) -> Entries | None:
    """Weights of the plots of a layer; None without an area or without plots."""
    plots = layer.plots(when)
    numbers = [(number, 1) for number in (frame.after,)] if when == CHANGE else [(int(when), 1)]
    numbers += [(frame.before, -1)] if when == CHANGE else []
    entries: Entries = {}
    for number, sign in numbers:
        area = layer.areas_ha.get(number) if number is not None else None
        if area is None or number is None or not plots:
            return None
        entries |= {(plot, number): sign * area / len(plots) for plot in plots if inside is None or plot in inside}
    return entries


def _scope(frame: Frame, scope: str, when: str, plan: Plan) -> Iterator[Total]:
    layers = frame.scope(scope)
    found = answer(Task(frame, layers, when, plan), "stratified")
    parts = [_entries(frame, layer, when) for layer in layers]
    if found.total is not None and None not in parts:
        entries = {cell: amount for part in parts if part is not None for cell, amount in part.items()}
        yield Total("scope", scope, scope, when, "tC", found.total, entries)


def _stratum(frame: Frame, layer: Layer, when: str) -> Iterator[Total]:
    plots = layer.plots(when)
    if not plots:
        return
    mean = simple(Sample(layer.name, tuple(layer.values[when][plot] for plot in plots), layer.population))
    entries = _entries(frame, layer, when)
    if entries is not None:
        values = tuple(frame.expanded(layer, plot, when) or Fraction(0) for plot in plots)
        estimate = simple(Sample(layer.name, values, layer.population))
        yield Total("stratum", layer.name, None, when, "tC", estimate, entries)
        return
    share, later = Fraction(1, len(plots)), frame.after if when == CHANGE else int(when)
    means: Entries = {(plot, later): share for plot in plots if later is not None}
    if when == CHANGE and frame.before is not None:
        means |= {(plot, frame.before): -share for plot in plots}
    yield Total("stratum", layer.name, None, when, "tC/ha", mean, means)


def _domain(frame: Frame, named: tuple[str, str], inside: frozenset[str], plan: Plan) -> Iterator[Total]:
    for scope in frame.scopes:
        for when in frame.whens:
            layers = frame.scope(scope)
            samples = domain_samples(frame, layers, when, inside)
            found = domain_estimate(samples, plan.counted_df) if samples is not None else None
            if found is None:
                continue
            parts = [_entries(frame, layer, when, inside) for layer in layers]
            entries = {cell: amount for part in parts if part is not None for cell, amount in part.items()}
            yield Total(*named, scope, when, "tC", found.total, entries)
