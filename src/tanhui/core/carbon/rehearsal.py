"""A dry run: a survey by the method it was computed with and by another one, side by side. Nothing is written.

Plot by plot, pool by pool, round by round; then the totals, and the reasons and flags that come or go.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.codes import Note
from tanhui.core.carbon.density import Densities, Visited
from tanhui.core.carbon.document_rows import Document, number
from tanhui.core.carbon.evaluate import Evaluation, evaluate
from tanhui.core.carbon.method import IN_FORCE, Method
from tanhui.core.carbon.strata import ALL, CARBON, CHANGE, StratumResult
from tanhui.core.carbon.survey import Survey
from tanhui.core.units import CO2E_PER_C, MG_PER_T

BEFORE, AFTER = "before", "after"
Amount = Fraction | float | None


class Shift(NamedTuple):
    """A figure by the one method and by the other; None where a method has none."""

    before: Amount
    after: Amount

    @property
    def changed(self) -> bool:
        return number(self.before) != number(self.after)

    @property
    def difference(self) -> float | None:
        if self.before is None or self.after is None:
            return None
        return number(float(self.after) - float(self.before))

    def document(self) -> Document:
        return {"before": number(self.before), "after": number(self.after), "difference": self.difference}


class PlotShift(NamedTuple):
    """Carbon density (tC/ha) of a pool on a plot in a round, and what it covers by each method."""

    visited: Visited
    stratum: str
    carbon_t_ha: Shift
    coverage_before: str
    coverage_after: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A survey by two methods."""

    before: Evaluation
    after: Evaluation

    @property
    def plots(self) -> tuple[PlotShift, ...]:
        """Every density that either method has, by plot, round and pool."""
        first, second = self.before.stocks.densities, self.after.stocks.densities
        strata = {plot.name: plot.stratum for plot in self.after.stocks.survey.plots}
        return tuple(_plot_shift(at, strata[at.plot], first, second) for at in sorted({*first, *second}))

    @property
    def changed_plots(self) -> tuple[PlotShift, ...]:
        return tuple(shift for shift in self.plots if shift.carbon_t_ha.changed)

    @property
    def strata(self) -> dict[str, Shift]:
        """Removal (tCO2e) of every stratum."""
        pairs = zip(self.before.strata, self.after.strata, strict=True)
        return {first.stratum.name: Shift(_removal(first), _removal(second)) for first, second in pairs}

    @property
    def totals(self) -> dict[str, Shift]:
        """The figures of the whole, in the order in which they follow from each other."""
        first, second = dict(_totals(self.before)), dict(_totals(self.after))
        return {name: Shift(first[name], second[name]) for name in first}

    @property
    def reasons(self) -> tuple[tuple[Note, ...], tuple[Note, ...]]:
        """Reasons that come, and reasons that go."""
        return _apart(self.before.reasons, self.after.reasons)

    @property
    def flags(self) -> tuple[tuple[Note, ...], tuple[Note, ...]]:
        return _apart(self.before.flags, self.after.flags)

    def document(self) -> Document:
        """The dry run as values that JSON can hold."""
        return {
            "survey_hash": self.after.stocks.survey.hash,
            "before": _named(self.before),
            "after": _named(self.after),
            "totals": {name: shift.document() for name, shift in self.totals.items()},
            "strata": [{"stratum": name, **shift.document()} for name, shift in self.strata.items()],
            "plots": [plot_row(shift) for shift in self.plots],
            "reasons": _came_and_went(self.reasons),
            "flags": _came_and_went(self.flags),
        }


def untold(_side: str) -> None:
    """Tell nobody which side is computed."""


def rehearse(survey: Survey, before: Method, after: Method, tell: Callable[[str], None] = untold) -> Rehearsal:
    """A survey by the method it stands by, and by one that might replace it.

    Versions on trial are run as if they were in force, for what they would give is the question. `tell` hears which
    side is computed now.
    """
    sides = []
    for side, method in ((BEFORE, before), (AFTER, after)):
        tell(side)
        sides.append(evaluate(survey, replace(method, status=IN_FORCE)))
    return Rehearsal(sides[0], sides[1])


def plot_row(shift: PlotShift) -> Document:
    return {
        **shift.visited._asdict(),
        "stratum": shift.stratum,
        **{f"carbon_t_ha_{name}": value for name, value in shift.carbon_t_ha.document().items()},
        "coverage_before": shift.coverage_before,
        "coverage_after": shift.coverage_after,
    }


def _plot_shift(at: Visited, stratum: str, first: Densities, second: Densities) -> PlotShift:
    old, new = first.get(at), second.get(at)
    carbon = Shift(old.carbon_t_ha if old else None, new.carbon_t_ha if new else None)
    return PlotShift(at, stratum, carbon, old.coverage if old else "", new.coverage if new else "")


def _removal(result: StratumResult) -> Fraction | None:
    cell = result.cell(CARBON, ALL, CHANGE)
    return None if cell.total is None else cell.total.value * CO2E_PER_C


def _totals(found: Evaluation) -> Iterator[tuple[str, Amount]]:
    verdict = found.verdict
    deducted = verdict.deducted
    yield "removal_tco2e", None if verdict.removal is None else verdict.removal.value
    yield "half_width_tco2e", verdict.half_width_tco2e
    yield "uncertainty_percent", verdict.uncertainty_percent
    yield "deducted_tco2e", None if deducted is None else deducted.deducted_tco2e
    yield "issuable_t", Fraction(found.issuable_mg, MG_PER_T)
    yield "buffer_t", Fraction(found.buffer_mg, MG_PER_T)


def _named(found: Evaluation) -> Document:
    method = found.stocks.method
    return {"id": method.id, "version": method.version, "hash": method.hash, "outcome": found.outcome}


def _apart(before: tuple[Note, ...], after: tuple[Note, ...]) -> tuple[tuple[Note, ...], tuple[Note, ...]]:
    came = tuple(note for note in after if note not in before)
    return came, tuple(note for note in before if note not in after)


def _came_and_went(notes: tuple[tuple[Note, ...], tuple[Note, ...]]) -> Document:
    came, went = notes
    return {"added": [note.document() for note in came], "removed": [note.document() for note in went]}
