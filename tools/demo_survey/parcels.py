"""Draw the parcels of the demonstration: sixteen to a zone, with the fields that a forest survey writes.

Their edges are crooked and shared, as those of real parcels are. No parcel of them exists. Where a stratum of the
survey lies in a zone, its parcels are so large that those which may have a ticket hold the area of the stratum.
"""

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

from demo_survey.chance import Chance
from demo_survey.design import Design, Stratum, Zone
from demo_survey.places import KM_PER_DEGREE

SEED = 20260101
ACROSS = 4
HA_PER_KM2 = 100
CELL_KM = 0.62
SWAY, BEND = 0.18, 0.06
STEPS = (0.0, 0.34, 0.67)
YEAR = 2025
SPECIES = {"PINE": "170", "POPLAR": "530", "ELM": "460"}
FARM = "阴山北麓国营林场（示范）"
YOUNG, SHRUBS, OTHER_GRASS, FLATS = {7, 15}, {3, 11}, {5, 13}, {2, 6, 10, 14}
DISPUTED = 12  # belongs to nobody in particular
MARGIN = 1.06  # crooked edges take a little here and give it there
NOTE = "示范：边界与属性均为演示而编"

Point = tuple[float, float]


def parcels_geojson(design: Design) -> bytes:
    """Return the file, one parcel a line, in EPSG:4490."""
    lines = [json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in _features(design)]
    head = '{"type":"FeatureCollection","name":"parcels",'
    crs = '"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4490"}},"features":['
    return (head + crs + "\n" + ",\n".join(lines) + "\n]}\n").encode()


def _features(design: Design) -> Iterator[dict[str, Any]]:
    strata = {zone: stratum.id for stratum in design.strata for zone in stratum.zones}
    areas_ha = {stratum.id: design.figures.of(stratum.figures)["area_ha"] for stratum in design.strata}
    sizes = {zone: _cell_km(stratum, areas_ha[stratum.id]) for stratum in design.strata for zone in stratum.zones}
    for number, zone in enumerate(design.zones.values()):
        chance = Chance(SEED, number)
        for place, ring in enumerate(_rings(zone, sizes[zone.zone], chance)):
            fields = _fields(zone, strata.get(zone.zone, ""), place, chance)
            yield {
                "type": "Feature",
                "properties": fields,
                "geometry": {"type": "Polygon", "coordinates": [[[round(x, 7), round(y, 7)] for x, y in ring]]},
            }


def _cell_km(stratum: Stratum, area_ha: float) -> float:
    """How wide a cell has to be for the area of a stratum to find room in its parcels that may have a ticket."""
    if stratum.ecosystem == "wetland":
        return CELL_KM
    of_a_zone = ACROSS**2 - 1 - (len(YOUNG) if stratum.ecosystem == "forest" else 0)
    return math.sqrt(MARGIN * area_ha / len(stratum.zones) / of_a_zone / HA_PER_KM2)


def _rings(zone: Zone, cell_km: float, chance: Chance) -> Iterator[Sequence[Point]]:
    """The cells of a crooked grid, row by row, each ring counter-clockwise and closed."""
    nodes = [
        [(x + chance.between(-SWAY, SWAY), y + chance.between(-SWAY, SWAY)) for x in range(ACROSS + 1)]
        for y in range(ACROSS + 1)
    ]
    across = [[_edge(row[x], row[x + 1], chance) for x in range(ACROSS)] for row in nodes]
    up = [[_edge(nodes[y][x], nodes[y + 1][x], chance) for x in range(ACROSS + 1)] for y in range(ACROSS)]
    for y in range(ACROSS):
        for x in range(ACROSS):
            there = across[y][x] + up[y][x + 1]
            back = _reversed(across[y + 1][x], nodes[y + 1][x + 1]) + _reversed(up[y][x], nodes[y + 1][x])
            ring = [_degrees(zone, cell_km, point) for point in there + back]
            yield [*ring, ring[0]]


def _edge(start: Point, end: Point, chance: Chance) -> list[Point]:
    """Points from `start` towards `end`, which is left out; those between are moved a little."""
    found = []
    for step in STEPS:
        bend = BEND if step else 0.0
        x, y = (start[axis] + (end[axis] - start[axis]) * step + chance.between(-bend, bend) for axis in (0, 1))
        found.append((x, y))
    return found


def _reversed(edge: Sequence[Point], end: Point) -> list[Point]:
    return [end, *reversed(edge[1:])]


def _degrees(zone: Zone, cell_km: float, point: Point) -> Point:
    east_km, north_km = ((point[axis] - ACROSS / 2) * cell_km for axis in (0, 1))
    lon = zone.lon + east_km / (KM_PER_DEGREE * math.cos(math.radians(zone.lat)))
    return lon, zone.lat + north_km / KM_PER_DEGREE


def _fields(zone: Zone, stratum: str, place: int, chance: Chance) -> dict[str, Any]:
    told = {
        "SHENG": "15",
        "XIAN": zone.county,
        "XIANG": f"{900 + int(zone.zone[1:]):03d}",
        "CUN": zone.zone,
        "LIN_BAN": f"{place // ACROSS + 1:04d}",
        "XIAO_BAN": f"{place + 1:05d}",
        "NIANDU": str(YEAR),
        "PIAN_QU": zone.zone,
        "BZ": NOTE,
    }
    kinds = {"forest": _forest, "grassland": _grassland, "wetland": _wetland}
    return told | kinds[zone.ecosystem](zone, stratum, place, chance)


def _forest(zone: Zone, stratum: str, place: int, chance: Chance) -> dict[str, Any]:
    if place in YOUNG:
        return _young(zone, chance)
    natural = stratum == "ELM"
    age = chance.whole(12, 42)
    state = zone.county == "150222"
    return {
        "DI_LEI": "0131" if place in SHRUBS else "0111",
        "DLBM": "0305" if place in SHRUBS else "0301",
        "YOU_SHI_SZ": SPECIES.get(stratum, "530"),
        "QI_YUAN": "10" if natural else "20",
        "LD_QS": "10" if state else "20",
        "LMSYQ": "10" if state else "20",
        "SEN_LIN_LB": "11" if place % 2 else "21",
        "PINGJUN_NL": age,
        "PINGJUN_XJ": round(3 + age * 0.42 + chance.between(-1, 1), 1),
        "PINGJUN_SG": round(1.5 + age * 0.27 + chance.between(-0.6, 0.6), 1),
        "YU_BI_DU": round(chance.between(0.3, 0.8), 2),
        "ZLND": "" if natural else str(YEAR - age),
        "LQ_QLR": "" if place == DISPUTED else FARM,
    }


def _young(zone: Zone, chance: Chance) -> dict[str, Any]:
    """A plantation of the last years on land that was bare before."""
    state = zone.county == "150222"
    return {
        "DI_LEI": "0141",
        "Q_DI_LEI": "0171",
        "DLBM": "0307",
        "YOU_SHI_SZ": "170",
        "QI_YUAN": "20",
        "LD_QS": "10" if state else "20",
        "LMSYQ": "10" if state else "20",
        "SEN_LIN_LB": "21",
        "ZLND": str(YEAR - chance.whole(2, 6)),
        "LQ_QLR": FARM,
    }


def _grassland(zone: Zone, stratum: str, place: int, chance: Chance) -> dict[str, Any]:
    del zone, stratum
    return {
        "DI_LEI": "0220",
        "DLBM": "0404" if place in OTHER_GRASS else "0401",
        "CYLX": "短花针茅荒漠草原",
        "LD_QS": "20",
        "LQ_QLR": "" if place == DISPUTED else FARM,
        "GAI_DU": round(chance.between(0.15, 0.45), 2),
    }


def _wetland(zone: Zone, stratum: str, place: int, chance: Chance) -> dict[str, Any]:
    del zone, stratum
    return {
        "DLBM": "1106" if place in FLATS else "0402",
        "SDLX": "11",
        "ZBLX": "芦苇",
        "LD_QS": "10",
        "GAI_DU": round(chance.between(0.4, 0.9), 2),
    }
