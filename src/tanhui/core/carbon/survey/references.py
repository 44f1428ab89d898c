"""Check that the tables of a survey agree with each other: keys are unique, and what a row names exists."""

import math
from collections.abc import Iterator, Mapping

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
            yield from _unknown_strata(tables[file], set(tables["strata.csv"].text("stratum")))
    plots = set(tables["plots.csv"].text("plot"))
    for file in ("visits.csv", "fluxes.csv"):
        if file in tables:
            yield from _unknown_plots(tables[file], plots)
    yield from _visit_faults(tables, plots)


def _key_cells(table: Table, column: str) -> list[str]:
    if column in table.numbers:
        return ["" if math.isnan(value) else f"{value:.15g}" for value in table.numbers[column].tolist()]
    return list(table.text(column))


def _duplicates(schema: TableSchema, table: Table) -> Iterator[Fault]:
    first_line: dict[tuple[str, ...], int] = {}
    keys = zip(*(_key_cells(table, column) for column in schema.key), strict=True)
    for line, key in zip(table.lines, keys, strict=True):
        if first_line.setdefault(key, line) != line:
            params = {"first_row": str(first_line[key])}
            yield Fault("key_duplicate", schema.file, line, ", ".join(schema.key), ", ".join(key), params)


def _unknown_strata(table: Table, strata: set[str]) -> Iterator[Fault]:
    for line, stratum in zip(table.lines, table.text("stratum"), strict=True):
        if stratum and stratum not in strata:
            yield Fault("stratum_unknown", table.file, line, "stratum", stratum)


def _unknown_plots(table: Table, plots: set[str]) -> Iterator[Fault]:
    for line, plot in zip(table.lines, table.text("plot"), strict=True):
        if plot and plot not in plots:
            yield Fault("plot_unknown", table.file, line, "plot", plot)


def _visit_faults(tables: Tables, plots: set[str]) -> Iterator[Fault]:
    """Rows of measurements for a visit that is not in visits.csv, or that found the plot lost."""
    visits = tables["visits.csv"]
    status = dict(zip(_visits(visits, "plot", "round"), visits.text("status"), strict=True))
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


def _visits(table: Table, plot_column: str, round_column: str) -> Iterator[tuple[str, str]]:
    return zip(table.text(plot_column), _key_cells(table, round_column), strict=True)


def _row_visit_faults(
    table: Table, plot_column: str, round_column: str, *, status: Mapping[tuple[str, str], str], plots: set[str]
) -> Iterator[Fault]:
    """`status` is keyed by plot and round; a blank round has its own fault already."""
    for line, visit in zip(table.lines, _visits(table, plot_column, round_column), strict=True):
        plot, round_text = visit
        if not plot or not round_text or status.get(visit, "lost") in {"", "measured"}:
            continue
        if plot not in plots:
            yield Fault("plot_unknown", table.file, line, plot_column, plot)
        elif visit not in status:
            yield Fault("visit_unknown", table.file, line, round_column, round_text, {"plot": plot})
        else:
            params = {"plot": plot, "status": status[visit]}
            yield Fault("visit_not_measured", table.file, line, round_column, round_text, params)
