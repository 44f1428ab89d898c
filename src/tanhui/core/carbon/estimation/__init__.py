"""Estimators: from plots to means and totals with their variance, for every design that a survey may follow.

All work on exact fractions and give an `Estimate`: value, variance of the estimate, degrees of freedom, number of
plots; standard error and interval follow from these. Each opens with its formula and where that is published.
"""

from tanhui.core.carbon.estimation.collapse import Candidate, Joined, collapse
from tanhui.core.carbon.estimation.combine import combined
from tanhui.core.carbon.estimation.domains import DomainEstimate, DomainSample, domain_estimate
from tanhui.core.carbon.estimation.effects import Effects, effects
from tanhui.core.carbon.estimation.paired import Change, paired_change, partial_replacement
from tanhui.core.carbon.estimation.poststratified import post_stratified
from tanhui.core.carbon.estimation.ratio import mean_by_ratio, ratio_of_means
from tanhui.core.carbon.estimation.regression import AR_TOOL14, RESIDUAL, Known, regression_mean
from tanhui.core.carbon.estimation.samples import Sample, simple
from tanhui.core.carbon.method.model import DF_RULES, N_MINUS_M, SATTERTHWAITE

__all__ = [
    "AR_TOOL14",
    "DF_RULES",
    "N_MINUS_M",
    "RESIDUAL",
    "SATTERTHWAITE",
    "Candidate",
    "Change",
    "DomainEstimate",
    "DomainSample",
    "Effects",
    "Joined",
    "Known",
    "Sample",
    "collapse",
    "combined",
    "domain_estimate",
    "effects",
    "mean_by_ratio",
    "paired_change",
    "partial_replacement",
    "post_stratified",
    "ratio_of_means",
    "regression_mean",
    "simple",
]
