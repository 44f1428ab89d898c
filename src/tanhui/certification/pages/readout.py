"""An estimate laid out for a page: the number, the bridge to what can be issued, strata, pools and flags."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tanhui.certification.models import Estimate, Survey
from tanhui.certification.queries import stratum_names
from tanhui.certification.sentences import flag_row, reason_row
from tanhui.monitoring.readout.evidence import weak_evidence
from tanhui.monitoring.readout.spread import confidence_percent
from tanhui.people.queries import spoken

Row = dict[str, Any]
Document = Mapping[str, Any]


def estimate_row(estimate: Estimate, document: Document) -> Row:
    """Return what the estimate partial shows."""
    buffer_ppm = document["buffer"]["share_ppm"]
    return {
        "removal_tco2e": document["removal_tco2e"],
        "half_width_tco2e": document["half_width_tco2e"],
        "uncertainty_percent": document["uncertainty_percent"],
        "confidence_percent": confidence_percent(document),
        "df": document["df"],
        "ecosystem": main_ecosystem(document),
        "outcome": document["outcome"],
        "issuable_mg": document["issuable_mg"],
        "buffer_mg": document["buffer_mg"],
        "buffer_percent": buffer_ppm / 10_000,
        "reasons": [reason_row(reason) for reason in document["reasons"]],
        "no_interval": _("原因见下面的说明。") if document["half_width_tco2e"] is None else "",
        "summary": _summary(document),
        "bridge": _bridge(document),
        "plots": document["plots"],
        "trees": document["trees"],
        "rounds": len(document["rounds"]),
        "method": document["method"]["id"],
        "method_version": document["method"]["version"],
        "method_title_zh": document["method"]["title_zh"],
        "method_title_en": document["method"]["title_en"],
        "method_hash": document["method"]["hash"],
        "survey_hash": document["survey_hash"],
        "estimate_hash": estimate.hash_hex,
        "computed_at": estimate.computed_at,
        "computed_by": spoken(estimate.computed_by),
        "weak": weak_evidence(document, "all"),
    }


def main_ecosystem(document: Document) -> str:
    """Return the ecosystem whose sign stands for the whole: the only one that counts, or `mixed`."""
    counted = {stratum["ecosystem"] for stratum in document["strata"] if stratum["in_scope"]}
    found = counted or {stratum["ecosystem"] for stratum in document["strata"]}
    return str(found.pop()) if len(found) == 1 else "mixed"


def counted_plots(document: Document) -> int:
    """How many plots the total rests on: those of the strata that count."""
    return sum(stratum["n"] or 0 for stratum in document["strata"] if stratum["in_scope"])


def _summary(document: Document) -> str:
    strata = sum(bool(stratum["in_scope"]) for stratum in document["strata"])
    facts = {"strata": strata, "plots": counted_plots(document)}
    return _("监测期净碳汇量，%(strata)s 个层、%(plots)s 块样地合成") % facts


def _bridge(document: Document) -> list[Row]:
    if document["removal_tco2e"] is None:
        return []
    deduction = document["deduction"]
    words = {
        "baseline": _("基线"),
        "leakage": _("泄漏"),
        "deducted": _("不确定性扣减"),
    }
    share = deduction["share_percent"]
    notes = {"deducted": f"{share:g}%" if share is not None else ""}
    rows = [{"words": _("估算"), "note": "", "value_tco2e": document["removal_tco2e"], "places": 2}]
    for step in deduction["steps"]:
        if step["step"] in words and step["tco2e"]:
            less = {"value_tco2e": -step["tco2e"], "places": 2, "note": notes.get(step["step"], "")}
            rows.append({"words": words[step["step"]], **less})
    net = deduction["net_tco2e"]
    if net is not None and document["issuable_t"]:
        rows.append(
            {"words": _("取整，不足一吨舍去"), "note": "", "value_tco2e": document["issuable_t"] - net, "places": 2}
        )
    return rows


def strata_rows(survey: Survey, document: Document) -> list[Row]:
    """Return one row a stratum: first those that count, by ecosystem and id."""
    names = stratum_names(survey)
    found = [_stratum(stratum, names[stratum["stratum"]], document) for stratum in document["strata"]]
    return sorted(found, key=lambda row: (not row["in_scope"], row["ecosystem"], row["stratum"]))


def _stratum(stratum: Mapping[str, Any], names: tuple[str, str], document: Document) -> Row:
    name_zh, name_en = names
    change = _estimate_of(document, stratum["stratum"], "change")
    removal, half = stratum["removal_tco2e"], stratum["half_width_tco2e"]
    return {
        "stratum": stratum["stratum"],
        "name_zh": name_zh,
        "name_en": name_en,
        "ecosystem": stratum["ecosystem"],
        "area_ha": stratum["area_ha"],
        "n": stratum["n"],
        "first_tc_ha": _estimate_of(document, stratum["stratum"], 1).get("mean"),
        "second_tc_ha": _estimate_of(document, stratum["stratum"], 2).get("mean"),
        "mean": change.get("mean"),
        "half_width": change.get("half_width"),
        "removal_tco2e": removal,
        "half_width_tco2e": half,
        "uncertainty_percent": abs(half / removal) * 100 if removal and half is not None else None,
        "in_scope": stratum["in_scope"],
        "note": "" if stratum["in_scope"] else _("只监测，不计入"),
        "weak": weak_evidence(document, stratum["stratum"]),
    }


def _estimate_of(document: Document, domain: str, round_number: int | str, pool: str = "all") -> Mapping[str, Any]:
    for row in document["estimates"]:
        if (row["quantity"], row["pool"], row["domain"], row["round"]) == ("carbon_t_ha", pool, domain, round_number):
            found: Mapping[str, Any] = row
            return found
    return {}


def strata_total(document: Document) -> Row | None:
    """Return the row under the strata, or None when there is no total to show."""
    if document["removal_tco2e"] is None or document["area_ha"] is None:
        return None
    change = _estimate_of(document, "all", "change")
    return {
        "area_ha": document["area_ha"],
        "n": sum(stratum["n"] or 0 for stratum in document["strata"] if stratum["in_scope"]),
        "ecosystem": "",
        "first_tc_ha": _estimate_of(document, "all", 1).get("mean"),
        "second_tc_ha": _estimate_of(document, "all", 2).get("mean"),
        "mean": change.get("mean"),
        "half_width": change.get("half_width"),
        "removal_tco2e": document["removal_tco2e"],
        "half_width_tco2e": document["half_width_tco2e"],
        "uncertainty_percent": document["uncertainty_percent"],
    }


def years(document: Document) -> Row:
    told = [found["year_from"] for found in document["rounds"]]
    return {"first": told[0] if told else None, "second": told[1] if len(told) > 1 else None}


def pool_rows(document: Document) -> list[Row]:
    """Return one row a pool over everything that counts."""
    pools = sorted({row["pool"] for row in document["estimates"] if row["domain"] == "all" and row["pool"] != "all"})
    found = []
    for pool in pools:
        change = _estimate_of(document, "all", "change", pool)
        found.append(
            {
                "pool": pool,
                "first_tc_ha": _estimate_of(document, "all", 1, pool).get("mean"),
                "second_tc_ha": _estimate_of(document, "all", 2, pool).get("mean"),
                "mean": change.get("mean"),
                "half_width": change.get("half_width"),
                "counted": True,
            }
        )
    return found


def flag_rows(document: Document) -> list[Row]:
    words = {"weak": _("证据偏弱"), "wait": _("说明")}
    return [{**row, "word": words[row["kind"]]} for row in map(flag_row, document["flags"])]
