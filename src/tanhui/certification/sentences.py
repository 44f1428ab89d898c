"""Say what the carbon core found: faults of a survey, reasons and flags of an estimate, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from tanhui.certification.wording import FAULTS, FLAGS, REASONS
from tanhui.core.carbon.survey import Fault

WEAK = frozenset({"low_confidence_parameter", "low_confidence_parameters", "full_text_not_at_hand"})


def fault_sentence(fault: Fault) -> str:
    """Return where it is, what is wrong and how to mend it."""
    place = {"file": fault.file, "row": fault.row, "column": fault.column, "value": fault.value}
    return str(FAULTS[fault.code]) % {**place, **fault.params}


def fault_row(fault: Fault) -> dict[str, Any]:
    return {
        "file": fault.file,
        "row": fault.row,
        "column": fault.column or "",
        "value": fault.value or "",
        "sentence": fault_sentence(fault),
        "code": fault.code,
        "severity": fault.severity,
    }


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
