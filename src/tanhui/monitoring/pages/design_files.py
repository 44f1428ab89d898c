"""Files of a design to take along: its document and land, plots for GIS and receivers, workbooks and sheets."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanhui.kit.problems import NotFoundProblem
from tanhui.monitoring.design.files import design_gpkg, design_json, plots_csv, plots_gpx, plots_kml
from tanhui.monitoring.design.forms import LastRound, field_workbook
from tanhui.monitoring.design.plot_rows import PlotRow, plot_rows
from tanhui.monitoring.design.sheets import field_sheets
from tanhui.monitoring.models import Design, Programme
from tanhui.monitoring.queries import design, design_content, design_land_geojson, latest_survey, programme

MOST_SHEETS = 150
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _Asked(NamedTuple):
    """A design and the plots of it that a file is wanted of."""

    programme: Programme
    design: Design
    content: Mapping[str, Any]
    rows: list[PlotRow]
    language: str

    @property
    def title(self) -> str:
        return f"{self.programme.number} {self.programme.name_zh} / {self.programme.name_en}"


def design_file(request: HttpRequest, number: str, revision: str, name: str) -> HttpResponse:
    """Send one file of a design: of all its plots, or of one `crew`, `year` or `ecosystem`."""
    writer = WRITERS.get(name)
    if writer is None:
        raise NotFoundProblem("unknown_file", _("设计里没有叫 %(name)s 的文件。") % {"name": name[:60]})
    found = programme(number)
    shown = design(found, revision)
    content = design_content(shown)
    crew, year = (_whole(request.GET.get(field, "")) for field in ("crew", "year"))
    ecosystem = request.GET.get("ecosystem", "")
    rows = [row for row in plot_rows(content, crew=crew, year=year) if not ecosystem or row.ecosystem == ecosystem]
    if not rows:
        raise NotFoundProblem("no_such_plots", _("这一版设计里没有这样的样地。"))
    language = "en" if (get_language() or "").startswith("en") else "zh"
    kind, write = writer
    answer = HttpResponse(write(_Asked(found, shown, content, rows, language)), content_type=kind)
    part = "".join(f"-{said}" for said in (ecosystem, f"crew{crew}" if crew else "", str(year or "")) if said)
    stem, _dot, ending = name.rpartition(".")
    answer["Content-Disposition"] = f'attachment; filename="{number}-v{revision}-{stem}{part}.{ending}"'
    return answer


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0  # noqa: PLR2004 - crews and years are short


def _workbook(asked: _Asked) -> bytes:
    last = LastRound(latest_survey(asked.programme))
    return field_workbook(asked.programme, asked.content, _sampled(asked), last, language=asked.language)


def _sheets(asked: _Asked) -> bytes:
    if len(asked.rows) > MOST_SHEETS:
        message = _("一次最多印 %(most)s 块样地的纸质表，这里有 %(plots)s 块。按外业组印。")
        raise NotFoundProblem("too_many_sheets", message % {"most": MOST_SHEETS, "plots": len(asked.rows)})
    last = LastRound(latest_survey(asked.programme))
    return field_sheets(asked.programme, asked.design.revision, asked.rows, last, language=asked.language)


def _sampled(asked: _Asked) -> list[PlotRow]:
    """Reserves come into a workbook only when they replace a plot."""
    return [row for row in asked.rows if row.role == "sample"]


def _gpkg(asked: _Asked) -> bytes:
    return design_gpkg(asked.rows, json.loads(design_land_geojson(asked.design)))


WRITERS: Mapping[str, tuple[str, Callable[[_Asked], bytes]]] = {
    "design.json": ("application/json", lambda asked: design_json(asked.design.document)),
    "land.geojson": ("application/geo+json", lambda asked: design_land_geojson(asked.design)),
    "plots.csv": ("text/csv; charset=utf-8", lambda asked: plots_csv(asked.rows)),
    "plots.gpx": ("application/gpx+xml", lambda asked: plots_gpx(asked.rows, title=asked.title)),
    "plots.kml": ("application/vnd.google-earth.kml+xml", lambda asked: plots_kml(asked.rows, title=asked.title)),
    "design.gpkg": ("application/geopackage+sqlite3", _gpkg),
    "forms.xlsx": (XLSX, _workbook),
    "sheets.pdf": ("application/pdf", _sheets),
}
