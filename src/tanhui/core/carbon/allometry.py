"""Dry mass of single trees from diameter and height, in whole milligrams.

The masses are computed for all trees at once in float64. The last bits of a logarithm or a power differ between
processors, so where a result lies too near to half a milligram for floats to decide, that tree is computed again
in decimal arithmetic, which rounds correctly everywhere. The milligrams are therefore the same on any machine,
and everything after them is exact.

How near is too near follows from the equations. With u = 2**-53, a function of the mathematics library is wrong
by at most 8u of its value (4 units in the last place; the libraries in use stay below one), and every product,
sum and decimal that is read by u. A mass a·x^b is computed as exp(y), y = ln a + b·ln x: x = D²H is wrong by 5u,
so ln x by 5u + 8u·|ln x|, and y by at most u·(11·(|ln a| + |b|·(|ln x| + 1)) + 2). The exponential adds 8u, the
organs, their ratio and the milligrams a few u. `_doubt` allows 16u·(|ln a| + |b|·(|ln x| + 1) + 4), above all that.
"""

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal

import numpy as np
from numpy.typing import NDArray

from tanhui.core.carbon.method import Equation

MG_PER_KG = 1_000_000
_DECIMAL = Context(prec=40, rounding=ROUND_HALF_EVEN)
_UNIT = 2.0**-53
_WHOLE = 2.0**53
"""Up to here every whole number is a float."""

Floats = NDArray[np.float64]
Milligrams = NDArray[np.int64]


def tree_masses_mg(dbh_cm: Floats, height_m: Floats, equations: Sequence[Equation]) -> Milligrams:
    """Dry mass of each tree over all organs of the enabled equations of one species.

    Raises OverflowError for a tree of more than 9 million tonnes, which no equation of a tree can mean.
    """
    enabled = [equation for equation in equations if equation.enabled]
    masses_mg, doubt = _masses_mg(dbh_cm, height_m, enabled)
    whole = np.rint(masses_mg)
    if not whole.max(initial=0.0) < _WHOLE:
        raise OverflowError("an equation gives a tree of more than 2**53 mg")
    off = np.abs(masses_mg - whole)
    off += masses_mg * doubt
    milligrams = whole.astype(np.int64)
    for index in np.flatnonzero(off >= 0.5).tolist():  # noqa: PLR2004 - half a milligram
        milligrams[index] = exact_mass_mg(float(dbh_cm[index]), float(height_m[index]), enabled)
    return milligrams


def organ_masses_kg(dbh_cm: float, height_m: float, equations: Sequence[Equation]) -> dict[str, float]:
    """Dry mass of one tree by organ, for a page or a report that shows the sum."""
    diameter, height = np.array([dbh_cm]), np.array([height_m])
    enabled = [equation for equation in equations if equation.enabled]
    masses = {
        equation.organ: _organ_kg(np.log(_size(diameter, height, equation)), equation)
        for equation in enabled
        if equation.form != "ratio"
    }
    above = sum(masses.values(), np.zeros(1))
    masses |= {equation.organ: float(equation.b) * above for equation in enabled if equation.form == "ratio"}
    return {organ: float(mass[0]) for organ, mass in masses.items()}


def needs_height(equations: Sequence[Equation]) -> bool:
    return any(equation.enabled and equation.variable == "d2h" for equation in equations)


def fitted_range(equations: Sequence[Equation]) -> tuple[tuple[float, float], tuple[float, float]]:
    """The diameters (cm) and heights (m) that lie within all enabled equations, each as lowest and highest."""
    enabled = [equation for equation in equations if equation.enabled]
    dbh_cm, height_m = [equation.dbh_cm for equation in enabled], [equation.height_m for equation in enabled]
    low_high = [(max(low for low, _ in found), min(high for _, high in found)) for found in (dbh_cm, height_m)]
    return low_high[0], low_high[1]


def outside_range(dbh_cm: Floats, height_m: Floats, equations: Sequence[Equation]) -> NDArray[np.bool_]:
    """Which trees lie outside the range of any enabled equation; an unknown height is outside of nothing."""
    (thin, thick), (low, high) = fitted_range(equations)
    outside: NDArray[np.bool_] = (dbh_cm < thin) | (dbh_cm > thick) | (height_m < low) | (height_m > high)
    return outside


def _masses_mg(dbh_cm: Floats, height_m: Floats, equations: Sequence[Equation]) -> tuple[Floats, float]:
    """Masses in milligrams, and the share of itself by which any of them may be wrong."""
    logs: dict[str, Floats] = {}
    above, ratio, doubt = np.zeros(len(dbh_cm)), 1.0, 0.0
    for equation in equations:
        if equation.form == "ratio":
            ratio += float(equation.b)
            continue
        if equation.variable not in logs:
            logs[equation.variable] = np.log(_size(dbh_cm, height_m, equation))
        above += _organ_kg(logs[equation.variable], equation)
        doubt = max(doubt, _doubt(logs[equation.variable], equation))
    above *= ratio * MG_PER_KG
    return above, doubt


def _size(dbh_cm: Floats, height_m: Floats, equation: Equation) -> Floats:
    return dbh_cm * dbh_cm * height_m if equation.variable == "d2h" else dbh_cm


def _organ_kg(log_size: Floats, equation: Equation) -> Floats:
    mass = log_size * float(equation.b)
    if equation.form == "power":
        np.exp(mass, out=mass)
        mass *= float(equation.a)
        return mass
    mass += float(equation.a)
    return np.exp(mass, out=mass)


def _doubt(log_size: Floats, equation: Equation) -> float:
    """The share of an organ's mass by which floats may be wrong: see the proof above.

    The proof is for masses above zero. With a negative factor nothing is sure, and every tree is computed exactly.
    """
    if equation.form == "power" and float(equation.a) < 0:
        return math.inf
    offset = 0.0 if equation.form == "power" else abs(float(equation.a))
    largest = max(abs(float(log_size.max(initial=0.0))), abs(float(log_size.min(initial=0.0))))
    return 16 * _UNIT * (offset + abs(float(equation.b)) * (largest + 1) + 4)


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
