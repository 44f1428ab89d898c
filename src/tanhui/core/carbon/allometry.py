"""Dry mass of single trees from diameter and height, in whole milligrams.

The powers are computed for all trees at once in float64. The last bits of such a power differ between
processors, so where a result lies too near to half a milligram for floats to decide, that tree is computed
again in decimal arithmetic, which rounds correctly everywhere. The milligrams are therefore the same on any
machine, and everything after them is exact.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal

import numpy as np
from numpy.typing import NDArray

from tanhui.core.carbon.method import Equation

MG_PER_KG = 1_000_000
_UNDECIDED_MG = 1e-3
_DECIMAL = Context(prec=40, rounding=ROUND_HALF_EVEN)

Floats = NDArray[np.float64]


def tree_masses_mg(dbh_cm: Floats, height_m: Floats, equations: Sequence[Equation]) -> list[int]:
    """Dry mass of each tree over all organs of the enabled equations of one species."""
    enabled = [equation for equation in equations if equation.enabled]
    masses_mg = _masses_kg(dbh_cm, height_m, enabled) * MG_PER_KG
    whole = np.rint(masses_mg)
    undecided = np.abs(np.abs(masses_mg - whole) - 0.5) < _UNDECIDED_MG
    milligrams = [int(mass) for mass in whole.tolist()]
    for index in np.flatnonzero(undecided).tolist():
        milligrams[index] = exact_mass_mg(float(dbh_cm[index]), float(height_m[index]), enabled)
    return milligrams


def organ_masses_kg(dbh_cm: float, height_m: float, equations: Sequence[Equation]) -> dict[str, float]:
    """Dry mass of one tree by organ, for a page or a report that shows the sum."""
    diameter, height = np.array([dbh_cm]), np.array([height_m])
    enabled = [equation for equation in equations if equation.enabled]
    masses = {equation.organ: _organ_kg(diameter, height, equation) for equation in enabled if equation.form != "ratio"}
    above = sum(masses.values(), np.zeros(1))
    masses |= {equation.organ: float(equation.b) * above for equation in enabled if equation.form == "ratio"}
    return {organ: float(mass[0]) for organ, mass in masses.items()}


def needs_height(equations: Sequence[Equation]) -> bool:
    return any(equation.enabled and equation.variable == "d2h" for equation in equations)


def outside_range(dbh_cm: Floats, height_m: Floats, equations: Sequence[Equation]) -> NDArray[np.bool_]:
    """Which trees lie outside the range of any enabled equation; an unknown height is outside of nothing."""
    outside = np.zeros(len(dbh_cm), dtype=np.bool_)
    for equation in (equation for equation in equations if equation.enabled):
        outside |= (dbh_cm < equation.dbh_cm[0]) | (dbh_cm > equation.dbh_cm[1])
        outside |= (height_m < equation.height_m[0]) | (height_m > equation.height_m[1])
    return outside


def _masses_kg(dbh_cm: Floats, height_m: Floats, equations: Sequence[Equation]) -> Floats:
    above = np.zeros(len(dbh_cm))
    ratio = 1.0
    for equation in equations:
        if equation.form == "ratio":
            ratio += float(equation.b)
        else:
            above += _organ_kg(dbh_cm, height_m, equation)
    return above * ratio


def _organ_kg(dbh_cm: Floats, height_m: Floats, equation: Equation) -> Floats:
    size = dbh_cm**2 * height_m if equation.variable == "d2h" else dbh_cm
    if equation.form == "power":
        return float(equation.a) * size ** float(equation.b)
    mass: Floats = np.exp(float(equation.a) + float(equation.b) * np.log(size))
    return mass


def exact_mass_mg(dbh_cm: float, height_m: float, equations: Sequence[Equation]) -> int:
    """The same sum for one tree in decimal arithmetic of 40 digits."""
    diameter, height = Decimal(repr(dbh_cm)), Decimal(repr(height_m))
    above, ratio = Decimal(0), Decimal(1)
    for equation in (equation for equation in equations if equation.enabled):
        if equation.form == "ratio":
            ratio += Decimal(equation.b)
            continue
        size = diameter * diameter * height if equation.variable == "d2h" else diameter
        above = _DECIMAL.add(above, _exact_organ_kg(size, equation))
    return int((_DECIMAL.multiply(above, ratio) * MG_PER_KG).to_integral_value(ROUND_HALF_EVEN))


def _exact_organ_kg(size: Decimal, equation: Equation) -> Decimal:
    exponent = _DECIMAL.multiply(Decimal(equation.b), _DECIMAL.ln(size))
    if equation.form == "power":
        return _DECIMAL.multiply(Decimal(equation.a), _DECIMAL.exp(exponent))
    return _DECIMAL.exp(_DECIMAL.add(Decimal(equation.a), exponent))
