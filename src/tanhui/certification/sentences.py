"""Say what an evaluation found in codes: reasons and flags of an estimate, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from tanhui.certification.wording import FLAGS, REASONS

WEAK = frozenset({"low_confidence_parameter", "low_confidence_parameters", "full_text_not_at_hand"})


def reason_row(reason: Mapping[str, Any]) -> dict[str, str]:
    return {"code": reason["code"], "sentence": str(REASONS[reason["code"]]) % reason["params"]}


def flag_row(flag: Mapping[str, Any]) -> dict[str, str]:
    code = flag["code"]
    return {
        "kind": "weak" if code in WEAK else "wait",
        "code": code,
        "sentence": str(FLAGS[code]) % flag["params"],
        "word": "",
        "where": "",
    }
