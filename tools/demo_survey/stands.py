"""Let stands of trees stand, grow and die between two rounds.

Published stands of different age give a straight line of mean DBH and mean height in age.
A plot starts on that line at an age of its own and moves along it until the second round.
That reads growth out of a chronosequence: space for time, as region.toml and sources.csv say.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from demo_survey.chance import Chance
from demo_survey.design import Figures, Stratum
from demo_survey.places import Plot

SMALLEST_DBH_CM = 5.0
ROW_PLACES = (5, 7)  # planting places of a plantation plot: rows and places in a row
CLEARANCE_M = {"rows": 1.2, "scattered": 2.0}
Row = tuple[object, ...]


class Line(NamedTuple):
    slope: float
    level: float

    def at(self, age_a: float) -> float:
        return self.level + self.slope * age_a


class Stand(NamedTuple):
    """What holds for the whole plot: its age, its means in round 1, its growth until round 2."""

    age_a: float
    dbh_cm: float
    height_m: float
    dbh_growth_cm: float
    height_growth_m: float


class Tree(NamedTuple):
    x_m: float
    y_m: float
    dbh_cm: tuple[float | None, float | None]
    height_m: tuple[float | None, float | None]
    status: tuple[str | None, str]


def tree_rows(plot: Plot, figures: Figures, years: int) -> tuple[float, list[Row]]:
    """Age of the stand, and the rows of trees.csv for both rounds of one plot."""
    stratum, chance = plot.stratum, plot.chance
    stand = _stand(stratum, figures, chance, years)
    stems_per_ha = figures.column("stems_per_ha")
    density = chance.between(min(stems_per_ha), max(stems_per_ha)) * figures["density_share"]
    places = _places(stratum, round(density * stratum.plot_area_m2 / 10_000), chance)
    trees = [_tree(place, stand, figures, chance) for place in places]
    for _ in range(int(figures["ingrowth"] + chance.share())):
        place = _free_place(stratum, places, chance)
        places.append(place)
        trees.append(_ingrowth(place, stand, chance))
    return stand.age_a, [row for turn in (0, 1) for row in _rows_of_round(plot, trees, turn)]


def fit_line(ages: Sequence[float], values: Sequence[float]) -> Line:
    """Least squares through points; with few stands the steps between neighbours are mostly differences of place."""
    middle = math.fsum(ages) / len(ages)
    slope = math.fsum((age - middle) * value for age, value in zip(ages, values, strict=True)) / math.fsum(
        (age - middle) ** 2 for age in ages
    )
    return Line(slope, math.fsum(values) / len(values) - slope * middle)


def _stand(stratum: Stratum, figures: Figures, chance: Chance, years: int) -> Stand:
    ages = figures.column("age_a")
    dbh_line, height_line = (fit_line(ages, figures.column(name)) for name in ("dbh_cm", "height_m"))
    youngest, oldest = stratum.age_a
    age_a = chance.between(youngest, oldest)
    site = chance.normal(1, figures["site_cv"])
    vigour = chance.normal(1, figures["growth_cv"])
    return Stand(
        age_a=age_a,
        dbh_cm=dbh_line.at(age_a) * site,
        height_m=height_line.at(age_a) * site,
        dbh_growth_cm=dbh_line.slope * years * vigour,
        height_growth_m=height_line.slope * years * vigour,
    )


def _places(stratum: Stratum, count: int, chance: Chance) -> list[tuple[float, float]]:
    if stratum.pattern == "scattered":
        places: list[tuple[float, float]] = []
        for _ in range(count):
            places.append(_free_place(stratum, places, chance))
        return places
    side_m = math.sqrt(stratum.plot_area_m2)
    rows, columns = ROW_PLACES
    # Some planting places have failed: those that chance puts last.
    order = sorted((chance.share(), row, column) for row in range(rows) for column in range(columns))
    kept = sorted((row, column) for _, row, column in order[:count])
    return [
        (
            round((row + 0.5) * side_m / rows + chance.between(-0.3, 0.3), 1),
            round((column + 0.5) * side_m / columns + chance.between(-0.4, 0.4), 1),
        )
        for row, column in kept
    ]


def _free_place(stratum: Stratum, taken: Sequence[tuple[float, float]], chance: Chance) -> tuple[float, float]:
    side_m = math.sqrt(stratum.plot_area_m2)
    while True:
        place = (round(chance.between(0.5, side_m - 0.5), 1), round(chance.between(0.5, side_m - 0.5), 1))
        if all(math.dist(place, other) >= CLEARANCE_M[stratum.pattern] for other in taken):
            return place


def _tree(place: tuple[float, float], stand: Stand, figures: Figures, chance: Chance) -> Tree:
    size = chance.normal(1, figures["dbh_cv"])
    dbh_cm = max(SMALLEST_DBH_CM, stand.dbh_cm * size)
    height_m = stand.height_m * (dbh_cm / stand.dbh_cm) ** 0.6 * chance.normal(1, 0.05)
    pace = max(0.0, chance.normal(1, figures["tree_growth_cv"])) * dbh_cm / stand.dbh_cm
    fate = _fate(dbh_cm / stand.dbh_cm, figures, chance)
    first = (round(dbh_cm, 1), round(height_m, 1))
    if fate != "live":
        return Tree(*place, (first[0], None), (first[1], None), ("live", fate))
    later = (round(dbh_cm + stand.dbh_growth_cm * pace, 1), round(height_m + stand.height_growth_m * pace, 1))
    return Tree(*place, (first[0], later[0]), (first[1], later[1]), ("live", "live"))


def _fate(size: float, figures: Figures, chance: Chance) -> str:
    """Thin trees die sooner: the chance falls with the square of the size within the plot."""
    draw = chance.share()
    death_share = figures["death_share"] / size**2
    if draw < death_share:
        return "dead"
    return "removed" if draw < death_share + figures["removal_share"] else "live"


def _ingrowth(place: tuple[float, float], stand: Stand, chance: Chance) -> Tree:
    dbh_cm = chance.between(SMALLEST_DBH_CM, 6.2)
    height_m = stand.height_m * (dbh_cm / stand.dbh_cm) ** 0.6
    return Tree(*place, (None, round(dbh_cm, 1)), (None, round(height_m, 1)), (None, "ingrowth"))


def _rows_of_round(plot: Plot, trees: Sequence[Tree], turn: int) -> list[Row]:
    return [
        (
            plot.plot,
            turn + 1,
            f"{number:03d}",
            plot.stratum.species,
            tree.dbh_cm[turn],
            tree.height_m[turn],
            tree.status[turn],
            tree.x_m,
            tree.y_m,
        )
        for number, tree in enumerate(trees, start=1)
        if tree.status[turn]
    ]
