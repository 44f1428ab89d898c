"""Every flag of a result, with its sentence, its code and where it is. None is hidden behind a count."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanhui.monitoring.papers.wording import load_wording
from tanhui.monitoring.readout.names import Names
from tanhui.monitoring.readout.wording import POOLS, WEAK, word
from tanhui.monitoring.result_wording import FLAGS, NOTES, REASONS

Row = dict[str, Any]
WEAK_CODES = frozenset({"low_confidence_parameter", "full_text_not_at_hand"})
ROUTINE_CODES = frozenset({"wetland_reported_only", "flux_not_annual", "survey_warnings"})
_PLACES = ("strata", "stratum", "names", "species", "parameter", "plots")


def flag_rows(document: Mapping[str, Any], names: Names) -> list[Row]:
    """Reasons against issuing, then flags, then what the assessment did. `kind` chooses the badge."""
    found = document["evaluation"]
    rows = [_row(note, REASONS, "stop", names) for note in found["reasons"]]
    rows += [_row(note, FLAGS, _kind(note["code"]), names) for note in found["flags"]]
    return rows + [_row(note, NOTES, "due", names) for note in document["notes"]]


def _kind(code: str) -> str:
    if code in WEAK_CODES:
        return "weak"
    return "wait" if code in ROUTINE_CODES else "due"


def _row(note: Mapping[str, Any], sentences: Mapping[str, Any], kind: str, names: Names) -> Row:
    code, params = note["code"], named_params(note["params"], names)
    sentence = str(sentences[code]) % params if code in sentences else code.replace("_", " ")
    where = next((str(params[name]) for name in _PLACES if name in params), "")
    return {"code": code, "sentence": sentence, "kind": kind, "where": where}


def named_params(params: Mapping[str, Any], names: Names) -> Row:
    """The parameters of a note, strata and pools by their names."""
    said = dict(params)
    for name in ("strata", "stratum"):
        if name in said:
            said[name] = _("、").join(names.say("stratum", code) for code in str(said[name]).split(", "))
    if "pool" in said:
        said["pool"] = word(POOLS, str(said["pool"]))
    return said


def weak_rows(document: Mapping[str, Any]) -> list[Row]:
    """Parameters and equations whose evidence is weak, as the method says itself, by their names."""
    words = load_wording("en" if (get_language() or "").startswith("en") else "zh").parameters
    rows = document["evaluation"]["sources"]
    return [{**row, "said": words.get(row["name"], row["name"])} for row in rows if row.get("confidence") in WEAK]
