"""Which tables and columns a workbook of each ecosystem has: the format, less what nobody measures in the field."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from tanhui.core.carbon.survey import TABLES, Column, TableSchema
from tanhui.monitoring.workbook.vocabulary import Name, references

_SCHEMAS = {schema.file: schema for schema in TABLES}


@dataclass(frozen=True, slots=True)
class SheetShape:
    """One sheet: its table, the columns of the format that it shows, and the reference columns after them."""

    schema: TableSchema
    columns: tuple[Column, ...]
    references: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (*(column.name for column in self.columns), *self.references)


@dataclass(frozen=True, slots=True)
class WorkbookShape:
    ecosystem: str
    title: Name
    sheets: tuple[SheetShape, ...]


@cache
def _read(file: str) -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath(file).read_text(encoding="utf-8"))


TEMPLATE_VERSION: str = _read("templates.toml")["version"]
ECOSYSTEM_TEMPLATES: tuple[str, ...] = tuple(
    key for key in _read("templates.toml") if key not in {"version", "without"}
)


def guide(language: str) -> tuple[str, ...]:
    """The paragraphs of the guide sheet."""
    return tuple(_read("guide.toml")[language])


@cache
def workbook_shape(ecosystem: str, *, filled: frozenset[tuple[str, str]] = frozenset()) -> WorkbookShape:
    """The shape of an ecosystem's workbook. `filled` names (table, column) that must be shown: they are filled in."""
    described, without = _read("templates.toml")[ecosystem], _read("templates.toml")["without"]
    left_out = {} if described.get("all_columns") else without
    listed = [*described["tables"], *sorted({file for file, _column in filled} - set(described["tables"]))]
    sheets = tuple(_sheet(_SCHEMAS[file], frozenset(left_out.get(file, ())), filled) for file in listed)
    return WorkbookShape(ecosystem, Name(described["title_zh"], described["title_en"]), sheets)


def _sheet(schema: TableSchema, left_out: frozenset[str], filled: frozenset[tuple[str, str]]) -> SheetShape:
    shown = tuple(
        column for column in schema.columns if column.name not in left_out or (schema.file, column.name) in filled
    )
    grey = tuple(name for name in references() if (schema.file, name) in filled)
    return SheetShape(schema, shown, grey)
