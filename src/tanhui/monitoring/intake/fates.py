"""What became of each tree between two rounds, by its number; and numbers that look like one tree with two tags."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tanhui.core.carbon.demography import fate_of
from tanhui.core.carbon.survey.schema import LIVE_STATUSES
from tanhui.monitoring.intake.merge import Row, natural

FATES = ("survived", "died", "removed", "missing", "vanished", "ingrowth", "new", "revived", "gone_before")
FATE_NAMES = {"survivor": "survived", "mortality": "died", "removal": "removed", "missing": "missing"}
GONE = ("dead", "removed")
LEAST_GROWTH, MOST_GROWTH = 0.95, 1.35
"""A tree that only lost its tag is between 5 % thinner (the tape) and 35 % thicker than it was."""


class Fate(NamedTuple):
    """One tree: what it was, what it is, and what became of it (one of `FATES`). A blank diameter was not measured."""

    tree: str
    species: str
    before_cm: str
    after_cm: str
    fate: str


class Renumbering(NamedTuple):
    """A number of the earlier round and one of the later that look like the same tree."""

    plot: str
    old: str
    new: str
    species: str
    before_cm: str
    after_cm: str


@dataclass(frozen=True, slots=True)
class PlotFates:
    """The trees of a plot over two rounds. `renumberings` are suggestions: only a person makes one of them true."""

    plot: str
    before: int
    after: int
    trees: tuple[Fate, ...]
    renumberings: tuple[Renumbering, ...]

    @property
    def counts(self) -> dict[str, int]:
        return {fate: sum(tree.fate == fate for tree in self.trees) for fate in FATES}

    @property
    def unmatched(self) -> int:
        return sum(tree.fate in {"vanished", "new"} for tree in self.trees)


def plot_fates(trees: Iterable[Row], visits: Iterable[Row]) -> tuple[PlotFates, ...]:
    """The fates of the trees of each plot between its last two measured rounds, plots in natural order."""
    rounds: dict[str, set[int]] = {}
    for visit in visits:
        if visit.get("status", "") in {"", "measured"}:
            rounds.setdefault(visit["plot"], set()).add(int(visit["round"]))
    rows: dict[tuple[str, int], dict[str, Row]] = {}
    for row in trees:
        rows.setdefault((row["plot"], int(row["round"])), {})[row["tree"]] = row
    found = []
    for plot in sorted(rounds, key=lambda name: natural((name,))):
        if len(rounds[plot]) > 1:
            before, after = sorted(rounds[plot])[-2:]
            found.append(_of_plot(plot, (before, after), rows.get((plot, before), {}), rows.get((plot, after), {})))
    return tuple(found)


def _of_plot(plot: str, rounds: tuple[int, int], old: Mapping[str, Row], new: Mapping[str, Row]) -> PlotFates:
    names = sorted(old.keys() | new.keys(), key=lambda name: natural((name,)))
    fates = tuple(_fate(name, old.get(name), new.get(name)) for name in names)
    return PlotFates(plot, *rounds, fates, _renumberings(plot, fates))


def _fate(tree: str, old: Row | None, new: Row | None) -> Fate:
    shown = new or old or {}
    return Fate(
        tree, shown.get("species", ""), (old or {}).get("dbh_cm", ""), (new or {}).get("dbh_cm", ""), became(old, new)
    )


def became(old: Row | None, new: Row | None) -> str:
    """What became of a tree, by its rows in both rounds; None where a round has no row of it."""
    was, now = (old or {}).get("status", ""), (new or {}).get("status", "")
    if old is not None and was in GONE:
        return "revived" if new is not None and now in LIVE_STATUSES else "gone_before"
    if new is None:
        return "vanished"
    if old is None:
        return "ingrowth" if now == "ingrowth" else "new"
    return FATE_NAMES[fate_of(now)]


def _renumberings(plot: str, fates: Sequence[Fate]) -> tuple[Renumbering, ...]:
    """Pairs of a lost and a new number of one species and nearly one diameter, the nearest first, each number once."""
    lost = [fate for fate in fates if fate.fate in {"vanished", "missing"} and _cm(fate.before_cm)]
    fresh = [fate for fate in fates if fate.fate in {"new", "ingrowth"} and _cm(fate.after_cm)]
    near = sorted(
        (abs(_cm(new.after_cm) - _cm(old.before_cm)), old.tree, new.tree, old, new)
        for old in lost
        for new in fresh
        if old.species == new.species and LEAST_GROWTH <= _cm(new.after_cm) / _cm(old.before_cm) <= MOST_GROWTH
    )
    used: set[tuple[str, str]] = set()
    found = []
    for _apart, _old, _new, old, new in near:
        if ("old", old.tree) in used or ("new", new.tree) in used:
            continue
        used |= {("old", old.tree), ("new", new.tree)}
        found.append(Renumbering(plot, old.tree, new.tree, old.species, old.before_cm, new.after_cm))
    return tuple(found)


def _cm(text: str) -> float:
    return float(text) if text else 0.0
