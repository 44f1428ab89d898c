"""Strata with too few plots for a variance are joined with another, by a rule fixed before anything is measured.

A stratum with one plot has no variance, one with none has no mean. It joins another stratum of the same ecosystem,
first of the same estimation unit. Of several: the one whose known auxiliary mean lies nearest, where all have one;
otherwise the one with the fewest plots, so that the least is disturbed; of equals the first by name. Measured values
play no part, for choosing by them would make the variance too small (Cochran 1977, 5A.12). What was joined counts as
one stratum, and is named. A stratum that finds no partner stays as it is.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

LEAST = 2
"""Plots that a variance needs."""


class Candidate(NamedTuple):
    """A stratum as the rule sees it."""

    name: str
    ecosystem: str
    unit: str
    plots: int
    auxiliary_mean: Fraction | None = None


class Joined(NamedTuple):
    """Strata that count as one from now on."""

    names: tuple[str, ...]
    plots: int

    @property
    def label(self) -> str:
        return " + ".join(self.names)


def collapse(candidates: Iterable[Candidate]) -> tuple[Joined, ...]:
    """Join until every group has two plots or no partner is left; groups and their names in order."""
    groups: list[tuple[Candidate, ...]] = [(one,) for one in sorted(candidates)]
    stuck: set[tuple[Candidate, ...]] = set()
    while True:
        short = [group for group in groups if _plots(group) < LEAST and group not in stuck]
        if not short:
            break
        group = min(short, key=lambda found: (_plots(found), _name(found)))
        partner = _partner(group, groups)
        if partner is None:
            stuck.add(group)
            continue
        groups = [found for found in groups if found not in {group, partner}]
        groups.append(tuple(sorted(group + partner)))
    return tuple(Joined(tuple(one.name for one in group), _plots(group)) for group in sorted(groups, key=_name))


def _plots(group: Sequence[Candidate]) -> int:
    return sum(one.plots for one in group)


def _name(group: Sequence[Candidate]) -> str:
    return group[0].name


def _partner(group: tuple[Candidate, ...], groups: Sequence[tuple[Candidate, ...]]) -> tuple[Candidate, ...] | None:
    first = group[0]
    alike = [found for found in groups if found != group and found[0].ecosystem == first.ecosystem and _plots(found)]
    same_unit = [found for found in alike if found[0].unit == first.unit]
    choice = same_unit or alike
    if not choice:
        return None
    own = _auxiliary(group)
    known = {_name(found): _auxiliary(found) for found in choice}
    if own is not None and None not in known.values():
        return min(choice, key=lambda found: (abs((known[_name(found)] or Fraction(0)) - own), _name(found)))
    return min(choice, key=lambda found: (_plots(found), _name(found)))


def _auxiliary(group: Sequence[Candidate]) -> Fraction | None:
    means = [one.auxiliary_mean for one in group if one.auxiliary_mean is not None]
    return sum(means, Fraction(0)) / len(means) if len(means) == len(group) else None
