"""Read an evaluation's document and lay out what each section of the report says, as text ready to set.

The document is the dictionary of `Evaluation.document()`. What it leaves out is left out of the report, and what it
could not compute is shown as a dash, with the reasons the document gives.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from tanhui.kit.rings import rings_svg
from tanhui.kit.text import exact
from tanhui.monitoring.papers.asides import area_effects, fluxes, pairs, soil_rules
from tanhui.monitoring.papers.numbers import MISSING, amount, percent, plain, tonnes_digits
from tanhui.monitoring.papers.tables import (
    UNITS,
    Document,
    Row,
    changes,
    density,
    pools,
    rounds,
    strata,
)
from tanhui.monitoring.papers.wording import Wording

PPM_PER_PERCENT = 10_000
SHOWN_VALUES = 8
NAMED = ("pool", "pools", "ecosystem")


def sections(document: Document, wording: Wording) -> dict[str, object]:
    """All that the template places, section by section."""
    return {
        "unit": UNITS[density(document)],
        "cover": cover(document, wording),
        "rounds": rounds(document, wording),
        "data-say": survey_sentence(document, wording),
        "strata": strata(document, wording),
        "areas": area_effects(document),
        "soil-rules": soil_rules(document, wording),
        "pairs": pairs(document, wording),
        "fluxes": fluxes(document, wording),
        "pools": pools(document, wording),
        "uncertainty": uncertainty(document, wording),
        "bridge": bridge(document, wording),
        "reasons": remarks(document["reasons"], wording),
        "flags": remarks(document["flags"], wording),
        "flags-say": _flags_sentence(len(document["flags"]), wording),
        "parameters": weak_parameters(document, wording),
        "lineage": [row["source"] for row in document.get("sources", ()) if row["kind"] == "lineage"],
    }


def cover(document: Document, wording: Wording) -> Row:
    words, method, period = wording.words, document["method"], document["period"]
    removal, half = document["removal_tco2e"], document["half_width_tco2e"]
    digits = tonnes_digits(removal)
    number = words["not_computed"] if removal is None else amount(removal, digits)
    spread = "" if half is None else f"± {amount(half, digits)}"
    outcome = _outcome(document, wording)
    years = words["years"].format(years=amount(period["years"], 1)) if period["years"] else ""
    return {
        "period": f"{period['from']} {words['to']} {period['to']}{years}" if period["from"] else "",
        "method": method["title_" + words["lang"]],
        "method-id": f"{method['id']} {method['version']}",
        "method-hash": method["hash"],
        "survey-hash": document["survey_hash"],
        "estimate-hash": document["estimate_hash"],
        "rings": rings_svg(document["estimate_hash"], opacity=0.16),
        "number": number,
        "half": spread,
        "ruler": None if removal is None or half is None else _ruler(document, digits),
        "interval-known": half is not None,
        "say": interval_sentence(document, wording),
        "outcome": outcome,
        "computed": removal is not None,
        "signed": " ".join(filter(None, (number, spread, removal and "t CO₂e"))) + words["comma"] + outcome["signed"],
    }


def interval_sentence(document: Document, wording: Wording) -> str:
    """The level, the relative error and what the black tick is; or that there is no interval."""
    words, error = wording.words, document["uncertainty_percent"]
    if document["half_width_tco2e"] is None:
        return words["no_change" if document["removal_tco2e"] is None else "no_interval"]
    relative = "" if error is None else words["error"].format(error=amount(error, 1), df=plain(document["df"]))
    return words["level"] + relative + (words["issuable_tick"] if document["issuable_mg"] else "")


def survey_sentence(document: Document, wording: Wording) -> str:
    known = document["area_ha"] is not None
    return wording.words["data_say" if known else "data_say_unknown"].format(
        strata=len(document["strata"]),
        area=amount(document["area_ha"], 1),
        plots=amount(document["plots"]),
        trees=wording.words["trees_say"].format(trees=amount(document["trees"])) if document["trees"] else "",
        rounds=_counted(len(document["rounds"]), "round", wording),
    )


def uncertainty(document: Document, wording: Wording) -> list[list[str]]:
    """Each number between the mean and the relative error, with the digits needed to check them by hand."""
    words, total = wording.words, changes(document).get("all", {})
    removal, half, quantile = document["removal_tco2e"], document["half_width_tco2e"], document["t_value"]
    unit = UNITS[density(document)]
    mean = [words["mean"].format(unit=unit), amount(total.get("mean"), 4)]
    if half is None:
        return [mean] if total.get("mean") is not None else []
    return [
        mean,
        [words["standard_error"].format(unit=unit), amount(total.get("se"), 4)],
        [words["degrees"], plain(document["df"])],
        [words["t_value"], MISSING if quantile is None else f"{quantile:.6f}"],
        [words["half_width"], f"{amount(half)} t CO₂e"],
        [words["interval"], f"{amount(removal - half)} {words['to']} {amount(removal + half)} t CO₂e"],
        [words["uncertainty"], percent(document["uncertainty_percent"])],
    ]


def bridge(document: Document, wording: Wording) -> list[Row]:
    """From the estimate down to what owner and buffer get; the printed figures add up as printed."""
    words, deduction = wording.words, document.get("deduction") or {}
    if document["removal_tco2e"] is None:
        return []
    removal = round(document["removal_tco2e"], 2)
    baseline, leakage = (round(document.get(name) or 0.0, 2) for name in ("baseline_tco2e", "leakage_tco2e"))
    deducted = round(deduction.get("deducted_tco2e") or 0.0, 2)
    rows = [
        _step(words["bridge_estimate"], removal),
        _step(words["bridge_baseline"], -baseline),
        _step(words["bridge_leakage"], -leakage),
    ]
    if document["outcome"] != "issuable":
        return [*rows, _step(words["bridge_issuable"], 0.0, kind="total")]
    net = removal - baseline - leakage - deducted
    issuable, buffer = document["issuable_mg"], document["buffer_mg"]
    share = words["share"].format(share=f"{document['buffer']['share_ppm'] / PPM_PER_PERCENT:g}")
    return [
        *rows,
        _step(words["bridge_deduction"], -deducted, note=_share(deduction, words)),
        _step(words["bridge_net"], net),
        _step(words["bridge_floor"], document["issuable_t"] - net),
        _booked(words["bridge_issuable"], issuable, "total"),
        _booked(words["bridge_buffer"], buffer, "part", share),
        _booked(words["bridge_owner"], issuable - buffer, "part"),
    ]


def remarks(rows: Iterable[Mapping[str, Any]], wording: Wording) -> list[Row]:
    """Reasons or flags, one entry per code: its sentence, the code itself, and each case it is about."""
    cases: dict[str, list[str]] = {}
    for row in rows:
        words = [_named(name, value, wording) for name, value in sorted(row["params"].items())]
        cases.setdefault(row["code"], []).append(
            "，".join(words) if wording.words["lang"] == "zh" else ", ".join(words)
        )
    return [
        {
            "code": code,
            "sentence": wording.codes.get(code, code.replace("_", " ")),
            "cases": [case for case in lines if case],
        }
        for code, lines in cases.items()
    ]


def weak_parameters(document: Document, wording: Wording) -> list[Row]:
    """Parameters and equations that were not found in print, each with the source it has."""
    return [
        {
            "name": wording.parameters.get(row["name"], row["name"]),
            "value": f"{plain(row['value'])} {row['unit']}"
            if row["kind"] == "parameter"
            else wording.words["equation"],
            "source": row["source"],
            "confidence": wording.confidence.get(row["confidence"], row["confidence"]),
        }
        for row in document.get("sources", ())
        if row.get("confidence", "found") != "found"
    ]


def _outcome(document: Document, wording: Wording) -> Row:
    words = wording.words
    if document["outcome"] != "issuable":
        more = words["nothing_say"].replace("{count}", _counted(len(document["reasons"]), "condition", wording))
        return {"issuable": False, "say": words["nothing"], "more": more, "signed": words["signed_nothing"]}
    issuable, buffer = document["issuable_mg"], document["buffer_mg"]
    parts = {"issuable": amount(document["issuable_t"]), "buffer": _cut(buffer), "owner": _cut(issuable - buffer)}
    signed = words["signed_issuable"].format(issuable=parts["issuable"])
    return {"issuable": True, "say": words["issuable_line"].format(**parts), "more": "", "signed": signed}


def _flags_sentence(count: int, wording: Wording) -> str:
    if not count:
        return wording.words["no_flags"]
    return wording.words["flags_say"].format(count=_counted(count, "flag", wording))


def _counted(count: int, thing: str, wording: Wording) -> str:
    if count == 1:
        return wording.words[f"one_{thing}"]
    return wording.words[f"many_{thing}s"].format(count=count)


def _ruler(document: Document, digits: int) -> Row:
    removal, half = document["removal_tco2e"], document["half_width_tco2e"]
    lower, upper = removal - half, removal + half
    issued = document["issuable_t"] or None
    margin = 0.5 * half or 0.1 * abs(removal) or 1.0
    return {
        "span": [min(lower, lower if issued is None else issued) - margin, upper + margin],
        "ends": [lower, removal, upper],
        "labels": [amount(lower, digits), amount(removal, digits), f"{amount(upper, digits)} t"],
        "issued": issued,
    }


def _share(deduction: Mapping[str, Any], words: Mapping[str, str]) -> str:
    share = deduction.get("share_percent")
    if share is None:
        return ""
    return words["half_share" if deduction.get("of") == "half_width" else "share"].format(share=f"{share:g}")


def _step(label: str, value: float, *, note: str = "", kind: str = "step") -> Row:
    return {"label": label, "note": note, "value": amount(value, 2 if value else 0), "small": "", "kind": kind}


def _booked(label: str, mg: int, kind: str, note: str = "") -> Row:
    quantity = exact(mg)
    return {"label": label, "note": note, "value": quantity.kilograms, "small": quantity.milligrams, "kind": kind}


def _cut(mg: int) -> str:
    return exact(mg).kilograms.removesuffix(".000")


def _named(name: str, value: object, wording: Wording) -> str:
    """A parameter of a code in words; pools and ecosystems by their names, long lists cut with their length."""
    values = list(value) if isinstance(value, (list, tuple)) else [value]
    names = {**wording.pools, **wording.ecosystems} if name in NAMED else {}
    shown = ", ".join(names.get(str(part), plain(part)) for part in values[:SHOWN_VALUES])
    more = f" … ({len(values)})" if len(values) > SHOWN_VALUES else ""
    return f"{wording.params.get(name, name)} {shown}{more}"
