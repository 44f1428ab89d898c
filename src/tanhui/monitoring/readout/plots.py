"""One plot of a survey: which trees stood, grew and died between the rounds, and every row that was measured on it."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tanhui.core.carbon.survey.schema import TABLES
from tanhui.kit.drawing import Stem
from tanhui.kit.shares import adding_up
from tanhui.monitoring.intake.words import column_word, table_word
from tanhui.monitoring.readout.demography import COVERAGES
from tanhui.monitoring.readout.wording import word

Row = dict[str, str]
LIVE = frozenset({"", "live", "ingrowth"})
PLACES = 3
"""Decimals of a density, tC/ha."""
CLOSE = 1e-6
# Where a plot lies is not for everybody; what was measured on it is.
HIDDEN = frozenset({"lon", "lat", "plot", "x_m", "y_m"})
NUMBERS = frozenset({"number", "round", "year"})
MEASURED = ("trees.csv", "stands.csv", "shrubs.csv", "herbs.csv", "litter.csv", "deadwood.csv", "soil.csv", "pools.csv")


def described_plot(plot: str, files: Mapping[str, bytes], document: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what the drawing of a plot needs, or None where its trees were not measured in two rounds.

    `document` is that of an evaluation; of several rounds the last two are drawn.
    """
    if "trees.csv" not in files or len(document["rounds"]) < 2:  # noqa: PLR2004 - a change has two ends
        return None
    trees = [row for row in survey_rows(files["trees.csv"]) if row["plot"] == plot]
    if not trees:
        return None
    described = next(row for row in survey_rows(files["plots.csv"]) if row["plot"] == plot)
    return _described(plot, described, trees, document)


def files_of_plot(plot: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the same files with the rows of one plot alone; tables without a plot column stay whole.

    A page that looks at a plot from several sides goes through the whole survey once.
    """
    return {name: _of_plot(plot, content) for name, content in files.items()}


def _of_plot(plot: str, content: bytes) -> bytes:
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    header = next(rows, [])
    if "plot" not in header:
        return content
    at, text = header.index("plot"), io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(header)
    table.writerows(row for row in rows if row and row[at] == plot)
    return text.getvalue().encode()


def survey_rows(content: bytes) -> list[Row]:
    """Return the rows of a survey file as they stand."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def _described(plot: str, row: Row, trees: list[Row], document: Mapping[str, Any]) -> dict[str, Any]:
    before, after = document["rounds"][-2:]
    first, second = (_live(trees, told["round"]) for told in (before, after))
    names = sorted({**first, **second})
    area_m2 = float(row["plot_area_m2"]) if row.get("plot_area_m2") else None
    mapped = all(tree.get("x_m") for tree in trees) and bool(trees)
    return {
        "plot": plot,
        "stems": [_stem(first.get(name), second.get(name)) for name in names],
        "side_m": math.sqrt(area_m2) if area_m2 and mapped else None,
        "live_first": len(first),
        "live_second": len(second),
        "dbh_first_cm": _mean_dbh_cm(first),
        "dbh_second_cm": _mean_dbh_cm(second),
        "density_first_tc_ha": _density(document, plot, before["round"]),
        "density_second_tc_ha": _density(document, plot, after["round"]),
        "year_first": before["year_to"],
        "year_second": after["year_to"],
    }


def _live(trees: list[Row], round_number: int) -> dict[str, Row]:
    return {tree["tree"]: tree for tree in trees if tree["round"] == str(round_number) and tree["status"] in LIVE}


def _stem(before: Row | None, after: Row | None) -> Stem:
    known = after or before
    assert known is not None
    place = (_number(known.get("x_m")), _number(known.get("y_m")))
    sizes = (_number(before["dbh_cm"]) if before else None, _number(after["dbh_cm"]) if after else None)
    return Stem(*sizes, after is None, *place)


def _number(text: str | None) -> float | None:
    return float(text) if text else None


def _mean_dbh_cm(trees: Mapping[str, Row]) -> float | None:
    sizes = [float(tree["dbh_cm"]) for tree in trees.values() if tree["dbh_cm"]]
    return math.fsum(sizes) / len(sizes) if sizes else None


def _density(document: Mapping[str, Any], plot: str, round_number: int) -> float | None:
    for row in document["plot_densities"]:
        if (row["plot"], row["round"], row["pool"]) == (plot, round_number, "tree"):
            return float(row["carbon_t_ha"])
    return None


def measured_tables(plot: str, files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Return every row that was measured on a plot, table by table, without its place: heads and cells side by side."""
    found: list[dict[str, Any]] = []
    for name in MEASURED:
        rows = [row for row in survey_rows(files[name]) if row["plot"] == plot] if name in files else []
        if rows:
            heads = [_head(name, code) for code in rows[0] if code not in HIDDEN and any(row[code] for row in rows)]
            cells = [[{"text": row[head["code"]], "number": head["number"]} for head in heads] for row in rows]
            found.append({"name": name, "said": table_word(name), "heads": heads, "rows": cells})
    return found


def _head(file: str, code: str) -> dict[str, Any]:
    """A column as the file names it, as a reader says it with its unit, and whether numbers stand in it."""
    column = next((column for schema in TABLES if schema.file == file and (column := schema.column(code))), None)
    return {"code": code, "said": column_word(file, code), "number": column is not None and column.kind in NUMBERS}


def plot_pools(row: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the pools of a plot (tC/ha) with the compared rounds side by side, rounded so that they make the totals.

    `row` is that of the plot in the result. `totals` is None where the pools do not make up what the result counts.
    """
    rounds = [told["round"] for told in document["rounds"][-2:]]
    known: dict[str, dict[int, Any]] = {}
    for density in document["plot_densities"]:
        if density["plot"] == row["plot"] and density["pool"] != "all":
            known.setdefault(density["pool"], {})[density["round"]] = density
    ends = [row["before_t_ha"], row["after_t_ha"]][-len(rounds) :]
    columns: list[Sequence[Any]] = [[cells.get(at, {}).get("carbon_t_ha") for cells in known.values()] for at in rounds]
    whole = all(_makes(column, end) for column, end in zip(columns, ends, strict=True))
    shown: list[Sequence[Any]] = [adding_up(column, places=PLACES) for column in columns] if whole else columns
    totals = [round(math.fsum(column), PLACES) for column in shown] if whole else None
    return {
        "rows": [
            {"pool": pool, "cells": list(cells), "change": _changed(cells), "coverage": _coverages(known[pool])}
            for pool, cells in zip(known, zip(*shown, strict=True), strict=True)
        ],
        "totals": totals,
        "change": _changed(totals) if totals else None,
    }


def _makes(parts: Sequence[float | None], whole: float | None) -> bool:
    """Whether all parts are known and make the whole."""
    known = [part for part in parts if part is not None]
    return whole is not None and len(known) == len(parts) and abs(math.fsum(known) - whole) < CLOSE


def _changed(ends: Sequence[float | None]) -> float | None:
    known = [end for end in ends if end is not None]
    return round(known[1] - known[0], PLACES) if len(known) > 1 else None


def _coverages(densities: Mapping[int, Any]) -> str:
    """What was measured of a pool, each once."""
    said = dict.fromkeys(word(COVERAGES, density["coverage"]) for density in densities.values())
    return _("，").join(said)
