"""What can be said where strata were not measured in both compared rounds: which are missing, and the sum of the rest.

The sum is of independent strata: variances add up, and degrees of freedom as the plan's rule counts them. It stands
under its own name and never where the whole stands.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tanhui.core.carbon.estimation.combine import combined
from tanhui.core.carbon.method.model import N_MINUS_M
from tanhui.core.carbon.sampling import Estimate
from tanhui.core.student import t_value
from tanhui.monitoring.readout.names import Names

Document = Mapping[str, Any]
Row = dict[str, Any]


def partial_sum(document: Document, names: Names) -> Row | None:
    """The strata that have a change, their sum, and those that lack it; None where none lacks it or all do."""
    counted = [row for row in document["strata"] if row["in_scope"]]
    there = [row for row in counted if row["removal_tco2e"] is not None]
    missing = [row for row in counted if row["removal_tco2e"] is None]
    if document["evaluation"]["removal_tco2e"] is not None or not there or not missing or not _two(document):
        return None
    whole = combined([_estimate(document, row) for row in there], document["plan"].get("df_rule") or N_MINUS_M)
    half = whole.half_width(Fraction(str(document["evaluation"]["confidence_level"])))
    return {
        "removal_tco2e": float(whole.value),
        "half_width_tco2e": half,
        "df": whole.df if half is not None else None,
        "uncertainty_percent": 100 * half / abs(float(whole.value)) if half is not None and whole.value else None,
        "plots": sum(row["n"] for row in there),
        "area_ha": sum(row["area_ha"] or 0 for row in there),
        "missing_area_ha": sum(row["area_ha"] or 0 for row in missing),
        "there": [names.say("stratum", row["stratum"]) for row in there],
        "missing": [names.say("stratum", row["stratum"]) for row in missing],
        "ecosystem": there[0]["ecosystem"] if len({row["ecosystem"] for row in there}) == 1 else "",
    }


def _two(document: Document) -> bool:
    return document["evaluation"]["period"]["from"] is not None


def _estimate(document: Document, stratum: Row) -> Estimate:
    """The removal of a stratum as the document has it: its half-width divided by t gives back its standard error."""
    value, half = Fraction(str(stratum["removal_tco2e"])), stratum["half_width_tco2e"]
    df = _df(document, stratum["stratum"])
    if half is None or not df:
        return Estimate(stratum["n"], value, None, 0)
    error = half / t_value(df, Fraction(str(document["evaluation"]["confidence_level"])))
    return Estimate(stratum["n"], value, Fraction(repr(error)) ** 2, df)


def _df(document: Document, stratum: str) -> int | None:
    wanted = ("carbon_t_ha", "all", stratum, "change")
    rows = document["evaluation"]["estimates"]
    found = [row["df"] for row in rows if (row["quantity"], row["pool"], row["domain"], row["round"]) == wanted]
    return found[0] if found else None
