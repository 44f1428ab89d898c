"""The cells around a faulty one, as they stand in the workbook."""

from collections.abc import Mapping
from typing import Any

from tanhui.monitoring.intake.grids import Grid, letters
from tanhui.monitoring.intake.reading import read_grid
from tanhui.monitoring.intake.upload import opened
from tanhui.monitoring.models import Upload
from tanhui.monitoring.queries.intake import sent_of

ROWS_AROUND = 3
MOST_COLUMNS = 30


def excerpt(found: Upload, fault: Mapping[str, Any]) -> dict[str, Any] | None:
    """Rows above and below the faulty cell with the heading over them; None where the fault has no row."""
    if not fault["place"] or not fault["place"][1]:
        return None
    number, row, column = fault["place"]
    grids = opened(sent_of(found), "").grids
    if number >= len(grids):
        return None
    grid = grids[number]
    part, _findings = read_grid(number, grid)
    heading = part.heading_row if part else 1
    width = min(max((len(cells) for cells in grid.rows[:row]), default=0), MOST_COLUMNS)
    first = max(heading + 1, row - ROWS_AROUND)
    shown = range(first, min(len(grid.rows), row + ROWS_AROUND) + 1)
    return {
        "letters": [letters(place) for place in range(1, width + 1)],
        "heading": {
            "row": grid.shown_row(heading),
            "cells": _cells(grid, heading, width, column if row == heading else 0),
        },
        "rows": [
            {"row": grid.shown_row(at), "cells": _cells(grid, at, width, column if at == row else 0), "here": at == row}
            for at in shown
        ],
        "text": grid.cell(row, column),
        "editable": bool(fault["cell"]),
    }


def _cells(grid: Grid, row: int, width: int, marked: int) -> list[dict[str, Any]]:
    return [{"text": grid.cell(row, place).split("\n")[0], "marked": place == marked} for place in range(1, width + 1)]
