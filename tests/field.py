"""Workbooks as they come from the field: filled templates, and ones that somebody spoilt."""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from tanhui.monitoring.workbook import Prefill, write_template
from tanhui.monitoring.workbook.vocabulary import file_of, recognise

STRATA = [{"stratum": "A", "ecosystem": "forest", "area_ha": "100"}]
PLOTS = [{"plot": f"A{n}", "stratum": "A", "plot_area_m2": "400"} for n in (1, 2, 3)]
SPECIES = "小叶杨"

Rows = Mapping[str, Sequence[Mapping[str, str]]]


def visits(number: int) -> list[dict[str, str]]:
    return [{"plot": row["plot"], "round": str(number), "date": f"{2015 + 5 * number}-07-01"} for row in PLOTS]


def trees(number: int) -> list[dict[str, str]]:
    """Two trees a plot, thicker in each round."""
    return [
        {
            "plot": row["plot"],
            "round": str(number),
            "tree": f"00{tree}",
            "species": SPECIES,
            "dbh_cm": f"{10 + tree + 1.5 * number:g}",
            "height_m": "8",
        }
        for row in PLOTS
        for tree in (1, 2)
    ]


def round_tables(number: int) -> Rows:
    return {"strata.csv": STRATA, "plots.csv": PLOTS, "visits.csv": visits(number), "trees.csv": trees(number)}


def workbook(tables: Rows, ecosystem: str = "forest", language: str = "zh", programme: str = "") -> bytes:
    return write_template(ecosystem, language, Prefill(programme=programme, tables=tables))


def first_round() -> bytes:
    return workbook(round_tables(1))


def second_round() -> bytes:
    return workbook(round_tables(2))


def spoilt(content: bytes, change: Callable[[Any], None]) -> bytes:
    """A workbook after somebody did something to it in a spreadsheet program."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def column_of(sheet: Worksheet, name: str) -> int:
    """Where a column of the format stands in a sheet."""
    file = file_of(sheet.title)
    assert file is not None
    for cell in sheet[1]:
        known = recognise(file, str(cell.value or ""))
        if known is not None and known.column == name:
            return int(cell.column)
    raise AssertionError(f"{sheet.title} has no {name}")


def put(sheet: str, name: str, row: int, value: object) -> Callable[[Any], None]:
    """Type something into a cell of a column of the format."""

    def change(book: Any) -> None:
        book[sheet].cell(row, column_of(book[sheet], name)).value = value

    return change
