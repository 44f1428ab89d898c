"""Read outlines of strata from a file that somebody brought: GeoPackage, GeoJSON, zipped Shapefile, File GDB.

The stratum of each outline stands in a column named as below; an ecosystem column is looked for too. Any coordinate
system that the file names is brought to EPSG:4490; one that it does not name is taken for EPSG:4490 if it can be.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pyogrio
import shapely
from django.utils.translation import gettext as _
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely import MultiPolygon, Polygon

from tanhui.kit.problems import Problem
from tanhui.monitoring.models import DesignLand

STRATUM_COLUMNS = ("stratum", "strata", "层", "层名", "分层", "ceng", "name")
ECOSYSTEM_COLUMNS = ("ecosystem", "生态系统", "eco")
PARCEL_COLUMNS = ("parcel", "小班", "图斑", "xiao_ban", "code")
ECOSYSTEM_WORDS: Mapping[str, str] = {
    "forest": "forest",
    "森林": "forest",
    "林地": "forest",
    "乔木": "forest",
    "shrubland": "shrubland",
    "灌丛": "shrubland",
    "灌木": "shrubland",
    "grassland": "grassland",
    "草原": "grassland",
    "草地": "grassland",
    "wetland": "wetland",
    "湿地": "wetland",
}
MOST_STRATA = 200
MOST_BYTES = 200_000_000


class FilePiece(NamedTuple):
    """One outline of a file, in degrees of EPSG:4490."""

    stratum: str
    ecosystem: str
    parcel: str
    outline: Polygon | MultiPolygon


def file_pieces(file: DesignLand) -> tuple[FilePiece, ...]:
    """The outlines of a file. Raises the problem that says what is wrong with it."""
    return read_pieces(bytes(file.content))


@lru_cache(maxsize=4)
def read_pieces(content: bytes) -> tuple[FilePiece, ...]:
    """Read the first layer with outlines. Raises `land_file_unreadable`, `land_file_columns`, `land_file_empty`, …"""
    try:
        meta, _fids, geometry, fields = pyogrio.raw.read(content)
    except (DataSourceError, DataLayerError, ValueError) as error:
        message = _("这个文件读不出图形：%(cause)s。") % {"cause": str(error)[:120]}
        raise Problem("land_file_unreadable", message, field="file", remedy=_wanted()) from error
    columns = {str(name).strip().lower(): values for name, values in zip(meta["fields"], fields, strict=True)}
    outlines = _in_degrees(shapely.from_wkb(geometry), meta.get("crs"))
    strata, ecosystems = _column(columns, STRATUM_COLUMNS), _column(columns, ECOSYSTEM_COLUMNS)
    if strata is None or ecosystems is None:
        message = _("文件里要有层和生态系统两列，没有找全。它的列有：%(columns)s。") % {
            "columns": _("、").join(columns) or "—"
        }
        raise Problem(
            "land_file_columns",
            message,
            field="file",
            remedy=_("把两列叫作 stratum 和 ecosystem，或者 层 和 生态系统。"),
        )
    found = _pieces(outlines, columns, strata, ecosystems)
    if not found:
        raise Problem("land_file_empty", _("文件里没有一个面。"), field="file", remedy=_wanted())
    if len({piece.stratum for piece in found}) > MOST_STRATA:
        message = _("文件里有超过 %(most)s 个层。") % {"most": MOST_STRATA}
        raise Problem("land_file_strata", message, field="file", remedy=_("按更粗的一列分层。"))
    return found


def _pieces(
    outlines: Sequence[Any], columns: Mapping[str, Sequence[Any]], strata: Sequence[Any], ecosystems: Sequence[Any]
) -> tuple[FilePiece, ...]:
    parcels = _column(columns, PARCEL_COLUMNS)
    found = []
    for row, outline in enumerate(outlines):
        if outline is None or outline.is_empty:
            continue
        mended = outline if outline.is_valid else shapely.make_valid(outline)
        parts = [part for part in shapely.get_parts(mended).tolist() if isinstance(part, Polygon)]
        if parts:
            stratum = str(strata[row]).strip()
            ecosystem = _ecosystem(ecosystems[row], row)
            parcel = str(parcels[row]) if parcels is not None else f"{stratum}-{row + 1}"
            found.append(FilePiece(stratum, ecosystem, parcel, MultiPolygon(parts)))
    return tuple(found)


def _ecosystem(said: object, row: int) -> str:
    word = ECOSYSTEM_WORDS.get(str(said).strip().lower())
    if word is None:
        message = _("第 %(row)s 个面的生态系统“%(said)s”不认得。") % {"row": row + 1, "said": str(said)[:20]}
        raise Problem("land_file_ecosystem", message, field="file", remedy=_("写森林、灌丛、草原或湿地。"))
    return word


def _column(columns: Mapping[str, Sequence[Any]], names: Sequence[str]) -> Sequence[Any] | None:
    return next((columns[name] for name in names if name in columns), None)


def _in_degrees(outlines: Any, crs: str | None) -> Any:  # noqa: ANN401 - an array of shapes has no type of its own
    """Outlines in EPSG:4490, cut to 1e-7 degrees. Raises `land_file_place` for places that are none."""
    try:
        source = CRS.from_user_input(crs) if crs else CRS.from_epsg(4490)
    except CRSError as error:
        raise Problem("land_file_crs", _("看不懂文件的坐标系。"), field="file", remedy=_wanted()) from error
    if not source.equals(CRS.from_epsg(4490), ignore_axis_order=True):
        moved = Transformer.from_crs(source, 4490, always_xy=True)
        outlines = shapely.transform(outlines, lambda corners: np.column_stack(moved.transform(*corners.T)))
    west, south, east, north = shapely.total_bounds(outlines).tolist()
    if not (73 <= west <= east <= 136 and 3 <= south <= north <= 54):  # noqa: PLR2004 - where China lies, in degrees
        message = _("文件里的土地在 %(west)s，%(south)s 一带，不在国内。") % {
            "west": f"{west:.3f}",
            "south": f"{south:.3f}",
        }
        raise Problem(
            "land_file_place", message, field="file", remedy=_("在文件里写明坐标系，比如 EPSG:4490 或 4546。")
        )
    return shapely.transform(outlines, lambda corners: np.rint(corners * 1e7) / 1e7)


def _wanted() -> str:
    return _("要 GeoPackage、GeoJSON，或者打成 ZIP 的 Shapefile，写明坐标系。")
