"""Read works from a table (Excel, CSV) or a file with boundaries: rows by their headings, faults by row."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import shapely
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from tanhui.core.geometry.systems import to_degrees
from tanhui.kit.problems import Problem
from tanhui.land.mapping.values import texts
from tanhui.land.parcels.choices import Choices
from tanhui.land.parcels.ground import Ground
from tanhui.land.parcels.layer import layer_of
from tanhui.land.parcels.shapes import middle_box, parse_shapes, system_of
from tanhui.land.vector.broken import broken
from tanhui.land.vector.layers import layers, read
from tanhui.land.vector.packed import gather, pack, unpacked
from tanhui.land.works.facts import WorksFacts, WorksFault, read_facts

TABLES = (".csv", ".xlsx", ".xls", ".ods")
MOST_ROWS = 20_000
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name_zh": ("工程名称", "名称", "项目名称", "NAME", "GCMC", "name_zh"),
    "name_en": ("英文名称", "name_en"),
    "kind": ("工程类型", "类型", "措施", "GCLX", "kind"),
    "ecosystem": ("生态系统", "ecosystem"),
    "state": ("状态", "state"),
    "begun_year": ("开始年份", "年度", "年份", "ND", "begun_year"),
    "done_year": ("完成年份", "done_year"),
    "funder_zh": ("出资方", "出资单位", "资助方", "CZF", "funder_zh"),
    "funder_en": ("出资方英文", "funder_en"),
    "county": ("旗县区", "旗县", "县", "XIAN", "county"),
    "zone": ("片区", "发展片区", "PIAN_QU", "zone"),
    "parcel_codes": ("小班编号", "小班", "parcel_codes"),
    "cost_yuan": ("投资，元", "投资（元）", "投资", "cost_yuan"),
    "expected_t": ("预计碳汇，t", "预计碳汇（吨）", "预计碳汇", "expected_t"),
    "expected_until_year": ("预计到哪一年", "expected_until_year"),
    "source": ("依据", "来源", "source"),
    "confidence": ("可信程度", "confidence"),
}
AREAS: Mapping[str, str] = {
    "面积，亩": "mu",
    "面积（亩）": "mu",
    "面积亩": "mu",
    "area_mu": "mu",
    "面积，公顷": "ha",
    "面积（公顷）": "ha",
    "面积公顷": "ha",
    "MIAN_JI": "ha",
    "area_ha": "ha",
}
ASSUMED = {"state": "done", "ecosystem": "forest", "source": ""}


class WorksRow(NamedTuple):
    """A row as it was read: its number in the table, its facts, its boundary, and what is wrong with it."""

    row: int
    facts: WorksFacts
    shape: shapely.Geometry | None
    faults: list[WorksFault]


def read_works(path: Path, ground: Ground) -> list[WorksRow]:
    """Read all rows. Raises `table_unread`, `no_rows`, `heading_missing`, and what a vector file can be refused for."""
    if path.suffix.lower() in TABLES:
        headings, body = read_table(path)
        shapes: Sequence[shapely.Geometry | None] = [None] * len(body)
    else:
        headings, body, shapes = _vector(path, ground)
    if not body:
        raise Problem("no_rows", _("表里一行都没有。"), field="file")
    if len(body) > MOST_ROWS:
        raise Problem("too_many_rows", _("一次最多 %(most)s 行。") % {"most": MOST_ROWS}, field="file")
    used = _used(headings)
    told = [_told(dict(zip(headings, row, strict=False)), used) for row in body]
    read_rows = [read_facts(row, ground) for row in told]
    return [
        WorksRow(number, facts, shape, faults)
        for number, ((facts, faults), shape) in enumerate(zip(read_rows, shapes, strict=True), 2)
    ]


def read_boundary(path: Path, ground: Ground) -> shapely.Geometry:
    """Return all polygons of a file as one shape in longitude and latitude. Raises `bad_shape` when there is none."""
    _names, _rows, shapes = _vector(path, ground)
    found = [shape for shape in shapes if shape is not None]
    if not found:
        raise Problem("bad_shape", _("文件里没有面。"), field="files", remedy=_("检查导出时选的图层。"))
    return shapely.union_all(np.array(found, dtype=object))


def _used(headings: Sequence[str]) -> dict[str, str]:
    """Which heading holds which field; the heading of an area tells its unit."""
    there = {heading.strip().upper(): heading for heading in headings}
    used = {
        field: there[name.upper()]
        for field, names in HEADINGS.items()
        for name in reversed(names)
        if name.upper() in there
    }
    area = next((name for name in AREAS if name.upper() in there), None)
    if area is not None:
        used |= {"area": there[area.upper()], "area_unit": AREAS[area]}
    lacking = [HEADINGS[field][0] for field in ("name_zh", "kind", "begun_year") if field not in used]
    if lacking:
        text = _("表里缺少这些列：%(columns)s。") % {"columns": _("、").join(lacking)}
        raise Problem("heading_missing", text, field="file", remedy=_("用“下载模板”里的表头。"))
    return used


def _told(row: Mapping[str, str], used: Mapping[str, str]) -> dict[str, str]:
    told = {field: row.get(heading, "") for field, heading in used.items() if field != "area_unit"}
    kept = {field: text for field, text in told.items() if text.strip()}
    return {**ASSUMED, **kept, "area_unit": used.get("area_unit", "mu")}


def read_table(path: Path) -> tuple[list[str], list[list[str]]]:
    """Return the headings and the rows below them, all as text. Raises `table_unread`."""
    rows = list(_csv_rows(path) if path.suffix.lower() == ".csv" else _sheet_rows(path))
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    return (rows[0], rows[1:]) if rows else ([], [])


def _csv_rows(path: Path) -> Iterator[list[str]]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    try:
        yield from csv.reader(io.StringIO(text, newline=""))
    except csv.Error as fault:
        raise broken(path, code="table_unread", remedy=_("用 Excel 另存为 .xlsx 再传。")) from fault


def _sheet_rows(path: Path) -> Iterator[list[str]]:
    try:
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    except (CalamineError, OSError) as fault:
        raise broken(path, code="table_unread", remedy=_("用 Excel 另存为 .xlsx 再传。")) from fault
    for row in sheet.to_python():
        yield [str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell) for cell in row]


def _vector(path: Path, ground: Ground) -> tuple[list[str], list[list[str]], list[shapely.Geometry | None]]:
    members = gather(path)
    with unpacked(pack(members, path.parent / f"{path.name}.packed.zip") if len(members) > 1 else path) as folder:
        layer = layer_of(layers(folder), Choices())
        table = read(layer)
    parsed = parse_shapes(table.wkb)
    shapes = to_degrees(parsed.shapes, system_of(layer, 0, ground, middle_box(parsed.shapes)))
    columns = [texts(column, len(table.wkb)) for column in table.fields.values()]
    return list(table.fields), [list(row) for row in zip(*columns, strict=True)], list(shapes)
