"""Check what one row says against its neighbours: dates and rounds, soil layers; trees have a module of their own."""

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise

from tanhui.core.carbon.survey.cells import read_date
from tanhui.core.carbon.survey.faults import Fault
from tanhui.core.carbon.survey.table import Table
from tanhui.core.carbon.survey.trees import tree_faults

Tables = Mapping[str, Table]


def plausibility_faults(tables: Tables) -> Iterator[Fault]:
    yield from _visit_dates(tables["visits.csv"])
    if "soil.csv" in tables:
        yield from _soil_layers(tables["soil.csv"])
    if "trees.csv" in tables:
        yield from tree_faults(tables["trees.csv"], tables["plots.csv"], tables["visits.csv"])


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
