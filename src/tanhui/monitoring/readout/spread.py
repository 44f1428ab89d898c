"""How far the removal may lie off: by sampling alone, as tickets count it, and with all other errors beside it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tanhui.core.units import CO2E_PER_C

Row = dict[str, Any]
Document = Mapping[str, Any]
ISSUED_CHANGE = ("scope", "issued", "change")


def issued_change(document: Document) -> Row | None:
    """Return the uncertainty of the change over what counts; None where the document has none."""
    totals = document.get("uncertainty", {}).get("totals", ())
    found: Row | None = next((row for row in totals if (row["of"], row["name"], row["round"]) == ISSUED_CHANGE), None)
    return found


def interval_rows(document: Document) -> list[Row]:
    """Sampling alone, all errors together, and the percentiles of the draws, in tCO2e; empty without a removal.

    `used` marks the one that a ticket's deduction rests on.
    """
    return [row for row in (_sampling(document), _combined(document), _drawn(document)) if row is not None]


def confidence_percent(evaluation: Document) -> float:
    """Return the level of an evaluation's intervals in percent."""
    return float(round(100 * evaluation["confidence_level"], 6))


def use_sentence() -> str:
    """Say which interval the deduction of a ticket uses."""
    return _("碳票的不确定性扣减只用抽样的区间，方法是这样规定的。合成区间和蒙特卡洛列在旁边，不进扣减。")


def _sampling(document: Document) -> Row | None:
    found = document["evaluation"]
    value, half = found["removal_tco2e"], found["half_width_tco2e"]
    if value is None or half is None:
        return None
    named = _named("sampling", _("只算抽样"), _("扣减用这个区间。"), used=True)
    return named | _cells(value, half, found["confidence_level"], found["uncertainty_percent"])


def _combined(document: Document) -> Row | None:
    found = issued_change(document)
    if found is None or found["combined_half_width"] is None:
        return None
    factor = float(CO2E_PER_C)
    value, half = found["value"] * factor, found["combined_half_width"] * factor
    named = _named("combined", _("合成"), _("抽样、测量、方程和参数合在一起，不进扣减。"))
    return named | _cells(value, half, document["confidence"], found["uncertainty_percent"])


def _drawn(document: Document) -> Row | None:
    found = issued_change(document)
    drawn = None if found is None else found["monte_carlo"]
    if drawn is None or drawn["removal_low"] is None:
        return None
    level = round(100 * document["confidence"], 6)
    tail = round((100 - level) / 2, 6)
    told = {
        "draws": f"{document['uncertainty']['draws']:,}",
        "seed": document["uncertainty"]["seed"],
        "low": f"{tail:g}",
        "high": f"{100 - tail:g}",
    }
    note = _("第 %(low)s、50、%(high)s 百分位，抽 %(draws)s 次，种子 %(seed)s，不进扣减。") % told
    return _named("monte_carlo", _("蒙特卡洛"), note) | {
        "level_percent": level,
        "value": drawn["removal_median"],
        "half_width": None,
        "low": drawn["removal_low"],
        "high": drawn["removal_high"],
        "percent": None,
    }


def _named(code: str, name: str, note: str, *, used: bool = False) -> Row:
    return {"code": code, "name": name, "note": note, "used": used}


def _cells(value: float, half: float, confidence: float, percent: float | None) -> Row:
    return {
        "level_percent": round(100 * confidence, 6),
        "value": value,
        "half_width": half,
        "low": value - half,
        "high": value + half,
        "percent": percent,
    }
