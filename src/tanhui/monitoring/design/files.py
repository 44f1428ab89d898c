"""A design as files that other programs open: CSV, GPX, KML, GeoPackage. Names stand in Chinese and in English.

Places are EPSG:4490; GPX and KML are WGS84 by definition, and the two differ by less than a receiver can tell.
"""

import csv
import io
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import numpy as np
import pyogrio
import shapely
from shapely.geometry import shape

from tanhui.monitoring.design.plot_rows import HEADINGS, ROLE_WORDS, PlotRow

GPX = "http://www.topografix.com/GPX/1/1"
KML = "http://www.opengis.net/kml/2.2"
HUES = {"forest": "ff4b7a2f", "shrubland": "ff4b7a2f", "grassland": "ff1d88b9", "wetland": "ffb07d2c"}
"""Colours of the ecosystems as KML writes them: alpha, blue, green, red."""


def plots_csv(rows: Sequence[PlotRow]) -> bytes:
    """All columns under headings in both languages; UTF-8 with a mark, so that spreadsheets read the Chinese."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([f"{said} {name}" for name, said in HEADINGS.items()])
    writer.writerows([_cell(row, name) for name in HEADINGS] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _cell(row: PlotRow, name: str) -> str:
    value = getattr(row, name)
    if name in {"lon", "lat"}:
        return f"{value:.7f}"
    if name in {"east_m", "north_m"}:
        return f"{value:.2f}"
    return "" if value in {0, ""} else str(value)


def plots_gpx(rows: Sequence[PlotRow], *, title: str) -> bytes:
    """Waypoints for a hand-held receiver."""
    root = Element("gpx", {"xmlns": GPX, "version": "1.1", "creator": "Tanhui 碳汇"})
    SubElement(SubElement(root, "metadata"), "name").text = title
    for row in rows:
        point = SubElement(root, "wpt", {"lat": f"{row.lat:.7f}", "lon": f"{row.lon:.7f}"})
        SubElement(point, "name").text = row.plot
        SubElement(point, "desc").text = row.said
        SubElement(point, "sym").text = "Flag, Green" if row.role == "sample" else "Flag, Blue"
        SubElement(point, "type").text = row.role
    return _xml(root)


def plots_kml(rows: Sequence[PlotRow], *, title: str) -> bytes:
    """A folder for each stratum, with all columns of each plot beside it."""
    root = Element("kml", {"xmlns": KML})
    document = SubElement(root, "Document")
    SubElement(document, "name").text = title
    for ecosystem, colour in HUES.items():
        style = SubElement(document, "Style", {"id": ecosystem})
        SubElement(SubElement(style, "IconStyle"), "color").text = colour
    for stratum in sorted({row.stratum for row in rows}):
        members = [row for row in rows if row.stratum == stratum]
        folder = SubElement(document, "Folder")
        SubElement(folder, "name").text = f"{members[0].stratum_zh} / {members[0].stratum_en}"
        for row in members:
            _placemark(folder, row)
    return _xml(root)


def _placemark(folder: Element, row: PlotRow) -> None:
    mark = SubElement(folder, "Placemark")
    SubElement(mark, "name").text = row.plot
    SubElement(mark, "description").text = row.said
    SubElement(mark, "styleUrl").text = f"#{row.ecosystem}"
    extended = SubElement(mark, "ExtendedData")
    for name, said in HEADINGS.items():
        value = SubElement(extended, "Data", {"name": name})
        SubElement(value, "displayName").text = f"{said} {name}"
        SubElement(value, "value").text = _cell(row, name)
    SubElement(SubElement(mark, "Point"), "coordinates").text = f"{row.lon:.7f},{row.lat:.7f}"


def _xml(root: Element) -> bytes:
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def design_gpkg(rows: Sequence[PlotRow], land: Mapping[str, Any]) -> bytes:
    """A GeoPackage in EPSG:4490 with the layers `plots` and `strata`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "design.gpkg"
        _write_layer(path, "plots", shapely.points([(row.lon, row.lat) for row in rows]), _plot_columns(rows), "Point")
        features = land["features"]
        outlines = np.array([_multi(shape(feature["geometry"])) for feature in features])
        columns = {
            name: np.array([feature["properties"][name] for feature in features], dtype=object)
            for name in ("stratum", "ecosystem", "parcel")
        }
        _write_layer(path, "strata", outlines, columns, "MultiPolygon")
        return path.read_bytes()


def _plot_columns(rows: Sequence[PlotRow]) -> dict[str, Any]:
    """The columns by their English names, and what a plot is in both languages."""
    columns: dict[str, Any] = {name: _typed([getattr(row, name) for row in rows]) for name in HEADINGS}
    columns["role_zh"] = _typed([ROLE_WORDS[row.role][0] for row in rows])
    columns["said"] = _typed([row.said for row in rows])
    return columns


def _typed(values: Sequence[Any]) -> Any:  # noqa: ANN401 - NumPy chooses the type of a column
    kind: Any = object if isinstance(values[0], str) else None
    return np.array(values, dtype=kind)


def _write_layer(path: Path, layer: str, shapes: Any, columns: Mapping[str, Any], kind: str) -> None:  # noqa: ANN401 - shapes and columns of NumPy
    pyogrio.raw.write(
        path,
        shapely.to_wkb(shapes),
        list(columns.values()),
        list(columns),
        layer=layer,
        geometry_type=kind,
        crs="EPSG:4490",
        driver="GPKG",
    )


def _multi(outline: Any) -> Any:  # noqa: ANN401 - a polygon or several
    return outline if outline.geom_type == "MultiPolygon" else shapely.multipolygons([outline])


def design_json(document: str) -> bytes:
    """The design's own document, laid out for reading: the values are what its hash covers."""
    return (json.dumps(json.loads(document), ensure_ascii=False, indent=1) + "\n").encode()
