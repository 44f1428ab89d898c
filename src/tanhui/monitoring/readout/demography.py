"""What became of the trees between two rounds, in trees and in carbon, and whether the parts make up the change."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tanhui.core.carbon.demography import COMPONENTS
from tanhui.monitoring.readout.wording import word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tanhui.monitoring.readout.names import Names
    from tanhui.monitoring.readout.wording import Words

Row = dict[str, Any]
CARBON = "carbon_t_ha"
CLOSE = 1e-9
COMPONENT_WORDS: Words = {
    "survivor_growth": _("存活木的生长"),
    "expansion_changed": _("每株代表的株数变了"),
    "ingrowth": _("进界的树"),
    "found": _("补记的，或重新找到的树"),
    "mortality": _("枯死的树"),
    "removal": _("采伐的树"),
    "missing": _("失踪的树"),
}
COVERAGES: Words = {
    "above and below ground": _("地上和地下"),
    "above ground": _("只算地上"),
    "above ground, roots by AR-TOOL14": _("地上，根按 AR-TOOL14 的比例"),
    "shoots": _("地上部分"),
    "as printed": _("照原文印出的数"),
    "a share of the tree pool": _("按乔木的比例"),
    "a share of above-ground biomass": _("按地上生物量的比例"),
}


def demography(document: Mapping[str, Any], names: Names) -> Row | None:
    """Return components over all strata and by stratum, with the net change beside their sum; None where unknown.

    The net change is taken from the stocks of both rounds and not from the components, which shows that they add up.
    """
    found = document.get("demography")
    if not found or not found["plots"]:
        return None
    strata = _strata(document, found, names)
    nets = [row["net_tc"] for row in strata]
    rows = [row for name in COMPONENTS if (row := _component(found, name))["trees"] or row["carbon_tc"]]
    known = None not in nets and all(row["carbon_tc"] is not None for row in rows)
    total = math.fsum(row["carbon_tc"] for row in rows) if known else None
    net = math.fsum(nets) if known else None
    return {
        "before": found["before"],
        "after": found["after"],
        "years": found["years"],
        "coverage": word(COVERAGES, found["coverage"]),
        "plots": len(found["plots"]),
        "rows": rows,
        "total_tc": total,
        "net_tc": net,
        "adds_up": adds_up(total, net, found, strata),
        "strata": strata,
        "left_out": found["left_out"],
    }


def adds_up(total: float | None, net: float | None, found: Row, strata: Sequence[Row]) -> bool:
    """Whether the components make up the change, to what twelve digits of the stocks can tell."""
    pairs = [(row["sum_tc_ha"], row["net_tc_ha"]) for row in strata]
    scale = max(abs(row["after_" + CARBON]) + abs(row["before_" + CARBON]) for row in found["plots"])
    fits = all(abs(one - other) <= CLOSE * max(1.0, scale) for one, other in pairs)
    if total is None or net is None:
        return fits
    stock = math.fsum(abs(row["area_ha"]) * scale for row in strata)
    return fits and abs(total - net) <= CLOSE * max(1.0, stock)


def _component(found: Row, name: str) -> Row:
    changes = [row for row in found["changes"] if row["component"] == name]
    totals = {row["quantity"]: row for row in found["total"] if row["component"] == name}
    carbon, stems = totals.get(CARBON, {}), totals.get("stems_ha", {})
    return {
        "component": name,
        "name": word(COMPONENT_WORDS, name),
        "trees": sum(row["trees"] for row in changes),
        "stems": stems.get("total"),
        "carbon_tc": carbon.get("total"),
        "half_width_tc": carbon.get("total_half_width"),
    }


def _strata(document: Mapping[str, Any], found: Row, names: Names) -> list[Row]:
    stratum_of = {row["plot"]: row["stratum"] for row in document["plots"]}
    areas = {row["stratum"]: row["area_ha"] for row in document["strata"]}
    codes = list(dict.fromkeys(row["stratum"] for row in found["strata"]))
    return [
        _stratum(found, code, areas.get(code), [row for row in found["plots"] if stratum_of[row["plot"]] == code])
        | {"name": names.say("stratum", code)}
        for code in codes
    ]


def _stratum(found: Row, code: str, area_ha: float | None, plots: Sequence[Row]) -> Row:
    means = {row["component"]: row for row in found["strata"] if (row["stratum"], row["quantity"]) == (code, CARBON)}
    stocks = [math.fsum(row[when + CARBON] for row in plots) / len(plots) for when in ("before_", "after_")]
    net = stocks[1] - stocks[0]
    return {
        "stratum": code,
        "plots": len(plots),
        "area_ha": area_ha,
        **{name: means[name]["mean"] for name in COMPONENTS},
        "sum_tc_ha": math.fsum(row["mean"] for row in means.values()),
        "net_tc_ha": net,
        "net_tc": None if area_ha is None else net * area_ha,
    }
