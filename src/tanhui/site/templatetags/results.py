"""Results of runs inside pages: `{% load results %}`. Charts are drawn here; a table beside says what they show."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanhui.kit import drawing
from tanhui.monitoring.models import Run
from tanhui.monitoring.papers.report import LANGUAGES, report_paper
from tanhui.monitoring.readout.wording import STATUSES, word
from tanhui.site.templatetags.drawings import whisk_axis
from tanhui.site.templatetags.tanhui import badge, number, signed, speaks

register = template.Library()

Row = Mapping[str, Any]
_RUN_BADGES = {
    "queued": "wait",
    "running": "go",
    "done": "wait",
    "stopped": "due",
    "failed": "stop",
    "signed": "go",
    "published": "end",
}
_FLAG_WORDS = {
    "stop": gettext_lazy("不能制发"),
    "due": gettext_lazy("影响数字"),
    "wait": gettext_lazy("说明"),
    "weak": gettext_lazy("证据偏弱"),
}
_FULLEST = 96
MOST_LABELS = 4
"""Labels of tonnes that an axis in a table has room for."""
PLOT_RADII = {"near": 15.0, "all": 7.0}


@register.simple_tag
def run_badge(run: Run) -> SafeString:
    """Where a run stands: shape, colour and word."""
    return badge(_RUN_BADGES[run.state], str(run.state.label))


@register.simple_tag
def flag_badge(kind: str) -> SafeString:
    return badge(kind, str(_FLAG_WORDS[kind]))


@register.simple_tag
def plot_badge(status: str) -> SafeString:
    """Whether a plot counts, and if not, why."""
    return badge("go" if status == "counted" else "wait", word(STATUSES, status))


@register.simple_tag
def table_links(programme: str, run: str, table: str) -> SafeString:
    """The downloads of one table."""
    address = reverse("run_csv", args=[programme, run, table])
    return format_html(
        '<span class="row small"><a href="{}">CSV</a><a href="{}?excel">Excel</a></span>', address, address
    )


@register.simple_tag
def draw_series(stocks: Sequence[Row], ecosystem: str = "") -> SafeString:
    """Densities over the rounds, each at its last day in the field with its interval."""
    points = [
        drawing.Point(
            _moment(row["date_to"]),
            str(row["date_to"])[:4],
            number(row["mean"], 2),
            row["mean"],
            row["half_width"],
        )
        for row in stocks
        if row["mean"] is not None
    ]
    title = _("各轮碳密度，tC/ha，线段为区间")
    drawn = drawing.series(points, title=title, ecosystem=ecosystem, places=1)
    return mark_safe(drawn)  # noqa: S308 - the drawing escapes what it is given


def _moment(text: str) -> float:
    """A day as a number of years; a date of which only the year is known is its middle."""
    if len(text) < len("2026-01-01"):
        return float(text[:4]) + 0.5
    day = date.fromisoformat(text)
    return day.year + (day.timetuple().tm_yday - 1) / 365.25


@register.simple_tag
def draw_effects(rows: Sequence[Row]) -> SafeString:
    """Area and density effect of the whole, or of the strata where there is no whole."""
    wholes = [row for row in rows if not row["name"]] or list(rows)
    names = (
        ("area_effect_half_tc", _("面积效应")),
        ("density_effect_half_tc", _("密度效应")),
        ("change_tc", _("变化")),
    )
    bars = [
        drawing.Bar(name, row[field], signed(row[field]), "all" if field == "change_tc" else "brand")
        for row in wholes
        for field, name in names
        if row[field] is not None
    ]
    return mark_safe(drawing.balance(bars, title=_("面积效应与密度效应，tC")))  # noqa: S308 - escaped by the drawing


@register.simple_tag
def whisk_ends(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The shared axis of intervals that need not be even: `{% whisk_ends intervals as axis %}`."""
    ends = [{"value": row[end], "half": 0.0} for row in rows for end in ("low", "high")]
    axis = whisk_axis(ends, "value", "half")
    shown = [{**tick, "label": number(float(tick["at"]))} for tick in axis["ticks"]]
    return {**axis, "ticks": shown[:: 1 + len(shown) // MOST_LABELS]}


@register.simple_tag
def draw_components(found: Row) -> SafeString:
    """What survivors grew, what came and what went, and the net change below."""
    bars = [
        drawing.Bar(row["name"], row["carbon_tc"], signed(row["carbon_tc"], 1), "brand")
        for row in found["rows"]
        if row["carbon_tc"] is not None
    ]
    bars.append(drawing.Bar(_("两轮储量之差"), found["net_tc"], signed(found["net_tc"], 1), "all"))
    return mark_safe(drawing.balance(bars, title=_("树的去向，tC")))  # noqa: S308 - escaped by the drawing


@register.inclusion_tag("monitoring/run/bars.html")
def bars_of(rows: Sequence[Row]) -> dict[str, Any]:
    """Contributions as bars in proportion, the largest nearly filling its room."""
    most = max((row["variance"] for row in rows), default=0) or 1
    shown = [{**row, "width": f"{_FULLEST * row['variance'] / most:.2f}"} for row in rows]
    return {"rows": shown, "total": sum(row["percent"] for row in rows)}


@register.simple_tag
def draw_amounts(counties: Mapping[str, Any], marks: Sequence[drawing.Mark], title: str, near: str = "") -> SafeString:
    """A map of amounts at places."""
    names = {str(place["properties"]["adcode"]): speaks(place["properties"], "name") for place in counties["features"]}
    radius = PLOT_RADII.get(near, 22.0)
    drawn = drawing.place_map(counties, marks, title=title, names=names, largest_radius=radius, near=near == "near")
    return mark_safe(drawn)  # noqa: S308 - escaped by the drawing


@register.simple_tag
def paper_hashes(run: Run) -> dict[str, str]:
    """SHA-256 of both reports as they are now: what a reviewer signs is what was shown."""
    kept = {paper.language: paper.sha256 for paper in run.papers.all()}
    return kept or {language: hashlib.sha256(report_paper(run, language)).hexdigest() for language in LANGUAGES}
