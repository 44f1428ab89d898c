"""The map of a design as SVG: strata in the hue of their ecosystem, plots as dots, reserves hollow.

For the workplace only: places of plots are never public. The drawing is pure, the same values give the same text.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import shapely
from shapely.geometry import mapping, shape

from tanhui.kit.drawing.svg import HUES, safe, short

WIDTH, HIGHEST, MARGIN = 900.0, 900.0, 16.0
FINEST_PX = 0.6
MOST_OUTLINES = 4000


class MapPlot(NamedTuple):
    """A plot on the map: its place in degrees, its hue and role, and what a pointer is told."""

    lon: float
    lat: float
    ecosystem: str
    role: str
    tip: str


class _View(NamedTuple):
    west: float
    north: float
    scale: float
    squeeze: float
    width: float
    height: float

    def spot(self, lon: float, lat: float) -> tuple[float, float]:
        return (
            MARGIN + (lon - self.west) * self.squeeze * self.scale,
            MARGIN + (self.north - lat) * self.scale,
        )


def design_map(land: Mapping[str, Any], plots: Sequence[MapPlot], *, title: str) -> str:
    """An SVG element. `land` is the GeoJSON that the design was drawn on."""
    features = land["features"]
    view = _view([shape(feature["geometry"]).bounds for feature in features], plots)
    drawn = "".join(_stratum(view, hue, outlines) for hue, outlines in _by_hue(features).items())
    dots = "".join(_dot(view, plot) for plot in sorted(plots, key=lambda plot: plot.role == "sample"))
    box = f"0 0 {short(view.width)} {short(view.height)}"
    return (
        f'<svg class="map design-map" viewBox="{box}" role="img"><title>{safe(title)}</title>'
        f"<g>{drawn}</g><g>{dots}</g></svg>"
    )


def coarse_land(land: Mapping[str, Any]) -> dict[str, Any]:
    """The outlines as coarse as a screen can show them, with their hue, for the map that one can move about in."""
    features = land["features"]
    bounds = shapely.total_bounds([shape(feature["geometry"]) for feature in features])
    finest = max(float(bounds[2] - bounds[0]), 1e-4) / 3000
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "hue": HUES.get(feature["properties"]["ecosystem"], "f"),
                    "stratum": feature["properties"]["stratum"],
                },
                "geometry": mapping(shape(feature["geometry"]).simplify(finest)),
            }
            for feature in features
        ],
    }


def _view(boxes: Sequence[tuple[float, float, float, float]], plots: Sequence[MapPlot]) -> _View:
    west = min([box[0] for box in boxes] + [plot.lon for plot in plots])
    south = min([box[1] for box in boxes] + [plot.lat for plot in plots])
    east = max([box[2] for box in boxes] + [plot.lon for plot in plots])
    north = max([box[3] for box in boxes] + [plot.lat for plot in plots])
    squeeze = math.cos(math.radians((south + north) / 2))
    across, up = max((east - west) * squeeze, 1e-6), max(north - south, 1e-6)
    scale = min((WIDTH - 2 * MARGIN) / across, (HIGHEST - 2 * MARGIN) / up)
    return _View(west, north, scale, squeeze, across * scale + 2 * MARGIN, up * scale + 2 * MARGIN)


def _by_hue(features: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for feature in features:
        hue = HUES.get(feature["properties"]["ecosystem"], "f")
        found.setdefault(hue, []).append(shape(feature["geometry"]))
    return found


def _stratum(view: _View, hue: str, outlines: Sequence[Any]) -> str:
    """All outlines of one hue as one path; very many of them as the boxes that they fill."""
    finest = FINEST_PX / view.scale
    drawn = [shapely.box(*one.bounds) for one in outlines] if len(outlines) > MOST_OUTLINES else outlines
    rings = []
    for outline in drawn:
        for part in shapely.get_parts(outline.simplify(finest)).tolist():
            rings += [part.exterior, *part.interiors]
    paths = "".join(_path(view, ring.coords) for ring in rings)
    return f'<path class="stratum {hue}" fill-rule="evenodd" d="{paths}"/>'


def _path(view: _View, corners: Sequence[Sequence[float]]) -> str:
    spots = [view.spot(corner[0], corner[1]) for corner in corners]
    return "M" + "L".join(f"{short(x)} {short(y)}" for x, y in spots) + "Z"


def _dot(view: _View, plot: MapPlot) -> str:
    x, y = view.spot(plot.lon, plot.lat)
    hue = HUES.get(plot.ecosystem, "f")
    size = "3.4" if plot.role == "sample" else "2.6"
    return (
        f'<circle class="dot {hue} {plot.role}" cx="{short(x)}" cy="{short(y)}" r="{size}">'
        f"<title>{safe(plot.tip)}</title></circle>"
    )
