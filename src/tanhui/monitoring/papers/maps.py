"""The maps of a report: removal by zone and the land of the design, with their colours inside: paper has no stylesheet.

Neither shows a plot: a report may be published, and places of plots never are.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from tanhui.kit.drawing import place_map
from tanhui.land.queries import ground
from tanhui.monitoring.design.drawing import design_map
from tanhui.monitoring.models import Design
from tanhui.monitoring.queries.designs import design_land_geojson
from tanhui.monitoring.readout.maps import maps
from tanhui.monitoring.readout.names import Names
from tanhui.monitoring.readout.rows import domain_kinds, domain_rows, scopes

_INKS = """<style>
text { font-family: "Noto Sans SC"; font-size: 13px; fill: #17211c }
.places text { fill: #5f6c64; font-size: 12px; text-anchor: middle }
.land path { fill: #f1f4f0; stroke: #c6cfc8; stroke-width: 1 }
circle { stroke: #ffffff; stroke-width: 1.2; fill: #14504f }
.f circle { fill: #2f7a4b } .g circle { fill: #b9881d } .w circle { fill: #2c7db0 }
circle.loss { fill: none; stroke: #17211c; stroke-width: 1.6 } circle.unknown { fill: #aab6ad }
</style>"""

_LAND_INKS = """<style>
.stratum { stroke: #ffffff; stroke-width: .8; fill: #14504f }
.stratum.f { fill: #2f7a4b } .stratum.g { fill: #b9881d } .stratum.w { fill: #2c7db0 }
</style>"""


def zone_map_svg(document: Mapping[str, Any], names: Names) -> str:
    """Return the SVG, or nothing where the result is not divided by zone."""
    if "zone" not in domain_kinds(document):
        return ""
    scope = scopes(document)[0]
    found = next((shown for shown in maps(domain_rows(document, names, "zone", scope), "zone", scope)[1:2]), None)
    if found is None or not found["marks"]:
        return ""
    here = ground()
    english = (get_language() or "").startswith("en")
    told = {
        str(place["properties"]["adcode"]): place["properties"]["name_en" if english else "name_zh"]
        for place in here["features"]
    }
    drawn = place_map(here, found["marks"], title=found["title"], names=told)
    opening, closing, rest = drawn.partition("</title>")
    named = opening.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return named + closing + _INKS + rest


def design_map_svg(drawn: Design) -> str:
    """Return the land that a design was drawn on, as SVG."""
    land = json.loads(design_land_geojson(drawn))
    opening, closing, rest = design_map(land, (), title="").partition("</title>")
    return opening.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) + closing + _LAND_INKS + rest
