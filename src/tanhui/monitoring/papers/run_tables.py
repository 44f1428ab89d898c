"""The tables that the report of a run has beside those of its evaluation: rounds, divisions, the next round."""

from collections.abc import Mapping
from typing import Any

from tanhui.monitoring.papers.numbers import amount, axis, percent
from tanhui.monitoring.papers.tables import change_text, scale_of, scale_text, whisker
from tanhui.monitoring.papers.wording import Wording
from tanhui.monitoring.readout import rows as read
from tanhui.monitoring.readout.names import Names
from tanhui.monitoring.readout.span import field_days
from tanhui.monitoring.readout.wording import DIVISIONS, SCOPES, word

Document = Mapping[str, Any]
Row = dict[str, Any]
MOST_ROWS = 30


def series_table(document: Document, wording: Wording) -> list[Row]:
    """Stocks of every round by scope, each scope on a scale of its own."""
    found = []
    for scope in read.scopes(document):
        stocks = [row for row in read.series_rows(document, scope) if row["mean"] is not None]
        if not stocks:
            continue
        scale = axis([row["mean"] + sign * (row["half_width"] or 0.0) for row in stocks for sign in (-1, 1)])
        rows = [
            {
                "round": wording.words["round_number"].format(round=row["round"]),
                "dates": field_days(row),
                "n": amount(row["n"]),
                "mean": amount(row["mean"], 2),
                "half": "" if row["half_width"] is None else f"± {amount(row['half_width'], 2)}",
                "total": amount(row["total"]),
                "total-half": "" if row["total_half_width"] is None else f"± {amount(row['total_half_width'])}",
                "whisker": whisker(row, scale),
            }
            for row in stocks
        ]
        found.append({"name": word(SCOPES, scope), "ecosystem": scope, "rows": rows, **scale_text(scale)})
    return found


def division_tables(document: Document, names: Names, wording: Wording) -> list[Row]:
    """One table a division: the change per hectare on one scale, the removal beside it."""
    scope = read.scopes(document)[0]
    found = []
    for by in read.domain_kinds(document):
        rows = read.domain_rows(document, names, by, scope)
        scale = scale_of(rows)
        shown = [
            {
                "name": row["name"],
                "area": amount(row["area_ha"]),
                "n": amount(row["plots"]),
                "removal": amount(row["removal_tco2e"]),
                "half": "" if row["half_width_tco2e"] is None else f"± {amount(row['half_width_tco2e'])}",
                "error": percent(row["uncertainty_percent"]),
                "whisker": whisker(row, scale),
                **change_text(row),
            }
            for row in rows[:MOST_ROWS]
        ]
        left = len(rows) - len(shown)
        more = wording.words["more_rows"].format(count=left) if left else ""
        found.append({"name": word(DIVISIONS, by), "rows": shown, "more": more, **scale_text(scale)})
    return found


def next_round_facts(document: Document, names: Names, wording: Wording) -> Row | None:
    """How many plots the next round wants, in one sentence with a table; None where it cannot be said."""
    found = read.next_round(document)
    if found is None or found["plots"] is None:
        return None
    told = {
        "plots": amount(found["plots"]),
        "now": amount(found["plots_now"]),
        "percent": amount(found["precision_percent"], 1),
        "expected": percent(found["expected_percent"]),
    }
    rows = [
        [
            names.say("stratum", row["stratum"]),
            amount(row["plots_now"]),
            amount(row["plots"]),
            amount(row["sd_tc_ha"], 2),
        ]
        for row in found["strata"]
    ]
    return {"say": wording.words["next_say"].format(**told), "rows": rows}
