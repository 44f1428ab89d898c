"""What tables, columns and words of the survey format are called in a workbook, and which one a written name means."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tanhui.core.carbon.survey import TABLES

LANGUAGES = ("zh", "en")
ANY = "*"
_UNIT = re.compile(r"\(([^()]*)\)\s*$")
_SCHEMAS = {schema.file: schema for schema in TABLES}


@dataclass(frozen=True, slots=True)
class Name:
    """A Chinese and an English name, and other names that people write for the same thing."""

    zh: str
    en: str
    aliases: tuple[str, ...] = ()

    def spoken(self, language: str) -> str:
        return self.en if language == "en" else self.zh

    def all(self) -> Iterator[str]:
        yield from (self.zh, self.en, *self.aliases)


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a column: its names, its unit in both languages (empty where it has none), and a note."""

    column: str
    name: Name
    unit: Name
    note: Name

    def line(self, language: str) -> str:
        """`胸径（cm）` or `DBH (cm)`."""
        unit = self.unit.spoken(language)
        if not unit:
            return self.name.spoken(language)
        return f"{self.name.en} ({unit})" if language == "en" else f"{self.name.zh}（{unit}）"

    def lines(self, language: str) -> str:
        """Both languages, the one that was asked for first."""
        first, second = self.line(language), self.line("zh" if language == "en" else "en")
        return first if first == second else f"{first}\n{second}"


def rows_of(file: str) -> list[dict[str, str]]:
    """The rows of one of the tables beside this module."""
    text = files(__package__).joinpath(file).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


@cache
def headings() -> Mapping[tuple[str, str], Heading]:
    """Every heading by table and column; those that several tables share stand under `*`."""
    return {(row["file"], row["column"]): _heading(row) for row in rows_of("headings.csv")}


def _heading(row: Mapping[str, str]) -> Heading:
    unit = _split(row["unit"]) or ("",)
    return Heading(
        row["column"],
        Name(row["zh"], row["en"], _split(row["aliases"])),
        Name(unit[0], unit[-1]),
        Name(row["note_zh"], row["note_en"]),
    )


def heading(file: str, column: str) -> Heading:
    """The heading of a column; a column that somebody added is called what it is called."""
    found = headings().get((file, column)) or headings().get((ANY, column))
    return found or Heading(column, Name(column, column), Name("", ""), Name("", ""))


@cache
def references() -> Mapping[str, Heading]:
    """The grey columns of a field form that show values of the last round. They are never read."""
    found = {}
    for row in rows_of("reference.csv"):
        of = heading("trees.csv", row["of"])
        found[row["column"]] = Heading(row["column"], Name(row["zh"], row["en"]), of.unit, Name("", ""))
    return found


@cache
def sheets() -> Mapping[str, Name]:
    """What the tables are called."""
    return {row["file"]: Name(row["zh"], row["en"], _split(row["aliases"])) for row in rows_of("sheets.csv")}


@cache
def words(file: str, column: str) -> Mapping[str, Name]:
    """What the words of a column are called, by code, in the order of the format."""
    said = {
        row["code"]: Name(row["zh"], row["en"], _split(row["aliases"]))
        for row in rows_of("words.csv")
        if (row["file"], row["column"]) == (file, column)
    }
    described = _SCHEMAS[file].column(column) if file in _SCHEMAS else None
    return {code: said.get(code, Name(code, code)) for code in (described.words if described else ())}


def folded(text: str) -> str:
    """Text by which names are compared: one width, no spaces, no case, no star of a required column."""
    return re.sub(r"[\s*_]+", "", unicodedata.normalize("NFKC", text)).casefold()


@cache
def _file_by_name() -> Mapping[str, str]:
    known = {folded(written): file for file, name in sheets().items() for written in name.all()}
    return known | {folded(file.removesuffix(".csv")): file for file in sheets()}


def file_of(sheet: str) -> str | None:
    """The table that a sheet's name means: `每木`, `每木检尺`, `trees`, `2 每木`; None if none."""
    plain = folded(sheet)
    return _file_by_name().get(plain) or _file_by_name().get(re.sub(r"^[\d.\-、]+|[\d()\-]+$", "", plain))


@cache
def _columns_by_name(file: str) -> Mapping[str, str]:
    known: dict[str, str] = {}
    for column in _SCHEMAS[file].columns:
        found = heading(file, column.name)
        known |= {folded(written): column.name for written in found.name.all()}
    return known | {folded(column.name): column.name for column in _SCHEMAS[file].columns}


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a heading means. `wrong_unit` is the unit that was written, where it is not the column's."""

    column: str
    wrong_unit: str = ""
    reference: bool = False


def recognise(file: str, written: str) -> Recognised | None:
    """The column that a heading means, whatever its language, width, spaces and order of lines."""
    lines = [line for line in unicodedata.normalize("NFKC", written).split("\n") if line.strip()]
    for line in lines:
        bare = folded(_UNIT.sub("", line))
        if any(bare in {folded(said) for said in found.name.all()} for found in references().values()):
            return Recognised(bare, reference=True)
        column = _columns_by_name(file).get(folded(line)) or _columns_by_name(file).get(bare)
        if column:
            return Recognised(column, _wrong_unit(heading(file, column), line))
    return None


def _wrong_unit(found: Heading, line: str) -> str:
    """A unit in brackets that is another than the column's; words in brackets where no unit belongs are remarks."""
    stated = _UNIT.search(line)
    if not stated or not found.unit.zh:
        return ""
    units = {_folded_unit(unit) for unit in found.unit.all()}
    return "" if _folded_unit(stated[1]) in units else stated[1].strip()


_SAME_UNITS = {"公分": "cm", "厘米": "cm", "米": "m", "公顷": "ha", "平方米": "m2", "度": "°", "m^2": "m2", "m^3": "m3"}


def _folded_unit(unit: str) -> str:
    plain = re.sub(r"[\s·.*]", "", unicodedata.normalize("NFKC", unit)).replace("–", "-").replace("~", "-").casefold()
    return _SAME_UNITS.get(plain, plain)


@cache
def _code_by_word(file: str, column: str) -> Mapping[str, str]:
    known = words(file, column)
    return {folded(said): code for code, name in known.items() for said in (code, *name.all())}


def code_of(file: str, column: str, written: str) -> str | None:
    """The code that a word of a drop-down means, in either language; None for a word that is not of the column."""
    known = _code_by_word(file, column)
    plain = folded(written)
    # A drop-down shows both languages: 枯死 dead.
    return known.get(plain) or next((known[folded(part)] for part in written.split() if folded(part) in known), None)


def word(file: str, column: str, code: str, language: str) -> str:
    """A code in the reader's language; what is no code stays what it is."""
    found = words(file, column).get(code)
    return found.spoken(language) if found else code
