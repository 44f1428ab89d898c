"""From a file to the rows that would be written, and everything that is to be said of it before it is.

The same file, choices and ground give the same rows and the same findings: a check can be shown today, and the import
tomorrow is held against it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely

from tanhui.core.geometry.defects import Defect, Remedy
from tanhui.core.telling import Progress
from tanhui.land.models import Extent
from tanhui.land.parcels.attributes import Attributes, read_attributes
from tanhui.land.parcels.choices import Choices
from tanhui.land.parcels.findings import findings_of
from tanhui.land.parcels.ground import Ground
from tanhui.land.parcels.layer import layer_of
from tanhui.land.parcels.shapes import Checked, check_shapes, geometry_of, middle_box, parse_shapes, system_of
from tanhui.land.store import PARCEL_COLUMNS
from tanhui.land.vector.layers import Layer, Table, layers, read

AREA_DIFFERS_SHARE, AREA_DIFFERS_M2 = 0.02, 500.0
M2_PER_HA = 10_000


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a file of parcels comes to. `usable` are the places of the features that can be parcels."""

    layer: Layer
    epsg: int
    checked: Checked
    attributes: Attributes
    defects: list[Defect]
    findings: dict[str, Any]

    def remedies(self, remedy: Remedy) -> set[int]:
        return {defect.index for defect in self.defects if defect.remedy == remedy}

    @property
    def codes(self) -> Sequence[str]:
        codes: Sequence[str] = self.attributes.columns["code"]
        return codes

    @property
    def digest(self) -> str:
        """A hash of all that was found, and of every area: what is confirmed is what was shown."""
        whole = hashlib.sha256(json.dumps(self.findings, ensure_ascii=False, sort_keys=True).encode())
        whole.update(self.checked.area_m2.tobytes())
        return whole.hexdigest()


class Read(NamedTuple):
    """A layer as it was read: its system, its features, and their shapes checked and mended."""

    layer: Layer
    epsg: int
    table: Table
    checked: Checked


def read_checked(folder: Path, choices: Choices, ground: Ground, progress: Progress) -> Read:
    """Read and check the shapes of a layer. Raises what has to be asked first (`layer_needed`, …) or `no_features`."""
    progress("read", 0, 1)
    layer = layer_of(layers(folder), choices)
    if choices.encoding:
        layer = layer._replace(encoding=choices.encoding)
    table = read(layer)
    progress("read", 1, 1)
    progress("check", 0, len(table.wkb))
    parsed = parse_shapes(table.wkb)
    epsg = system_of(layer, choices.epsg, ground, middle_box(parsed.shapes))
    return Read(layer, epsg, table, check_shapes(parsed, layer, epsg, ground, progress))


def prepare(folder: Path, choices: Choices, ground: Ground, progress: Progress) -> Prepared:
    """Read and check a layer of parcels. Raises as `read_checked`."""
    found = read_checked(folder, choices, ground, progress)
    progress("codes", 0, 1)
    attributes = read_attributes(found.table, found.checked.points, choices, ground)
    defects = found.checked.defects + attributes.defects
    defects += _code_defects(attributes.columns["code"], found.checked)
    defects += area_defects(attributes.columns["stated_area_ha"], found.checked)
    defects.sort(key=lambda defect: (defect.index, defect.code))
    prepared = Prepared(found.layer, found.epsg, found.checked, attributes, defects, {})
    progress("codes", 1, 1)
    return replace(prepared, findings=findings_of(prepared, found.table, choices))


def usable(prepared: Prepared, *, accept_mends: bool = True) -> list[int]:
    """Return the places of the features that become parcels, in the order of the file."""
    out = prepared.remedies(Remedy.REFUSED) | (set() if accept_mends else prepared.remedies(Remedy.ASKED))
    return [place for place in range(len(prepared.checked.shapes)) if place not in out]


def rows_of(prepared: Prepared, places: Sequence[int], batch: int) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of `PARCEL_COLUMNS` for these features."""
    chosen = np.array(places, dtype=np.int64)
    shapes = prepared.checked.shapes[chosen]
    points = prepared.checked.points[chosen]
    own: dict[str, Sequence[Any]] = {
        "batch_id": [batch] * len(places),
        "row": (chosen + 1).tolist(),
        "geometry": geometry_of(shapes).tolist(),
        "extent": [Extent(*edges).box() for edges in shapely.bounds(shapes).tolist()],
        "lon": points[:, 0].tolist(),
        "lat": points[:, 1].tolist(),
        "area_m2": prepared.checked.area_m2[chosen].tolist(),
    }
    told = {name: [column[place] for place in places] for name, column in prepared.attributes.columns.items()}
    columns = own | told
    return zip(*(columns[name] for name in PARCEL_COLUMNS), strict=True)


def _code_defects(codes: Sequence[str], checked: Checked) -> list[Defect]:
    """Every parcel needs a code, and each code once: neither is guessed."""
    counts = Counter(codes)
    told = []
    for place, code in enumerate(codes):
        own = int(checked.area_m2[place])
        if not code:
            told.append(Defect(place, "code_missing", Remedy.REFUSED, own, own))
        elif counts[code] > 1:
            facts = {"code": code, "times": counts[code]}
            told.append(Defect(place, "code_repeated", Remedy.REFUSED, own, own, facts))
    return told


def area_defects(stated: Sequence[Decimal | None], checked: Checked) -> list[Defect]:
    """Where the file's own area is far from the measured one, that is said; the measured one counts."""
    told = []
    for place, hectares in enumerate(stated):
        own = int(checked.area_m2[place])
        if hectares is None or not own:
            continue
        apart_m2 = abs(float(hectares) * M2_PER_HA - own)
        if apart_m2 > max(AREA_DIFFERS_M2, AREA_DIFFERS_SHARE * own):
            told.append(Defect(place, "area_differs", Remedy.KEPT, own, own, {"stated_ha": str(hectares.normalize())}))
    return told
