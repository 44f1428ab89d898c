"""Parcels and works as files to take away: CSV and Excel for reading, GeoPackage for a GIS."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
import xlsxwriter
from django.http import HttpResponse
from django.utils.translation import gettext as _
from pyogrio import raw

from tanhui.kit.cells import harmless
from tanhui.kit.problems import NotFoundProblem
from tanhui.land.models import Parcel, Works
from tanhui.land.wording import code_name

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gpkg": "application/geopackage+sqlite3",
}
M2_PER_HA = 10_000


class Sheet(NamedTuple):
    """Rows under titles, and the WKB of each row or None; `name` is the file's, without its ending."""

    name: str
    titles: Sequence[str]
    rows: Sequence[Sequence[Any]]
    shapes: Sequence[bytes | None]


def parcel_file(parcels: Iterable[Parcel], kind: str) -> HttpResponse:
    """Raises `unknown_kind`."""
    found = list(parcels)
    return as_file(
        Sheet("parcels", parcel_titles(), [_parcel(p) for p in found], [bytes(p.geometry) for p in found]), kind
    )


def works_file(works: Iterable[Works], kind: str) -> HttpResponse:
    """Raises `unknown_kind`."""
    found = list(works)
    shapes = [None if work.geometry is None else bytes(work.geometry) for work in found]
    return as_file(Sheet("works", works_titles(), [_work(work) for work in found], shapes), kind)


def as_file(sheet: Sheet, kind: str) -> HttpResponse:
    writers = {"csv": _csv, "xlsx": _xlsx, "gpkg": _gpkg}
    if kind not in writers:
        raise NotFoundProblem("unknown_kind", _("没有这种文件。"))
    answer = HttpResponse(writers[kind](sheet), content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{sheet.name}.{kind}"'
    return answer


def parcel_titles() -> list[str]:
    return [
        _("小班编号"), _("旗县区"), _("片区"), _("权利人"), _("生态系统"), _("面积，公顷"), _("文件面积，公顷"),
        _("地类代码"), _("地类"), _("三调地类代码"), _("优势树种代码"), _("优势树种"), _("起源"), _("土地权属"),
        _("林木权属"), _("森林类别"), _("平均年龄，年"), _("平均胸径，厘米"), _("平均树高，米"), _("郁闭度"),
        _("公顷蓄积，立方米"), _("调查年度"), _("造林年度"), _("导入编号"),
    ]  # fmt: skip


def _parcel(parcel: Parcel) -> list[Any]:
    return [
        parcel.code, parcel.county.name_zh if parcel.county else "", parcel.zone.name_zh if parcel.zone else "",
        parcel.owner_name, str(parcel.get_ecosystem_display()), parcel.area_m2 / M2_PER_HA,
        None if parcel.stated_area_ha is None else float(parcel.stated_area_ha),
        parcel.land_class, code_name("land_class", parcel.land_class), parcel.survey_class, parcel.species,
        code_name("species", parcel.species), str(parcel.get_origin_display()), str(parcel.get_land_tenure_display()),
        str(parcel.get_forest_tenure_display()), code_name("forest_category", parcel.forest_category),
        parcel.age_a, parcel.dbh_cm, parcel.height_m, parcel.canopy_share, parcel.volume_m3_ha, parcel.survey_year,
        parcel.planted_year, parcel.batch.number,
    ]  # fmt: skip


def works_titles() -> list[str]:
    return [
        _("工程编号"), _("工程名称"), _("工程类型"), _("生态系统"), _("状态"), _("开始年份"), _("完成年份"),
        _("面积，公顷"), _("出资方"), _("旗县区"), _("片区"), _("小班编号"), _("投资，元"), _("预计碳汇，t"),
        _("预计到哪一年"), _("依据"), _("可信程度"),
    ]  # fmt: skip


def _work(work: Works) -> list[Any]:
    return [
        work.number, work.name_zh, str(work.get_kind_display()), str(work.get_ecosystem_display()),
        str(work.get_state_display()), work.begun_year, work.done_year,
        None if work.area_m2 is None else work.area_m2 / M2_PER_HA, work.funder_zh,
        work.county.name_zh if work.county else "", work.zone.name_zh if work.zone else "",
        " ".join(work.parcel_codes), None if work.cost_fen is None else work.cost_fen / 100,
        None if work.expected_kg is None else work.expected_kg / 1000, work.expected_until_year, work.source,
        work.confidence,
    ]  # fmt: skip


def _csv(sheet: Sheet) -> bytes:
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(sheet.titles)
    writer.writerows([harmless(cell) for cell in row] for row in sheet.rows)
    # Excel reads UTF-8 only when the file begins with this mark.
    return ("\ufeff" + target.getvalue()).encode()


def _xlsx(sheet: Sheet) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        page = book.add_worksheet(sheet.name)
        page.freeze_panes(1, 1)
        page.write_row(0, 0, sheet.titles, book.add_format({"bold": True}))
        page.set_column(0, len(sheet.titles) - 1, 16)
        for number, row in enumerate(sheet.rows, 1):
            page.write_row(number, 0, ["" if cell is None else cell for cell in row])
    return target.getvalue()


def _gpkg(sheet: Sheet) -> bytes:
    """All rows with their boundaries; rows without one have none there either."""
    columns = list(zip(*sheet.rows, strict=True)) if sheet.rows else [() for _title in sheet.titles]
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{sheet.name}.gpkg"
        raw.write(
            path,
            np.array(list(sheet.shapes), dtype=object),
            [_column(column) for column in columns],
            list(sheet.titles),
            driver="GPKG",
            layer=sheet.name,
            geometry_type="MultiPolygon",
            crs="EPSG:4490",
        )
        return path.read_bytes()


def _column(cells: Sequence[Any]) -> Any:  # noqa: ANN401 - an array of text or of decimals
    numeric = any(isinstance(cell, int | float) for cell in cells)
    if numeric:
        return np.array([np.nan if cell is None else float(cell) for cell in cells], dtype=np.float64)
    return np.array([None if cell is None else str(cell) for cell in cells], dtype=object)
