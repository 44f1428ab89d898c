"""The reader as it would be written for one row at a time: what the reader of whole columns is compared with.

Slow, and so plain that one can see what it does. It keeps a table as a dictionary of columns.
"""

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from row_by_row_doubts import doubts

from tanhui.core.carbon.survey.faults import Fault, in_order
from tanhui.core.carbon.survey.schema import LIVE_STATUSES, TABLES, Column, TableSchema


@dataclass
class Table:
    """Texts as they stand, numbers as floats with NaN for blank."""

    file: str
    lines: tuple
    texts: dict
    numbers: dict

    def text(self, column):
        return self.texts.get(column) or ("",) * len(self.lines)

    def number(self, column):
        return self.numbers.get(column) or [float("nan") for _ in self.lines]


@dataclass(frozen=True, slots=True)
class Rows:
    """A header and rows of the same width."""

    header: tuple[str, ...]
    lines: tuple[int, ...]
    cells: tuple[tuple[str, ...], ...]


def read_rows(schema: TableSchema, content: bytes) -> tuple[Rows | None, list[Fault]]:
    """The rows of a file, or None where not even its header can be used."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return None, [Fault("not_utf8", schema.file, line)]
    if "\0" in text:  # the reader lets it through, and no database takes it
        line = text.count("\n", 0, text.index("\0")) + 1
        return None, [Fault("csv_broken", schema.file, line, params={"cause": "line contains NUL"})]
    records, faults = _records(schema.file, text)
    if not records:
        return None, faults or [Fault("file_empty", schema.file)]
    header = tuple(name.strip() for name in records[0][1])
    faults += _header_faults(schema, header)
    lines, cells = [], []
    for line, record in records[1:]:
        if len(record) != len(header):
            params = {"found": str(len(record)), "expected": str(len(header))}
            faults.append(Fault("row_ragged", schema.file, line, params=params))
            continue
        lines.append(line)
        cells.append(record)
    if any(fault.code.startswith("column_") for fault in faults):
        return None, faults
    return Rows(header, tuple(lines), tuple(cells)), faults


def _records(file: str, text: str) -> tuple[list[tuple[int, tuple[str, ...]]], list[Fault]]:
    """Every record that is not blank, with the line in which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[tuple[int, tuple[str, ...]]] = []
    line = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                records.append((line, tuple(cell.strip() for cell in record)))
            line = reader.line_num + 1
    except csv.Error as error:
        return records, [Fault("csv_broken", file, line, params={"cause": str(error)})]
    return records, []


def _header_faults(schema: TableSchema, header: tuple[str, ...]) -> list[Fault]:
    faults = [
        Fault("column_duplicate", schema.file, 1, name)
        for index, name in enumerate(header)
        if name and name in header[:index]
    ]
    faults += [
        Fault("column_missing", schema.file, 1, column.name)
        for column in schema.columns
        if column.required and column.name not in header
    ]
    return faults


NUMERIC_KINDS = ("number", "round", "year")
_PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
_ROUND = re.compile(r"[1-9]\d{0,3}", re.ASCII)


def read_table(schema: TableSchema, rows: Rows) -> tuple[Table, list[Fault]]:
    """All columns of a table, extra ones as text. A number that cannot be read is NaN beside its fault."""
    texts: dict[str, tuple[str, ...]] = {}
    numbers: dict[str, list] = {}
    faults: list[Fault] = []
    columns = zip(*rows.cells, strict=True) if rows.cells else (() for _ in rows.header)
    for name, cells in zip(rows.header, columns, strict=True):
        column = schema.column(name) or Column(name)
        wrong = {cell: code for cell in set(cells) if (code := _fault_code(column, cell))}
        faults += _cell_faults(schema.file, column, zip(rows.lines, cells, strict=True), wrong)
        if column.kind in NUMERIC_KINDS:
            numbers[name] = _numbers(cells, wrong)
        else:
            texts[name] = cells
    return Table(schema.file, rows.lines, texts, numbers), faults


def _numbers(cells: tuple[str, ...], wrong: Mapping[str, str]) -> list:
    """Cells as floats; blank and wrong ones as NaN, so that one mistake is not reported twice."""
    if wrong:
        cells = tuple("" if cell in wrong else cell for cell in cells)
    return [float(cell) if cell else float("nan") for cell in cells]  # each its own, as arrays have them


def _cell_faults(
    file: str, column: Column, cells: Iterable[tuple[int, str]], wrong: Mapping[str, str]
) -> Iterator[Fault]:
    """A fault in every line where one of the wrong cell texts stands."""
    if not wrong:
        return
    for line, cell in cells:
        if cell in wrong:
            yield Fault(wrong[cell], file, line, column.name, cell, _limits(column, wrong[cell]))


def _limits(column: Column, code: str) -> dict[str, str]:
    if code == "number_out_of_range":
        return {"low": f"{column.low:g}", "high": f"{column.high:g}"}
    if code == "word_unknown":
        return {"allowed": ", ".join(column.words)}
    return {}


def _fault_code(column: Column, cell: str) -> str:
    """The code of what is wrong with a cell; empty where nothing is."""
    if not cell:
        return _blank_code(column)
    check = _CHECKS.get(column.kind)
    return check(column, cell) if check else ""


def _blank_code(column: Column) -> str:
    if not column.filled:
        return ""
    return "key_blank" if column.kind == "text" else "value_missing"


def _number_code(column: Column, cell: str) -> str:
    if not _PLAIN_NUMBER.fullmatch(cell):
        return "number_not_finite" if _NOT_FINITE.fullmatch(cell) else "number_invalid"
    value = float(cell)
    if not math.isfinite(value):
        return "number_not_finite"
    too_low = value <= column.low if column.above_low else value < column.low
    return "number_out_of_range" if too_low or value > column.high else ""


def _round_code(_column: Column, cell: str) -> str:
    return "" if _ROUND.fullmatch(cell) else "round_invalid"


def _word_code(column: Column, cell: str) -> str:
    return "" if cell in column.words else "word_unknown"


def _date_code(_column: Column, cell: str) -> str:
    return "" if read_date(cell) else "date_invalid"


def _year_code(column: Column, cell: str) -> str:
    if not cell.isascii() or not cell.isdigit():
        return "date_invalid"
    return "" if column.low <= int(cell) <= column.high else "date_invalid"


_CHECKS = {
    "number": _number_code,
    "round": _round_code,
    "word": _word_code,
    "date": _date_code,
    "year": _year_code,
}


def read_date(cell: str) -> date | None:
    """A calendar day written as 2026-08-31, or None."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell, re.ASCII):
        return None
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return None


_STRATUM_TABLES = ("plots.csv", "strata_totals.csv", "parameters.csv", "management.csv")


def reference_faults(tables: Mapping[str, Table]) -> Iterator[Fault]:
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
        return ["" if math.isnan(value) else f"{value:.15g}" for value in table.numbers[column]]
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


def _visit_faults(tables: Mapping[str, Table], plots: set[str]) -> Iterator[Fault]:
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


JUMP_TIMES = 5.0
SHRUNK_TO = 0.8


def plausibility_faults(tables: Mapping[str, Table]) -> Iterator[Fault]:
    yield from _visit_dates(tables["visits.csv"])
    if "soil.csv" in tables:
        yield from _soil_layers(tables["soil.csv"])
    if "trees.csv" in tables:
        yield from _tree_measurements(tables["trees.csv"], tables["plots.csv"])
        yield from _tree_histories(tables["trees.csv"], tables["visits.csv"])


def _visit_dates(visits: Table) -> Iterator[Fault]:
    """A visit has a day or a year, and a later round comes later."""
    dated: dict[str, list[tuple[int, str, int]]] = {}
    years, rounds = visits.number("year"), visits.number("round")
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
    tops, bottoms = soil.number("top_cm"), soil.number("bottom_cm")
    rows = zip(soil.lines, soil.text("plot"), soil.number("round"), tops, bottoms, strict=True)
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
    areas = dict(zip(plots.text("plot"), plots.number("plot_area_m2"), strict=True))
    columns = (
        *(trees.text("plot"), trees.text("status"), trees.number("dbh_cm")),
        *(trees.number("trees_per_ha"), trees.number("aboveground_biomass_kg")),
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
        *(trees.text("plot"), trees.text("tree"), trees.number("round"), trees.text("status")),
        *(trees.number("dbh_cm"), trees.text("species")),
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
    rows = zip(visits.text("plot"), visits.number("round"), visits.text("status"), strict=True)
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


def faults_row_by_row(files):
    """All faults of a survey, and its tables, as `parse_survey` finds them."""
    tables, faults = {}, []
    for schema in TABLES:
        if schema.file not in files:
            faults += [Fault("file_missing", schema.file)] if schema.required else []
            continue
        rows, found = read_rows(schema, files[schema.file])
        faults += found
        if rows is None:
            continue
        if schema.required and not rows.lines and not found:
            faults.append(Fault("file_empty", schema.file))
        tables[schema.file], found = read_table(schema, rows)
        faults += found
    if all(file in tables for file in ("strata.csv", "plots.csv", "visits.csv")):
        known = {(fault.file, fault.row, fault.column) for fault in faults}
        found = [*reference_faults(tables), *plausibility_faults(tables), *doubts(tables)]
        faults += [fault for fault in found if (fault.file, fault.row, fault.column) not in known]
    return tables, in_order(faults)
