"""Check what one row says against its neighbours: dates and rounds, soil layers, trees over time.

A tree that grew fivefold, shrank, vanished or changed its species is a warning: someone should look at the
sheet, but the survey can be right.
"""

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise

from tanhui.core.carbon.survey.cells import read_date
from tanhui.core.carbon.survey.faults import Fault
from tanhui.core.carbon.survey.schema import LIVE_STATUSES
from tanhui.core.carbon.survey.table import Table

Tables = Mapping[str, Table]

JUMP_TIMES = 5.0
SHRUNK_TO = 0.8


def plausibility_faults(tables: Tables) -> Iterator[Fault]:
    yield from _visit_dates(tables["visits.csv"])
    if "soil.csv" in tables:
        yield from _soil_layers(tables["soil.csv"])
    if "trees.csv" in tables:
        yield from _tree_measurements(tables["trees.csv"], tables["plots.csv"])
        yield from _tree_histories(tables["trees.csv"], tables["visits.csv"])


def _visit_dates(visits: Table) -> Iterator[Fault]:
    """A visit has a day or a year, and a later round comes later."""
    dated: dict[str, list[tuple[int, str, int]]] = {}
    years, rounds = visits.number("year").tolist(), visits.number("round").tolist()
    rows = zip(visits.lines, visits.text("plot"), rounds, years, visits.text("date"), strict=True)
    for line, plot, round_number, year, day in rows:
        if not day and math.isnan(year):
            yield Fault("date_missing", visits.file, line, "year")
            continue
        if day and read_date(day) is None:
            continue
        if day and not math.isnan(year) and int(day[:4]) != int(year):
            yield Fault("date_disagrees", visits.file, line, "date", day, {"year": str(int(year))})
        if not math.isnan(round_number):
            dated.setdefault(plot, []).append((int(round_number), day or str(int(year)), line))
    for plot, history in dated.items():
        yield from _round_order(visits.file, plot, sorted(history))


def _round_order(file: str, plot: str, history: list[tuple[int, str, int]]) -> Iterator[Fault]:
    """A day and a bare year are compared by the year alone."""
    for (_, before, _), (_, after, line) in pairwise(history):
        length = min(len(before), len(after))
        if after[:length] < before[:length]:
            yield Fault("round_order", file, line, "date", after, {"plot": plot, "before": before})


def _soil_layers(soil: Table) -> Iterator[Fault]:
    """Layers have a top above their bottom and do not overlap within a profile."""
    profiles: dict[tuple[str, float], list[tuple[float, float, int]]] = {}
    tops, bottoms = soil.number("top_cm").tolist(), soil.number("bottom_cm").tolist()
    rows = zip(soil.lines, soil.text("plot"), soil.number("round").tolist(), tops, bottoms, strict=True)
    for line, plot, round_number, top, bottom in rows:
        if math.isnan(top) or math.isnan(bottom):
            continue
        if top >= bottom:
            yield Fault("layer_order", soil.file, line, "bottom_cm", f"{bottom:g}", {"top_cm": f"{top:g}"})
            continue
        profiles.setdefault((plot, round_number), []).append((top, bottom, line))
    for layers in profiles.values():
        for (above_top, above_bottom, _), (top, _, line) in pairwise(sorted(layers)):
            if above_top < top < above_bottom:
                params = {"above_bottom_cm": f"{above_bottom:g}"}
                yield Fault("layer_overlap", soil.file, line, "top_cm", f"{top:g}", params)


def _tree_measurements(trees: Table, plots: Table) -> Iterator[Fault]:
    """A live tree has a diameter or a published mass, and stands for a known number of trees per hectare."""
    areas = dict(zip(plots.text("plot"), plots.number("plot_area_m2").tolist(), strict=True))
    columns = (
        *(trees.text("plot"), trees.text("status"), trees.number("dbh_cm").tolist()),
        *(trees.number("trees_per_ha").tolist(), trees.number("aboveground_biomass_kg").tolist()),
    )
    for line, plot, status, dbh_cm, per_ha, mass_kg in zip(trees.lines, *columns, strict=True):
        if status not in LIVE_STATUSES:
            continue
        if math.isnan(dbh_cm) and math.isnan(mass_kg):
            yield Fault("dbh_missing", trees.file, line, "dbh_cm")
        if math.isnan(per_ha) and plot in areas and math.isnan(areas[plot]):
            yield Fault("expansion_missing", trees.file, line, "trees_per_ha", params={"plot": plot})


Measured = tuple[int, float, str, int]
"""Round, diameter, species and line of one record of a live tree."""


def _tree_histories(trees: Table, visits: Table) -> Iterator[Fault]:
    live: dict[tuple[str, str], list[Measured]] = {}
    seen: set[tuple[str, str, int]] = set()
    columns = (
        *(trees.text("plot"), trees.text("tree"), trees.number("round").tolist(), trees.text("status")),
        *(trees.number("dbh_cm").tolist(), trees.text("species")),
    )
    for line, plot, tree, round_number, status, dbh_cm, species in zip(trees.lines, *columns, strict=True):
        if math.isnan(round_number):
            continue
        seen.add((plot, tree, int(round_number)))
        if status in LIVE_STATUSES:
            live.setdefault((plot, tree), []).append((int(round_number), dbh_cm, species, line))
    for records in live.values():
        for before, after in pairwise(sorted(records)):
            yield from _step_faults(trees.file, before, after)
    yield from _vanished(trees.file, live, seen, _later_rounds(visits))


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
