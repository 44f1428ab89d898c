"""Variances in closed form, one source at a time: the first order, and for lognormal errors what follows it.

With c = w·v the weight of an item in a total, its own errors give Σ c²(e^{m²} − 1) and a bearer Σ_i Σ_j c_i c_j
(e^{r_i r_j} − 1). A shared error gives (Σ c·l)² to the first order; half of (Σ c·l²)² is the second, and the rest is
of the order l⁶. Sources are independent, so the variances add up but for products of two of them, which the draws
include.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tanhui.core.carbon.uncertainty.model import KINDS, Floats, Model

if TYPE_CHECKING:
    from scipy.sparse import csr_array


class Contributions(NamedTuple):
    """Variance by source (rows of `variances`) for each total (columns)."""

    sources: tuple[str, ...]
    variances: Floats

    @property
    def total(self) -> Floats:
        summed: Floats = self.variances.sum(axis=0)
        return summed

    def of(self, column: int) -> dict[str, float]:
        return {source: float(row[column]) for source, row in zip(self.sources, self.variances, strict=True)}


def contributions(model: Model, weights: "csr_array") -> Contributions:
    """`weights` is totals × cells: how much a tonne per hectare of a plot in a round counts in each total."""
    from scipy.sparse import csr_array

    by_source: dict[str, Floats] = {source: np.zeros(weights.shape[0]) for source in KINDS}
    carried = csr_array(weights[:, model.cell_of].multiply(model.values))
    _own(model, carried, by_source)
    by_source["equation_residual"] += _borne(model, carried)
    _shared(model, carried, by_source)
    known = tuple(source for source in KINDS if by_source[source].any())
    rows = [by_source[source] for source in known]
    return Contributions(known, np.array(rows).reshape(len(known), weights.shape[0]))


def _own(model: Model, carried: "csr_array", by_source: Mapping[str, Floats]) -> None:
    squares = carried.power(2)
    for source, sd in zip(model.own_sources, model.own, strict=True):
        by_source[source][:] += squares @ np.expm1(sd**2)


def _borne(model: Model, carried: "csr_array") -> Floats:
    """Items of one bearer move together; to the second order, which for equal r of both rounds is all but exact."""
    from scipy.sparse import csr_array

    bearers = csr_array(
        (np.ones(len(model.values)), (np.arange(len(model.values)), model.bearer_of)),
        shape=(len(model.values), model.bearers),
    )
    first = (carried.multiply(model.residual) @ bearers).power(2).sum(axis=1)
    second = (carried.multiply(model.residual**2) @ bearers).power(2).sum(axis=1)
    total: Floats = np.asarray(first + second / 2).ravel()
    return total


def _shared(model: Model, carried: "csr_array", by_source: Mapping[str, Floats]) -> None:
    first = np.asarray((carried @ model.loadings).todense()) ** 2
    second = np.asarray((carried @ model.loadings.power(2)).todense()) ** 2 / 2
    for column, shared in enumerate(model.shared):
        by_source[shared.source][:] += first[:, column] + second[:, column]
