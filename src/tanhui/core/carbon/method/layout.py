"""The files of a method as tables of text: to read, to lay out on a page, and to compare with another version.

The head, method.toml, becomes a table of its entries, each under the path that leads to it.
"""

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from tanhui.core.carbon.method.head import HEAD

KEYS: Mapping[str, tuple[str, ...]] = {
    HEAD: ("entry",),
    "formulas.csv": ("name",),
    "parameters.csv": ("name",),
    "deduction.csv": ("to_percent",),
    "species.csv": ("species",),
    "equations.csv": ("species", "organ"),
    "shrub_species.csv": ("species",),
    "shrub_equations.csv": ("species", "part"),
    "volume.csv": ("species",),
    "expansion.csv": ("group", "to"),
    "root_ratios.csv": ("group", "to"),
    "litter_factors.csv": ("species",),
    "factors.csv": ("kind", "key"),
    "bounds.csv": ("ecosystem", "species", "pool"),
    "alternatives.csv": ("kind", "species", "part"),
    "defaults.csv": ("name",),
}
"""Tables in the order in which they are read, with the columns that name a row."""

Row = Mapping[str, str]


class MethodTable(NamedTuple):
    """A table with its rows by name; rows of one name are numbered from the second on."""

    file: str
    columns: tuple[str, ...]
    rows: Mapping[str, Row]


def method_tables(files: Mapping[str, bytes]) -> tuple[MethodTable, ...]:
    """Every table of a method that can be parsed, the head first; tables we do not know stand at the end."""
    order = [*(name for name in KEYS if name in files), *sorted(set(files) - set(KEYS))]
    return tuple(_head(files[name]) if name == HEAD else _table(name, files[name]) for name in order)


def _head(content: bytes) -> MethodTable:
    entries = dict(_entries("", tomllib.loads(content.decode())))
    rows = {name: {"entry": name, "value": value} for name, value in entries.items()}
    return MethodTable(HEAD, ("entry", "value"), rows)


def _entries(path: str, table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _entries(f"{path}{name}.", value)
        else:
            yield f"{path}{name}", _text(value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _table(name: str, content: bytes) -> MethodTable:
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    lines = list(reader)
    columns = tuple(reader.fieldnames or ())
    key = KEYS.get(name, columns[:1])
    return MethodTable(name, columns, _by_key(lines, key))


def _by_key(lines: Sequence[Row], key: Sequence[str]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for line in lines:
        name = " · ".join(line[column] for column in key if line.get(column)) or "…"
        count = sum(known.partition(" #")[0] == name for known in found)
        found[name if not count else f"{name} #{count + 1}"] = line
    return found
