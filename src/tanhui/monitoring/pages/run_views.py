"""A result laid out for its page: the number, strata, pools, divisions, rounds, errors, flags."""

from collections.abc import Mapping, Sequence
from typing import Any

from tanhui.monitoring.models import Run
from tanhui.monitoring.queries import result
from tanhui.monitoring.readout import rows as read
from tanhui.monitoring.readout.contributions import contributions, kind_rows, sources_words
from tanhui.monitoring.readout.demography import demography
from tanhui.monitoring.readout.effects import effects_sentence
from tanhui.monitoring.readout.evidence import weak_evidence
from tanhui.monitoring.readout.flags import flag_rows, weak_rows
from tanhui.monitoring.readout.named import names_of
from tanhui.monitoring.readout.names import Names
from tanhui.monitoring.readout.partial import partial_sum
from tanhui.monitoring.readout.span import field_days, yearly_said, years_said
from tanhui.monitoring.readout.spread import confidence_percent, interval_rows, use_sentence
from tanhui.monitoring.readout.wording import DIVISIONS, ESTIMATORS, SCOPES, word
from tanhui.monitoring.result_wording import ESTIMATOR_REASONS, NEXT_ROUND, reason_of

Row = dict[str, Any]
Document = Mapping[str, Any]
MOST_SHOWN = 8


def result_context(run: Run) -> Row:
    """Return what the page of a result shows."""
    document, names = result(run), names_of(run.survey)
    return {**shown(document, names), "document": document}


def shown(document: Document, names: Names) -> Row:
    """Return all parts of a result that hold no place of a plot."""
    found = document["evaluation"]
    scopes = read.scopes(document)
    return {
        "estimate": _estimate(document),
        "period": found["period"],
        "years": read.years(document),
        "years_said": years_said(document),
        "yearly_said": yearly_said(document),
        "rounds": read.compared_rounds(document),
        "partial": partial_sum(document, names),
        "strata": read.strata_rows(document, names),
        "strata_total": read.strata_total(document),
        "pools": read.pool_rows(document),
        "series": [_series(document, scope) for scope in scopes],
        "divisions": [_division(document, names, by) for by in read.domain_kinds(document)],
        "effects": read.effect_rows(document, names),
        "effects_said": effects_sentence(document, names),
        "intervals": interval_rows(document),
        "deduction_said": use_sentence(),
        "contributions": (sources := contributions(document, names)),
        "contributions_words": dict(zip(("head", "said"), sources_words(document), strict=True)),
        "kinds": kind_rows(sources),
        "demography": demography(document, names),
        "estimators": _estimators(document),
        "next_round": _next(read.next_round(document), names),
        "soil": soil_rows(document, names),
        "flags": flag_rows(document, names),
        "weak": weak_rows(document),
    }


def _estimate(document: Document) -> Row:
    """The number that matters, and what it is of."""
    found = document["evaluation"]
    return {
        "removal_tco2e": found["removal_tco2e"],
        "half_width_tco2e": found["half_width_tco2e"],
        "uncertainty_percent": found["uncertainty_percent"],
        "df": found["df"],
        "confidence_percent": confidence_percent(found),
        "weak": weak_evidence(found, "all"),
        "ecosystems": read.ecosystems(document),
        "ecosystem": read.main_ecosystem(document) if len(read.ecosystems(document)) == 1 else "",
        "plots": found["plots"],
        "trees": found["trees"],
        "area_ha": found["area_ha"],
        "strata": sum(row["in_scope"] for row in document["strata"]),
    }


def _estimators(document: Document) -> list[Row]:
    """The change by each estimator, and why one gives none."""
    return [
        {**row, "name": word(ESTIMATORS, row["estimator"]), "reason_said": reason_of(ESTIMATOR_REASONS, row["reason"])}
        for row in read.estimator_rows(document, read.ISSUED)
    ]


def _series(document: Document, scope: str) -> Row:
    return {
        "scope": scope,
        "name": word(SCOPES, scope),
        "stocks": [{**row, "days": field_days(row)} for row in read.series_rows(document, scope)],
        "changes": read.change_rows(document, scope),
        "ecosystem": "" if scope == read.ISSUED else scope,
    }


def _division(document: Document, names: Names, by: str) -> Row:
    scope = read.ISSUED if read.ISSUED in read.scopes(document) else read.scopes(document)[0]
    rows = read.domain_rows(document, names, by, scope)
    return {"by": by, "name": word(DIVISIONS, by), "rows": rows[:MOST_SHOWN], "more": len(rows) - MOST_SHOWN}


def _next(found: Row | None, names: Names) -> Row | None:
    """The next round's plots: those strata that want more first."""
    if found is None or found["plots"] is None:
        return found and {**found, "reason_said": reason_of(NEXT_ROUND, found["reason"])}
    strata: Sequence[Row] = [
        {**row, "name": names.say("stratum", row["stratum"]), "more": row["plots"] - row["plots_now"]}
        for row in found["strata"]
    ]
    ordered = sorted(strata, key=lambda row: -row["more"])
    return {**found, "strata": ordered, "more": found["plots"] - found["plots_now"]}


def soil_rows(document: Document, names: Names) -> list[Row]:
    """Soil by two rules, side by side, with the sign that each gives."""
    found: dict[str, Row] = {}
    for row in document["evaluation"]["soil_rules"]:
        one = found.setdefault(row["domain"], {"domain": row["domain"], "name": _soil_name(row["domain"], names)})
        one[row["rule"]] = row
    rows = [row for row in found.values() if "fixed_depth" in row and "equal_mass" in row]
    for row in rows:
        row["signs_differ"] = (row["fixed_depth"]["mean"] > 0) != (row["equal_mass"]["mean"] > 0)
    return sorted(rows, key=lambda row: (row["domain"] == "all", row["domain"]))


def _soil_name(domain: str, names: Names) -> str:
    return "" if domain == "all" else names.say("stratum", domain)
