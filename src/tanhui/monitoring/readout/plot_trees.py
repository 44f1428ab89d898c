"""The trees of a plot with both rounds side by side, and what each adds to the plot's tree density."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language

from tanhui.core.carbon import parse_survey
from tanhui.core.carbon.single_trees import tree_amounts
from tanhui.kit.shares import adding_up
from tanhui.monitoring.intake.fates import FATES, became
from tanhui.monitoring.intake.merge import natural
from tanhui.monitoring.readout.plots import CLOSE, LIVE, PLACES, files_of_plot, survey_rows
from tanhui.monitoring.workbook.vocabulary import word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tanhui.core.carbon import Method
    from tanhui.core.carbon.single_trees import TreeAmounts

Row = dict[str, Any]
BY_RATIO = "roots by"
"""Of a density whose roots go by the whole plot and not by the tree."""
_LAID_OUT = ("strata.csv", "plots.csv", "visits.csv", "trees.csv")


def paired_trees(plot: str, files: Mapping[str, bytes], document: Mapping[str, Any], method: Method) -> Row | None:
    """Return one row a tree with its last two rounds, totals and fates; None where no tree of the plot was measured.

    `carbon` is None where the plot's tree density does not come from its single trees. Carbon (tC/ha) is rounded so
    that the rows make exactly the totals; a total is None where a tree could not be weighed.
    """
    own = files_of_plot(plot, {name: files[name] for name in _LAID_OUT if name in files})
    rounds = [int(told["round"]) for told in document["rounds"][-2:]]
    trees = [row for row in survey_rows(own.get("trees.csv", b"")) if int(row["round"]) in rounds]
    if not trees:
        return None
    amounts = tree_amounts(parse_survey(own), method, plot, tuple(rounds))
    by_number: dict[str, dict[int, Row]] = {}
    for row in trees:
        by_number.setdefault(row["tree"], {})[int(row["round"])] = row
    names = sorted(by_number, key=lambda name: natural((name,)))
    rows = [_tree(name, [by_number[name].get(number) for number in rounds]) for name in names]
    carbon = _weighed(rows, rounds, amounts, _pool(plot, rounds, document))
    return {
        "rows": rows,
        "paired": len(rounds) > 1,
        "years": _years(document["rounds"][-2:]),
        "live": [sum(bool(row["cells"][at]["live"]) for row in rows) for at in range(len(rounds))],
        "carbon": carbon,
        "fates": _fates(rows) if len(rounds) > 1 else [],
    }


def _years(told: Sequence[Mapping[str, Any]]) -> list[int]:
    """The first and the last year of the compared rounds."""
    return [told[0]["year_from"], *(end["year_to"] for end in told[1:])]


def _tree(name: str, found: Sequence[Row | None]) -> Row:
    known = next(row for row in reversed(found) if row is not None)
    return {
        "tree": name,
        "species": known.get("species", ""),
        "fate": became(*found) if len(found) > 1 else "",
        "status": word("trees.csv", "status", known["status"] or "live", "en" if _english() else "zh"),
        "cells": [_cell(row) for row in found],
        "change_t_ha": None,
    }


def _english() -> bool:
    return (get_language() or "zh").startswith("en")


def _cell(row: Row | None) -> Row:
    known = row or {}
    return {
        "dbh_cm": known.get("dbh_cm", ""),
        "height_m": known.get("height_m", ""),
        "live": row is not None and row["status"] in LIVE,
        "mass_kg": None,
        "carbon_t_ha": None,
    }


def _pool(plot: str, rounds: Sequence[int], document: Mapping[str, Any]) -> list[Row | None]:
    """The tree density of the plot in these rounds, as the result has it."""
    known = {row["round"]: row for row in document["plot_densities"] if (row["plot"], row["pool"]) == (plot, "tree")}
    return [known.get(number) for number in rounds]


def _weighed(
    rows: Sequence[Row], rounds: Sequence[int], amounts: TreeAmounts, pool: Sequence[Row | None]
) -> Row | None:
    """Write masses and carbon into the rows; return the totals, and the roots where they go by the plot."""
    if not amounts:
        return None
    over = [_over(at, amounts, density) for at, density in zip(rounds, pool, strict=True)]
    rooted = any(density is not None and BY_RATIO in density["coverage"] for density in pool)
    if not rooted and any(abs(rest or 0.0) > CLOSE for rest in over):
        return None
    roots: list[float | None] = []
    totals: list[float | None] = []
    for at, number in enumerate(rounds):
        shares = _shown(rows, at, number, amounts, over[at] if rooted else None)
        totals.append(None if over[at] is None else round(sum(shares), PLACES))
        roots.append(shares[-1] if rooted and over[at] is not None else None)
    for row in rows:
        row["change_t_ha"] = _change([cell["carbon_t_ha"] for cell in row["cells"]])
    return {
        "totals": totals,
        "change_t_ha": _change(totals) if None not in totals else None,
        "roots": roots if rooted else None,
        "roots_change_t_ha": _change(roots) if rooted else None,
    }


def _over(number: int, amounts: TreeAmounts, density: Row | None) -> float | None:
    """What the density of a round has beyond its single trees (tC/ha); None where it has no density."""
    if density is None:
        return None
    own = sum((found.carbon_t_ha for at, found in amounts.items() if at[0] == number), Fraction(0))
    return float(Fraction(density["carbon_t_ha"]) - own)


def _shown(rows: Sequence[Row], at: int, number: int, amounts: TreeAmounts, rest: float | None) -> list[float]:
    """Write one round into the rows that have an amount; return all of it, the roots last if there are any."""
    own = [row for row in rows if (number, row["tree"]) in amounts]
    parts: list[float | Fraction] = [amounts[number, row["tree"]].carbon_t_ha for row in own]
    shares = list(adding_up([*parts, rest] if rest is not None else parts, places=PLACES))
    for row, share in zip(own, shares, strict=False):
        cell = row["cells"][at]
        cell["carbon_t_ha"] = share
        cell["mass_kg"] = float(amounts[number, row["tree"]].mass_kg)
    return shares


def _change(ends: Sequence[float | None]) -> float | None:
    """What the later round has more; a tree that is not there counts nothing. None where there is one round only."""
    if len(ends) == 1 or all(end is None for end in ends):
        return None
    before, after = ends
    return round((after or 0.0) - (before or 0.0), PLACES)


def _fates(rows: Sequence[Row]) -> list[Row]:
    """How many trees had which fate, and what they changed together (tC/ha)."""
    counts = Counter(row["fate"] for row in rows)
    return [
        {
            "fate": fate,
            "trees": counts[fate],
            "change_t_ha": round(sum(row["change_t_ha"] or 0.0 for row in rows if row["fate"] == fate), PLACES),
        }
        for fate in FATES
        if counts[fate]
    ]
