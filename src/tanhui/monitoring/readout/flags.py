"""Every flag of a result, with its sentence, its code and where it is. None is hidden behind a count."""

from collections.abc import Mapping
from typing import Any

from tanhui.monitoring.result_wording import FLAGS, NOTES, REASONS

Row = dict[str, Any]
WEAK_CODES = frozenset({"low_confidence_parameter", "full_text_not_at_hand"})
ROUTINE_CODES = frozenset({"wetland_reported_only", "flux_not_annual", "survey_warnings"})
_PLACES = ("strata", "stratum", "names", "species", "parameter", "plots")


def flag_rows(document: Mapping[str, Any]) -> list[Row]:
    """Reasons against issuing, then flags, then what the assessment did. `kind` chooses the badge."""
    found = document["evaluation"]
    rows = [_row(note, REASONS, "stop") for note in found["reasons"]]
    rows += [_row(note, FLAGS, _kind(note["code"])) for note in found["flags"]]
    return rows + [_row(note, NOTES, "due") for note in document["notes"]]


def _kind(code: str) -> str:
    if code in WEAK_CODES:
        return "weak"
    return "wait" if code in ROUTINE_CODES else "due"


def _row(note: Mapping[str, Any], sentences: Mapping[str, Any], kind: str) -> Row:
    code, params = note["code"], note["params"]
    sentence = str(sentences[code]) % params if code in sentences else code.replace("_", " ")
    where = next((str(params[name]) for name in _PLACES if name in params), "")
    return {"code": code, "sentence": sentence, "kind": kind, "where": where}


def weak_rows(document: Mapping[str, Any]) -> list[Row]:
    """Parameters and equations whose evidence is weak, as the method says itself."""
    rows = document["evaluation"]["sources"]
    return [row for row in rows if row["kind"] != "lineage" and row["confidence"] not in {"found", "published"}]
