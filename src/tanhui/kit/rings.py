"""Draw the rings of a tree from a hash: one hash, one tree, on the page and on paper alike.

A reader cannot check a hash by eye, yet sees at once that two drawings differ.
Every width and every bulge comes from SHA-256 over the given hash; nothing is left to chance.
"""

import hashlib
import math
import re
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

SIZE = 900
_HASH = re.compile(r"[0-9a-f]{16,128}")


class _Growth(NamedTuple):
    """What a hash says of a tree: how its outline bulges and how wide each year is."""

    waves: tuple[tuple[int, float, float], ...]
    lean: tuple[float, float]
    radii: tuple[float, ...]


def rings(hash_hex: str, *, count: int = 46, size: int = SIZE) -> tuple[str, ...]:
    """Closed SVG paths from the heart outwards, in a square of `size` units; coordinates to one decimal."""
    growth = _grow(hash_hex, count)
    return tuple(_path(_outline(growth, year, size)) for year in range(count))


def rings_svg(hash_hex: str, *, stroke: str = "#2f7a4b", opacity: float = 0.17, width: float = 1.1) -> str:
    """A whole SVG document with the rings in one path, decorative for a screen reader."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" aria-hidden="true">'
        f'<path d="{"".join(rings(hash_hex))}" fill="none" stroke="{stroke}" stroke-width="{width}" '
        f'stroke-opacity="{opacity}"/></svg>'
    )


def _grow(hash_hex: str, count: int) -> _Growth:
    if not _HASH.fullmatch(hash_hex):
        raise ValueError(f"rings are drawn from a lower-case hexadecimal hash, not from {hash_hex!r}")
    chance = _fractions(hash_hex)
    waves = tuple(
        (order, (0.35 + 0.65 * next(chance)) * strength, math.tau * next(chance))
        for order, strength in ((1, 0.030), (2, 0.046), (3, 0.040), (4, 0.022), (5, 0.016), (7, 0.008), (11, 0.004))
    )
    lean_to, lean_by = math.tau * next(chance), 0.02 + 0.05 * next(chance)
    widths, year = [], 0.5
    for _ in range(count):
        year = 0.55 * year + 0.45 * next(chance)  # good and bad years come in runs
        widths.append(0.25 + 2.6 * max(0.0, year - 0.22) ** 1.3)
    total = sum(widths)
    radii = tuple(0.03 + 0.97 * reach / total for reach in accumulate(widths))
    return _Growth(waves, (lean_by * math.cos(lean_to), lean_by * math.sin(lean_to)), radii)


def _outline(growth: _Growth, year: int, size: int) -> list[tuple[float, float]]:
    radius = growth.radii[year]
    points = 24 + round(60 * radius)
    middle, reach = size / 2, 0.40 * size * radius
    outline = []
    for step in range(points):
        angle = math.tau * step / points
        # A young tree is round; the bulges come with age, and turn a little as they grow.
        bulge = sum(
            strength * radius * math.cos(order * angle + phase + 0.9 * radius * order**0.5)
            for order, strength, phase in growth.waves
        )
        length = reach * (1 + 1.55 * bulge)
        outline.append(
            (
                middle + length * math.cos(angle) + growth.lean[0] * size * radius,
                middle + length * math.sin(angle) + growth.lean[1] * size * radius,
            )
        )
    return outline


def _path(outline: list[tuple[float, float]]) -> str:
    """A smooth closed line: each point bends the curve, each half-way mark lies on it."""
    halves = [((x + u) / 2, (y + v) / 2) for (x, y), (u, v) in zip(outline, outline[1:] + outline[:1], strict=True)]
    curve = "".join(f"Q{x:.1f} {y:.1f} {u:.1f} {v:.1f}" for (x, y), (u, v) in zip(outline, halves, strict=True))
    return f"M{halves[-1][0]:.1f} {halves[-1][1]:.1f}{curve}Z"


def _fractions(hash_hex: str) -> Iterator[float]:
    """An endless run of fractions of one, four bytes each, from SHA-256 over the hash and a counter."""
    counter = 0
    while True:
        block = hashlib.sha256(f"{hash_hex}/{counter}".encode()).digest()
        yield from (int.from_bytes(block[at : at + 4], "big") / 2**32 for at in range(0, 32, 4))
        counter += 1
