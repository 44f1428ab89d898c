"""The ground of a map: counties in a plain projection, and their names where they cover nothing."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tanhui.kit.drawing.labels import Box, best_spot, spots_near, text_width
from tanhui.kit.drawing.svg import label, short

MARGIN, PLACE_SIZE = 16.0, 12.0


class View(NamedTuple):
    """A plain plate carrée with the length of a degree of longitude at the middle latitude."""

    west: float
    north: float
    width: float
    height: float
    scale: float
    squeeze: float
    enlarged: float

    def spot(self, lon: float, lat: float) -> tuple[float, float]:
        x = MARGIN + (lon - self.west) * self.squeeze * self.scale
        return x, MARGIN + (self.north - lat) * self.scale

    @property
    def frame(self) -> Box:
        return Box(2, 2, self.width - 2, self.height - 2)


def rings(feature: Mapping[str, Any]) -> list[list[Sequence[float]]]:
    geometry = feature["geometry"]
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [ring for polygon in polygons for ring in polygon]


def fit(points: Sequence[Sequence[float]], width: float, *, enlarged_from: float = 0.0) -> View:
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = (width - 2 * MARGIN) / ((east - west) * squeeze)
    height = (north - south) * scale + 2 * MARGIN
    return View(west, north, width, height, scale, squeeze, scale / enlarged_from if enlarged_from else 1.0)


def county_path(view: View, feature: Mapping[str, Any]) -> str:
    paths = []
    for ring in rings(feature):
        corners = [view.spot(point[0], point[1]) for point in ring]
        paths.append("M" + "L".join(f"{short(x)} {short(y)}" for x, y in corners) + "Z")
    return f'<path d="{"".join(paths)}"/>'


def place_name(view: View, feature: Mapping[str, Any], names: Mapping[str, str], taken: list[Box]) -> str:
    """The county's name where it covers nothing, or not at all."""
    name = names.get(str(feature["properties"]["adcode"]), "")
    x, y = view.spot(*feature["properties"]["centroid"][:2])
    spot, cost = best_spot(spots_near(x, y, text_width(name, PLACE_SIZE * 1.12), PLACE_SIZE), taken, view.frame)
    if not name or cost > 0:
        return ""
    taken.append(spot.box)
    return label(spot.x, spot.y, name)
