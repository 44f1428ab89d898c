"""Real files of made-up parcels: a coverage with crooked shared edges, and the 小班 fields of a forest survey."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyogrio import raw
from pyproj import Transformer

DRIVERS = {".shp": "ESRI Shapefile", ".gdb": "OpenFileGDB", ".gpkg": "GPKG", ".geojson": "GeoJSON"}
GUYANG = "150222"


def coverage(count: int, *, seed: int = 1, west: float = 109.85, south: float = 40.8, cell: float = 0.002) -> Any:
    """Polygons on a grid whose shared edges are crooked and fit each other to the last digit, in degrees."""
    side = int(np.ceil(np.sqrt(count)))
    chance = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(np.arange(side + 1), np.arange(side + 1), indexing="xy"), -1).astype(float)
    nodes = grid + chance.uniform(-0.2, 0.2, (side + 1, side + 1, 2))
    across = _edges(nodes[:, :-1], nodes[:, 1:], chance)
    up = _edges(nodes[:-1], nodes[1:], chance)
    rings = np.concatenate(
        [across[:-1], up[:, 1:], _back(across[1:], nodes[1:, 1:]), _back(up[:, :-1], nodes[1:, :-1])], axis=-2
    ).reshape(side * side, -1, 2)[:count]
    rings = np.round(rings * cell + [west, south], 9)
    return shapely.polygons(np.concatenate([rings, rings[:, :1]], axis=1))


def _edges(start: Any, end: Any, chance: Any, steps: int = 5) -> Any:
    """Points from each start towards its end, the end left out, those between moved a little."""
    share = np.linspace(0, 1, steps + 1)[:-1, None]
    points = start[..., None, :] * (1 - share) + end[..., None, :] * share
    points[..., 1:, :] += chance.uniform(-0.05, 0.05, points[..., 1:, :].shape)
    return points


def _back(edge: Any, end: Any) -> Any:
    return np.concatenate([end[..., None, :], edge[..., :0:-1, :]], axis=-2)


def forest_fields(count: int, *, seed: int = 2, county: str = GUYANG) -> dict[str, Any]:
    """The fields that a forest survey has, by their names in a DBF; codes as they are written there."""
    chance = np.random.default_rng(seed)
    numbers = np.arange(count)

    def text(values: Any) -> Any:
        return np.array(list(values), dtype=object)

    return {
        "SHENG": text(["15"] * count),
        "XIAN": text([county] * count),
        "XIANG": text(f"{number // 5000:03d}" for number in numbers),
        "CUN": text(f"{number // 500 % 10:03d}" for number in numbers),
        "LIN_CHANG": text(["阴山北麓国营林场"] * count),
        "LIN_BAN": text(f"{number // 100 % 5:04d}" for number in numbers),
        "XIAO_BAN": text(f"{number % 100:05d}" for number in numbers),
        "DI_LEI": text(["0111"] * count),
        "DLBM": text(["0301"] * count),
        "YOU_SHI_SZ": text(chance.choice(["530", "170", "460"], count)),
        "QI_YUAN": text(["20"] * count),
        "LD_QS": text(["10"] * count),
        "LMSYQ": text(["20"] * count),
        "SEN_LIN_LB": text(["11"] * count),
        "PINGJUN_NL": chance.integers(5, 60, count).astype("int32"),
        "PINGJUN_XJ": chance.uniform(5, 30, count).round(1),
        "PINGJUN_SG": chance.uniform(3, 20, count).round(1),
        "YU_BI_DU": chance.uniform(0.2, 0.9, count).round(2),
        "HUO_LMGQXJ": chance.uniform(10, 100, count).round(1),
        "BZ": text(["示范数据"] * count),
    }


def write_layer(
    path: Path, shapes: Any, fields: Mapping[str, Any], *, epsg: int | None = 4490, encoding: str = "UTF-8", **more: Any
) -> Path:
    """Write shapes given in degrees into a file of its kind, in a coordinate system, with or without saying which."""
    moved = shapes
    if epsg not in {None, 4490, 4326}:
        way = Transformer.from_crs(4490, epsg, always_xy=True)
        moved = shapely.transform(shapes, lambda xy: np.column_stack(way.transform(xy[:, 0], xy[:, 1])))
    options = {"encoding": encoding} if path.suffix == ".shp" else {}
    kind = "Unknown" if path.suffix == ".geojson" else "MultiPolygon" if path.suffix == ".gdb" else "Polygon"
    raw.write(
        path,
        shapely.to_wkb(moved),
        list(fields.values()),
        list(fields),
        driver=DRIVERS[path.suffix],
        geometry_type=more.pop("geometry_type", kind),
        crs=None if epsg is None else f"EPSG:{epsg}",
        **options,
        **more,
    )
    return path
