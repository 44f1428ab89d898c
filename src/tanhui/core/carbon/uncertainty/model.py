"""The error model: what a plot holds is a sum of items, each with errors of its own and errors it shares with others.

An item is a tree in a round, a layer of soil, the litter of a plot. With v its carbon (tC/ha), draw k takes it as

v · exp( m·z + r·b + Σ_j l_j·s_j − (m² + r² + Σ_j l_j²)/2 )

z is a normal number of the item alone (its measurements), b one of its bearer (the tree itself: how it departs from
its equation, in both rounds alike), s_j are shared by many items: the level and slope of a species' equation, a
carbon fraction, the tape of a round. The last term makes every error one on average, so the mean of the draws is the
estimate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

MEASUREMENT, EQUATION, PARAMETER, SAMPLING = "measurement", "equation", "parameter", "sampling"
KINDS: Mapping[str, str] = {
    "dbh": MEASUREMENT,
    "height": MEASUREMENT,
    "stand_volume": MEASUREMENT,
    "soil_bulk_density": MEASUREMENT,
    "soil_carbon": MEASUREMENT,
    "dry_mass": MEASUREMENT,
    "printed_error": SAMPLING,
    "equation_residual": EQUATION,
    "equation_coefficient": EQUATION,
    "carbon_fraction": PARAMETER,
    "root_ratio": PARAMETER,
    "wood_density": PARAMETER,
    "expansion": PARAMETER,
    "derived_factor": PARAMETER,
}
"""Sources of error and their kind; the sampling of plots is added by whoever knows the design.

The error that a publication prints of a mean over its replicates is mostly that of sampling within the place.
"""


class Shared(NamedTuple):
    """An error that many items have in common, named after its source and what shares it."""

    source: str
    name: str


class Item(NamedTuple):
    """One item of a plot in a round. `own` are its standard deviations by source, `shared` its loadings.

    `bearer` names what carries the residual within the plot, a tree in both rounds; every item has one.
    """

    plot: str
    round: int
    bearer: str
    value: float
    own: Mapping[str, float]
    shared: Mapping[Shared, float]


class Block(NamedTuple):
    """Many items of one sort, as arrays of one length."""

    plots: Sequence[str]
    rounds: Places
    bearers: Sequence[str]
    values: Floats
    own: Mapping[str, Floats]
    residual: Floats
    shared: Mapping[Shared, Floats]


@dataclass(frozen=True, slots=True)
class Model:
    """Items as arrays, in an order that depends on names only.

    `cells` are plots in rounds, `cell_of` leads from items to them. `own` has a row for each source of `own_sources`.
    `loadings` is items × shared.
    """

    cells: tuple[tuple[str, int], ...]
    values: Floats
    cell_of: Places
    bearer_of: Places
    own_sources: tuple[str, ...]
    own: Floats
    residual: Floats
    shared: tuple[Shared, ...]
    loadings: "csr_array"

    @property
    def bearers(self) -> int:
        return int(self.bearer_of[-1]) + 1 if len(self.bearer_of) else 0

    @property
    def own_sd(self) -> Floats:
        """Standard deviation of everything that an item has for itself."""
        sd: Floats = np.sqrt((self.own**2).sum(axis=0))
        return sd


def block_of(items: Sequence[Item]) -> Block:
    """Items that were made one by one, as a block."""
    own_sources = sorted({source for item in items for source in item.own})
    shared = sorted({found for item in items for found in item.shared})
    return Block(
        plots=[item.plot for item in items],
        rounds=np.array([item.round for item in items], dtype=np.intp),
        bearers=[item.bearer for item in items],
        values=np.array([item.value for item in items], dtype=np.float64),
        own={source: np.array([item.own.get(source, 0.0) for item in items]) for source in own_sources},
        residual=np.zeros(len(items)),
        shared={found: np.array([item.shared.get(found, 0.0) for item in items]) for found in shared},
    )


def model_of(blocks: Sequence[Block]) -> Model:
    """One model of all items, in the order of plot, bearer and round, whatever the order of the blocks."""
    blocks = [block for block in blocks if len(block.values)]
    plots, plot_of = _numbered([plot for block in blocks for plot in block.plots])
    _, name_of = _numbered([bearer for block in blocks for bearer in block.bearers])
    rounds = _joined([block.rounds for block in blocks], np.intp)
    order = np.lexsort((rounds, name_of, plot_of))
    plot_of, name_of, rounds = plot_of[order], name_of[order], rounds[order]
    new = (np.diff(plot_of, prepend=-1) != 0) | (np.diff(name_of, prepend=-1) != 0)
    cells = sorted({(plots[plot], number) for plot, number in zip(plot_of.tolist(), rounds.tolist(), strict=True)})
    place = {cell: index for index, cell in enumerate(cells)}
    sources = tuple(sorted({source for block in blocks for source in block.own}))
    shared = tuple(sorted({found for block in blocks for found in block.shared}))
    return Model(
        cells=tuple(cells),
        values=_joined([block.values for block in blocks])[order],
        cell_of=np.array(
            [place[plots[plot], number] for plot, number in zip(plot_of.tolist(), rounds.tolist(), strict=True)],
            dtype=np.intp,
        ),
        bearer_of=np.cumsum(new, dtype=np.intp) - 1,
        own_sources=sources,
        own=np.array([_column(blocks, source)[order] for source in sources]).reshape(len(sources), len(order)),
        residual=_joined([block.residual for block in blocks])[order],
        shared=shared,
        loadings=_loadings(blocks, shared)[order],
    )


def _numbered(names: Sequence[str]) -> tuple[list[str], Places]:
    distinct = sorted(set(names))
    number = {name: place for place, name in enumerate(distinct)}
    return distinct, np.array([number[name] for name in names], dtype=np.intp)


def _joined(parts: Sequence[NDArray[Any]], kind: type = np.float64) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)


def _column(blocks: Sequence[Block], source: str) -> Floats:
    return _joined([block.own.get(source, np.zeros(len(block.values))) for block in blocks])


def _loadings(blocks: Sequence[Block], shared: Sequence[Shared]) -> "csr_array":
    from scipy.sparse import csr_array

    column = {found: place for place, found in enumerate(shared)}
    rows, columns, loadings = [], [], []
    start = 0
    for block in blocks:
        for found, loading in sorted(block.shared.items()):
            loaded = np.flatnonzero(loading)
            rows.append(loaded + start)
            columns.append(np.full(len(loaded), column[found], dtype=np.intp))
            loadings.append(loading[loaded])
        start += len(block.values)
    places = (_joined(rows, np.intp), _joined(columns, np.intp))
    return csr_array((_joined(loadings), places), shape=(start, len(shared)))
