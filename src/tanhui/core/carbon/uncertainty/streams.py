"""Normal numbers that are the same on every machine, for every size of block, and after every stop and start.

Draws come in *leaves* of 64. The numbers of a leaf depend on the seed, the purpose and the leaf's number only: they
are the words of the counter-based generator Philox 4×64 under the key (seed, purpose) with the leaf's number in the
counter. Words are fixed for all versions of NumPy, its normal numbers are not; so they are made here. For items, each
word gives four numbers of 16 bits, and a number of 16 bits one of 65,536 quantiles of the normal distribution, scaled
to a variance of one: there are so many items that finer steps would change nothing. Shared errors and sampling, which
move whole totals, take the quantile at all 53 bits of a word.
"""

from functools import cache

import numpy as np
from numpy.random import Philox

from tanhui.core.carbon.uncertainty.model import Floats

LEAF = 64
OWN, BORNE, SHARED, SAMPLING = 1, 2, 3, 4
_STEPS = 1 << 16


@cache
def quantiles() -> Floats:
    """65,536 normal quantiles of variance one, to twelve decimals."""
    from scipy.special import ndtri

    found = ndtri((np.arange(_STEPS) + 0.5) / _STEPS)
    table: Floats = np.round(found / np.sqrt(np.mean(found**2)), 12)
    return table


class Stream:
    """The words of one purpose in one leaf, in order."""

    def __init__(self, seed: int, purpose: int, leaf: int) -> None:
        key = np.array([seed, purpose], dtype=np.uint64)
        self._words = Philox(key=key, counter=np.array([0, 0, leaf, 0], dtype=np.uint64))

    def normals(self, rows: int) -> Floats:
        """Numbers of the next rows, LEAF in each."""
        words = self._words.random_raw(rows * LEAF // 4).astype("<u8", copy=False)
        drawn: Floats = quantiles()[words.view("<u2")].reshape(rows, LEAF)
        return drawn

    def fine_uniforms(self, rows: int) -> Floats:
        """Numbers between 0 and 1, neither included, at 53 bits."""
        words = self._words.random_raw(rows * LEAF)
        drawn: Floats = ((words >> np.uint64(11)).astype(np.float64) + 0.5).reshape(rows, LEAF) / 2.0**53
        return drawn

    def fine_normals(self, rows: int) -> Floats:
        from scipy.special import ndtri

        drawn: Floats = ndtri(self.fine_uniforms(rows))
        return drawn
