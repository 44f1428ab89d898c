"""What layers a file has, in which coordinate system and which text encoding."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyogrio
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from pyogrio import raw
from pyogrio.errors import DataSourceError

from tanhui.kit.problems import Problem
from tanhui.land.vector.broken import broken
from tanhui.land.vector.kml import plain_kml, read_back

DRIVERS = {
    ".shp": "ESRI Shapefile",
    ".gdb": "OpenFileGDB",
    ".gpkg": "GPKG",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".kml": "LIBKML",
}
KINDS = tuple(DRIVERS)
KML, NUMBERED = ".kml", "#kml "
_AREAL = frozenset({3, 6, 7})  # polygon, multipolygon, collection, as shapely numbers them
_SAMPLE_BYTES = 64_000_000
_GBK_NAMES = frozenset({"GBK", "GB2312", "GB18030", "936", "CP936", "EUC-CN"})


class Layer(NamedTuple):
    """A layer of a file. `crs` is the text that names its coordinate system, or None; `bounds` in its own numbers."""

    source: Path
    name: str
    shown: str
    driver: str
    features: int
    kind: str
    fields: tuple[str, ...]
    crs: str | None
    encoding: str
    bounds: tuple[float, float, float, float] | None


class Table(NamedTuple):
    """The features of a layer, column by column, and their geometry as WKB or None."""

    fields: dict[str, NDArray[Any]]
    wkb: NDArray[np.object_]


def layers(folder: Path) -> list[Layer]:
    """Return all layers with geometry. Raises `no_vector_file`, `file_broken`, `shapefile_incomplete`."""
    found = [layer for source in sources(folder) for layer in _layers_of(source)]
    if not found:
        message = _("里面没有认得的矢量文件。")
        remedy = _(
            "可以用 Shapefile（.shp、.dbf、.shx、.prj 一起）、File GDB、GeoPackage、GeoJSON、KML，它们的 ZIP，或 KMZ。"
        )
        raise Problem("no_vector_file", message, field="file", remedy=remedy)
    return found


def sources(folder: Path) -> list[Path]:
    """Return the files, and geodatabase folders, that can be opened."""
    every = sorted(folder.rglob("*"))
    bases = [path for path in every if path.suffix.lower() == ".gdb" and path.is_dir()]
    within = {path for base in bases for path in base.rglob("*")}
    return bases + [
        path
        for path in every
        if path.is_file() and path.suffix.lower() in KINDS and path not in within and not path.name.startswith(".")
    ]


def read(layer: Layer) -> Table:
    """Read a layer whole. Raises `file_broken`."""
    options = {"encoding": layer.encoding} if layer.driver == "ESRI Shapefile" and layer.encoding else {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            meta, _fids, wkb, columns = raw.read(
                _opened(layer.source), layer=_asked(layer.name), force_2d=False, datetime_as_string=True, **options
            )
    except (DataSourceError, UnicodeDecodeError, ValueError) as fault:
        raise broken(layer.source) from fault
    back = read_back if layer.driver == DRIVERS[KML] else str
    fields = {back(str(name)): column for name, column in zip(meta["fields"], columns, strict=True)}
    return Table(fields, wkb if wkb is not None else np.array([None] * 0, dtype=object))


def _layers_of(source: Path) -> list[Layer]:
    kind = source.suffix.lower()
    _whole(source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            named = [(str(name), geometry) for name, geometry in pyogrio.list_layers(_opened(source))]
            if kind == KML:
                found = [_layer(source, kind, f"{NUMBERED}{place}", "Unknown") for place in range(len(named))]
                return [_with_kind(layer) for layer in found if layer.features]
            return [_layer(source, kind, name, str(geometry)) for name, geometry in named if geometry]
    except (DataSourceError, ValueError) as fault:
        raise broken(source) from fault


def _layer(source: Path, kind: str, name: str, geometry: str) -> Layer:
    encoding = dbf_encoding(source) if kind == ".shp" else "UTF-8"
    options = {"encoding": encoding} if kind == ".shp" else {}
    told = pyogrio.read_info(
        _opened(source), layer=_asked(name), force_feature_count=True, force_total_bounds=True, **options
    )
    shown = source.stem if kind == ".shp" else f"{source.stem}/{name}"
    if kind == KML:
        shown = f"{source.stem}/{_folder(told['layer_name'])}"
    bounds = told["total_bounds"]
    return Layer(
        source=source,
        name=name,
        shown=shown,
        driver=DRIVERS[kind],
        features=int(told["features"]),
        kind=geometry,
        fields=tuple(read_back(str(field)) if kind == KML else str(field) for field in told["fields"]),
        crs=told["crs"],
        encoding=encoding,
        bounds=None if bounds is None else _four(bounds),
    )


def _opened(source: Path) -> Path | bytes:
    """What the reader is given: the file itself, or what was made of it."""
    return plain_kml(source) if source.suffix.lower() == KML else source


def _folder(name: str) -> str:
    """A KML without a name is called after the place in memory that it was read from, which says nothing."""
    return "-" if name.startswith("pyogrio_") else name


def _asked(name: str) -> str | int:
    """The folders of a KML may have no name or the same one, so they go by number."""
    return int(name.removeprefix(NUMBERED)) if name.startswith(NUMBERED) else name


def _with_kind(layer: Layer) -> Layer:
    """A folder of a KML does not say what it holds: areas, if anything in it is one."""
    _meta, _fids, wkb, _columns = raw.read(_opened(layer.source), layer=_asked(layer.name), columns=[])
    kinds = {shapely.get_type_id(shape) for shape in shapely.from_wkb(wkb, on_invalid="ignore")}
    return layer._replace(kind="Polygon" if kinds & _AREAL else "Point")


def _four(bounds: Sequence[float]) -> tuple[float, float, float, float]:
    west, south, east, north = (float(edge) for edge in bounds)
    return west, south, east, north


def _whole(source: Path) -> None:
    """A shapefile needs its table and its index."""
    if source.suffix.lower() != ".shp":
        return
    beside = {path.suffix.lower() for path in source.parent.iterdir() if path.stem == source.stem}
    lacking = [ending for ending in (".dbf", ".shx") if ending not in beside]
    if lacking:
        text = _("%(name)s 缺少 %(lacking)s。") % {"name": source.name, "lacking": _("、").join(lacking)}
        remedy = _("同名的 .shp、.dbf、.shx、.prj 要一起传，最好压成一个 ZIP。")
        raise Problem("shapefile_incomplete", text, field="file", remedy=remedy)


def dbf_encoding(shp: Path) -> str:
    """Return the encoding of a shapefile's table: what its .cpg says if the bytes agree, else what the bytes can be."""
    dbf = next(path for path in shp.parent.iterdir() if path.stem == shp.stem and path.suffix.lower() == ".dbf")
    with dbf.open("rb") as file:
        sample = file.read(_SAMPLE_BYTES)
    cpg = [path for path in shp.parent.iterdir() if path.stem == shp.stem and path.suffix.lower() == ".cpg"]
    told = cpg[0].read_text(encoding="ascii", errors="ignore").strip().upper() if cpg else ""
    if _is_utf8(sample):
        return "GB18030" if told in _GBK_NAMES else "UTF-8"
    return "GB18030"


def _is_utf8(sample: bytes) -> bool:
    """Whether field names and values read as UTF-8; what a cell's width cut off at its end does not count."""
    start = _header_bytes(sample)
    names = b"".join(sample[place : place + 11].split(b"\0", 1)[0] for place in range(32, start - 1, 32))
    try:
        (names + sample[start:]).decode("utf-8")
    except UnicodeDecodeError as fault:
        return fault.end >= len(names) + len(sample) - start and fault.reason == "unexpected end of data"
    return True


def _header_bytes(sample: bytes) -> int:
    return int.from_bytes(sample[8:10], "little") if len(sample) > 10 else len(sample)  # noqa: PLR2004 - the head of a DBF


def polygon_layers(found: Sequence[Layer]) -> list[Layer]:
    """Return the layers that can hold parcels, or all where none says so."""
    areal = [layer for layer in found if "Polygon" in layer.kind or layer.kind in {"Unknown", "GeometryCollection"}]
    return areal or list(found)
