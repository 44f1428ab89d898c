"""What the pages of triage show, row by row: conditions with their verdicts, facts with their papers, overlaps."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.core.triage import Condition, Decision, Outcome, RouteFinding, Table
from tanhui.core.triage.values import words_of
from tanhui.kit.problems import NotFoundProblem
from tanhui.land.models import Hold, Scheme
from tanhui.land.periods import Period, check_period
from tanhui.land.queries.overlap import Clash
from tanhui.land.queries.triage import PERSON, REGISTER, Known
from tanhui.land.wording_facts import document_of_fact, english, label_of, quantity_words, unit_of, value_words
from tanhui.land.wording_triage import (
    CAUTIONS,
    GIVERS,
    OUTCOME_BADGES,
    OUTCOMES,
    PLACES,
    ROUTES,
    VERDICT_BADGES,
    VERDICTS,
    permille,
)
from tanhui.people.queries import spoken

Row = dict[str, Any]


def read_period(first: str, last: str) -> Period:
    """Return the period of an address. Raises NotFoundProblem for what is none."""
    try:
        period = (date.fromisoformat(first), date.fromisoformat(last))
    except ValueError as error:
        raise NotFoundProblem("unknown_period", _("地址里的监测期不是两个日期。")) from error
    check_period(period)
    return period


def outcome_row(outcome: str) -> Row:
    return {
        "code": outcome,
        "word": OUTCOMES[outcome],
        "place": PLACES[outcome],
        "badge": OUTCOME_BADGES[outcome],
    }


def outcome_rows(counts: Mapping[str, tuple[int, int]]) -> list[Row]:
    """Return the three outcomes in their order, each with parcels and hectares, also when there is none."""
    return [
        {**outcome_row(str(outcome)), "parcels": counts.get(outcome, (0, 0))[0], "ha": counts.get(outcome, (0, 0))[1]}
        for outcome in Outcome
    ]


def route_rows(table: Table, decision: Decision, known: Mapping[str, Known]) -> list[Row]:
    """Return both routes with every condition in the table's order.

    They are `failing`, `settled` (met) or `open`: nothing is known of the fact, or the condition does not apply.
    """
    return [_route(table, found, known) for found in decision.routes]


def _route(table: Table, found: RouteFinding, known: Mapping[str, Known]) -> Row:
    conditions = {condition.name: condition for condition in table.conditions}
    rows = [
        condition_row(table, conditions[finding.condition], str(finding.verdict), known.get(finding.fact))
        for finding in found.findings
    ]
    of = {verdict: [row for row in rows if row["verdict"] == verdict] for verdict in VERDICTS}
    return {
        "route": str(found.route),
        "title": ROUTES[found.route],
        "verdict": str(found.verdict),
        "badge": VERDICT_BADGES[found.verdict],
        "word": VERDICTS[found.verdict],
        "failing": of["failed"],
        "settled": of["met"],
        "open": [*of["unknown"], *of["not_applicable"]],
        **{verdict: len(found) for verdict, found in of.items()},
    }


def condition_row(table: Table, condition: Condition, verdict: str, known: Known | None) -> Row:
    fact = table.facts[condition.test.fact]
    group = table.groups.get(condition.group)
    return {
        "name": condition.name,
        "text": condition.text_en if english() else condition.text_zh,
        "group": (group.title_en if english() else group.title_zh) if group else "",
        "fact": label_of(fact),
        "value": value_words(fact, known.value) if known else "",
        "giver": GIVERS[known.giver] if known and known.giver != REGISTER else "",
        "verdict": verdict,
        "word": VERDICTS[verdict],
        "badge": VERDICT_BADGES[verdict],
        "wanted": wanted_words(table, condition),
        "settled_by": document_of_fact(fact) if verdict == "unknown" else "",
        "source": condition.source,
        "confidence": condition.confidence,
        "papers": paper_rows(known),
    }


def wanted_words(table: Table, condition: Condition) -> str:
    """Return what a condition asks for, with its parameter: ≥ 400 m2, 新造林, 不早于 2012-11-08."""
    fact, test = table.facts[condition.test.fact], condition.test
    said = test.wanted
    if test.test == "is":
        return " / ".join(value_words(fact, code) for code in said.split("|"))
    bounds = {"at_least": "≥", "at_most": "≤", "less_than": "<"}
    if test.test in bounds:
        return f"{bounds[test.test]} {quantity_words(fact, said)}"
    shapes = {
        "not_before": _("不早于 %(day)s") % {"day": said},
        "not_after": _("不晚于 %(day)s") % {"day": said},
        "not_after_assessment": _("不晚于判定的日子"),
        "within_years_of_assessment": _("判定前 %(years)s 年以内") % {"years": said},
        "within_years_of_period": _("开始后 %(years)s 年以内") % {"years": said},
    }
    return shapes[test.test]


def paper_rows(known: Known | None) -> list[Row]:
    if known is None or known.told is None:
        return []
    told = known.told
    rows = [{"url": reverse("evidence", args=[told.evidence_id]), "name": told.evidence.name}] if told.evidence else []
    if told.note:
        rows.append({"url": told.note if told.note.startswith(("https://", "http://")) else "", "name": told.note})
    return rows


def fact_rows(table: Table, known: Mapping[str, Known]) -> list[Row]:
    """Return the facts that a person may tell, each with what is known and the answers there are."""
    rows = []
    for fact in table.facts.values():
        if fact.given_by == REGISTER:
            continue
        found = known.get(fact.name)
        told = found.told if found else None
        rows.append(
            {
                "name": fact.name,
                "label": label_of(fact),
                "kind": fact.kind,
                "unit": unit_of(fact),
                "document": document_of_fact(fact),
                "value": found.value if found and found.giver == PERSON else "",
                "known": value_words(fact, found.value) if found else "",
                "giver": GIVERS[found.giver] if found else "",
                "by": spoken(told.told_by) if told else "",
                "at": told.told_at if told else None,
                "papers": paper_rows(found),
                "words": [
                    {"code": word.code, "name": word.name_en if english() else word.name_zh} for word in words_of(fact)
                ],
            }
        )
    return rows


def caution_rows(table: Table, decision: Decision) -> list[Row]:
    found = []
    for caution in decision.cautions:
        names = [_name(table, name) for name in caution.names]
        found.append({"code": caution.code, "sentence": CAUTIONS[caution.code] % {"names": _("、").join(names)}})
    return found


def _name(table: Table, name: str) -> str:
    if name in table.facts:
        return label_of(table.facts[name])
    condition = next(row for row in table.conditions if row.name == name)
    return condition.text_en if english() else condition.text_zh


def exemption_rows(table: Table, decision: Decision) -> list[str]:
    return [_name(table, name) for name in decision.exemptions]


def clash_rows(clashes: Sequence[Clash], period: Period) -> list[Row]:
    return [
        {
            **clash._asdict(),
            "url": reverse(
                "overlap", args=[clash.ours, period[0].isoformat(), period[1].isoformat(), clash.commitment]
            ),
            "scheme_word": Scheme(clash.scheme).label,
            "state_word": Hold(clash.state).label,
            "share_ours": permille(clash.share_ours_ppm) if clash.share_ours_ppm is not None else "",
            "share_theirs": permille(clash.share_theirs_ppm) if clash.share_theirs_ppm is not None else "",
        }
        for clash in clashes
    ]
