"""Check the trees of a survey: what each must have, and what became of it from one round to the next.

A tree that grew fivefold, shrank, vanished or changed its species is a warning: someone should look at the
sheet, but the survey can be right. All trees are compared at once; only those about which there is something to
say are gone through one by one.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tanhui.core.carbon.survey.coded import Codes, closed_up, is_roomy, joined
from tanhui.core.carbon.survey.doubts import size_doubts
from tanhui.core.carbon.survey.faults import Fault
from tanhui.core.carbon.survey.schema import LIVE_STATUSES
from tanhui.core.carbon.survey.table import Table

JUMP_TIMES = 5.0
SHRUNK_TO = 0.8
_ENDS = ("dead", "removed")

Measured = tuple[int, float, str, int]
"""Round, diameter, species and line of one record of a live tree."""


def tree_faults(trees: Table, plots: Table, visits: Table) -> Iterator[Fault]:
    live = trees.coded("status").rows_with(LIVE_STATUSES.__contains__)
    yield from _measurements(trees, plots, live)
    yield from size_doubts(trees, live)
    later = _later_rounds(visits)
    yield from _histories(trees, _doubtful_rows(trees, live, later), later)


def _measurements(trees: Table, plots: Table, live: NDArray[np.bool_]) -> Iterator[Fault]:
    """A live tree has a diameter or a published mass, and stands for a known number of trees per hectare."""
    unsized = np.flatnonzero(np.isnan(trees.number("dbh_cm")) & live)
    for row in unsized[np.isnan(trees.number("aboveground_biomass_kg")[unsized])].tolist():
        yield Fault("dbh_missing", trees.file, trees.lines[row], "dbh_cm")
    areas = dict(zip(plots.text("plot"), plots.number("plot_area_m2").tolist(), strict=True))
    boundless = {plot for plot, area in areas.items() if math.isnan(area)}
    names = trees.coded("plot")
    unbounded = np.flatnonzero(names.rows_with(boundless.__contains__) & live) if boundless else unsized[:0]
    for row in unbounded[np.isnan(trees.number("trees_per_ha")[unbounded])].tolist():
        params = {"plot": names.words[names.codes[row]]}
        yield Fault("expansion_missing", trees.file, trees.lines[row], "trees_per_ha", params=params)


class _Stems(NamedTuple):
    """The stems of a survey by plot and tree, and what they have records of.

    `of_row` and `ranks` are the stem of each row and the place of its round among `numbers`, -1 without a round.
    `recorded[rank, stem]` says whether the stem has a record in that round; in the last rank none has.
    """

    numbers: list[int]
    of_row: Codes
    ranks: Codes
    recorded: NDArray[np.bool_]
    twice: Codes


def _doubtful_rows(trees: Table, live: NDArray[np.bool_], later: Mapping[tuple[str, int], int]) -> Codes:
    """Rows, in order, of all trees that may have a fault in their history. No tree with one is left out."""
    stems = _stems(trees)
    if stems is None:
        return np.arange(len(trees))
    count = stems.recorded.shape[1]
    doubtful, ended = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    doubtful[stems.twice] = True
    unrecorded = _unrecorded(trees, stems, later)
    last = np.full(count, -1, dtype=np.int64)
    is_end = trees.coded("status").rows_with(_ENDS.__contains__)
    for rank in range(len(stems.numbers)):
        here = stems.ranks == rank
        now = np.flatnonzero(here & live)
        stem = stems.of_row[now]
        strange = unrecorded(rank, now, stem)
        if rank:
            strange |= ended[stem] | _step_in_doubt(trees, last[stem], now)
        doubtful[stem[strange]] = True
        last[stem] = now
        ended[stems.of_row[np.flatnonzero(here & is_end)]] = True
    return np.flatnonzero(doubtful[stems.of_row]) if doubtful.any() else np.zeros(0, dtype=np.int64)


def _stems(trees: Table) -> _Stems | None:
    """All stems; `twice` are those that have two records of one round. Rows without a round are left out.

    None where the stems have records of so few of all rounds that a place for each is not worth its room.
    """
    of_row, span = closed_up(*joined((trees.coded("plot"), trees.coded("tree"))))
    cells = trees.coded("round")
    numbers = sorted({int(word) for word in cells.words if word})
    if not is_roomy((len(numbers) + 1) * span, len(trees)):
        return None
    rank_of = np.array([numbers.index(int(word)) if word else -1 for word in cells.words], dtype=np.int64)
    ranks = rank_of[cells.codes]
    keys = ranks * span + of_row
    if -1 in rank_of:
        keys = keys[ranks >= 0]
    recorded = np.zeros((len(numbers) + 1) * span, dtype=np.bool_)
    recorded[keys] = True
    twice = keys[:0]
    if np.count_nonzero(recorded) < len(keys):
        twice = np.unique(np.flatnonzero(np.bincount(keys) > 1) % span)
    return _Stems(numbers, of_row, ranks, recorded.reshape(len(numbers) + 1, span), twice)


def _step_in_doubt(trees: Table, before: Codes, now: Codes) -> NDArray[np.bool_]:
    """Which steps between two live records of a stem may have a fault, in diameter or in species.

    `before` is -1 where there is no earlier record; what then stands in the last row is compared, and taken back.
    """
    dbh_cm, species = trees.number("dbh_cm"), trees.coded("species").codes
    old_cm, new_cm = dbh_cm[before], dbh_cm[now]
    resized: NDArray[np.bool_] = (new_cm > old_cm * JUMP_TIMES) | (new_cm < old_cm * SHRUNK_TO)
    resized |= species[before] != species[now]
    return resized & (before >= 0)


def _unrecorded(
    trees: Table, stems: _Stems, later: Mapping[tuple[str, int], int]
) -> Callable[[int, Codes, Codes], NDArray[np.bool_]]:
    """Asks, for rows of one round and their stems, which stems lack a record in the next round of their plot.

    Most often one round is the next for all plots, or there is none: then nobody looks at the plot of each row.
    """
    places, count = trees.places(), stems.recorded.shape[1]
    rank_of = {number: rank for rank, number in enumerate(stems.numbers)}
    due = [rank_of.get(later[visit], len(stems.numbers)) if visit in later else -1 for visit in places.visits]
    next_of = [set[int]() for _ in stems.numbers]
    for (_, number), following in zip(places.visits, due, strict=True):
        if number:
            next_of[rank_of[number]].add(following)
    due_of = np.array(due, dtype=np.int64)

    def ask(rank: int, rows: Codes, stem: Codes) -> NDArray[np.bool_]:
        if len(next_of[rank]) <= 1:
            following = max(next_of[rank], default=-1)
            return ~stems.recorded[following][stem] if following >= 0 else np.zeros(len(rows), dtype=np.bool_)
        due_rank = due_of[places.of_row[rows]]
        found: NDArray[np.bool_] = (due_rank >= 0) & ~stems.recorded.ravel()[due_rank * count + stem]
        return found

    return ask


def _histories(trees: Table, rows: Codes, later: Mapping[tuple[str, int], int]) -> Iterator[Fault]:
    """The faults in the histories of the trees in these rows, of each of them all rows."""
    live: dict[tuple[str, str], list[Measured]] = {}
    ended: dict[tuple[str, str], list[tuple[int, str]]] = {}
    seen: set[tuple[str, str, int]] = set()
    for line, plot, tree, round_text, status, dbh_cm, species in _cells(trees, rows):
        if not round_text:
            continue
        seen.add((plot, tree, int(round_text)))
        if status in _ENDS:
            ended.setdefault((plot, tree), []).append((int(round_text), status))
        if status in LIVE_STATUSES:
            live.setdefault((plot, tree), []).append((int(round_text), dbh_cm, species, line))
    for records in live.values():
        for before, after in pairwise(sorted(records)):
            yield from _step_faults(trees.file, before, after)
    yield from _revived(trees.file, live, ended)
    yield from _vanished(trees.file, live, seen, later)


def _cells(trees: Table, rows: Codes) -> Iterator[tuple[int, str, str, str, str, float, str]]:
    plot, tree, number, status, species = (
        trees.coded(column).taken(rows) for column in ("plot", "tree", "round", "status", "species")
    )
    lines = (trees.lines[row] for row in rows.tolist())
    return zip(lines, plot, tree, number, status, trees.number("dbh_cm")[rows].tolist(), species, strict=True)


def _revived(
    file: str, live: Mapping[tuple[str, str], list[Measured]], ended: Mapping[tuple[str, str], list[tuple[int, str]]]
) -> Iterator[Fault]:
    """Trees found alive after they had been recorded dead or cut, with the last such record before."""
    for stem, ends in ended.items():
        for number, _, _, line in live.get(stem, ()):
            before = [end for end in ends if end[0] < number]
            if before:
                at, status = max(before)
                yield Fault("tree_revived", file, line, "status", stem[1], {"before": status, "round": str(at)})


def _step_faults(file: str, before: Measured, after: Measured) -> Iterator[Fault]:
    _, old_cm, old_species, _ = before
    _, new_cm, new_species, line = after
    code, suggestion_cm = _diameter_doubt(old_cm, new_cm)
    if code:
        params = {"before_cm": f"{old_cm:g}"} | ({"suggestion_cm": f"{suggestion_cm:g}"} if suggestion_cm else {})
        yield Fault(code, file, line, "dbh_cm", f"{new_cm:g}", params)
    if old_species and new_species and old_species != new_species:
        yield Fault("species_changed", file, line, "species", new_species, {"before": old_species})


def _diameter_doubt(old_cm: float, new_cm: float) -> tuple[str, float]:
    """A warning code and, where the decimal point seems to have slipped, what was probably meant."""
    if new_cm > old_cm * JUMP_TIMES:
        return "dbh_jump", new_cm / 10
    if new_cm * JUMP_TIMES < old_cm:
        return "dbh_jump", new_cm * 10
    return ("dbh_shrank", 0.0) if new_cm < old_cm * SHRUNK_TO else ("", 0.0)


def _later_rounds(visits: Table) -> dict[tuple[str, int], int]:
    """For each visit of a plot the next round in which the plot was measured."""
    rounds: dict[str, list[int]] = {}
    for (plot, number), status in zip(visits.visits(), visits.text("status"), strict=True):
        if number and status in {"", "measured"}:
            rounds.setdefault(plot, []).append(number)
    return {(plot, before): after for plot, found in rounds.items() for before, after in pairwise(sorted(found))}


def _vanished(
    file: str,
    live: Mapping[tuple[str, str], list[Measured]],
    seen: set[tuple[str, str, int]],
    later: Mapping[tuple[str, int], int],
) -> Iterator[Fault]:
    """Trees alive in one round with no record at all in the next round of their plot."""
    for (plot, tree), records in live.items():
        for round_number, _, _, line in records:
            following = later.get((plot, round_number))
            if following is not None and (plot, tree, following) not in seen:
                params = {"plot": plot, "round": str(following)}
                yield Fault("tree_vanished", file, line, "tree", tree, params)
