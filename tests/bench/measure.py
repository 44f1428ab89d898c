"""What a measurement is, and how it is written down and shown."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Measure(NamedTuple):
    """A value beside the reference that was measured in the same run. The note says what both are."""

    name: str
    value: float
    unit: str
    reference: float
    note: str

    @property
    def ratio(self) -> float:
        return self.value / self.reference

    def document(self) -> dict[str, str | float]:
        return {
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            "reference": round(self.reference, 4),
            "ratio": round(self.ratio, 2),
            "note": self.note,
        }


def write(measures: Sequence[Measure], path: Path) -> None:
    """Write the list of measurements as JSON, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    content = json.dumps([measure.document() for measure in measures], ensure_ascii=False, indent=1) + "\n"
    part.write_text(content, encoding="utf-8")
    part.replace(path)


def table(measures: Sequence[Measure]) -> str:
    """Lay the measurements out for reading, one line each, the notes below."""
    rows = [("name", "value", "unit", "reference", "ratio")]
    rows += [
        (told.name, f"{told.value:.3f}", told.unit, f"{told.reference:.3f}", f"{told.ratio:.1f}") for told in measures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, "", *(f"{told.name}: {told.note}" for told in measures)])
