"""Check the trees of a survey: what each must have, and what became of it from one round to the next.

A tree that grew fivefold, shrank, vanished or changed its species is a warning: someone should look at the
sheet, but the survey can be right. All trees are compared at once; only those about which there is something to
say are gone through one by one.
"""

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tanhui.core.carbon.survey.coded import Codes, grouped, joined, rows_by
from tanhui.core.carbon.survey.faults import Fault
from tanhui.core.carbon.survey.schema import LIVE_STATUSES
from tanhui.core.carbon.survey.table import Table

JUMP_TIMES = 5.0
SHRUNK_TO = 0.8

Measured = tuple[int, float, str, int]
"""Round, diameter, species and line of one record of a live tree."""


def tree_faults(trees: Table, plots: Table, visits: Table) -> Iterator[Fault]:
    live = trees.coded("status").rows_with(LIVE_STATUSES.__contains__)
    yield from _measurements(trees, plots, live)
    later = _later_rounds(visits)
    yield from _histories(trees, _doubtful_rows(trees, live, later), later)


def _measurements(trees: Table, plots: Table, live: NDArray[np.bool_]) -> Iterator[Fault]:
    """A live tree has a diameter or a published mass, and stands for a known number of trees per hectare."""
    areas = dict(zip(plots.text("plot"), plots.number("plot_area_m2").tolist(), strict=True))
    names = trees.coded("plot")
    unsized = np.isnan(trees.number("dbh_cm")) & np.isnan(trees.number("aboveground_biomass_kg"))
    for row in np.flatnonzero(live & unsized).tolist():
        yield Fault("dbh_missing", trees.file, trees.lines[row], "dbh_cm")
    unbounded = names.rows_with(lambda plot: plot in areas and math.isnan(areas[plot]))
    for row in np.flatnonzero(live & unbounded & np.isnan(trees.number("trees_per_ha"))).tolist():
        params = {"plot": names.words[names.codes[row]]}
        yield Fault("expansion_missing", trees.file, trees.lines[row], "trees_per_ha", params=params)


class _Records(NamedTuple):
    """Records with a round, ordered by stem, round and line: their rows, and what the checks look at."""

    rows: Codes
    stems: Codes
    rounds: Codes
    live: NDArray[np.bool_]


def _doubtful_rows(trees: Table, live: NDArray[np.bool_], later: Mapping[tuple[str, int], int]) -> Codes:
    """Rows, in order, of all trees that may have a fault in their history. No tree with one is left out."""
    stems, span = joined((trees.coded("plot"), trees.coded("tree")))
    rounds = np.nan_to_num(trees.number("round")).astype(np.int64)
    numbers, ranks = _ranked(rounds)
    order = rows_by(stems * len(numbers) + ranks, span * len(numbers))
    order = order[rounds[order] > 0]
    records = _Records(order, stems[order], rounds[order], live[order])
    doubtful = np.flatnonzero(_twice(records) | _steps_in_doubt(trees, records) | _unfollowed(trees, records, later))
    if not len(doubtful):
        return doubtful
    return np.flatnonzero(np.isin(stems, np.unique(records.stems[doubtful])))


def _ranked(rounds: Codes) -> tuple[list[int], Codes]:
    """The rounds there are, and each row's place among them."""
    numbers = np.flatnonzero(np.bincount(rounds))
    return numbers.tolist(), np.searchsorted(numbers, rounds)


def _twice(records: _Records) -> NDArray[np.bool_]:
    """Records of a stem that has another record of the same round."""
    twice = np.zeros(len(records.rows), dtype=np.bool_)
    twice[1:] = (records.stems[1:] == records.stems[:-1]) & (records.rounds[1:] == records.rounds[:-1])
    return twice


def _steps_in_doubt(trees: Table, records: _Records) -> NDArray[np.bool_]:
    """Live records whose diameter or species does not follow from the live record before."""
    doubtful = np.zeros(len(records.rows), dtype=np.bool_)
    living = np.flatnonzero(records.live)
    rows, stems = records.rows[living], records.stems[living]
    dbh_cm, species = trees.number("dbh_cm")[rows], trees.coded("species")
    old_cm, new_cm = dbh_cm[:-1], dbh_cm[1:]
    resized = (new_cm > old_cm * JUMP_TIMES) | (new_cm * JUMP_TIMES < old_cm) | (new_cm < old_cm * SHRUNK_TO)
    kind, named = species.codes[rows], species.rows_with(bool)[rows]
    renamed = (kind[1:] != kind[:-1]) & named[1:] & named[:-1]
    doubtful[living[1:]] = (stems[1:] == stems[:-1]) & (resized | renamed)
    return doubtful


def _unfollowed(trees: Table, records: _Records, later: Mapping[tuple[str, int], int]) -> NDArray[np.bool_]:
    """Live records whose stem has no record next in the next round of its plot."""
    places = trees.coded("plot"), trees.coded("round")
    groups = grouped(places)
    words = (places[0].words, places[1].words)
    first = (column.codes[groups.first].tolist() for column in places)
    due_of = [later.get((words[0][plot], int(words[1][number] or 0)), 0) for plot, number in zip(*first, strict=True)]
    due = np.array(due_of, dtype=np.int64)[groups.of_row][records.rows]
    follows = np.zeros(len(records.rows), dtype=np.bool_)
    follows[:-1] = (records.stems[1:] == records.stems[:-1]) & (records.rounds[1:] == due[:-1])
    return records.live & (due > 0) & ~follows


def _histories(trees: Table, rows: Codes, later: Mapping[tuple[str, int], int]) -> Iterator[Fault]:
    """The faults in the histories of the trees in these rows, of each of them all rows."""
    live: dict[tuple[str, str], list[Measured]] = {}
    seen: set[tuple[str, str, int]] = set()
    for line, plot, tree, round_text, status, dbh_cm, species in _cells(trees, rows):
        if not round_text:
            continue
        seen.add((plot, tree, int(round_text)))
        if status in LIVE_STATUSES:
            live.setdefault((plot, tree), []).append((int(round_text), dbh_cm, species, line))
    for records in live.values():
        for before, after in pairwise(sorted(records)):
            yield from _step_faults(trees.file, before, after)
    yield from _vanished(trees.file, live, seen, later)


def _cells(trees: Table, rows: Codes) -> Iterator[tuple[int, str, str, str, str, float, str]]:
    plot, tree, number, status, species = (
        trees.coded(column).taken(rows) for column in ("plot", "tree", "round", "status", "species")
    )
    lines = (trees.lines[row] for row in rows.tolist())
    return zip(lines, plot, tree, number, status, trees.number("dbh_cm")[rows].tolist(), species, strict=True)


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
    rows = zip(visits.text("plot"), visits.number("round").tolist(), visits.text("status"), strict=True)
    for plot, round_number, status in rows:
        if status in {"", "measured"} and not math.isnan(round_number):
            rounds.setdefault(plot, []).append(int(round_number))
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
