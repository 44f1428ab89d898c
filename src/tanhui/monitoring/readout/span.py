"""The days of a result: a round is named by its last day in the field, and how the years between two are counted."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tanhui.kit.text import estimate_text

Document = Mapping[str, Any]
Row = Mapping[str, Any]
WHOLE_DATE = len("2026-01-01")


def field_days(row: Row) -> str:
    """From the first to the last day of a round in the field; one day when both are the same."""
    days = dict.fromkeys(str(row[name]) for name in ("date_from", "date_to") if row[name] not in (None, ""))
    return " – ".join(days)


def years_rule(document: Document) -> str:
    """How years are counted: by whole dates, or by calendar years where some field work names no day."""
    rounds = document["evaluation"]["rounds"]
    days = [str(row[name]) for row in rounds for name in ("date_from", "date_to")]
    said = _("年数按样地算：同一块样地两次测量相隔的天数除以 365.25，再对两轮都测过的样地取平均。")
    if all(len(day) == WHOLE_DATE for day in days):
        return said
    return said + _("只记了年份的样地，按两个年份之差算。")


def years_said(document: Document) -> str:
    """From which day to which, how many years and by which rule; empty where no two rounds are compared."""
    period, rounds = document["evaluation"]["period"], document["evaluation"]["rounds"][-2:]
    if not period["years"]:
        return ""
    told = {
        "first": rounds[0]["round"],
        "from": period["from"],
        "second": rounds[-1]["round"],
        "to": period["to"],
        "years": f"{period['years']:.2f}",
    }
    span = _("监测期从第 %(first)s 轮外业的最后一天 %(from)s 到第 %(second)s 轮外业的最后一天 %(to)s。") % told
    return span + years_rule(document) + _("平均 %(years)s 年；每年的数是碳汇量除以这个年数。") % told


def yearly_said(document: Document) -> str:
    """The removal of a year with its interval and unit; empty where there is none."""
    found = document["evaluation"]
    removal, half, years = found["removal_tco2e"], found["half_width_tco2e"], found["period"]["years"]
    if removal is None or not years:
        return ""
    return f"{estimate_text(removal / years, None if half is None else half / years)} t CO₂e"
