"""The map of the zones."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tanhui.kit.shares import shares_percent
from tanhui.land.queries import ecosystem_sums, ground, works_rows, works_sums, zones
from tanhui.land.queries.works import works_by_state


def zones_page(request: HttpRequest) -> HttpResponse:
    rows = works_rows().exclude(state="closed")
    works = list(rows)
    told = {"works": works, "works_sums": works_sums(rows), "works_states": works_by_state(works)}
    return render(request, "zones.html", {"nav": "zones", **told, **map_context()})


def map_context() -> dict[str, Any]:
    """Return what the map partial draws: counties, zones and their sums."""
    sums = ecosystem_sums()
    shares = shares_percent([row.area_mu for row in sums])
    return {
        "zones": zones(),
        "zone_totals": [{**row._asdict(), "share_percent": share} for row, share in zip(sums, shares, strict=True)],
        "zones_total": {"zones": sum(row.zones for row in sums), "area_mu": sum(row.area_mu for row in sums)},
        "counties": ground(),
    }
