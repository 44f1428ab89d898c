"""The attributes of a file as the columns of a parcel: codes kept and read, values that cannot be read named."""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tanhui.core.geometry.defects import Defect, Remedy
from tanhui.core.geometry.place import containing
from tanhui.land.mapping.lists import CODE_LISTS, decode, recognise
from tanhui.land.mapping.values import Unread, hectares, numbers, shares, texts, years
from tanhui.land.parcels.choices import Choices
from tanhui.land.parcels.ground import Ground
from tanhui.land.vector.layers import Table

CODE_PARTS = ("county", "township", "village", "compartment", "parcel", "subparcel")
NUMBERS = ("age_a", "dbh_cm", "height_m", "canopy_share", "volume_m3_ha")
_CODE_DIGITS, _COUNTY_DIGITS = 20, 6
_ECOSYSTEM_FROM = ("survey_class", "land_class")


@dataclass(slots=True)
class Attributes:
    """Columns of parcels by name, one value a row; what could not be read; codes that no list knows, with counts."""

    columns: dict[str, Sequence[Any]]
    recognised: dict[str, str]
    defects: list[Defect] = field(default_factory=list)
    unknown_codes: dict[str, Counter[str]] = field(default_factory=dict)


def read_attributes(table: Table, points: NDArray[np.float64], choices: Choices, ground: Ground) -> Attributes:
    """Read all columns of a table. `points` place a parcel whose file does not name its county or zone."""
    rows = len(table.wkb)
    used = recognise(list(table.fields), choices.mapping)
    found = Attributes({}, used)
    given = {column: table.fields[name] for column, name in used.items()}
    words = {column: texts(given.get(column), rows) for column in (*CODE_PARTS, "zone", "owner_name", "grass_type")}
    coded = {column: texts(given.get(column), rows, _CODE_DIGITS) for column in CODE_LISTS}
    found.columns["code"] = parcel_codes(words, used)
    found.columns["county_id"] = _counties(words["county"], points, ground)
    found.columns["zone_id"] = _zones(words["zone"], points, choices, ground)
    found.columns["owner_name"] = words["owner_name"]
    found.columns["owner_id"] = [ground.owners.get(name) for name in words["owner_name"]]
    _codes(found, coded, words["grass_type"], choices)
    _numbers(found, given, rows, choices)
    found.columns["attributes"] = originals(table)
    return found


def parcel_codes(words: Mapping[str, Sequence[str]], used: Mapping[str, str]) -> list[str]:
    """Join the parts of a parcel's code that the file has; empty where the parcel itself has no number."""
    parts = [words[part] for part in CODE_PARTS if part in used]
    if "parcel" not in used:
        return [""] * len(words["parcel"])
    # A sub-parcel that is not there adds nothing; an empty part in the middle keeps its place.
    joined = ("-".join(told).rstrip("-") for told in zip(*parts, strict=True))
    return [code if number else "" for code, number in zip(joined, words["parcel"], strict=True)]


def originals(table: Table) -> list[str]:
    """Return for each row all fields of the file as JSON, by their names there."""
    names = list(table.fields)
    columns = [_plain(column) for column in table.fields.values()]
    write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    if not columns:
        return ["{}"] * len(table.wkb)
    return [write(dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]


def _plain(column: NDArray[Any]) -> list[Any]:
    if column.dtype.kind == "f":
        return [value if math.isfinite(value) else None for value in column.tolist()]
    if column.dtype.kind in "iub":
        return list(column.tolist())
    return [value.replace("\0", "") if isinstance(value, str) else _other(value) for value in column.tolist()]


def _other(value: object) -> object:
    return value if value is None or isinstance(value, int | float | bool) else str(value)


def _counties(told: Sequence[str], points: NDArray[np.float64], ground: Ground) -> list[str | None]:
    known = {text: ground.counties.get(text) or ground.counties.get(text[:_COUNTY_DIGITS]) for text in set(told)}
    found = [known[text] if text else None for text in told]
    missing = np.array([place is None for place in found], dtype=bool)
    if missing.any():
        placed = containing(points[missing], ground.outlines)
        for row, county in zip(np.flatnonzero(missing), placed, strict=True):
            found[int(row)] = county
    return found


def _zones(told: Sequence[str], points: NDArray[np.float64], choices: Choices, ground: Ground) -> list[str | None]:
    if choices.zone:
        return [choices.zone] * len(told)
    drawn = containing(points, ground.zone_outlines)
    return [ground.zones.get(text) or place for text, place in zip(told, drawn, strict=True)]


def _codes(found: Attributes, coded: Mapping[str, Sequence[str]], grass: Sequence[str], choices: Choices) -> None:
    kinds: dict[str, list[str]] = {}
    for column, told in coded.items():
        read = {text: decode(column, text) for text in set(told)}
        found.unknown_codes[column] = Counter(text for text in told if text and read[text] is None)
        kinds[column] = [code.kind if (code := read[text]) else "" for text in told]
    for column in ("land_class", "survey_class", "prior_class", "species", "forest_category", "wetland_type"):
        found.columns[column] = coded[column]
    for column in ("origin", "land_tenure", "forest_tenure"):
        found.columns[column] = kinds[column]
    welfare = {"welfare": True, "commercial": False}
    found.columns["public_welfare"] = [welfare.get(kind) for kind in kinds["forest_category"]]
    found.columns["ecosystem"] = _ecosystems(kinds, coded["wetland_type"], grass, choices)


def _ecosystems(
    kinds: Mapping[str, Sequence[str]], wetland: Sequence[str], grass: Sequence[str], choices: Choices
) -> list[str]:
    """A wetland type makes a wetland; then the class of the land survey, the forestry class, a grassland type."""
    by_class = zip(*(kinds[column] for column in _ECOSYSTEM_FROM), strict=True)
    return [
        ("wetland" if wet.strip("0") else "") or first or second or ("grassland" if turf else "") or choices.ecosystem
        for wet, (first, second), turf in zip(wetland, by_class, grass, strict=True)
    ]


def _numbers(found: Attributes, given: Mapping[str, NDArray[Any]], rows: int, choices: Choices) -> None:
    for column in NUMBERS:
        values, unread = numbers(given.get(column), rows)
        found.columns[column] = shares(values) if column == "canopy_share" else values
        found.defects += _unread(column, unread)
    for column in ("survey_year", "planted_year"):
        read, unread = years(given.get(column), rows)
        found.columns[column] = read
        found.defects += _unread(column, unread)
    if choices.survey_year:
        found.columns["survey_year"] = [year or choices.survey_year for year in found.columns["survey_year"]]
    found.columns["stated_area_ha"] = hectares(given.get("stated_area_ha"), rows)


def _unread(column: str, unread: list[Unread]) -> list[Defect]:
    return [
        Defect(one.row, "value_unread", Remedy.KEPT, facts={"column": column, "value": one.value}) for one in unread
    ]
