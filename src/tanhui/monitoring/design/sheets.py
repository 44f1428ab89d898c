"""Field sheets on paper: pages for each plot, with its place, its layout, the trees of last time, and a code."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tanhui.core.sampling import Layout, layout, slope_distance_m
from tanhui.kit.pdf import compile_pdf
from tanhui.kit.qr import qr_svg
from tanhui.monitoring.design.forms import LastRound, standing_plots
from tanhui.monitoring.design.plot_rows import PlotRow
from tanhui.monitoring.design.sheet_words import WORDS
from tanhui.monitoring.models import Programme
from tanhui.monitoring.workbook.vocabulary import rows_of

PAPER = Path(__file__).with_name("papers") / "field_sheet.typ"
SLOPES_DEG = (6, 10, 15, 20, 25, 30, 35)
SPARE_ROWS, EMPTY_ROWS = 6, 22
GONE = frozenset({"dead", "removed"})


def field_sheets(
    programme: Programme, revision: int, rows: Sequence[PlotRow], last: LastRound, *, language: str
) -> bytes:
    """A4 sheets for these plots, in the order of the rows."""
    english = language.startswith("en")
    facts = {
        "words": {name: str(said) for name, said in WORDS.items()},
        "lang": "en" if english else "zh",
        "programme": programme.name_en if english else programme.name_zh,
        "number": programme.number,
        "design": _("第 %(revision)s 版设计") % {"revision": revision},
        "round": last.round + 1,
        "plots": [_plot(row, last, programme.number, english=english) for row in rows],
    }
    return compile_pdf(PAPER, facts)


def _plot(row: PlotRow, last: LastRound, number: str, *, english: bool) -> dict[str, Any]:
    laid = layout(row.layout)
    trees = last.trees_of(standing_plots([row]))
    standing = [tree for tree in trees if tree["round"] == str(last.round) and tree["status"] not in GONE]
    woody = row.ecosystem in {"forest", "shrubland"}
    return {
        "plot": row.plot,
        "role": _("备用样地") if row.role == "reserve" else "",
        "order": row.order,
        "stratum": row.stratum_en if english else row.stratum_zh,
        "parcel": row.parcel,
        "ecosystem": row.ecosystem,
        "lon": f"{row.lon:.7f}",
        "lat": f"{row.lat:.7f}",
        "epsg": row.epsg,
        "east": f"{row.east_m:.2f}",
        "north": f"{row.north_m:.2f}",
        "crew": row.crew or "",
        "qc": row.qc_years,
        "layout": _layout(laid, english=english),
        "slopes": [_slope(laid, degrees) for degrees in SLOPES_DEG],
        "qr": qr_svg(f"{number} {row.plot}"),
        "trees": [[tree["tree"], _species(tree["species"], english=english), *_sizes(tree)] for tree in standing],
        "blank": (SPARE_ROWS if standing else EMPTY_ROWS) if woody else 0,
    }


def _species(name: str, *, english: bool) -> str:
    """The Chinese name of a species that the workbook knows; any other as it was written."""
    known = {row["en"]: row["zh"] for row in rows_of("species.csv")}
    return name if english else known.get(name, name)


def _sizes(tree: Mapping[str, str]) -> tuple[str, str]:
    return tree["dbh_cm"], tree["height_m"]


def _layout(laid: Layout, *, english: bool) -> dict[str, Any]:
    return {
        "name": laid.name_en if english else laid.name_zh,
        "shape": laid.shape,
        "length": float(laid.length_m),
        "width": float(laid.width_m),
        "radius": float(laid.radius_m),
        "area": f"{float(laid.area_m2):g}",
        "rings": [float(ring.radius_m) for ring in laid.rings],
        "nested": [
            {
                "name": part.name_en if english else part.name_zh,
                "side": float(part.side_m or 0),
                "at": [[float(along), float(across)] for along, across in part.at],
                "layers": [f"{top}–{bottom}" for top, bottom in part.layers_cm],
            }
            for part in laid.nested
        ],
    }


def _slope(laid: Layout, degrees: int) -> list[str]:
    """A slope and what the sides of the plot become on it."""
    sides = (laid.radius_m,) if laid.shape == "circle" else (laid.length_m, laid.width_m)
    return [f"{degrees}°", *(f"{slope_distance_m(Fraction(side), degrees):.2f}" for side in sides)]
