"""What can be wrong with the shape of a parcel, and what is done about each: one list of words for all modules here.

A remedy is one of four. `mended`: put right, the area is the same. `asked`: put right, but the area came out different,
so a person has to agree. `kept`: looks odd and is left as it is. `refused`: no parcel can be made of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Remedy(StrEnum):
    MENDED = "mended"
    ASKED = "asked"
    KEPT = "kept"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Defect:
    """One defect of one shape; areas in whole square metres where they are known."""

    index: int
    code: str
    remedy: Remedy
    before_m2: int | None = None
    after_m2: int | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


DEFECT_CODES = {
    "no_geometry": Remedy.REFUSED,
    "unreadable": Remedy.REFUSED,
    "not_polygon": Remedy.REFUSED,
    "not_finite": Remedy.REFUSED,
    "no_area": Remedy.REFUSED,
    "outside_region": Remedy.REFUSED,
    "same_shape": Remedy.REFUSED,
    "unclosed": Remedy.MENDED,
    "z_values": Remedy.MENDED,
    "lines_dropped": Remedy.MENDED,
    "repeated_points": Remedy.MENDED,
    "ring_order": Remedy.MENDED,
    "self_intersection": Remedy.MENDED,
    "bad_holes": Remedy.MENDED,
    "bad_parts": Remedy.MENDED,
    "tiny_pieces": Remedy.MENDED,
    "holes": Remedy.KEPT,
    "sliver": Remedy.KEPT,
    "overlap": Remedy.KEPT,
    "edge_of_region": Remedy.KEPT,
}
