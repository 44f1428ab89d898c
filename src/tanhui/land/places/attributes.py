"""The fields of a file as zones or counties. What the file leaves open is as it stands, for a place that is known."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tanhui.core.geometry.place import containing
from tanhui.land.mapping.lists import recognise
from tanhui.land.mapping.values import hectares, texts
from tanhui.land.models import Ecosystem, Holds
from tanhui.land.parcels.attributes import Attributes, originals
from tanhui.land.parcels.choices import Choices
from tanhui.land.parcels.ground import Ground
from tanhui.land.places.standing import Place
from tanhui.land.vector.layers import Table

FIELD_TABLES: Mapping[str, str] = {Holds.ZONES: "zone_fields", Holds.COUNTIES: "county_fields"}
LONGEST: Mapping[str, int] = {"code": 120, "name_zh": 40, "name_en": 80, "ecosystem": 40, "county": 40}
ADCODE_DIGITS = 6
ECOSYSTEM_WORDS: Mapping[str, str] = {
    **{value: value for value in Ecosystem.values},
    "森林": Ecosystem.FOREST,
    "林地": Ecosystem.FOREST,
    "灌丛": Ecosystem.SHRUBLAND,
    "灌木林": Ecosystem.SHRUBLAND,
    "草原": Ecosystem.GRASSLAND,
    "草地": Ecosystem.GRASSLAND,
    "湿地": Ecosystem.WETLAND,
}


def read_places(
    table: Table,
    points: NDArray[np.float64],
    choices: Choices,
    ground: Ground,
    standing: Mapping[str, Place],
    *,
    holds: str,
) -> Attributes:
    """Read the columns of `Place` that a file can tell, one value a feature; empty where nobody knows."""
    rows = len(table.wkb)
    used = recognise(list(table.fields), choices.mapping, FIELD_TABLES[holds])
    told = {
        column: texts(table.fields[used[column]] if column in used else None, rows, most)
        for column, most in LONGEST.items()
    }
    found = Attributes({}, used)
    names = ground.zones if holds == Holds.ZONES else ground.counties
    codes = [_code(code, name, names, holds) for code, name in zip(told["code"], told["name_zh"], strict=True)]
    known = [standing.get(code) for code in codes]
    found.columns["code"] = codes
    found.columns["name_zh"] = _filled(told["name_zh"], [place.name_zh if place else "" for place in known])
    found.columns["name_en"] = _english(told["name_en"], told["name_zh"], known)
    found.columns["ecosystem"] = _ecosystems(told["ecosystem"], known, choices) if holds == Holds.ZONES else [""] * rows
    found.columns["county"] = _counties(told["county"], points, known, ground) if holds == Holds.ZONES else [""] * rows
    area = table.fields.get(used.get("stated_area_ha", ""))
    found.columns["stated_area_ha"] = hectares(area, rows)
    found.columns["attributes"] = originals(table)
    return found


def _code(told: str, name: str, names: Mapping[str, str], holds: str) -> str:
    """The code of the file; a name where the code should be, or a known name without a code, is as good."""
    if holds == Holds.COUNTIES and told.isdecimal() and not told[ADCODE_DIGITS:].strip("0"):
        told = told[:ADCODE_DIGITS]  # 150222000000 is 150222
    return names.get(told, told) if told else names.get(name, "")


def _filled(told: Sequence[str], before: Sequence[str]) -> list[str]:
    return [new or old for new, old in zip(told, before, strict=True)]


def _english(told: Sequence[str], names: Sequence[str], known: Sequence[Place | None]) -> list[str]:
    """The English name of the file; else the one that stands, unless the Chinese one is another now."""
    return [
        new or (place.name_en if place and name in {"", place.name_zh} else name)
        for new, name, place in zip(told, names, known, strict=True)
    ]


def _ecosystems(told: Sequence[str], known: Sequence[Place | None], choices: Choices) -> list[str]:
    return [
        ECOSYSTEM_WORDS.get(word.lower(), "") or (place.ecosystem if place else "") or choices.ecosystem
        for word, place in zip(told, known, strict=True)
    ]


def _counties(
    told: Sequence[str], points: NDArray[np.float64], known: Sequence[Place | None], ground: Ground
) -> list[str]:
    """What the file names; else where the boundary lies; else as it stands."""
    placed = containing(points, ground.outlines)
    return [
        ground.counties.get(word)
        or ground.counties.get(word[:ADCODE_DIGITS])
        or lies
        or (place.county if place else "")
        for word, lies, place in zip(told, placed, known, strict=True)
    ]
