"""Draw the zones of a region: circles in proportion to their area, the crowded part once more in an inset."""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tanhui.kit.drawing.ground import MARGIN, View, county_path, fit, place_name, rings
from tanhui.kit.drawing.labels import Box, best_spot, circle_box, spots_around, text_width
from tanhui.kit.drawing.svg import HUES, label, safe, short

_WHOLE_WIDTH, _INSET_WIDTH = 520.0, 560.0
_LARGEST_RADIUS, _GLYPH_FROM = 24.3, 4.5
_NAME_SIZE = 13.0
_CROWDED_PX, _CROWD_LEAST, _CROWD_SHARE = 44.0, 3, 0.53
_GLYPHS = {
    "f": '<path d="M0-5.4L3.5-.6H2L4.4 3.4H.7V5.4H-.7V3.4H-4.4L-2-.6H-3.5Z"/>',
    "g": '<path d="M0 5.4V-5.2M0 5.4C0 .8-1.4-2-4.4-3.4M0 5.4C0 .8 1.4-2 4.4-3.4" class="st"/>',
    "w": '<path d="M-5-2.2C-3.3-4-1.7-4 0-2.2S3.3-.4 5-2.2M-5 2.4C-3.3 .6-1.7 .6 0 2.4S3.3 4.2 5 2.4" class="st"/>',
}


class MapZone(NamedTuple):
    """A zone as the map needs it; `tip` is the sentence of its tooltip."""

    name: str
    ecosystem: str
    area_mu: int
    lon: float
    lat: float
    tip: str = ""


class MapWords(NamedTuple):
    """The words on the map, in the reader's language; county names by adcode."""

    title: str
    inset_title: str
    frame: str
    places: Mapping[str, str]


class ZoneMap(NamedTuple):
    """Two SVG elements; the inset is empty when nothing is crowded."""

    whole: str
    inset: str


def zone_map(counties: Mapping[str, Any], zones: Sequence[MapZone], words: MapWords) -> ZoneMap:
    """The whole region, and its crowded part enlarged. `counties` is GeoJSON with `adcode` and `centroid`."""
    points = [point for feature in counties["features"] for ring in rings(feature) for point in ring]
    if not points:
        return ZoneMap("", "")
    whole = fit(points, _WHOLE_WIDTH)
    crowd = _inside(_crowd(whole, zones), zones)
    if not crowd:
        return ZoneMap(_drawing(whole, counties, zones, words, name=words.title), "")
    inset = fit(_widened(crowd), _INSET_WIDTH, enlarged_from=whole.scale)
    apart = [zone for zone in zones if zone not in crowd]
    box = _frame(whole, inset)
    extra = _framed(box, words.frame) + "".join(_speck(whole, zone) for zone in crowd)
    return ZoneMap(
        _drawing(whole, counties, apart, words, name=words.title, extra=extra, covered=box),
        _drawing(inset, counties, crowd, words, name=words.inset_title),
    )


def _crowd(view: View, zones: Sequence[MapZone]) -> list[MapZone]:
    """The southern or northern strip that holds over half of the zones on less land, if names would meet there."""
    ordered = sorted(zones, key=lambda zone: (zone.lat, zone.lon))
    count = math.ceil(_CROWD_SHARE * len(ordered))
    strip = min((ordered[:count], ordered[len(ordered) - count :]), key=_extent)
    spots = [view.spot(zone.lon, zone.lat) for zone in strip]
    near = any(math.dist(one, other) < _CROWDED_PX for one, other in itertools.combinations(spots, 2))
    return strip if near and len(strip) >= _CROWD_LEAST else []


def _extent(zones: Sequence[MapZone]) -> float:
    if not zones:
        return 0.0
    lons, lats = [zone.lon for zone in zones], [zone.lat for zone in zones]
    return (max(lons) - min(lons)) * (max(lats) - min(lats))


def _inside(crowd: list[MapZone], zones: Sequence[MapZone]) -> list[MapZone]:
    """The crowd with every other zone that its frame would cut through."""
    if not crowd:
        return crowd
    (west, south), (east, north) = _widened(crowd)
    found = [zone for zone in zones if west <= zone.lon <= east and south <= zone.lat <= north]
    return found if len(found) == len(crowd) else _inside(found, zones)


def _widened(zones: Sequence[MapZone]) -> list[tuple[float, float]]:
    lons, lats = [zone.lon for zone in zones], [zone.lat for zone in zones]
    across, down = (max(lons) - min(lons)) * 0.1 + 0.04, (max(lats) - min(lats)) * 0.14 + 0.04
    return [(min(lons) - across, min(lats) - down), (max(lons) + across, max(lats) + down)]


def _drawing(
    view: View,
    counties: Mapping[str, Any],
    zones: Sequence[MapZone],
    words: MapWords,
    *,
    name: str,
    extra: str = "",
    covered: Box | None = None,
) -> str:
    largest_first = sorted(zones, key=lambda zone: (-zone.area_mu, zone.name))
    taken = [circle_box(*view.spot(zone.lon, zone.lat), _radius(view, zone, zones)) for zone in largest_first]
    signs = "".join(_zone(view, zone, zones, taken) for zone in largest_first)
    land = "".join(county_path(view, feature) for feature in counties["features"])
    blocked = [*taken, covered] if covered else taken
    places = "".join(place_name(view, feature, words.places, blocked) for feature in counties["features"])
    css = "map zoom" if view.enlarged > 1 else "map"
    box = f"0 0 {short(view.width)} {short(view.height)}"
    return (
        f'<svg class="{css}" viewBox="{box}" role="img"><title>{safe(name)}</title>'
        f'<g class="land">{land}</g><g class="places">{places}</g>{extra}{signs}</svg>'
    )


def _radius(view: View, zone: MapZone, zones: Sequence[MapZone]) -> float:
    """Area in proportion within a drawing; an inset has signs as much larger as its land, but not huge ones."""
    largest = max(other.area_mu for other in zones)
    if view.enlarged <= 1:
        return _LARGEST_RADIUS * math.sqrt(zone.area_mu / largest)
    return 15.0 * math.sqrt(zone.area_mu / largest)


def _zone(view: View, zone: MapZone, zones: Sequence[MapZone], taken: list[Box]) -> str:
    x, y = view.spot(zone.lon, zone.lat)
    radius, hue = _radius(view, zone, zones), HUES[zone.ecosystem]
    spots = spots_around(x, y, radius, text_width(zone.name, _NAME_SIZE), _NAME_SIZE)
    spot, _ = best_spot(spots, [box for box in taken if box != circle_box(x, y, radius)], view.frame)
    taken.append(spot.box)
    glyph = ""
    if radius >= _GLYPH_FROM:
        glyph = f'<g class="gl" transform="scale({min(1.5, radius / 9):.2f})">{_GLYPHS[hue]}</g>'
    place, tip = f"translate({short(x)} {short(y)})", safe(zone.tip or zone.name)
    return (
        f'<g class="zone {hue}" transform="{place}"><title>{tip}</title>'
        f'<circle r="{short(radius)}"/>{glyph}{label(spot.x - x, spot.y - y, zone.name, anchor=spot.anchor)}</g>'
    )


def _speck(view: View, zone: MapZone) -> str:
    x, y = view.spot(zone.lon, zone.lat)
    return f'<circle class="speck {HUES[zone.ecosystem]}" cx="{short(x)}" cy="{short(y)}" r="3"/>'


def _frame(whole: View, inset: View) -> Box:
    """The part of the whole map that the inset enlarges; names inside it stand in the inset only."""
    factor = whole.scale * whole.squeeze / (inset.scale * inset.squeeze)
    left, top = whole.spot(inset.west, inset.north)
    left, top = left - MARGIN * factor, top - MARGIN * factor
    return Box(left, top, left + inset.width * factor, top + inset.height * whole.scale / inset.scale)


def _framed(box: Box, words: str) -> str:
    size = f'width="{short(box.right - box.left)}" height="{short(box.bottom - box.top)}"'
    rect = f'<rect class="frame" x="{short(box.left)}" y="{short(box.top)}" {size}/>'
    return rect + label(box.left + 8, box.bottom - 8, words, css="frametext")
