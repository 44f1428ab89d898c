"""Draw an overlap: our parcel, the land of somebody else, and what is the same, with a scale bar."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from tanhui.kit.drawing.svg import label, safe, short

Polygons = Sequence[Sequence[Sequence[tuple[float, float]]]]
_WIDTH, _MOST_HEIGHT, _MARGIN, _FOOT = 720.0, 460.0, 28.0, 34.0
_METRES_PER_DEGREE = 111_320.0
_BAR_SHARE = 0.25
_NEIGHBOURHOOD = 6.0
"""Of land that is far larger than our parcel, only so many times our parcel's size around it is shown."""


class OverlapWords(NamedTuple):
    """The words on the drawing, in the reader's language."""

    ours: str
    theirs: str
    title: str
    metres: str
    kilometres: str


class _View(NamedTuple):
    west: float
    north: float
    squeeze: float
    scale: float
    height: float

    def path(self, polygons: Polygons) -> str:
        """Rings as one path, filled by the even-odd rule."""
        return "".join(self._ring(ring) for rings in polygons for ring in rings)

    def _ring(self, ring: Sequence[tuple[float, float]]) -> str:
        points = [
            (_MARGIN + (lon - self.west) * self.squeeze * self.scale, _MARGIN + (self.north - lat) * self.scale)
            for lon, lat in ring
        ]
        return "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points) + "Z"

    @property
    def pixels_per_metre(self) -> float:
        return self.scale / _METRES_PER_DEGREE


def overlap_map(ours: Polygons, theirs: Polygons, common: Polygons, *, words: OverlapWords) -> str:
    """Return an SVG element. Colours are classes: ours, theirs, both."""
    view = _fit(ours, theirs)
    bottom = view.height + _FOOT
    size = f'width="{short(_WIDTH)}" height="{short(view.height)}"'
    return "".join(
        (
            f'<svg class="overlap-map" viewBox="0 0 {short(_WIDTH)} {short(bottom)}" role="img" ',
            f'aria-label="{safe(words.title)}"><clipPath id="overlap-frame"><rect {size}/></clipPath>',
            f'<rect class="frame" {size}/><g clip-path="url(#overlap-frame)" fill-rule="evenodd">',
            f'<path class="theirs" d="{view.path(theirs)}"/>',
            f'<path class="ours" d="{view.path(ours)}"/>',
            f'<path class="both" d="{view.path(common)}"/></g>',
            f"{_bar(view, words)}</svg>",
        )
    )


def _fit(ours: Polygons, theirs: Polygons) -> _View:
    west, south, east, north = _bounds([*ours, *theirs])
    mine = _bounds(ours)
    reach = _NEIGHBOURHOOD * max(mine[2] - mine[0], mine[3] - mine[1])
    west, south = max(west, mine[0] - reach), max(south, mine[1] - reach)
    east, north = min(east, mine[2] + reach), min(north, mine[3] + reach)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = min((_WIDTH - 2 * _MARGIN) / ((east - west) * squeeze), (_MOST_HEIGHT - 2 * _MARGIN) / (north - south))
    height = (north - south) * scale + 2 * _MARGIN
    left = (_WIDTH - 2 * _MARGIN - (east - west) * squeeze * scale) / 2 / squeeze / scale
    return _View(west - left, north, squeeze, scale, height)


def _bounds(polygons: Polygons) -> tuple[float, float, float, float]:
    points = [point for rings in polygons for ring in rings for point in ring]
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    return min(lons), min(lats), max(lons), max(lats)


def _bar(view: _View, words: OverlapWords) -> str:
    """A scale bar of a round length: one, two or five times a power of ten."""
    most_m = _WIDTH * _BAR_SHARE / view.pixels_per_metre
    power = 10.0 ** math.floor(math.log10(most_m))
    length_m = next(step * power for step in (5, 2, 1) if step * power <= most_m)
    width, y = length_m * view.pixels_per_metre, view.height + 14
    said = f"{length_m / 1000:g} {words.kilometres}" if length_m >= 1000 else f"{length_m:g} {words.metres}"  # noqa: PLR2004 - a kilometre
    line = f'<path class="bar" d="M{short(_MARGIN)} {short(y - 4)}v4h{short(width)}v-4"/>'
    return line + label(_MARGIN + width + 8, y + 2, said, css="bar-text")
