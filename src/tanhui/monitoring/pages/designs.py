"""Pages of a drawn design: numbers, map, schedule, list of plots; and what the page of the programme says of it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanhui.kit.drawing.svg import HUES
from tanhui.kit.workplace import placed
from tanhui.land.queries import counties
from tanhui.land.shapes import drawn
from tanhui.monitoring.design import wording
from tanhui.monitoring.design.drawing import MapPlot, coarse_land, design_map
from tanhui.monitoring.models import Design, Programme
from tanhui.monitoring.queries import design, design_content, design_land_geojson, designs, latest_design, programme
from tanhui.monitoring.services.draw_jobs import draw_of
from tanhui.monitoring.services.roles import ROLES
from tanhui.people.jobs import may_stop
from tanhui.people.models import Person


def design_context(programme: Programme, person: Person) -> dict[str, Any]:
    """What the page of a programme says of its design."""
    found = latest_design(programme)
    return {
        "design": found,
        "design_content": design_content(found) if found else None,
        "design_sizes": _sizes(design_content(found)) if found else [],
        "can_draw": person.role in ROLES["draw_design"],
        "job": (job := draw_of(programme)),
        "may_stop": job is not None and may_stop(job, person),
    }


def design_page(request: HttpRequest, number: str, revision: str) -> HttpResponse:
    """Show one revision of a design."""
    found = programme(number)
    shown = design(found, revision)
    content = design_content(shown)
    land = json.loads(design_land_geojson(shown))
    plots = _map_plots(content)
    context = {
        **_place(found, shown),
        "programme": found,
        "design": shown,
        "content": content,
        "names": _names(content),
        "sizes": _sizes(content),
        "strata": _strata(content),
        "years": _years(content),
        "crews": sorted({plot["crew"] for plot in content["plots"] if plot["crew"]}),
        "map": _svg(design_map(land, plots, title=_("样地分布图"))),
        "figures": _figures(content, land),
        "revisions": designs(found),
        "words": {name: wording.word(name, content["request"][name]) for name in ("allocation", "placement", "edge")},
        "schedule": wording.word("schedule", content["request"]["schedule"]["kind"]),
    }
    return render(request, "monitoring/design.html", context)


def design_plots_page(request: HttpRequest, number: str, revision: str) -> HttpResponse:
    """List the plots of a design, those of one stratum or crew where that is asked."""
    found = programme(number)
    shown = design(found, revision)
    content = design_content(shown)
    names = _names(content)
    asked = {name: request.GET.get(name, "") for name in ("stratum", "crew", "role")}
    wanted = {name: said for name, said in asked.items() if said}
    plots = [plot for plot in content["plots"] if all(str(plot[name]) == said for name, said in wanted.items())]
    context = {
        **_place(found, shown, _("样地表")),
        "programme": found,
        "design": shown,
        "plots": [{**plot, "name": names[plot["stratum"]]} for plot in plots],
        "asked": asked,
        "strata": _strata(content),
        "crews": sorted({plot["crew"] for plot in content["plots"] if plot["crew"]}),
    }
    return render(request, "monitoring/design_plots.html", context)


def _place(found: Programme, shown: Design, last: str = "") -> dict[str, Any]:
    said = _("第 %(revision)s 版设计") % {"revision": shown.revision}
    here = reverse("design", args=[found.number, shown.revision])
    crumbs = [
        (_("监测计划"), reverse("programmes")),
        (found.number, reverse("programme", args=[found.number])),
        (said, here if last else ""),
    ]
    return placed("monitoring", *crumbs, *([(last, "")] if last else []))


def _names(content: Mapping[str, Any]) -> dict[str, str]:
    """What each stratum is called in the language of the page."""
    field = "name_en" if (get_language() or "").startswith("en") else "name_zh"
    return {row["stratum"]: row[field] for row in content["strata"]}


def _sizes(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            **size,
            "expected_percent": None if size["expected_error"] is None else 100 * size["expected_error"],
            "confidence_percent": 100 * content["request"]["confidence"],
        }
        for size in content["sizes"]
    ]


def _strata(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    names, field = _names(content), "name_en" if (get_language() or "").startswith("en") else "name_zh"
    return [
        {
            **row,
            "name": names[row["stratum"]],
            "area_ha": row["area_m2"] / 10_000,
            "layout_name": row["layout"][field],
            "source_said": wording.figures_said(row["source"]),
            "inclusion_permille": 1000 * row["inclusion_probability"],
        }
        for row in content["strata"]
    ]


def _years(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Year by year: how many plots, and which of them are measured a second time."""
    return [
        {
            "year": row["year"],
            "plots": sum(row["year"] in plot["years"] for plot in content["plots"]),
            "qc": row["plots"],
        }
        for row in content["qc"]
    ]


def _map_plots(content: Mapping[str, Any]) -> list[MapPlot]:
    ecosystems = {row["stratum"]: row["ecosystem"] for row in content["strata"]}
    names = _names(content)
    return [
        MapPlot(
            plot["lon"],
            plot["lat"],
            ecosystems[plot["stratum"]],
            plot["role"],
            f"{plot['plot']} · {names[plot['stratum']]} · {wording.word('role', plot['role'])}",
        )
        for plot in content["plots"]
    ]


def _figures(content: Mapping[str, Any], land: Mapping[str, Any]) -> dict[str, Any]:
    """What the map to move about in is drawn from."""
    shapes: Sequence[Mapping[str, Any]] = [
        {"type": "Feature", "properties": {}, "geometry": drawn(county.outline)} for county in counties()
    ]
    return {
        "counties": {"type": "FeatureCollection", "features": shapes},
        "land": coarse_land(land),
        "plots": [
            {"at": [plot.lon, plot.lat], "hue": HUES.get(plot.ecosystem, "f"), "role": plot.role, "tip": plot.tip}
            for plot in _map_plots(content)
        ],
        "words": {
            "scroll": _("按住 Ctrl 再滚动来缩放"),
            "scroll_mac": _("按住 ⌘ 再滚动来缩放"),
            "touch": _("用两个手指移动地图"),
            "nearer": _("放大"),
            "farther": _("缩小"),
            "title": _("样地分布图"),
        },
    }


def _svg(drawn: str) -> SafeString:
    return mark_safe(drawn)  # noqa: S308 - the drawing escapes what it is given
