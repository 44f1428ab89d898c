"""The Monte Carlo: thousands of draws of every total, in bounded memory, with progress, stop and go on.

The result depends on model, weights, seed and number of draws, and on nothing else: not on how many leaves are done
at a time, nor on whether the run was stopped and taken up again. Memory is that of one slice of items by one leaf (a
few megabytes) and of the totals drawn so far.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tanhui.core.carbon.uncertainty.model import Floats, Model, Places
from tanhui.core.carbon.uncertainty.streams import BORNE, LEAF, OWN, SHARED, Stream

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_SLICE = 2048
_MARK = b"tanhui-draws-1\n"


Told = Callable[[int, Callable[[], bytes]], bool]
"""Given the leaves done, and a way to have the state to resume from; answers whether to go on."""


class DrawsFault(ValueError):  # noqa: N818 - the same word as for plans
    """A state that belongs to another run, or is none."""


class Draws(NamedTuple):
    """Totals (rows) by draw (columns), without sampling error; complete when `done` is all of them."""

    totals: Floats
    done: int


class Slice(NamedTuple):
    """Some 2,000 items, never cut within a bearer, with what each draw needs of them.

    The residual of a bearer with one item is drawn together with the item's own error: the sum of two normal numbers
    is one. `twins` are the items whose bearer has several, `bearers` leads from them to the slice's shared bearers.
    """

    items: int
    sd: Floats
    loadings: "csr_array"
    twins: Places
    residual: Floats
    bearers: Places
    cells: Places
    carried: "csr_array"


@dataclass(frozen=True, slots=True)
class Run:
    """A run that can be stopped after any leaf. `weights` is totals × cells of the model."""

    model: Model
    weights: "csr_array"
    seed: int
    draws: int

    @property
    def leaves(self) -> int:
        return -(-self.draws // LEAF)

    @property
    def fingerprint(self) -> bytes:
        """SHA-256 of everything that the draws depend on."""
        digest = hashlib.sha256(f"{self.seed} {self.draws} {self.model.cells} {self.model.shared}".encode())
        arrays = (
            *(self.model.values, self.model.cell_of, self.model.bearer_of, self.model.own_sd, self.model.residual),
            *(self.model.loadings.data, self.model.loadings.indices, self.model.loadings.indptr),
            *(self.weights.data, self.weights.indices, self.weights.indptr),
        )
        for array in arrays:
            digest.update(np.ascontiguousarray(array).tobytes() + b"\0")
        return digest.digest()


def drawn(run: Run, *, resume: bytes | None = None, told: Told | None = None) -> Draws:
    """All draws, or those until `told` answers False. Raises DrawsFault for a state of another run."""
    totals = np.zeros((run.weights.shape[0], run.leaves * LEAF))
    fingerprint = run.fingerprint
    begun = 0 if resume is None else _restore(totals, fingerprint, resume)
    slices = list(_slices(run.model))
    for leaf in range(begun, run.leaves):
        totals[:, leaf * LEAF : (leaf + 1) * LEAF] = run.weights @ _leaf(run, slices, leaf)
        done = leaf + 1
        if told is not None and not told(done, partial(_state, totals, fingerprint, done)):
            return Draws(totals[:, : min(run.draws, done * LEAF)], min(run.draws, done * LEAF))
    return Draws(totals[:, : run.draws], run.draws)


def _slices(model: Model) -> Iterator[Slice]:
    from scipy.sparse import csr_array

    shared = np.bincount(model.bearer_of)[model.bearer_of] > 1 if len(model.values) else np.zeros(0, dtype=np.bool_)
    own = np.sqrt(model.own_sd**2 + np.where(shared, 0.0, model.residual**2))
    loadings = np.asarray(model.loadings.power(2).sum(axis=1)).ravel()
    offset = (model.own_sd**2 + model.residual**2 + loadings) / 2
    starts = np.flatnonzero(np.diff(model.bearer_of, prepend=-1))
    start = 0
    while start < len(model.values):
        later = starts[starts >= start + _SLICE]
        rows = slice(start, int(later[0]) if len(later) else len(model.values))
        twins: Places = np.flatnonzero(shared[rows])
        _, bearers = np.unique(model.bearer_of[rows][twins], return_inverse=True)
        cells, local = np.unique(model.cell_of[rows], return_inverse=True)
        values = model.values[rows] * np.exp(-offset[rows])
        carried = csr_array((values, (local, np.arange(len(values)))), shape=(len(cells), len(values)))
        errors = (own[rows, None], model.loadings[rows])
        yield Slice(len(values), *errors, twins, model.residual[rows][twins, None], bearers, cells, carried)
        start = rows.stop


def _leaf(run: Run, slices: list[Slice], leaf: int) -> Floats:
    """What every cell holds in each draw of a leaf."""
    own, borne = Stream(run.seed, OWN, leaf), Stream(run.seed, BORNE, leaf)
    shared = Stream(run.seed, SHARED, leaf).fine_normals(len(run.model.shared))
    held = np.zeros((len(run.model.cells), LEAF))
    for part in slices:
        exponent = own.normals(part.items)
        exponent *= part.sd
        if len(part.twins):
            exponent[part.twins] += borne.normals(int(part.bearers.max()) + 1)[part.bearers] * part.residual
        exponent += part.loadings @ shared
        np.exp(exponent, out=exponent)
        held[part.cells] += part.carried @ exponent
    return held


def _state(totals: Floats, fingerprint: bytes, leaves: int) -> bytes:
    """The draws so far with what they belong to: mark, fingerprint, leaves done, totals in little-endian float64."""
    drawn_so_far = np.ascontiguousarray(totals[:, : leaves * LEAF]).astype("<f8", copy=False)
    return _MARK + fingerprint + leaves.to_bytes(8, "little") + drawn_so_far.tobytes()


def _restore(totals: Floats, fingerprint: bytes, found: bytes) -> int:
    """Put the draws of a state into `totals`; how many leaves they are."""
    head = len(_MARK) + len(fingerprint)
    if found[:head] != _MARK + fingerprint:
        raise DrawsFault("the state belongs to another run")
    leaves = int.from_bytes(found[head : head + 8], "little")
    content = found[head + 8 :]
    if len(content) != totals.shape[0] * leaves * LEAF * 8 or leaves * LEAF > totals.shape[1]:
        raise DrawsFault("the state is not whole")
    totals[:, : leaves * LEAF] = np.frombuffer(content, dtype="<f8").reshape(totals.shape[0], leaves * LEAF)
    return leaves
