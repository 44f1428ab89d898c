"""Check that the tables of a survey agree with each other: keys are unique, and what a row names exists."""

from collections.abc import Iterator, Mapping

import numpy as np

from tanhui.core.carbon.survey.coded import repeated
from tanhui.core.carbon.survey.faults import Fault
from tanhui.core.carbon.survey.schema import TABLES, TableSchema
from tanhui.core.carbon.survey.table import Table

Tables = Mapping[str, Table]

_STRATUM_TABLES = ("plots.csv", "strata_totals.csv", "parameters.csv", "management.csv")


def reference_faults(tables: Tables) -> Iterator[Fault]:
    """Duplicate keys, and rows that name a stratum, plot or visit which the survey does not have."""
    for schema in TABLES:
        if schema.file in tables:
            yield from _duplicates(schema, tables[schema.file])
    for file in _STRATUM_TABLES:
        if file in tables:
            yield from _unknown(tables[file], "stratum", set(tables["strata.csv"].coded("stratum").words))
    plots = set(tables["plots.csv"].coded("plot").words)
    for file in ("visits.csv", "fluxes.csv"):
        if file in tables:
            yield from _unknown(tables[file], "plot", plots)
    yield from _visit_faults(tables, plots)


def _duplicates(schema: TableSchema, table: Table) -> Iterator[Fault]:
    columns = [table.keyed(column) for column in schema.key]
    first_line: dict[tuple[str, ...], int] = {}
    for row in repeated(columns).tolist():
        key = tuple(column.words[column.codes[row]] for column in columns)
        line = table.lines[row]
        if first_line.setdefault(key, line) != line:
            params = {"first_row": str(first_line[key])}
            yield Fault("key_duplicate", schema.file, line, ", ".join(schema.key), ", ".join(key), params)


def _unknown(table: Table, column: str, known: set[str]) -> Iterator[Fault]:
    """Cells of a stratum or plot column that name none of the known ones."""
    cells = table.coded(column)
    for row in np.flatnonzero(cells.rows_with(lambda word: bool(word) and word not in known)).tolist():
        yield Fault(f"{column}_unknown", table.file, table.lines[row], column, cells.words[cells.codes[row]])


def _visit_faults(tables: Tables, plots: set[str]) -> Iterator[Fault]:
    """Rows of measurements for a visit that is not in visits.csv, or that found the plot lost."""
    visits = tables["visits.csv"]
    status = dict(zip(visits.visits(), visits.text("status"), strict=True))
    for schema in TABLES:
        table = tables.get(schema.file)
        if table is None or schema.file == "visits.csv":
            continue
        for plot_column, round_column in _visit_columns(schema):
            yield from _row_visit_faults(table, plot_column, round_column, status=status, plots=plots)


def _visit_columns(schema: TableSchema) -> tuple[tuple[str, str], ...]:
    """The columns by which a row of the table names the visits it belongs to."""
    if schema.file == "pairs.csv":
        return (("from_plot", "from_round"), ("to_plot", "to_round"))
    return (("plot", "round"),) if schema.column("plot") and schema.column("round") else ()


def _row_visit_faults(
    table: Table, plot_column: str, round_column: str, *, status: Mapping[tuple[str, int], str], plots: set[str]
) -> Iterator[Fault]:
    """`status` is keyed by plot and round; a blank round has its own fault already."""
    places = table.places(plot_column, round_column)
    wrong = [bool(plot and number) and not _is_measured(status, (plot, number)) for plot, number in places.visits]
    for row in np.flatnonzero(np.array(wrong, dtype=np.bool_)[places.of_row]).tolist():
        visit = places.visits[places.of_row[row]]
        line, plot, number = table.lines[row], visit[0], str(visit[1])
        if plot not in plots:
            yield Fault("plot_unknown", table.file, line, plot_column, plot)
        elif visit not in status:
            yield Fault("visit_unknown", table.file, line, round_column, number, {"plot": plot})
        else:
            params = {"plot": plot, "status": status[visit]}
            yield Fault("visit_not_measured", table.file, line, round_column, number, params)


def _is_measured(status: Mapping[tuple[str, int], str], visit: tuple[str, int]) -> bool:
    return status.get(visit, "lost") in {"", "measured"}
