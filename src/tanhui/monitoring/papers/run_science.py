"""What the report of a run says of its intervals, its sources of error and its trees: the words of the page."""

from collections.abc import Mapping, Sequence
from typing import Any

from tanhui.monitoring.papers.numbers import MISSING, amount, axis, percent
from tanhui.monitoring.papers.wording import Wording
from tanhui.monitoring.readout.contributions import contributions, kind_rows, sources_words
from tanhui.monitoring.readout.demography import demography
from tanhui.monitoring.readout.effects import effects_sentence
from tanhui.monitoring.readout.names import Names
from tanhui.monitoring.readout.rows import effect_rows
from tanhui.monitoring.readout.spread import interval_rows, use_sentence

Document = Mapping[str, Any]
Row = dict[str, Any]
MOST_TREES = 30
MOST_LABELS = 4
"""Labels of tonnes that the axis of a table has room for."""


def science_facts(document: Document, names: Names, wording: Wording, trees: Sequence[Mapping[str, Any]]) -> Row:
    """All that the template places of this, under the names it places it by."""
    sources = contributions(document, names)
    head, said = sources_words(document)
    return {
        "intervals": interval_table(document),
        "deduction-said": use_sentence(),
        "contributions": contribution_rows(sources),
        "contributions-head": head,
        "contributions-said": said,
        "kinds": [[row["name"], amount(row["percent"], 1)] for row in kind_rows(sources)],
        "areas": area_rows(document, names, wording),
        "areas-said": effects_sentence(document, names),
        "demography": demography_facts(document, names, wording),
        "trees": tree_facts(trees, wording),
    }


def interval_table(document: Document) -> Row:
    """The intervals on one scale, with what each holds."""
    rows = interval_rows(document)
    scale = axis([row[end] for row in rows for end in ("low", "high")] or [0.0, 1.0])
    shown = [
        {
            "name": f"{row['name']} {row['level_percent']:g}%",
            "note": row["note"],
            "value": amount(row["value"]),
            "half": "" if row["half_width"] is None else f"± {amount(row['half_width'])}",
            "low": amount(row["low"]),
            "high": amount(row["high"]),
            "error": percent(row["percent"]),
            "whisker": [scale.at(row[end]) for end in ("low", "value", "high")],
            "used": row["used"],
        }
        for row in rows
    ]
    ticks = [list(tick) for tick in scale.ticks]
    return {"rows": shown, "ticks": ticks[:: 1 + len(ticks) // MOST_LABELS], "zero": scale.at(0.0)}


def contribution_rows(sources: Sequence[Row]) -> list[Row]:
    """Sources of error with their share, the length of their bar against the largest, and what was assumed."""
    most = max((row["variance"] for row in sources), default=0) or 1
    return [
        {
            "name": row["name"],
            "kind": row["kind_said"] if row["kind_said"] != row["name"] else "",
            "ecosystem": row["ecosystem"],
            "share": amount(row["percent"], 1),
            "length": round(row["variance"] / most, 4),
            "rates": [
                {
                    "line": rate["line"],
                    "source": rate["source"],
                    "confidence": rate["confidence_said"],
                    "weak": rate["weak"],
                }
                for rate in row["rates"]
            ],
        }
        for row in sources
    ]


def area_rows(document: Document, names: Names, wording: Wording) -> list[Row]:
    """Area and density effect by stratum, each with half of what comes of both, as on the page."""
    return [
        {
            "stratum": row["name"] or wording.words["total"],
            "before": amount(row["area_before_ha"], 1),
            "after": amount(row["area_after_ha"], 1),
            "area": amount(row["area_effect_half_tc"]),
            "density": amount(row["density_effect_half_tc"]),
        }
        for row in effect_rows(document, names)
    ]


def demography_facts(document: Document, names: Names, wording: Wording) -> Row | None:
    """The components of change, their sum and the change that it must equal; None where no tree is known."""
    found = demography(document, names)
    if found is None:
        return None
    rows = [
        [row["name"], amount(row["trees"]), _with_half(row["carbon_tc"], row["half_width_tc"])] for row in found["rows"]
    ]
    if found["total_tc"] is not None:
        rows += [[wording.words["parts_sum"], "", [amount(found["total_tc"], 1), ""]]]
        rows += [[wording.words["stock_difference"], "", [amount(found["net_tc"], 1), ""]]]
    told = {name: found[name] for name in ("before", "after", "coverage")} | {"plots": amount(found["plots"])}
    return {
        "say": wording.words["demography_say"].format(**told),
        "rows": rows,
        "closed": wording.words["adds_up" if found["adds_up"] else "adds_up_not"],
    }


def tree_facts(trees: Sequence[Mapping[str, Any]], wording: Wording) -> Row:
    """The first trees to look at again, and how many more there are."""
    colon = wording.words["colon"]
    rows = [
        [row["plot"], row["tree"], str(row["round"]), row["species"], f"{row['kind_said']}{colon}{row['said']}"]
        for row in trees[:MOST_TREES]
    ]
    left = len(trees) - len(rows)
    return {"rows": rows, "more": wording.words["more_rows"].format(count=left) if left else ""}


def _with_half(value: float | None, half: float | None) -> list[str]:
    return [MISSING, ""] if value is None else [amount(value, 1), "" if half is None else f"± {amount(half, 1)}"]
