"""Check what one row says against its neighbours: dates and rounds, soil layers; trees have a module of their own."""

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np

from tanhui.core.carbon.survey.cells import read_date
from tanhui.core.carbon.survey.coded import Codes
from tanhui.core.carbon.survey.doubts import same_days, soil_doubts
from tanhui.core.carbon.survey.faults import Fault
from tanhui.core.carbon.survey.table import Table
from tanhui.core.carbon.survey.trees import tree_faults

Tables = Mapping[str, Table]


def plausibility_faults(tables: Tables) -> Iterator[Fault]:
    yield from _visit_dates(tables["visits.csv"])
    yield from same_days(tables["visits.csv"])
    if "soil.csv" in tables:
        yield from _soil_layers(tables["soil.csv"])
        yield from soil_doubts(tables["soil.csv"])
    if "trees.csv" in tables:
        yield from tree_faults(tables["trees.csv"], tables["plots.csv"], tables["visits.csv"])


def _visit_dates(visits: Table) -> Iterator[Fault]:
    """A visit has a day or a year, and a later round comes later."""
    dated: dict[str, list[tuple[int, str, int]]] = {}
    years, rounds = visits.number("year").tolist(), visits.number("round").tolist()
    plots, days = visits.text("plot"), visits.text("date")
    for row in _doubtful_visits(visits).tolist():
        line, plot, round_number, year, day = visits.lines[row], plots[row], rounds[row], years[row], days[row]
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


def _doubtful_visits(visits: Table) -> Codes:
    """Rows, in order, of all plots whose dates may have a fault. No plot with one is left out."""
    plots, days, years = visits.coded("plot"), visits.coded("date"), visits.number("year")
    stamps = np.array([_stamp(day) for day in days.words], dtype=np.int64)[days.codes]
    written = np.nan_to_num(years).astype(np.int64)
    bad = ((stamps == 0) & (written == 0)) | (
        (stamps < 0) | ((stamps > 0) & (written > 0) & (stamps // 10_000 != written))
    )
    stamps = np.where(stamps > 0, stamps, written * 10_000)
    rounds = np.nan_to_num(visits.number("round")).astype(np.int64)
    order = np.lexsort((rounds, plots.codes))
    before, after = order[:-1], order[1:]
    bare = (stamps[before] % 10_000 == 0) | (stamps[after] % 10_000 == 0)
    earlier = np.where(bare, stamps[after] // 10_000 < stamps[before] // 10_000, stamps[after] < stamps[before])
    unordered = (rounds[before] == rounds[after]) | (rounds[before] == 0)
    bad[after] |= (plots.codes[before] == plots.codes[after]) & (earlier | unordered)
    return np.flatnonzero(np.isin(plots.codes, np.unique(plots.codes[bad]))) if bad.any() else np.flatnonzero(bad)


def _stamp(day: str) -> int:
    """A day as the number that its digits make, 0 for a blank one, -1 for what is no day."""
    return int(day.replace("-", "")) if read_date(day) else -bool(day)


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
