"""Drawings of the pages as SVG text: the tree of plots, the zone map, a plot's stems, the flow of a lot, the ruler.

Every function is pure: the same values give the same text. Colours are classes of the stylesheet, never written here.
"""

from tanhui.kit.drawing.balance import Bar, balance
from tanhui.kit.drawing.flow import Flow, Parcel, flow
from tanhui.kit.drawing.places import Mark, place_map
from tanhui.kit.drawing.plot import Stem, plot_map
from tanhui.kit.drawing.ruler import Ruler, Whisker, axis_ticks, ruler_scale, whiskers
from tanhui.kit.drawing.series import Point, series
from tanhui.kit.drawing.tree import TreeDot, stem_tree
from tanhui.kit.drawing.zones import MapWords, MapZone, ZoneMap, zone_map

__all__ = [
    "Bar",
    "Flow",
    "MapWords",
    "MapZone",
    "Mark",
    "Parcel",
    "Point",
    "Ruler",
    "Stem",
    "TreeDot",
    "Whisker",
    "ZoneMap",
    "axis_ticks",
    "balance",
    "flow",
    "place_map",
    "plot_map",
    "ruler_scale",
    "series",
    "stem_tree",
    "whiskers",
    "zone_map",
]
