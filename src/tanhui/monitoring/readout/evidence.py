"""How sure a result is: the weakest row of the method behind it, or behind one of its strata."""

from collections.abc import Mapping
from typing import Any

from tanhui.core.carbon.method.model import WEAK


def weak_evidence(evaluation: Mapping[str, Any], domain: str) -> dict[str, Any] | None:
    """Return the weakest row of the method behind a result, where it is weak; first methods did not record it."""
    rows = [row for row in evaluation.get("evidence", ()) if (row["domain"], row["pool"]) == (domain, "all")]
    return next((row for row in rows if row["confidence"] in WEAK), None)
