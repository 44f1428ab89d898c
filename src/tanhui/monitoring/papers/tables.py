"""Lay out the tables of the report: rounds, strata with their whiskers, and pools.

Rows are text ready to set; only positions on a scale stay numbers.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from tanhui.monitoring.papers.numbers import Axis, amount, axis, between, plain
from tanhui.monitoring.papers.wording import Wording

Document = Mapping[str, Any]
Row = dict[str, Any]

POOLS = ("tree", "shrub", "herb", "litter", "deadwood", "soil", "all")
DENSITIES = ("carbon_t_ha", "biomass_t_ha")
UNITS = {"carbon_t_ha": "tC/ha", "biomass_t_ha": "t/ha"}
NOT_KNOWN: Row = {}


def rounds(document: Document, wording: Wording) -> list[Row]:
    return [
        {
            "round": wording.words["round_number"].format(round=row["round"]),
            "year": between(row.get("year_from"), row.get("year_to")),
            "dates": between(row.get("date_from"), row.get("date_to")),
        }
        for row in document["rounds"]
    ]


def strata(document: Document, wording: Wording) -> Row:
    """One row per stratum and the total, each with its whisker on one shared scale."""
    found = changes(document)
    scale = scale_of(found.values())
    rows = [_stratum_row(row, found.get(row["stratum"], NOT_KNOWN), scale, wording) for row in document["strata"]]
    return {"rows": rows, "total": _total_row(document, found.get("all", NOT_KNOWN), scale), **scale_text(scale)}


def pools(document: Document, wording: Wording) -> Row:
    """Densities of each measured pool in each round, and their change with its whisker."""
    quantity = density(document)
    found = {
        (row["pool"], str(row["round"])): row
        for row in document["estimates"]
        if row["quantity"] == quantity and row["domain"] == "all"
    }
    numbers = [str(row["round"]) for row in document["rounds"]]
    scale = scale_of(row for (_, mark), row in found.items() if mark == "change")
    rows = []
    for pool in (pool for pool in POOLS if any((pool, mark) in found for mark in (*numbers, "change"))):
        means = [amount(found.get((pool, number), NOT_KNOWN).get("mean"), 2) for number in numbers]
        change = found.get((pool, "change"), NOT_KNOWN)
        line = whisker(change, scale)
        text = change_text(change)
        rows.append({"pool": wording.pools[pool], "all": pool == "all", "means": means, "whisker": line, **text})
    heads = [wording.words["round_number"].format(round=number) for number in numbers]
    return {"rounds": heads, "rows": rows, **scale_text(scale)}


def density(document: Document) -> str:
    """Carbon density where the evaluation has it, biomass otherwise."""
    quantities = {row["quantity"] for row in document["estimates"]}
    return next((quantity for quantity in DENSITIES if quantity in quantities), DENSITIES[0])


def changes(document: Document) -> dict[str, Row]:
    """The change of all counted pools together, per hectare, by domain."""
    quantity = density(document)
    rows = (row for row in document["estimates"] if row["quantity"] == quantity)
    return {row["domain"]: row for row in rows if row["pool"] == "all" and row["round"] == "change"}


def _stratum_row(row: Row, change: Row, scale: Axis, wording: Wording) -> Row:
    half = row.get("half_width_tco2e")
    note = row.get("note") or ""
    return {
        "stratum": row["stratum"],
        "note": "" if note == row["stratum"] else note,
        "ecosystem": row["ecosystem"],
        "type": wording.ecosystems.get(row["ecosystem"], row["ecosystem"]),
        "counted": "" if row.get("in_scope", True) else wording.words["out_of_scope"],
        "area": amount(row.get("area_ha"), 1),
        "n": plain(row.get("n")),
        "removal": amount(row.get("removal_tco2e")),
        "half": "" if half is None else f"± {amount(half)}",
        "whisker": whisker(change, scale),
        **change_text(change),
    }


def _total_row(document: Document, change: Row, scale: Axis) -> Row:
    half = document["half_width_tco2e"]
    return {
        "area": amount(document["area_ha"], 1),
        "n": plain(change.get("n", document["plots"])),
        "removal": amount(document["removal_tco2e"]),
        "half": "" if half is None else f"± {amount(half)}",
        "whisker": whisker(change, scale),
        **change_text(change),
    }


def scale_of(rows: Iterable[Row]) -> Axis:
    known = [row for row in rows if row["mean"] is not None]
    if not known:
        return Axis(0.0, 1.0, ())
    return axis([row["mean"] + sign * (row["half_width"] or 0.0) for row in known for sign in (-1, 1)])


def scale_text(scale: Axis) -> Row:
    return {"ticks": [list(tick) for tick in scale.ticks], "zero": scale.at(0.0)}


def whisker(change: Row, scale: Axis) -> list[float] | None:
    mean = change.get("mean")
    if mean is None:
        return None
    half = change["half_width"] or 0.0
    return [scale.at(mean - half), scale.at(mean), scale.at(mean + half)]


def change_text(change: Row) -> Row:
    half = change.get("half_width")
    return {
        "change": amount(change.get("mean"), 2),
        "change-half": "" if half is None else f"± {amount(half, 2)}",
        "se": amount(change.get("se"), 2),
    }
