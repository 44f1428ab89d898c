"""Drawings inside pages: `{% load drawings %}`. Words and rounding here, geometry in `tanhui.kit.drawing`."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanhui.kit import drawing, text
from tanhui.kit.drawing.svg import HUES
from tanhui.site.templatetags import words
from tanhui.site.templatetags.tanhui import number, speaks

register = template.Library()

_SHOWN_USES = 7


@register.simple_tag
def ruler(
    value: float | None,
    half_width: float | None,
    ecosystem: str = "",
    mark: float | None = None,
    *,
    large: Mapping[str, Any] | None = None,
    mark_word: str = "",
) -> SafeString | str:
    """The ruler under an estimate in tonnes; empty when there is no interval, for then the page must say why.

    With `large` (see `large_estimate`) the labels stand in the unit of the headline number; `mark_word` says what the
    black tick is when nothing is issued yet.
    """
    if value is None or half_width is None:
        return ""
    places, unit = (large["places"], large["short_unit"]) if large else (0, "t")
    value, half_width = (value / large["size"], half_width / large["size"]) if large else (value, half_width)
    low, high = value - half_width, value + half_width
    scale = drawing.ruler_scale(value, low, high, mark)
    facts = {"value": number(value, places), "low": number(low, places), "high": number(high, places)}
    said = _("估算 %(value)s，区间 %(low)s 至 %(high)s") % facts
    marker = _marker(scale, places, mark_word or _("制发")) if mark is not None else ""
    return format_html(
        '<div class="ruler{}" style="--min:{};--max:{};--lo:{};--hi:{};--at:{};--tick:{}%" role="img" aria-label="{}">'
        '<span class="band"></span><span class="at"></span>{}'
        '<b style="--x:{}">{}</b><b class="strong" style="--x:{}">{}</b><b style="--x:{}">{} {}</b></div>',
        f" {HUES[ecosystem]}" if ecosystem in HUES else "",
        *(_plain(part) for part in (scale.least, scale.most, scale.low, scale.high, scale.at, scale.tick_percent)),
        said,
        marker,
        *(_plain(low), facts["low"], _plain(value), facts["value"], _plain(high), facts["high"], unit),
    )


def _marker(scale: drawing.Ruler, places: int, word: str) -> SafeString:
    """The black tick of what was issued; its label goes below the others where they would meet."""
    at = _plain(scale.mark or 0.0)
    said = f"{word} {number(scale.mark, places)}"
    css = "strong mk under" if scale.mark_near else "strong mk"
    return format_html(
        '<span class="mark" style="--x:{}"></span><b class="{}" style="--x:{}">{}</b>', at, css, at, said
    )


def _plain(value: float) -> str:
    """A number for a style attribute, the same in every language."""
    return f"{value:.10g}"


@register.simple_tag
def whisk_axis(rows: Sequence[Mapping[str, Any]], value: str, half_width: str) -> dict[str, Any]:
    """The shared axis of a table: `{% whisk_axis strata 'mean' 'half_width' as axis %}`."""
    known = [(float(row[value]), row.get(half_width)) for row in rows if row.get(value) is not None]
    least, most, ticks = drawing.axis_ticks(drawing.whiskers(known))
    labels = [{"at": _plain(tick), "label": f"{tick:g}".replace("-", "−")} for tick in ticks]
    return {"least": _plain(least), "most": _plain(most), "ticks": labels}


@register.simple_tag
def whisk_between(axis: Mapping[str, Any], row: Mapping[str, Any], ecosystem: str = "") -> SafeString:
    """One interval with its middle, which need not lie in the middle."""
    return _whisk(axis, (row["low"], row["high"], row["value"]), HUES.get(ecosystem, ""))


@register.simple_tag
def whisk(
    axis: Mapping[str, Any], value: float | None, half_width: float | None, ecosystem: str = "", *, total: bool = False
) -> SafeString | str:
    """One dot with its interval on the shared axis; a diamond for the total; nothing when the value is unknown."""
    if value is None:
        return ""
    half = half_width or 0.0
    return _whisk(axis, (value - half, value + half, value), f"{'all ' if total else ''}{HUES.get(ecosystem, '')}")


def _whisk(axis: Mapping[str, Any], points: tuple[float, float, float], css: str) -> SafeString:
    return format_html(
        '<span class="whisk {}" style="--min:{};--max:{};--lo:{};--hi:{};--at:{}"></span>',
        css,
        axis["least"],
        axis["most"],
        *map(_plain, points),
    )


@register.simple_tag
def draw_tree(plots: Sequence[drawing.TreeDot]) -> SafeString:
    title = _("%(count)s 块样地汇成一个数") % {"count": number(len(plots))}
    return mark_safe(drawing.stem_tree(plots, title=title))  # noqa: S308 - the drawing escapes what it is given


@register.simple_tag
def draw_plot(stems: Sequence[drawing.Stem], side_m: float | None = None) -> SafeString:
    title = _("样地里的每株树：实心为第一轮胸径，外环为后来长粗的部分，叉为枯死")
    return mark_safe(drawing.plot_map(stems, title=title, side_m=side_m))  # noqa: S308 - escaped by the drawing


@register.simple_tag
def draw_zones(counties: Mapping[str, Any], zones: Sequence[Any]) -> dict[str, SafeString]:
    """Both drawings of the map: `{% draw_zones counties zones as map %}{{ map.whole }}{{ map.inset }}`."""
    shown = [
        drawing.MapZone(
            speaks(zone, "name"),
            _field(zone, "ecosystem"),
            _field(zone, "area_mu"),
            _field(zone, "lon"),
            _field(zone, "lat"),
            _tip(zone),
        )
        for zone in zones
    ]
    places = {str(place["properties"]["adcode"]): speaks(place["properties"], "name") for place in counties["features"]}
    title = _("各旗县区与 %(count)s 个发展片区") % {"count": len(shown)}
    said = drawing.MapWords(title, _("密集处放大"), _("密集处，见放大图"), places)
    drawn = drawing.zone_map(counties, shown, said)
    whole, inset = mark_safe(drawn.whole), mark_safe(drawn.inset)  # noqa: S308 - escaped by the drawing
    return {"whole": whole, "inset": inset}


def _tip(zone: object) -> str:
    return f"{speaks(zone, 'name')} · {_wan_mu(_field(zone, 'area_mu'))}"


def _wan_mu(area_mu: int) -> str:
    return _("%(area)s 万亩") % {"area": f"{area_mu / 10_000:,.1f}"}


def _field(thing: Any, name: str) -> Any:  # noqa: ANN401 - rows of the database and plain dictionaries alike
    return thing[name] if isinstance(thing, Mapping) else getattr(thing, name)


@register.simple_tag
def draw_flow(lineage: Mapping[str, Any]) -> SafeString:
    """The stream of a lot: a drawing for wide screens with its figures for the interactive chart beside it."""
    lot = _flow(lineage)
    script = json_script(_chart(lot), "flow-figures")
    drawn = mark_safe(drawing.flow(lot))  # noqa: S308 - escaped by the drawing
    return format_html(
        '<figure class="flowbox" data-chart="flow" data-figures="flow-figures">{}</figure>{}', drawn, script
    )


def _flow(lineage: Mapping[str, Any]) -> drawing.Flow:
    """Words and texts for the plain figures of `lineage`."""
    strata = [
        drawing.Parcel(
            speaks(row, "name"), row["removal_tco2e"], f"{number(row['removal_tco2e'])} t", HUES[row["ecosystem"]]
        )
        for row in lineage["strata"]
        if row["removal_tco2e"]
    ]
    estimate_t, issued_t = lineage["removal_tco2e"], lineage["issued_mg"] / text.MG_PER_T
    lost_t = -sum(row.amount_t for row in strata if row.amount_t < 0)
    half = lineage["half_width_tco2e"]
    interval = f" ± {number(half)}" if half is not None else ""
    return drawing.Flow(
        title=_("从样地到注销的去向图，宽度与吨数成正比"),
        strata=strata,
        estimate=drawing.Parcel(_("估算"), estimate_t, f"{number(estimate_t)}{interval} t"),
        lost=drawing.Parcel(_("减少的层，已抵掉"), lost_t, f"{number(lost_t)} t"),
        uncounted=drawing.Parcel(_("不计入：扣减与取整"), estimate_t - issued_t, f"{number(estimate_t - issued_t)} t"),
        issued=drawing.Parcel(_("制发"), issued_t, f"{number(issued_t)} t"),
        books=[
            _quantity(str(words.book_word(row["code"])), row["quantity_mg"], row["code"]) for row in lineage["books"]
        ],
        retirements=_uses(lineage["retirements"], lineage["others"]),
    )


def _quantity(name: str, quantity_mg: int, hue: str) -> drawing.Parcel:
    return drawing.Parcel(name, quantity_mg / text.MG_PER_T, f"{text.tonnes(quantity_mg)} t", hue)


def _uses(retirements: Sequence[Mapping[str, Any]], others: Mapping[str, int]) -> list[drawing.Parcel]:
    """The largest of these uses by name; the rest and all others together, so that the bands still add up."""
    ordered = sorted(retirements, key=lambda row: (-row["quantity_mg"], str(row["name"])))
    shown = ordered if len(ordered) <= _SHOWN_USES and not others["count"] else ordered[: _SHOWN_USES - 1]
    uses = [_quantity(str(row["name"]), row["quantity_mg"], "retired") for row in shown]
    rest = ordered[len(shown) :]
    if rest or others["count"]:
        name = _("其余 %(count)s 次") % {"count": f"{len(rest) + others['count']:,}"}
        rest_mg = sum(row["quantity_mg"] for row in rest) + others["quantity_mg"]
        uses.append(_quantity(name, rest_mg, "retired"))
    return uses


def _chart(lot: drawing.Flow) -> dict[str, Any]:
    """Nodes and links of the same stream, each node once, for the chart that answers to the pointer."""
    nodes = [{"id": "estimate", "name": lot.estimate.name, "text": lot.estimate.text, "hue": "brand"}]
    nodes.append({"id": "issued", "name": lot.issued.name, "text": lot.issued.text, "hue": "brand"})
    links = [{"source": "estimate", "target": "issued", "value": lot.issued.amount_t, "hue": "brand"}]
    branches = [("s", "estimate", row) for row in lot.strata if row.amount_t > 0]
    branches += [("x", "estimate", row) for row in (lot.uncounted, lot.lost) if row.amount_t > 0]
    branches += [("b", "issued", row) for row in lot.books if row.amount_t > 0]
    retired = next((f"b{at}" for at, (kind, _at, row) in enumerate(branches) if row.hue == "retired"), "issued")
    branches += [("u", retired, row) for row in lot.retirements]
    for at, (kind, other, row) in enumerate(branches):
        node = f"{kind}{at}"
        nodes.append({"id": node, "name": row.name, "text": row.text, "hue": row.hue or "edge"})
        ends = {"source": node, "target": other} if kind == "s" else {"source": other, "target": node}
        links.append({**ends, "value": row.amount_t, "hue": row.hue or "edge"})
    return {"title": lot.title, "nodes": nodes, "links": links}


@register.simple_tag
def strata_chart(rows: Sequence[Mapping[str, Any]], total: Mapping[str, Any] | None = None) -> SafeString:
    """Removal per stratum with its interval, for the chart that answers to the pointer; its table stands beside it."""
    lines = [{**_line(row), "total": False} for row in rows if row.get("removal_tco2e") is not None]
    if total is not None and total.get("removal_tco2e") is not None:
        lines.append({**_line(total), "total": True})
    figures = {
        "title": _("各层碳汇量与区间，t CO₂e"),
        "unit": "t CO₂e",
        "lang": get_language() or "zh-hans",
        "rows": lines,
        "no_interval": _("没有区间"),
    }
    height = 44 * len(lines) + 46
    box = '<div class="chart" data-chart="whiskers" data-figures="strata-figures" style="height:{}px" hidden></div>'
    return format_html(box, height) + json_script(figures, "strata-figures")


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    value, half = float(row["removal_tco2e"]), row.get("half_width_tco2e")
    return {
        "name": speaks(row, "name") or str(row.get("stratum", "")) or _("合计"),
        "value": value,
        "low": None if half is None else value - float(half),
        "high": None if half is None else value + float(half),
        "hue": HUES.get(str(row.get("ecosystem", "")), "brand"),
    }


@register.simple_tag
def zone_figures(counties: Mapping[str, Any], zones: Sequence[Any]) -> SafeString:
    """What the interactive map needs, as a script element that runs nothing."""
    shown = [
        {
            "number": number_in_list,
            "name": speaks(zone, "name"),
            "hue": HUES[_field(zone, "ecosystem")],
            "sign": _field(zone, "ecosystem"),
            "area_mu": _field(zone, "area_mu"),
            "tip": _wan_mu(_field(zone, "area_mu")),
            "at": [_field(zone, "lon"), _field(zone, "lat")],
        }
        for number_in_list, zone in enumerate(zones, start=1)
    ]
    places = [
        {"name": speaks(place["properties"], "name"), "at": place["properties"]["centroid"]}
        for place in counties["features"]
    ]
    outlines = {"type": "FeatureCollection", "features": [_outline(place) for place in counties["features"]]}
    figures = {"zones": shown, "places": places, "counties": outlines, "words": _map_words()}
    return json_script(figures, "zone-figures")


def _map_words() -> dict[str, str]:
    return {
        "title": _("片区地图，可放大"),
        "nearer": _("放大"),
        "farther": _("缩小"),
        "scroll": _("按住 Ctrl 再滚动来缩放"),
        "scroll_mac": _("按住 ⌘ 再滚动来缩放"),
        "touch": _("用两个手指移动地图"),
    }


def _outline(place: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": {}, "geometry": place["geometry"]}
