"""Say what the check of a survey found, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from tanhui.core.carbon.survey import Fault
from tanhui.monitoring.wording import CAUSES, FAULTS


def fault_sentence(fault: Fault) -> str:
    """Return where it is, what is wrong and how to mend it."""
    place = {"file": fault.file, "row": fault.row, "column": fault.column, "value": fault.value}
    return str(FAULTS[fault.code]) % {**place, **spoken(fault.params)}


def spoken(params: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a fault with what the reader of CSV files says in English put into words."""
    if "cause" not in params:
        return dict(params)
    return {**params, "cause": str(CAUSES.get(params["cause"], params["cause"]))}


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
