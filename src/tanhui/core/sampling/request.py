"""What a design is asked for: strata with their land and figures, the precision, how plots are placed and revisited."""

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.sampling.ground import LandParcel
from tanhui.core.sampling.refusal import DesignRefusal
from tanhui.core.sampling.schedule import Schedule, check_schedule
from tanhui.core.sampling.strata import ALLOCATIONS, Goal

SYSTEMATIC, RANDOM = "systematic", "random"
PLACEMENTS = (SYSTEMATIC, RANDOM)
NORTH, ANY_TURN = "north", "random"
TURNS = (NORTH, ANY_TURN)
INSIDE, CENTRE = "inside", "centre"
EDGES = (INSIDE, CENTRE)
WHOLE, ECOSYSTEM = "whole", "ecosystem"
DOMAINS = (WHOLE, ECOSYSTEM)
MOST_RESERVE_SHARE = Fraction(1)


class KeptPlot(NamedTuple):
    """A permanent plot that stands already and stays in the sample: its name and its place in 1e-7 degrees."""

    name: str
    lon_e7: int
    lat_e7: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumRequest:
    """A stratum: its land, its plots that stand already, and what a plot is expected to show.

    `mean` and `sd` are in the unit of the request's quantity; `source` says where they come from.
    """

    name: str
    name_zh: str
    name_en: str
    ecosystem: str
    layout: str
    mean: Fraction
    sd: Fraction
    source: str
    parcels: tuple[LandParcel, ...]
    cost: Fraction = Fraction(1)
    kept: tuple[KeptPlot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignRequest:
    """All that a design follows from. The same request gives the same design, whatever the order of its strata.

    `goal` is asked of the whole or of each ecosystem (`domain`). With `plots` given, that number is shared out instead
    and the precision to be expected is said. `quantity` names what `mean` and `sd` of the strata are of. No new plot is
    called by one of `taken_names`: plots that stood before and are not kept have them for ever.
    """

    strata: tuple[StratumRequest, ...]
    goal: Goal
    domain: str
    allocation: str
    plots: int | None
    quantity: str
    placement: str
    turn: str
    edge: str
    least_distance_m: int
    reserve_share: Fraction
    schedule: Schedule
    crews: int
    qc_share: Fraction
    seed: int
    taken_names: tuple[str, ...] = ()

    def checked(self) -> "DesignRequest":
        """Return the request if its plain figures make sense. Raises DesignRefusal where one does not."""
        assert self.domain in DOMAINS, self.domain
        assert self.allocation in ALLOCATIONS, self.allocation
        assert self.placement in PLACEMENTS, self.placement
        assert self.turn in TURNS, self.turn
        assert self.edge in EDGES, self.edge
        if self.least_distance_m < 0:
            raise DesignRefusal("spacing_negative", metres=self.least_distance_m)
        if not 0 <= self.reserve_share <= MOST_RESERVE_SHARE:
            raise DesignRefusal("reserve_share_out_of_range", percent=float(self.reserve_share * 100))
        check_schedule(self.schedule, self.crews, self.qc_share)
        return self
