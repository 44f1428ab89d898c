"""Two results side by side: another method, another revision of the data, another plan."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.kit.workplace import placed
from tanhui.monitoring.models import Run
from tanhui.monitoring.queries import result, run
from tanhui.monitoring.readout import rows as read
from tanhui.monitoring.readout.flags import flag_rows
from tanhui.monitoring.readout.named import names_of
from tanhui.monitoring.readout.names import Names
from tanhui.monitoring.readout.plan import plan_rows

Row = dict[str, Any]
MOST_PLOTS = 20


def compare_page(request: HttpRequest, number: str, run_number: str, other: str) -> HttpResponse:
    """Show where two results differ: the number, strata, plots, flags, and what they were made of."""
    ours, theirs = run(run_number, number), run(other, number)
    documents = result(ours), result(theirs)
    names = names_of(ours.survey)
    strata = tuple(read.strata_rows(document, names) for document in documents)
    plots = _plots(*documents)
    crumbs = ((number, reverse("programme", args=[number])), (run_number, reverse("run", args=[number, run_number])))
    context = {
        **placed("monitoring", *crumbs, (_("比较"), "")),
        "programme": ours.survey.programme,
        "sides": [_side(found, document) for found, document in zip((ours, theirs), documents, strict=True)],
        "made_of": _made_of((ours, theirs), documents),
        "same_period": _period(documents[0]) == _period(documents[1]),
        "difference": _less(documents[1]["evaluation"]["removal_tco2e"], documents[0]["evaluation"]["removal_tco2e"]),
        "strata": _pairs(*strata),
        "plots": plots[:MOST_PLOTS],
        "plots_changed": len(plots),
        "plots_all": len(documents[0]["plots"]),
        "flags": _flags(*documents, names),
    }
    return render(request, "monitoring/run/compare.html", context)


def _side(found: Run, document: Mapping[str, Any]) -> Row:
    whole = document["evaluation"]
    return {
        "run": found,
        "removal_tco2e": whole["removal_tco2e"],
        "half_width_tco2e": whole["half_width_tco2e"],
        "uncertainty_percent": whole["uncertainty_percent"],
        "ecosystem": read.main_ecosystem(document) if len(read.ecosystems(document)) == 1 else "",
    }


def _made_of(sides: tuple[Run, Run], documents: Sequence[Mapping[str, Any]]) -> list[Row]:
    """What both were made of, row by row, and whether it is the same."""
    rows = [
        (_("监测期"), *map(_period, documents)),
        (_("方法"), *(f"{one.method} {one.method_version}" for one in sides)),
        (_("数据修订"), *(str(one.survey.revision) for one in sides)),
    ]
    plans = zip(*(plan_rows(one.plan) for one in sides), strict=True)
    rows += [(one["name"], one["value"], other["value"]) for one, other in plans]
    return [{"name": name, "ours": one, "theirs": other, "same": one == other} for name, one, other in rows]


def _period(document: Mapping[str, Any]) -> str:
    """The days between which a result says what changed; of one round, the day that it was measured on."""
    period = document["evaluation"]["period"]
    return " – ".join(day for day in (period["from"], period["to"]) if day)


def _less(amount: float | None, other: float | None) -> float | None:
    return None if amount is None or other is None else amount - other


def _pairs(ours: list[Row], theirs: list[Row]) -> list[Row]:
    """Strata of both, by code; one that only one side has stands alone."""
    others = {row["stratum"]: row for row in theirs}
    found = [{"name": row["name"], "ours": row, "theirs": others.pop(row["stratum"], None)} for row in ours]
    found += [{"name": row["name"], "ours": None, "theirs": row} for row in others.values()]
    for pair in found:
        one, other = pair["ours"] or {}, pair["theirs"] or {}
        pair["difference"] = _less(other.get("removal_tco2e"), one.get("removal_tco2e"))
    return found


def _plots(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[Row]:
    """Plots whose change differs, the largest difference first."""
    others = {row["plot"]: row for row in theirs["plots"]}
    found = []
    for row in ours["plots"]:
        other = others.get(row["plot"], {})
        difference = _less(other.get("change_t_ha"), row["change_t_ha"])
        if difference or (row["change_t_ha"] is None) != (other.get("change_t_ha") is None):
            found.append({**row, "other_t_ha": other.get("change_t_ha"), "difference": difference})
    return sorted(found, key=lambda row: (row["difference"] is not None, -abs(row["difference"] or 0), row["plot"]))


def _flags(ours: Mapping[str, Any], theirs: Mapping[str, Any], names: Names) -> list[Row]:
    """Flags that only one of the two has."""
    sides = [{(row["code"], row["sentence"]): row for row in flag_rows(told, names)} for told in (ours, theirs)]
    only_ours = [{**row, "side": 0} for key, row in sides[0].items() if key not in sides[1]]
    return only_ours + [{**row, "side": 1} for key, row in sides[1].items() if key not in sides[0]]
