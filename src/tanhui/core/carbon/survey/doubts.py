"""Sizes that are possible but hardly true: warnings about single trees and soil layers.

The bounds are this project's own, set so wide that the real surveys at hand give no false alarm; what is taken from a
publication says so. They only ask somebody to look.
"""

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tanhui.core.carbon.survey.coded import Codes, repeated
from tanhui.core.carbon.survey.faults import Fault
from tanhui.core.carbon.survey.table import Table

BREAST_M = 1.3
SLENDER_M_PER_CM = 2.5
STOUT_M_PER_CM = 0.05
THICK_CM = 20.0
COMPANY = 5
APART_TIMES = 3.0
SLIP = 10.0
"""A tree is taller than breast height, where it has a diameter. Above it, height is at most 2.5 m for each centimetre
of diameter, and from 20 cm on at least 0.05 m. A decimal point seems to have slipped where a tree is three times as
thick (or as thin) as all others of its species and subplot, five at least, and a tenth (tenfold) would be one of them.
"""

ORGANIC_G_CM3, MINERAL_G_CM3, SOM_PER_SOC, SLACK = 0.244, 2.0, 1.724, 1.3
LIGHT_G_CM3, POOR_G_KG = 0.5, 20.0
"""Bulk density falls with organic matter as 1/BD = OM/0.244 + (1 − OM)/BD of the mineral soil (Adams 1973, J. Soil Sci.
24: 10-17; from memory), OM = 1.724 · SOC. With 2.0 for a compacted mineral soil, and three tenths of slack, that is an
upper bound. A soil of less than 0.5 g/cm3 has more than 20 g/kg of carbon.
"""


def size_doubts(trees: Table, live: NDArray[np.bool_]) -> Iterator[Fault]:
    """Live trees whose height does not go with their diameter, or whose diameter does not go with their neighbours'."""
    yield from _heights(trees, live)
    yield from _slips(trees, live)


def _heights(trees: Table, live: NDArray[np.bool_]) -> Iterator[Fault]:
    if "height_m" not in trees.numbers or "dbh_cm" not in trees.numbers:
        return
    dbh_cm, height_m = trees.number("dbh_cm"), trees.number("height_m")
    doubtful = (height_m <= BREAST_M) | (height_m > BREAST_M + SLENDER_M_PER_CM * dbh_cm)
    doubtful |= (height_m < BREAST_M + STOUT_M_PER_CM * dbh_cm) & (dbh_cm >= THICK_CM)
    for row in np.flatnonzero(doubtful & live & ~np.isnan(dbh_cm)).tolist():
        dbh, height = float(dbh_cm[row]), float(height_m[row])
        low = BREAST_M + (STOUT_M_PER_CM * dbh if dbh >= THICK_CM else 0.0)
        limits = {"low_m": f"{low:.1f}", "high_m": f"{BREAST_M + SLENDER_M_PER_CM * dbh:.1f}"}
        yield Fault(
            "height_doubtful", trees.file, trees.lines[row], "height_m", f"{height:g}", {"dbh_cm": f"{dbh:g}", **limits}
        )


def _slips(trees: Table, live: NDArray[np.bool_]) -> Iterator[Fault]:
    """Only visits on which one tree is ten times as thick as another can have a slip; the others are not looked at."""
    places, dbh_cm = trees.places(), trees.number("dbh_cm")
    thickest, thinnest = np.zeros(len(places.visits)), np.full(len(places.visits), math.inf)
    counted = live & ~np.isnan(dbh_cm)
    where = places.of_row if counted.all() else places.of_row[counted]
    sizes = dbh_cm if counted.all() else dbh_cm[counted]
    np.maximum.at(thickest, where, sizes)
    np.minimum.at(thinnest, where, sizes)
    wide = thickest >= SLIP * thinnest
    if not wide.any():
        return
    rows = np.flatnonzero(counted & wide[places.of_row])
    for group in _by_company(trees, rows):
        yield from _slips_among(trees, group, dbh_cm)


def _by_company(trees: Table, rows: Codes) -> Iterator[list[int]]:
    """The rows of each visit, species and expansion: trees of a smaller subplot are smaller trees."""
    groups: dict[tuple[int, int, float], list[int]] = {}
    visits, species = trees.places().of_row[rows].tolist(), trees.coded("species").codes[rows].tolist()
    expansions = np.nan_to_num(trees.number("trees_per_ha")[rows]).tolist()
    for row, *key in zip(rows.tolist(), visits, species, expansions, strict=True):
        groups.setdefault((key[0], key[1], key[2]), []).append(row)
    yield from groups.values()


def _slips_among(trees: Table, rows: list[int], dbh_cm: NDArray[np.float64]) -> Iterator[Fault]:
    if len(rows) <= COMPANY:
        return
    ordered = sorted((float(dbh_cm[row]), row) for row in rows)
    (thin, _), (next_thin, _) = ordered[:2]
    (next_thick, _), (thick, _) = ordered[-2:]
    ends = []
    if thick > APART_TIMES * next_thick and thin <= thick / SLIP <= next_thick:
        ends.append((ordered[-1], thick / SLIP, (thin, next_thick)))
    if thin < next_thin / APART_TIMES and next_thin <= thin * SLIP <= thick:
        ends.append((ordered[0], thin * SLIP, (next_thin, thick)))
    for (dbh, row), suggestion, (low, high) in ends:
        params = {"suggestion_cm": f"{suggestion:g}", "low_cm": f"{low:g}", "high_cm": f"{high:g}"}
        yield Fault("dbh_apart", trees.file, trees.lines[row], "dbh_cm", f"{dbh:g}", params)


def soil_doubts(soil: Table) -> Iterator[Fault]:
    """Layers whose bulk density and carbon do not go together."""
    density, carbon = soil.number("bulk_density_g_cm3"), soil.number("soc_g_kg")
    limit = heaviest_g_cm3(carbon)
    for row in np.flatnonzero((density > limit) | ((density < LIGHT_G_CM3) & (carbon < POOR_G_KG))).tolist():
        dense = bool(density[row] > limit[row])
        params = {"soc_g_kg": f"{carbon[row]:g}"} | ({"limit": f"{limit[row]:.2f}"} if dense else {})
        code = "soil_too_dense" if dense else "soil_too_light"
        yield Fault(code, soil.file, soil.lines[row], "bulk_density_g_cm3", f"{density[row]:g}", params)


def heaviest_g_cm3(soc_g_kg: NDArray[np.float64]) -> NDArray[np.float64]:
    """The bulk density above which a soil with so much carbon is doubtful."""
    organic = np.minimum(1.0, SOM_PER_SOC * soc_g_kg / 1000)
    return SLACK / (organic / ORGANIC_G_CM3 + (1 - organic) / MINERAL_G_CM3)


def same_days(visits: Table) -> Iterator[Fault]:
    """Visits of one plot in two rounds on the same day: one of them was probably copied."""
    if "date" not in visits.texts:
        return
    plots, days, numbers = visits.coded("plot"), visits.coded("date"), visits.round_numbers()
    rows = repeated((plots, days))
    dated: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for row, plot, day in zip(rows.tolist(), plots.taken(rows), days.taken(rows), strict=True):
        if day and numbers[row]:
            dated.setdefault((plot, day), []).append((int(numbers[row]), visits.lines[row]))
    for (plot, day), found in dated.items():
        for (first, _), (second, line) in pairwise(sorted(found)):
            if first != second:
                params = {"plot": plot, "before": str(first), "round": str(second)}
                yield Fault("date_repeated", visits.file, line, "date", day, params)
