"""A map of amounts at places: circles whose area is in proportion, hollow where the amount is a loss.

The same drawing serves plots and zones, densities, removals and errors: what differs is said in its title and tips.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tanhui.kit.drawing.ground import View, county_path, fit, place_name, rings
from tanhui.kit.drawing.labels import Box, best_spot, circle_box, spots_around, text_width
from tanhui.kit.drawing.svg import HUES, label, safe, short

_WIDTH, _NAME_SIZE, _LEAST_RADIUS = 520.0, 13.0, 1.6
_ROOM_DEGREES = 0.01
_TALLEST = 1.15  # of the width


class Mark(NamedTuple):
    """A place with its amount, of either sign, or None where nothing is known; its ecosystem, and what is said."""

    lon: float
    lat: float
    amount: float | None
    ecosystem: str
    tip: str
    name: str = ""
    href: str = ""


def place_map(
    counties: Mapping[str, Any],
    marks: Sequence[Mark],
    *,
    title: str,
    names: Mapping[str, str],
    largest_radius: float = 22.0,
    near: bool = False,
) -> str:
    """Return an SVG element; with `near` it shows the surroundings of the marks alone. `counties` is GeoJSON."""
    if not marks:
        return ""
    view = _near(marks) if near else fit(_all_points(counties), _WIDTH)
    most = max((abs(mark.amount) for mark in marks if mark.amount is not None), default=0.0)
    sized = sorted(((_radius(mark, most, largest_radius), mark) for mark in marks), key=lambda pair: -pair[0])
    taken = [circle_box(*view.spot(mark.lon, mark.lat), radius) for radius, mark in sized]
    signs = "".join(_sign(view, mark, radius, taken) for radius, mark in sized)
    land = "".join(county_path(view, feature) for feature in counties["features"])
    places = "".join(place_name(view, feature, names, taken) for feature in counties["features"])
    box = f"0 0 {short(view.width)} {short(view.height)}"
    # A picture has no parts for whoever cannot see it; one with links in it is a group of them.
    role = "group" if any(mark.href for mark in marks) else "img"
    return (
        f'<svg class="map amounts" viewBox="{box}" role="{role}"><title>{safe(title)}</title>'
        f'<g class="land">{land}</g><g class="places">{places}</g>{signs}</svg>'
    )


def _all_points(counties: Mapping[str, Any]) -> list[Sequence[float]]:
    return [point for feature in counties["features"] for ring in rings(feature) for point in ring]


def _near(marks: Sequence[Mark]) -> View:
    """A frame about the marks, with some room, never taller than it may be."""
    lons, lats = [mark.lon for mark in marks], [mark.lat for mark in marks]
    across, down = max(lons) - min(lons), max(lats) - min(lats)
    room = max(across, down) * 0.08 + _ROOM_DEGREES
    squeeze = math.cos(math.radians((min(lats) + max(lats)) / 2))
    wider = max(0.0, ((down + 2 * room) / _TALLEST / squeeze - (across + 2 * room)) / 2)
    west, east = min(lons) - room - wider, max(lons) + room + wider
    return fit([(west, min(lats) - room), (east, max(lats) + room)], _WIDTH)


def _radius(mark: Mark, most: float, largest: float) -> float:
    if mark.amount is None or not most:
        return _LEAST_RADIUS
    return max(_LEAST_RADIUS, largest * math.sqrt(abs(mark.amount) / most))


def _sign(view: View, mark: Mark, radius: float, taken: list[Box]) -> str:
    x, y = view.spot(mark.lon, mark.lat)
    css = "unknown" if mark.amount is None else "loss" if mark.amount < 0 else "gain"
    circle = f'<circle class="{css}" r="{short(radius)}"/>'
    named = ""
    if mark.name:
        spots = spots_around(x, y, radius, text_width(mark.name, _NAME_SIZE), _NAME_SIZE)
        spot, cost = best_spot(spots, [box for box in taken if box != circle_box(x, y, radius)], view.frame)
        if cost <= 0:
            taken.append(spot.box)
            named = label(spot.x - x, spot.y - y, mark.name, anchor=spot.anchor)
    inside = f"<title>{safe(mark.tip)}</title>{circle}{named}"
    linked = f'<a href="{safe(mark.href)}">{inside}</a>' if mark.href else inside
    return f'<g class="amount {HUES.get(mark.ecosystem, "")}" transform="translate({short(x)} {short(y)})">{linked}</g>'
