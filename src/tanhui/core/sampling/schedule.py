"""Which plots are measured in which year, by which crew, and which of them again by somebody else.

*All*: every plot every k years. *Panels*: the plots are dealt into groups that each cover the whole land, and each
year one group is measured; after k years the first comes round again. Places are put in order along a Z curve, so that
a crew gets plots that lie together and a panel plots that lie apart.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.sampling.chance import Chance
from tanhui.core.sampling.refusal import DesignRefusal

ALL, PANELS = "all", "panels"
KINDS = (ALL, PANELS)
FIRST_YEARS = (1950, 2200)
MOST_YEARS, MOST_ROUNDS, MOST_CREWS = 50, 50, 500
QC_LEAST, QC_MOST = Fraction("0.05"), Fraction("0.5")


class Schedule(NamedTuple):
    """When: from `first_year`, every `every_years`, `rounds` times; with panels, one of `panels` each year."""

    kind: str
    first_year: int
    every_years: int
    rounds: int
    panels: int = 1

    def years(self, panel: int) -> tuple[int, ...]:
        """The years in which a panel (0, 1, …) is measured."""
        return tuple(self.first_year + panel + self.every_years * turn for turn in range(self.rounds))


class Placed(NamedTuple):
    """A plot that needs a year and a crew: its name, its stratum, its place in 1e-7 degrees."""

    name: str
    stratum: str
    lon_e7: int
    lat_e7: int


def check_schedule(schedule: Schedule, crews: int, qc_share: Fraction) -> None:
    """Raise DesignRefusal for a plan that cannot be carried out."""
    first, last = FIRST_YEARS
    if (
        not first <= schedule.first_year <= last
        or not 1 <= schedule.every_years <= MOST_YEARS
        or not 1 <= schedule.rounds <= MOST_ROUNDS
    ):
        raise DesignRefusal("schedule_out_of_range", first=first, last=last, years=MOST_YEARS, rounds=MOST_ROUNDS)
    if schedule.kind == PANELS and not 1 < schedule.panels <= schedule.every_years:
        raise DesignRefusal("panels_do_not_fit", panels=schedule.panels, years=schedule.every_years)
    if not 1 <= crews <= MOST_CREWS:
        raise DesignRefusal("crews_not_positive", crews=crews, most=MOST_CREWS)
    if not QC_LEAST <= qc_share <= QC_MOST:
        raise DesignRefusal("qc_share_out_of_range", percent=float(qc_share * 100))


def z_order(lon_e7: int, lat_e7: int) -> int:
    """Where a place comes on the Z curve: the bits of longitude and latitude, taken in turns."""
    lon, lat, woven = lon_e7 + 1_800_000_000, lat_e7 + 900_000_000, 0
    for bit in range(32):
        woven |= (lon >> bit & 1) << (2 * bit) | (lat >> bit & 1) << (2 * bit + 1)
    return woven


def deal_panels(plots: Sequence[Placed], schedule: Schedule, seed: int) -> dict[str, int]:
    """The panel of each plot: dealt out along the Z curve in each stratum, from a panel that chance names."""
    if schedule.kind == ALL:
        return {plot.name: 0 for plot in plots}
    dealt: dict[str, int] = {}
    for stratum in sorted({plot.stratum for plot in plots}):
        first = Chance(seed, f"panel {stratum}").below(schedule.panels)
        for place, plot in enumerate(_along([plot for plot in plots if plot.stratum == stratum])):
            dealt[plot.name] = (first + place) % schedule.panels
    return dealt


def share_among_crews(plots: Sequence[Placed], panels: dict[str, int], crews: int) -> dict[str, int]:
    """The crew (1, 2, …) of each plot: each panel is cut into runs of equal length along the Z curve."""
    shared: dict[str, int] = {}
    for panel in sorted(set(panels.values())):
        along = _along([plot for plot in plots if panels[plot.name] == panel])
        for place, plot in enumerate(along):
            shared[plot.name] = place * min(crews, len(along)) // len(along) + 1
    return shared


def choose_qc(
    plots: Sequence[Placed], crew_of: dict[str, int], year: int, share: Fraction, seed: int
) -> tuple[str, ...]:
    """The plots that are measured a second time in a year: the share of each stratum, rounded, at least one.

    A crew that would have none gets one more, so that everybody's work is seen.
    """
    chosen: list[str] = []
    for stratum in sorted({plot.stratum for plot in plots}):
        names = sorted(plot.name for plot in plots if plot.stratum == stratum)
        count = max(1, int(share * len(names) + Fraction(1, 2)))
        chosen += Chance(seed, f"qc {year} {stratum}").shuffled(names)[:count]
    seen = {crew_of[name] for name in chosen}
    for crew in sorted({crew_of[plot.name] for plot in plots} - seen):
        names = sorted(plot.name for plot in plots if crew_of[plot.name] == crew)
        chosen.append(names[Chance(seed, f"qc {year} crew {crew}").below(len(names))])
    return tuple(sorted(chosen))


def _along(plots: Sequence[Placed]) -> list[Placed]:
    return sorted(plots, key=lambda plot: (z_order(plot.lon_e7, plot.lat_e7), plot.name))
