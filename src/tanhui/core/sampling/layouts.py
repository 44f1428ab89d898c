"""How plots are laid out: sizes, quadrats inside, and what a horizontal metre becomes on a slope.

A plot has its area on the map. On a slope of S degrees a distance that runs up or down is laid out as L / cos S, so
that its horizontal length is L; from a slope of 10 % on this is no choice (AR-TOOL14's field practice).
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files as package_files
from typing import Any, NamedTuple

from tanhui.core.sampling.refusal import DesignRefusal

SLOPE_PERCENT = 10
MM_PER_M = 1000


class Ring(NamedTuple):
    """A circle of a nested plot and the trees that are measured in it."""

    radius_m: Fraction
    dbh_from_cm: Fraction
    dbh_below_cm: Fraction | None


class Nested(NamedTuple):
    """Small samples inside a plot. `at` are shares of length and width from the south-west corner."""

    id: str
    name_zh: str
    name_en: str
    side_m: Fraction | None
    layers_cm: tuple[tuple[int, int], ...]
    at: tuple[tuple[Fraction, Fraction], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A plot as it is laid out: `length_m` × `width_m`, or a circle of `radius_m`; all horizontal."""

    id: str
    name_zh: str
    name_en: str
    ecosystems: tuple[str, ...]
    shape: str
    length_m: Fraction
    width_m: Fraction
    radius_m: Fraction
    dbh_from_cm: Fraction | None
    rings: tuple[Ring, ...]
    nested: tuple[Nested, ...]
    source: str
    confidence: str

    @property
    def area_m2(self) -> Fraction:
        """Horizontal area; of a circle to two decimals."""
        if self.shape == "circle":
            return Fraction(round(math.pi * float(self.radius_m) ** 2 * 100), 100)
        return self.length_m * self.width_m

    @property
    def reach_mm(self) -> int:
        """From the centre to the farthest point of the plot, rounded up: its radius or half its diagonal."""
        if self.shape == "circle":
            return math.ceil(self.radius_m * MM_PER_M)
        squared = (self.length_m * MM_PER_M) ** 2 + (self.width_m * MM_PER_M) ** 2
        return math.isqrt(math.ceil(squared / 4) - 1) + 1

    def document(self) -> Mapping[str, object]:
        return {
            "id": self.id,
            "name_zh": self.name_zh,
            "name_en": self.name_en,
            "shape": self.shape,
            "length_m": float(self.length_m),
            "width_m": float(self.width_m),
            "radius_m": float(self.radius_m),
            "area_m2": float(self.area_m2),
            "source": self.source,
            "confidence": self.confidence,
        }


@cache
def layouts() -> tuple[Layout, ...]:
    """All layouts that ship."""
    told = tomllib.loads((package_files("tanhui.core.sampling") / "layouts.toml").read_text(encoding="utf-8"))
    nested = {row["id"]: _nested(row) for row in told["nested"]}
    return tuple(_layout(row, nested) for row in told["layout"])


def layout(name: str) -> Layout:
    """Return a layout. Raises DesignRefusal `layout_unknown`."""
    for found in layouts():
        if found.id == name:
            return found
    raise DesignRefusal("layout_unknown", layout=name)


def layouts_of(ecosystem: str) -> tuple[Layout, ...]:
    """The layouts for an ecosystem; the first is what is offered first."""
    return tuple(found for found in layouts() if ecosystem in found.ecosystems)


def slope_distance_m(horizontal_m: Fraction, slope_deg: int) -> float:
    """How far to measure along a slope to go `horizontal_m` on the map, to the centimetre."""
    return round(float(horizontal_m) / math.cos(math.radians(slope_deg)), 2)


def _layout(row: Mapping[str, Any], nested: Mapping[str, Nested]) -> Layout:
    return Layout(
        id=row["id"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        ecosystems=tuple(row["ecosystems"]),
        shape=row["shape"],
        length_m=Fraction(row.get("length_m", "0")),
        width_m=Fraction(row.get("width_m", "0")),
        radius_m=Fraction(row.get("radius_m", "0")),
        dbh_from_cm=_maybe(row.get("dbh_from_cm")),
        rings=tuple(
            Ring(Fraction(ring["radius_m"]), Fraction(ring["dbh_from_cm"]), _maybe(ring.get("dbh_below_cm")))
            for ring in row.get("rings", ())
        ),
        nested=tuple(nested[name] for name in row["nested"]),
        source=row["source"],
        confidence=row["confidence"],
    )


def _nested(row: Mapping[str, Any]) -> Nested:
    return Nested(
        row["id"],
        row["name_zh"],
        row["name_en"],
        _maybe(row.get("side_m")),
        tuple((top, bottom) for top, bottom in row.get("layers_cm", ())),
        tuple((Fraction(along), Fraction(across)) for along, across in row["at"]),
    )


def _maybe(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
