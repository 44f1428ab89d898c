"""From a file to the zones or counties that would stand, held against those that do.

Shapes are read, checked and mended by the very steps that parcels go through; only their words and rules differ.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tanhui.core.geometry.defects import Defect, Remedy
from tanhui.core.geometry.pairs import overlaps
from tanhui.core.telling import Progress
from tanhui.land.models import Holds
from tanhui.land.parcels.attributes import Attributes
from tanhui.land.parcels.choices import Choices
from tanhui.land.parcels.findings import shape_findings
from tanhui.land.parcels.ground import Ground
from tanhui.land.parcels.prepare import Prepared, area_defects, read_checked
from tanhui.land.parcels.shapes import Checked
from tanhui.land.places.attributes import FIELD_TABLES, read_places
from tanhui.land.places.changes import changes_of
from tanhui.land.places.standing import Place, standing_places
from tanhui.land.shapes import shape_of

WHOLE = "whole"
"""The choice of `replaces` under which what the file leaves out has ended."""
LONGEST_CODE: Mapping[str, int] = {Holds.ZONES: 20, Holds.COUNTIES: 12}


def prepare_places(folder: Path, choices: Choices, ground: Ground, progress: Progress, *, holds: str) -> Prepared:
    """Read and check a layer of zones or counties. Raises as `read_checked`.

    A new county may lie beside all those that are there; a zone lies in the region.
    """
    around = ground if holds == Holds.ZONES else replace(ground, outlines={})
    found = read_checked(folder, choices, around, progress)
    progress("codes", 0, 1)
    standing = standing_places(holds)
    attributes = read_places(found.table, found.checked.points, choices, ground, standing, holds=holds)
    defects = found.checked.defects + area_defects(attributes.columns["stated_area_ha"], found.checked)
    defects += _word_defects(attributes, found.checked, holds)
    defects += _standing_overlaps(attributes, found.checked, standing, choices)
    defects.sort(key=lambda defect: (defect.index, defect.code))
    prepared = Prepared(found.layer, found.epsg, found.checked, attributes, defects, {})
    told = shape_findings(prepared, found.table, choices, FIELD_TABLES[holds])
    told |= changes_of(prepared, standing, whole=choices.replaces == WHOLE, holds=holds)
    progress("codes", 1, 1)
    return replace(prepared, findings=told)


def _word_defects(attributes: Attributes, checked: Checked, holds: str) -> list[Defect]:
    """Each place has a code of its own and a name; a zone has an ecosystem and a county besides."""
    columns, told = attributes.columns, list[Defect]()
    counts = Counter(columns["code"])
    for place, code in enumerate(columns["code"]):
        wrong: dict[str, Mapping[str, Any]] = {}
        if not code:
            wrong["place_code_missing"] = {}
        elif len(code) > LONGEST_CODE[holds] or (holds == Holds.COUNTIES and not code.isdecimal()):
            wrong["place_code_odd"] = {"code": code}
        elif counts[code] > 1:
            wrong["place_code_repeated"] = {"code": code, "times": counts[code]}
        if not columns["name_zh"][place]:
            wrong["name_missing"] = {}
        if holds == Holds.ZONES and not columns["ecosystem"][place]:
            wrong["ecosystem_missing"] = {}
        if holds == Holds.ZONES and not columns["county"][place]:
            wrong["county_unknown"] = {}
        own = int(checked.area_m2[place])
        told += [Defect(place, word, Remedy.REFUSED, own, own, facts) for word, facts in wrong.items()]
    return told


def _standing_overlaps(
    attributes: Attributes, checked: Checked, standing: Mapping[str, Place], choices: Choices
) -> list[Defect]:
    """Overlaps with those that stand and go on standing beside the file."""
    if choices.replaces == WHOLE:
        return []
    codes = set(attributes.columns["code"])
    others = [place for place in standing.values() if place.outline and place.code not in codes]
    drawn = np.array([shape_of(place.outline) for place in others if place.outline], dtype=object)
    rows = len(checked.shapes)
    told = []
    for pair in overlaps(np.concatenate([checked.shapes, drawn])):
        if pair.first < rows <= pair.second:
            own = int(checked.area_m2[pair.first])
            other = others[pair.second - rows]
            facts = {"place": other.code, "name": other.name_zh, "shared_m2": pair.area_m2}
            told.append(Defect(pair.first, "overlaps_standing", Remedy.KEPT, own, own, facts))
    return told
