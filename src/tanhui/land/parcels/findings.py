"""What is shown of a file before it is imported: counts, areas, fields, codes. All plain values, to be kept as JSON."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from tanhui.core.geometry.defects import Remedy
from tanhui.land.mapping.lists import PARCEL_FIELDS, fields
from tanhui.land.parcels.choices import Choices
from tanhui.land.vector.layers import Table

if TYPE_CHECKING:
    from tanhui.land.parcels.prepare import Prepared

SHOWN_CODES = 20
_MU_PER_HA, _M2_PER_HA = 15.0, 10_000.0
_NEAR = 0.1


def findings_of(prepared: "Prepared", table: Table, choices: Choices) -> dict[str, Any]:
    """Sum up a prepared file of parcels."""
    columns, there = prepared.attributes.columns, there_of(prepared)
    return {
        **shape_findings(prepared, table, choices, PARCEL_FIELDS),
        "unknown_codes": {
            column: dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:SHOWN_CODES])
            for column, counts in sorted(prepared.attributes.unknown_codes.items())
            if counts
        },
        "ecosystems": _sums(columns["ecosystem"], prepared, there),
        "counties": _sums(columns["county_id"], prepared, there),
        "zones": _sums(columns["zone_id"], prepared, there),
    }


def there_of(prepared: "Prepared") -> list[int]:
    """The places of the features that nothing refuses."""
    refused = prepared.remedies(Remedy.REFUSED)
    return [place for place in range(len(prepared.checked.shapes)) if place not in refused]


def shape_findings(prepared: "Prepared", table: Table, choices: Choices, known: str) -> dict[str, Any]:
    """What is said of every file, whatever it holds. `known` names the table of its field names."""
    there = there_of(prepared)
    refused = prepared.remedies(Remedy.REFUSED)
    stated = [prepared.attributes.columns["stated_area_ha"][place] for place in there]
    return {
        "choices": choices.told(),
        "layer": prepared.layer.shown,
        "driver": prepared.layer.driver,
        "epsg": prepared.epsg,
        "encoding": prepared.layer.encoding,
        "features": len(table.wkb),
        "usable": len(there),
        "refused": len(refused),
        "asked": len(prepared.remedies(Remedy.ASKED) - refused),
        "area_m2": int(prepared.checked.area_m2[there].sum()) if there else 0,
        "stated_ha": str(sum((area for area in stated if area is not None), Decimal(0))),
        "stated_unit": stated_unit(stated, prepared.checked.area_m2[there]),
        "defects": _defect_counts(prepared),
        "fields": _fields(prepared, table, known),
    }


def stated_unit(stated: Sequence[Decimal | None], area_m2: Any) -> str:  # noqa: ANN401 - an integer array
    """Say in which unit the file's own areas seem to be: ha, mu, m2, or nothing where they fit none."""
    pairs = [(float(ha), int(m2)) for ha, m2 in zip(stated, area_m2, strict=True) if ha and m2]
    if not pairs:
        return ""
    ratio = float(np.median([told / (m2 / _M2_PER_HA) for told, m2 in pairs]))
    units = {"ha": 1.0, "mu": _MU_PER_HA, "m2": _M2_PER_HA}
    return next((unit for unit, size in units.items() if abs(ratio / size - 1) < _NEAR), "")


def _defect_counts(prepared: "Prepared") -> list[dict[str, Any]]:
    counts = Counter((str(defect.remedy), defect.code) for defect in prepared.defects)
    order = [str(remedy) for remedy in (Remedy.REFUSED, Remedy.ASKED, Remedy.MENDED, Remedy.KEPT)]
    return [
        {"remedy": remedy, "code": code, "count": count}
        for (remedy, code), count in sorted(counts.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
    ]


def _fields(prepared: "Prepared", table: Table, known: str) -> list[dict[str, Any]]:
    """All fields of the file: which of our columns each fills, and how sure the meaning is."""
    fills = {name: column for column, name in prepared.attributes.recognised.items()}
    sure = {(row.column, row.field): row.confidence for row in fields(known)}
    return [
        {
            "field": name,
            "column": fills.get(name, ""),
            "confidence": sure.get((fills.get(name, ""), name.upper()), "design" if name in fills else ""),
        }
        for name in table.fields
    ]


def _sums(keys: Sequence[str | None], prepared: "Prepared", there: Sequence[int]) -> list[dict[str, Any]]:
    counts: Counter[str] = Counter()
    areas: dict[str, int] = defaultdict(int)
    for place in there:
        key = keys[place] or ""
        counts[key] += 1
        areas[key] += int(prepared.checked.area_m2[place])
    return [
        {"key": key, "count": counts[key], "area_m2": areas[key]} for key in sorted(counts, key=lambda k: -areas[k])
    ]
