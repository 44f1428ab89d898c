"""Where strata were not measured in both compared rounds: which are missing, and the sum of the rest.

The sum is of independent strata: variances add up, and degrees of freedom as the plan's rule counts them. It stands
under its own name and never where the whole stands.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from tanhui.core.carbon.document_rows import Document, number
from tanhui.core.carbon.estimation.combine import combined
from tanhui.core.carbon.method.model import N_MINUS_M
from tanhui.core.carbon.sampling import Estimate
from tanhui.core.student import t_value

PARTIAL = "partial"
Row = Mapping[str, Any]


def partial_document(evaluation: Mapping[str, Any], df_rule: str | None = None) -> Document | None:
    """The strata that have a change, their sum, and those that lack it; None where none lacks it or all do."""
    counted = [row for row in evaluation["strata"] if row["in_scope"]]
    there = [row for row in counted if row["removal_tco2e"] is not None]
    missing = [row for row in counted if row["removal_tco2e"] is None]
    one_round = evaluation["period"]["from"] is None
    if evaluation["removal_tco2e"] is not None or not there or not missing or one_round:
        return None
    whole = combined([_estimate(evaluation, row) for row in there], df_rule or N_MINUS_M)
    confidence = Fraction(str(evaluation["confidence_level"]))
    half = whole.half_width(confidence)
    return {
        "whole": False,
        "removal_tco2e": number(whole.value),
        "half_width_tco2e": number(half),
        "df": whole.df if half is not None else None,
        "uncertainty_percent": number(whole.uncertainty_percent(confidence)) if half is not None else None,
        "plots": sum(row["n"] for row in there),
        "strata": [row["stratum"] for row in there],
        "area_ha": number(_area(there)),
        "missing_strata": [row["stratum"] for row in missing],
        "missing_area_ha": number(_area(missing)),
    }


def _area(rows: Sequence[Row]) -> Fraction:
    return sum((Fraction(str(row["area_ha"] or 0)) for row in rows), Fraction(0))


def _estimate(evaluation: Mapping[str, Any], stratum: Row) -> Estimate:
    """The removal of a stratum as the document has it: its half-width divided by t gives back its standard error."""
    value, half = Fraction(str(stratum["removal_tco2e"])), stratum["half_width_tco2e"]
    df = _df(evaluation, stratum["stratum"])
    if half is None or not df:
        return Estimate(stratum["n"], value, None, 0)
    error = half / t_value(df, Fraction(str(evaluation["confidence_level"])))
    return Estimate(stratum["n"], value, Fraction(repr(error)) ** 2, df)


def _df(evaluation: Mapping[str, Any], stratum: str) -> int | None:
    wanted = ("carbon_t_ha", "all", stratum, "change")
    rows = evaluation["estimates"]
    found = [row["df"] for row in rows if (row["quantity"], row["pool"], row["domain"], row["round"]) == wanted]
    return found[0] if found else None
