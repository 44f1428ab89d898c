"""Land and requests that tests of the sampling design share: a few square kilometres near Baotou."""

from fractions import Fraction

import shapely

from tanhui.core.sampling import DesignRequest, Goal, LandParcel, Schedule, StratumRequest

PINE_LAND = shapely.Polygon(
    [(109.84, 40.65), (109.87, 40.65), (109.87, 40.66), (109.855, 40.66), (109.855, 40.675), (109.84, 40.675)]
)
POPLAR_LAND = shapely.Polygon(
    [(109.88, 40.65), (109.90, 40.65), (109.90, 40.67), (109.88, 40.67)],
    [[(109.885, 40.655), (109.895, 40.655), (109.895, 40.665), (109.885, 40.665)]],
)
STEPPE_LAND = shapely.Polygon([(109.84, 40.70), (109.90, 40.71), (109.90, 40.73), (109.84, 40.72)])


def stratum(name, outlines, **changes):
    told = {
        "name": name,
        "name_zh": name,
        "name_en": name,
        "ecosystem": "forest",
        "layout": "tree-20x20",
        "mean": Fraction(30),
        "sd": Fraction(9),
        "source": "hand",
        "parcels": tuple(LandParcel(f"{name}-{index}", outline) for index, outline in enumerate(outlines)),
    }
    return StratumRequest(**told | changes)


def request(**changes):
    told = {
        "strata": (
            stratum("PINE", [PINE_LAND]),
            stratum("POPLAR", [POPLAR_LAND], mean=Fraction(20), sd=Fraction(8)),
            stratum("STEPPE", [STEPPE_LAND], ecosystem="grassland", layout="herb-10x10", mean=Fraction(25)),
        ),
        "goal": Goal(Fraction("0.10"), Fraction("0.90")),
        "domain": "whole",
        "allocation": "neyman",
        "plots": None,
        "quantity": "carbon_t_ha",
        "placement": "systematic",
        "turn": "north",
        "edge": "inside",
        "least_distance_m": 100,
        "reserve_share": Fraction("0.2"),
        "schedule": Schedule("all", 2027, 5, 3),
        "crews": 3,
        "qc_share": Fraction("0.1"),
        "seed": 20261126,
    }
    return DesignRequest(**told | changes)
