"""How an estimate is written into the document: one shape for every table."""

from fractions import Fraction

from tanhui.core.carbon.document_rows import Document, number
from tanhui.core.carbon.sampling import Estimate
from tanhui.core.carbon.strata import CHANGE
from tanhui.core.units import CO2E_PER_C


def figure(per_ha: Estimate | None, total: Estimate | None, confidence: Fraction) -> Document:
    """Mean (tC/ha) and total (tC) with error, degrees of freedom and half-width; null where not known."""
    known = per_ha or total
    spread = per_ha if total is None or total.variance is None else total
    return {
        "n": known.n if known else 0,
        "df": spread.df if spread is not None and spread.variance is not None else None,
        **_part(per_ha, confidence, "mean", "se", "half_width"),
        "unit": "tC/ha",
        **_part(total, confidence, "total", "total_se", "total_half_width"),
        "total_unit": "tC",
        "uncertainty_percent": number(None if spread is None else spread.uncertainty_percent(confidence)),
    }


def _part(estimate: Estimate | None, confidence: Fraction, *names: str) -> Document:
    if estimate is None:
        return dict.fromkeys(names)
    amounts = (estimate.value, estimate.se, estimate.half_width(confidence))
    return {name: number(amount) for name, amount in zip(names, amounts, strict=True)}


def removal(per_ha: Estimate | None, total: Estimate | None, confidence: Fraction, when: str) -> Document:
    """The same change as removal in tCO2e; all null for a stock."""
    known = when == CHANGE
    names = ("removal_tco2e_ha", "removal_se_tco2e_ha", "removal_half_width_tco2e_ha")
    totals = ("removal_tco2e", "removal_se_tco2e", "removal_half_width_tco2e")
    return {
        **_part(_co2e(per_ha) if known else None, confidence, *names),
        **_part(_co2e(total) if known else None, confidence, *totals),
    }


def _co2e(estimate: Estimate | None) -> Estimate | None:
    return None if estimate is None else estimate.scaled(CO2E_PER_C)


def round_or_change(when: str) -> int | str:
    return when if when == CHANGE else int(when)
