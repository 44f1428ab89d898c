"""From a removal and its interval to whole tonnes: deduction for uncertainty, baseline, leakage, buffer.

AR-TOOL14 takes a share of the half-width, AR-CM-001 a share of the change, GS 403 what the half-width has beyond
20 % of the change; which one, and the steps, are tables of the method.
"""

from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.method import Method
from tanhui.core.carbon.method.model import DeductionRule, DeductionStep
from tanhui.core.units import MG_PER_T, share_mg, whole_tonnes_mg


class Deducted(NamedTuple):
    """`share_percent` None means that the rule gives nothing: the estimate is too uncertain."""

    share_percent: Fraction | None
    deducted_tco2e: Fraction | None
    net_tco2e: Fraction | None


class Issuance(NamedTuple):
    """What may be issued; `issuable_mg` includes the buffer."""

    issuable_mg: int
    buffer_mg: int

    @property
    def issuable_t(self) -> int:
        return self.issuable_mg // MG_PER_T


def step_for(rule: DeductionRule, uncertainty_percent: Fraction) -> DeductionStep:
    """The step of the table in which an uncertainty lies."""
    return next(
        step
        for step in rule.steps
        if step.to_percent is None
        or uncertainty_percent < step.to_percent
        or (step.inclusive and uncertainty_percent == step.to_percent)
    )


def refusal_limit(rule: DeductionRule) -> Fraction | None:
    """The uncertainty from which a rule refuses altogether, if it ever does."""
    if rule.steps[-1].share_percent is not None:
        return None
    return rule.steps[-2].to_percent


def deduct(removal_tco2e: Fraction, half_width_tco2e: Fraction, rule: DeductionRule) -> Deducted:
    """The deduction from a positive removal. AR-TOOL14 from above 30 % takes the whole half-width."""
    uncertainty = 100 * half_width_tco2e / removal_tco2e
    share = step_for(rule, uncertainty).share_percent
    if share is None:
        return Deducted(None, None, None)
    taken = share / 100 * _of(rule, removal_tco2e, half_width_tco2e)
    return Deducted(share, taken, removal_tco2e - taken)


def _of(rule: DeductionRule, removal_tco2e: Fraction, half_width_tco2e: Fraction) -> Fraction:
    """What the share is taken of: the half-width, the change, or what the half-width has beyond the free step."""
    if rule.of == "excess":
        free = rule.steps[0].to_percent or Fraction(0)
        return max(Fraction(0), half_width_tco2e - free / 100 * removal_tco2e)
    return half_width_tco2e if rule.of == "half_width" else removal_tco2e


def issuance(net_tco2e: Fraction, method: Method) -> Issuance:
    """Whole tonnes after baseline and leakage, and the buffer's share of them."""
    left = net_tco2e - method.value("baseline_tco2e") - method.value("leakage_tco2e")
    issuable_mg = whole_tonnes_mg(left)
    return Issuance(issuable_mg, share_mg(issuable_mg, int(method.value("buffer_ppm"))))
