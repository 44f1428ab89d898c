"""Say what an evaluation found in codes: reasons and flags of an estimate, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from tanhui.core.carbon.codes import Note
from tanhui.monitoring.result_wording import FLAGS, REASONS
from tanhui.monitoring.workbook.vocabulary import words

WEAK = frozenset({"low_confidence_parameter", "low_confidence_parameters", "full_text_not_at_hand"})
_WORDS = {"ecosystem": ("strata.csv", "ecosystem"), "pool": ("pools.csv", "pool")}
"""Parameters that hold words of the survey format, and the column that has their names."""


def worded(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters with the words of the format in the reader's language; ids and numbers stay as they are."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    said = dict(params)
    for name, column in _WORDS.items():
        known = words(*column).get(str(params.get(name, "")))
        if known:
            said[name] = known.spoken(language)
    return said


def reason_row(reason: Mapping[str, Any]) -> dict[str, str]:
    return {"code": reason["code"], "sentence": str(REASONS[reason["code"]]) % worded(reason["params"])}


def flag_row(flag: Mapping[str, Any]) -> dict[str, str]:
    code = flag["code"]
    return {
        "kind": "weak" if code in WEAK else "wait",
        "code": code,
        "sentence": str(FLAGS[code]) % worded(flag["params"]),
        "word": "",
        "where": "",
    }


def spoken(note: Note) -> dict[str, str]:
    """A reason or a flag as it comes from the evaluation: its code and its sentence."""
    sentences = REASONS if note.code in REASONS else FLAGS
    return {"code": note.code, "sentence": str(sentences[note.code]) % worded(dict(note.params))}
