"""What the maps of a result show: density, removal and error of its divisions, removal of its plots."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.kit.drawing import Mark
from tanhui.kit.text import estimate_text
from tanhui.land.queries import counties, zones
from tanhui.monitoring.models import Run
from tanhui.monitoring.readout.rows import ISSUED

Row = dict[str, Any]
Spot = tuple[float, float, str]
"""Longitude, latitude, and the ecosystem where a place has one."""

AMOUNTS: Mapping[str, Callable[[Row], float | None]] = {
    "density": lambda row: row["first_tc_ha"] if row["second_tc_ha"] is None else row["second_tc_ha"],
    "removal": lambda row: row["removal_tco2e"],
    "uncertainty": lambda row: row["uncertainty_percent"],
}


def maps(rows: Sequence[Row], by: str, scope: str) -> list[Row]:
    """Return one map a measure, for divisions that lie somewhere; owners and species do not."""
    spots = _spots(by)
    titles = {
        "density": _("碳密度，tC/ha"),
        "removal": _("碳汇量，t CO₂e"),
        "uncertainty": _("相对误差，%"),
    }
    if not spots:
        return []
    placed = [row for row in rows if row["domain"] in spots]
    return [
        {"title": titles[measure], "marks": [_mark(row, spots[row["domain"]], amount(row), scope) for row in placed]}
        for measure, amount in AMOUNTS.items()
    ]


def _mark(row: Row, spot: Spot, amount: float | None, scope: str) -> Mark:
    said = "—" if row["removal_tco2e"] is None else estimate_text(row["removal_tco2e"], row["half_width_tco2e"])
    ecosystem = spot[2] or ("" if scope == ISSUED else scope)
    return Mark(spot[0], spot[1], amount, ecosystem, f"{row['name']}: {said} t CO₂e", row["name"])


def _spots(by: str) -> dict[str, Spot]:
    if by == "zone":
        return {zone.zone: (zone.lon, zone.lat, zone.ecosystem) for zone in zones()}
    if by == "county":
        return {county.adcode: (county.label_lon, county.label_lat, "") for county in counties()}
    return {}


def plot_marks(run: Run, rows: Sequence[Row]) -> list[Mark]:
    """Return the plots whose place is known, each linked to its page: for the workplace only."""
    of = run.survey.programme.number
    return [
        Mark(
            row["lon"],
            row["lat"],
            row["removal_tco2e_ha"],
            row["ecosystem"],
            row["plot"] + ("" if row["change_t_ha"] is None else f": {row['change_t_ha']:+.2f} tC/ha"),
            href=reverse("run_plot", args=[of, run.number, row["plot"]]),
        )
        for row in rows
        if row["lon"] is not None and row["lat"] is not None
    ]
