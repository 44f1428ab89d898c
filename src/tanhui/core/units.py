"""Units of the registry, and the one place where a measured quantity becomes whole milligrams.

Science works in tonnes as fractions and floats; the ledger works in integer milligrams of CO2e.
`whole_tonnes_mg` is the only bridge, and it always rounds down.
"""

import math
from fractions import Fraction

MG_PER_T = 1_000_000_000
KG_PER_T = 1000
MU_PER_HA = 15
M2_PER_HA = 10_000
PPM = 1_000_000

CO2E_PER_C = Fraction(44, 12)
"""Tonnes of CO2 that hold one tonne of carbon: the ratio of the molar masses as every method prints it."""


def co2e_t(carbon_t: Fraction) -> Fraction:
    """Tonnes of CO2e that `carbon_t` tonnes of carbon amount to."""
    return carbon_t * CO2E_PER_C


def area_mu(area_ha: Fraction) -> Fraction:
    """Area in mu (亩), 15 to the hectare."""
    return area_ha * MU_PER_HA


def area_ha(mu: Fraction) -> Fraction:
    """Area in hectares of an area given in mu (亩)."""
    return mu / MU_PER_HA


def whole_tonnes_mg(tonnes: Fraction | float) -> int:
    """Milligrams of the whole tonnes in `tonnes`, rounded down; what is negative gives nothing.

    Raises ValueError for a quantity that is not a finite number, for that is a bug and never a measurement.
    """
    if not math.isfinite(tonnes):
        raise ValueError(f"{tonnes} is no quantity of CO2e")
    return max(0, math.floor(tonnes)) * MG_PER_T


def share_mg(quantity_mg: int, share_ppm: int) -> int:
    """The share of a quantity in millionths, rounded up to a whole milligram (a buffer never falls short)."""
    return -(-quantity_mg * share_ppm // PPM)
