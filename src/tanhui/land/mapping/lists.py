"""The tables beside this module: which field means what, and what its codes stand for.

A better table is a better CSV. The code of a file is always kept as it came; only its class is read from here.
"""

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
CODE_LISTS = {
    "land_class": "land_class",
    "prior_class": "land_class",
    "survey_class": "survey_class",
    "species": "species",
    "origin": "origin",
    "land_tenure": "tenure",
    "forest_tenure": "tenure",
    "forest_category": "forest_category",
    "wetland_type": "wetland_type",
}


class Field(NamedTuple):
    """One name that a file may give a column of ours."""

    column: str
    field: str
    title_zh: str
    title_en: str
    unit: str
    confidence: str


class Code(NamedTuple):
    """One value of a code list; `kind` is what we make of it (an ecosystem, an origin, a tenure), or nothing."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    confidence: str


PARCEL_FIELDS = "fields"


@cache
def fields(table: str = PARCEL_FIELDS) -> Sequence[Field]:
    """All known field names of parcels, `zone_fields` or `county_fields`, the preferred one of each column first."""
    with (HERE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Field(*(row[name] for name in Field._fields)) for row in csv.DictReader(file))


@cache
def columns(table: str = PARCEL_FIELDS) -> tuple[str, ...]:
    """The columns that a field can fill, in the order of the table."""
    return tuple(dict.fromkeys(field.column for field in fields(table)))


@cache
def _codes() -> Mapping[str, Mapping[str, Code]]:
    found: dict[str, dict[str, Code]] = {}
    with (HERE / "codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = Code(row["code"], row["name_zh"], row["name_en"], row["class"], row["confidence"])
            found.setdefault(row["list"], {})[code.code] = code
    return found


@cache
def decode(column: str, text: str) -> Code | None:
    """Find a code: as written, without a lost leading zero, by its name, or by the class it is a finer kind of."""
    known = _codes().get(CODE_LISTS.get(column, column), {})
    if not text:
        return None
    if text in known:
        return known[text]
    if f"0{text}" in known and column in {"land_class", "prior_class"}:
        return known[f"0{text}"]
    named = next((code for code in known.values() if text in {code.name_zh, code.name_en}), None)
    return named or _coarser(column, text, known)


def _coarser(column: str, text: str, known: Mapping[str, Code]) -> Code | None:
    """01112 is a kind of 0111, 11 (natural, of seed) of 10: finer codes count on from the coarse one."""
    least = 1 if column in {"origin", "land_tenure", "forest_tenure"} else 2
    for full in (text, f"0{text}") if column in {"land_class", "prior_class"} else (text,):
        for length in range(len(full) - 1, least - 1, -1):
            found = known.get(full[:length]) or known.get(full[:length].ljust(len(full), "0"))
            if found is not None:
                return found
    return None


def recognise(names: Sequence[str], chosen: Mapping[str, str], table: str = PARCEL_FIELDS) -> dict[str, str]:
    """Return which field of a file fills which column: what a person chose, else the first known name there is.

    A chosen empty name leaves the column empty.
    """
    there = {name.upper(): name for name in names}
    found: dict[str, str] = {}
    for field in fields(table):
        if field.column not in found and field.column not in chosen and field.field.upper() in there:
            found[field.column] = there[field.field.upper()]
    return found | {column: name for column, name in chosen.items() if name in names}
