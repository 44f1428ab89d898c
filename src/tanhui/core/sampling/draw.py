"""Draw a design: plan the numbers, place the plots stratum by stratum, number them, say when and by whom."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from tanhui.core.sampling.chance import Chance
from tanhui.core.sampling.grid import Grid, lay_grid
from tanhui.core.sampling.ground import Ground, lay_ground
from tanhui.core.sampling.layouts import Layout, layout
from tanhui.core.sampling.place import Spot, Taken, throw_darts
from tanhui.core.sampling.plan import SizePlan, plan_for_number, plan_for_precision
from tanhui.core.sampling.progress import COUNT, DUTIES, LAND, PLACE, Pulse, quiet
from tanhui.core.sampling.projection import Whole, to_degrees, to_metric, zone_of
from tanhui.core.sampling.refusal import DesignRefusal
from tanhui.core.sampling.request import (
    ANY_TURN,
    ECOSYSTEM,
    INSIDE,
    SYSTEMATIC,
    WHOLE,
    DesignRequest,
    KeptPlot,
    StratumRequest,
)
from tanhui.core.sampling.schedule import Placed, choose_qc, deal_panels, share_among_crews
from tanhui.core.sampling.strata import StratumFacts
from tanhui.core.telling import Progress, silent

SAMPLE, RESERVE = "sample", "reserve"
DRAWN, KEPT = "drawn", "kept"
PREFIXES = {"forest": "F", "shrubland": "S", "grassland": "G", "wetland": "W"}


class DesignPlot(NamedTuple):
    """A plot of a design. `order` is the turn in which a reserve replaces a lost plot of its stratum, else 0."""

    name: str
    stratum: str
    parcel: str
    role: str
    origin: str
    order: int
    lon_e7: int
    lat_e7: int
    epsg: int
    east_cm: int
    north_cm: int
    panel: int
    crew: int


@dataclass(frozen=True, slots=True, eq=False)
class StratumDesign:
    """A stratum as it was drawn: its land, how many plots, on which grid."""

    asked: StratumRequest
    ground: Ground
    layout: Layout
    facts: StratumFacts
    sample: int
    reserve: int
    grid: Grid | None


@dataclass(frozen=True, slots=True, eq=False)
class SamplingDesign:
    """A drawn design: the plans by domain, the strata by name, the plots by role and name, QC plots by year."""

    request: DesignRequest
    plans: tuple[tuple[str, SizePlan], ...]
    strata: tuple[StratumDesign, ...]
    plots: tuple[DesignPlot, ...]
    qc: tuple[tuple[int, tuple[str, ...]], ...]


class _Drawn(NamedTuple):
    """What was placed in one stratum, before it has names."""

    design: StratumDesign
    spots: list[Spot]
    reserves: list[Spot]


def draw_design(request: DesignRequest, progress: Progress = silent) -> SamplingDesign:
    """Draw a design. Raises DesignRefusal with the first thing that stands against it, by code and facts.

    What `progress` raises ends the draw. It is told each stratum of a stage, and while one is worked on.
    """
    request.checked()
    asked = sorted(request.strata, key=lambda stratum: stratum.name)
    pulses = _pulses(asked, LAND, progress)
    grounds = {one.name: lay_ground(one.name, one.parcels, pulses[one.name]) for one in asked}
    pulse = partial(progress, COUNT, 0, 1)
    plans = plan_sizes(request, {name: ground.area_m2 for name, ground in grounds.items()}, pulse)
    counts = {facts.name: count for _d, plan in plans for facts, count in zip(plan.strata, plan.counts, strict=True)}
    facts = {facts.name: facts for _domain, plan in plans for facts in plan.strata}
    pulses = _pulses(asked, PLACE, progress)
    drawn = [
        _draw_stratum(request, s, grounds[s.name], facts[s.name], counts[s.name], pulse=pulses[s.name]) for s in asked
    ]
    progress(DUTIES, 0, 1)
    plots = _with_duties(request, _numbered(drawn, request.taken_names))
    years = sorted({year for plot in plots for year in request.schedule.years(plot.panel)})
    qc = tuple((year, _qc(request, plots, year)) for year in years)
    return SamplingDesign(request, plans, tuple(one.design for one in drawn), plots, qc)


def _pulses(asked: list[StratumRequest], stage: str, progress: Progress) -> dict[str, Pulse]:
    """For each stratum the call that says it is being worked on."""
    return {stratum.name: partial(progress, stage, done, len(asked)) for done, stratum in enumerate(asked)}


def plan_sizes(
    request: DesignRequest, areas_m2: dict[str, int], pulse: Pulse = quiet
) -> tuple[tuple[str, SizePlan], ...]:
    """Plan the number of plots of each domain, for land of these areas. Raises DesignRefusal, and what `pulse` raises.

    A number of plots given by hand is shared among all strata; a precision is kept by each domain on its own.
    """
    by_ecosystem = request.domain == ECOSYSTEM and request.plots is None
    domains = sorted({s.ecosystem for s in request.strata}) if by_ecosystem else [WHOLE]
    if not request.strata:
        raise DesignRefusal("no_strata")
    plans = []
    for domain in domains:
        pulse()
        strata = sorted((s for s in request.strata if domain in {WHOLE, s.ecosystem}), key=lambda s: s.name)
        facts = tuple(
            StratumFacts(s.name, areas_m2[s.name], layout(s.layout).area_m2, s.mean, s.sd, s.cost) for s in strata
        )
        kept = tuple(len(s.kept) for s in strata)
        if request.plots is None:
            plan = plan_for_precision(facts, request.goal, request.allocation, kept=kept, pulse=pulse)
        else:
            plan = plan_for_number(facts, request.plots, request.goal, request.allocation, kept=kept)
        plans.append((domain, plan))
    return tuple(plans)


def _draw_stratum(
    request: DesignRequest, asked: StratumRequest, ground: Ground, facts: StratumFacts, count: int, *, pulse: Pulse
) -> _Drawn:
    pulse()
    laid = layout(asked.layout)
    margin_mm = laid.reach_mm if request.edge == INSIDE else 0
    plot_cm = math.ceil(laid.reach_mm / 5)
    taken = Taken(max(request.least_distance_m * 100, plot_cm), plot_cm)
    for east, north in _metric_places(ground.epsg, asked):
        taken.add(east, north)
    new, grid = count - len(asked.kept), None
    chance = Chance(request.seed, f"place {asked.name}")
    if request.placement == SYSTEMATIC and new:
        turn = request.turn == ANY_TURN
        spots, grid = lay_grid(
            ground, new, chance, taken, margin_mm=margin_mm, stratum=asked.name, turn_at_random=turn, pulse=pulse
        )
    else:
        spots = throw_darts(ground, new, chance, taken, margin_mm=margin_mm, stratum=asked.name, pulse=pulse)
    reserve = math.ceil(request.reserve_share * count)
    aside = Chance(request.seed, f"reserve {asked.name}")
    reserves = throw_darts(ground, reserve, aside, taken, margin_mm=margin_mm, stratum=asked.name, pulse=pulse)
    spots.sort(key=lambda spot: (-spot.north_cm, spot.east_cm))
    return _Drawn(StratumDesign(asked, ground, laid, facts, count, reserve, grid), spots, reserves)


def _metric_places(epsg: int, asked: StratumRequest) -> list[tuple[int, int]]:
    lon, lat = _columns((plot.lon_e7, plot.lat_e7) for plot in asked.kept)
    east, north = to_metric(epsg, lon, lat)
    return list(zip(east.tolist(), north.tolist(), strict=True))


def _columns(pairs: Iterator[tuple[int, int]]) -> tuple[Whole, Whole]:
    rows = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
    return rows[:, 0], rows[:, 1]


def _numbered(drawn: list[_Drawn], taken: tuple[str, ...]) -> list[DesignPlot]:
    """Plots with names: kept ones keep theirs, new ones count on by ecosystem, reserves with an R."""
    used = {plot.name for one in drawn for plot in one.design.asked.kept} | set(taken)
    names = {prefix: _free_names(prefix, used) for prefix in PREFIXES.values()}
    spares = {prefix: _free_names(f"{prefix}-R", used) for prefix in PREFIXES.values()}
    plots: list[DesignPlot] = []
    for one in drawn:
        asked, prefix = one.design.asked, PREFIXES.get(one.design.asked.ecosystem, "F")
        plots += [
            _located(kept.name, asked.name, (kept.lon_e7, kept.lat_e7), parcel=_parcel_of(one, kept), origin=KEPT)
            for kept in sorted(asked.kept)
        ]
        spots, ground = one.spots + one.reserves, one.design.ground
        for index, (spot, place) in enumerate(zip(spots, _degrees(ground.epsg, spots), strict=True)):
            order = max(0, index - len(one.spots) + 1)
            name = next(spares[prefix]) if order else next(names[prefix])
            plots.append(_located(name, asked.name, place, parcel=ground.names[spot.piece], order=order))
    return plots


def _free_names(prefix: str, used: set[str]) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        name = f"{prefix}{number:02d}" if prefix.endswith("R") else f"{prefix}-{number:03d}"
        if name not in used:
            yield name


def _degrees(epsg: int, spots: list[Spot]) -> list[tuple[int, int]]:
    lon, lat = to_degrees(epsg, *_columns((spot.east_cm, spot.north_cm) for spot in spots))
    return list(zip(lon.tolist(), lat.tolist(), strict=True))


def _parcel_of(one: _Drawn, kept: KeptPlot) -> str:
    """The parcel in which a plot lies that stands already; blank where the land given does not hold it."""
    ground = one.design.ground
    east, north = to_metric(ground.epsg, np.array([kept.lon_e7]), np.array([kept.lat_e7]))
    piece = int(ground.parcel_at(east, north, 0)[0])
    return ground.names[piece] if piece >= 0 else ""


def _located(
    name: str, stratum: str, place: tuple[int, int], *, parcel: str, origin: str = DRAWN, order: int = 0
) -> DesignPlot:
    """A plot at its place, in degrees and in its 3° zone; it has no duties yet."""
    lon, lat = place
    epsg, role = zone_of(lon), RESERVE if order else SAMPLE
    east, north = to_metric(epsg, np.array([lon]), np.array([lat]))
    return DesignPlot(name, stratum, parcel, role, origin, order, lon, lat, epsg, int(east[0]), int(north[0]), 0, 0)


def _with_duties(request: DesignRequest, plots: list[DesignPlot]) -> tuple[DesignPlot, ...]:
    """The plots with their panel and crew; reserves have neither until they replace a plot."""
    placed = [Placed(p.name, p.stratum, p.lon_e7, p.lat_e7) for p in plots if p.role == SAMPLE]
    panels = deal_panels(placed, request.schedule, request.seed)
    crews = share_among_crews(placed, panels, request.crews)
    return tuple(p._replace(panel=panels.get(p.name, 0), crew=crews.get(p.name, 0)) for p in plots)


def _qc(request: DesignRequest, plots: tuple[DesignPlot, ...], year: int) -> tuple[str, ...]:
    due = [p for p in plots if p.role == SAMPLE and year in request.schedule.years(p.panel)]
    placed = [Placed(p.name, p.stratum, p.lon_e7, p.lat_e7) for p in due]
    return choose_qc(placed, {p.name: p.crew for p in due}, year, request.qc_share, request.seed)
