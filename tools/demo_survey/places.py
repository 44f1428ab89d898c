"""Say where each plot lies and on which day it is visited."""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from demo_survey.chance import Chance
from demo_survey.design import Design, Stratum, Zone

KM_PER_DEGREE = 111.2
STEEPEST_DEG = {"forest": 5, "grassland": 3, "wetland": 0}


class Plot(NamedTuple):
    plot: str
    stratum: Stratum
    zone: str
    lon: float
    lat: float
    slope_deg: int
    dates: tuple[date, ...]
    chance: Chance


def place_plots(design: Design) -> list[Plot]:
    """Every plot of every stratum, numbered through its ecosystem: F-001, G-001, W-001."""
    plots: list[Plot] = []
    numbers: dict[str, int] = {}
    total = sum(stratum.plots for stratum in design.strata)
    for stratum in design.strata:
        zones = [design.zones[name] for name in stratum.zones]
        for index, zone in enumerate(_spread(stratum.plots, zones), start=1):
            number = numbers[stratum.ecosystem] = numbers.get(stratum.ecosystem, 0) + 1
            name = f"{stratum.ecosystem[0].upper()}-{number:03d}"
            day = len(plots) * design.days // total
            chance = Chance(design.seed, stratum.number, index)
            lon, lat = _position(zone, chance)
            slope_deg = chance.whole(0, STEEPEST_DEG[stratum.ecosystem])
            plots.append(Plot(name, stratum, zone.zone, lon, lat, slope_deg, _dates(design, day, chance), chance))
    return plots


def _spread(count: int, zones: Sequence[Zone]) -> list[Zone]:
    """Share plots out over zones by area, each zone at least one, largest remainders first."""
    total_mu = sum(zone.area_mu for zone in zones)
    free = count - len(zones)
    shares = [free * zone.area_mu // total_mu for zone in zones]
    remainders = [free * zone.area_mu % total_mu for zone in zones]
    order = sorted(range(len(zones)), key=lambda index: (-remainders[index], index))
    for index in order[: free - sum(shares)]:
        shares[index] += 1
    return [zone for zone, share in zip(zones, shares, strict=True) for _ in range(1 + share)]


def _position(zone: Zone, chance: Chance) -> tuple[float, float]:
    reach_km = zone.spread_km * math.sqrt(chance.share())
    bearing = chance.between(0, 2 * math.pi)
    lat = zone.lat + reach_km * math.cos(bearing) / KM_PER_DEGREE
    lon = zone.lon + reach_km * math.sin(bearing) / (KM_PER_DEGREE * math.cos(math.radians(zone.lat)))
    return round(lon, 4), round(lat, 4)


def _dates(design: Design, day: int, chance: Chance) -> tuple[date, ...]:
    """A crew does not come back on the very day: up to three days earlier or later, inside the season."""
    days = [min(design.days - 1, max(0, day + chance.whole(-3, 3))) for _ in design.first_days]
    return tuple(first + timedelta(days=later) for first, later in zip(design.first_days, days, strict=True))
