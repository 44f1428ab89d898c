"""Fill the soil and the herb layer of grassland and wetland plots.

Grassland soil follows the published change under light grazing, scaled to the years under
that grazing; bulk density is held over the rounds. Wetland has no published change, so the
two rounds differ by scatter alone.
"""

import math

from demo_survey.chance import Chance
from demo_survey.design import Figures
from demo_survey.places import Plot

STEPPE_LAYERS_CM = ((0, 10), (10, 20))
MARSH_LAYER_CM = (0, 100)
LEAST_HERB_G_M2 = 30.0
Row = tuple[object, ...]


def steppe_soil_rows(plot: Plot, figures: Figures) -> list[Row]:
    layers = [(top, bottom, *_steppe_layer(top, figures, plot.chance)) for top, bottom in STEPPE_LAYERS_CM]
    return [
        (plot.plot, turn + 1, top, bottom, density, soc[turn], None)
        for turn in (0, 1)
        for top, bottom, density, soc in layers
    ]


def _steppe_layer(top_cm: int, figures: Figures, chance: Chance) -> tuple[float, tuple[float, float]]:
    share = figures["treated_years"] / figures["change_years"]
    change = (figures[f"soc_to.{top_cm}"] - figures[f"soc_from.{top_cm}"]) * share
    scatter = math.hypot(figures[f"soc_from_error.{top_cm}"], figures[f"soc_to_error.{top_cm}"])
    density = chance.normal(figures["bulk_density_g_cm3"], figures["bulk_density_sd"])
    first = chance.normal(figures[f"soc_g_kg.{top_cm}"], figures[f"soc_error.{top_cm}"])
    return round(density, 2), (round(first, 2), round(first + chance.normal(change, scatter), 2))


def marsh_soil_rows(plot: Plot, figures: Figures) -> list[Row]:
    chance = plot.chance
    density = round(chance.normal(figures["bulk_density_g_cm3"], figures["bulk_density_sd"], 2), 2)
    first = chance.normal(figures["soc_g_kg"], figures["soc_sd"], 2)
    soc = (round(first, 2), round(first * chance.normal(1, figures["soc_repeat_cv"]), 2))
    return [(plot.plot, turn + 1, *MARSH_LAYER_CM, density, soc[turn], None) for turn in (0, 1)]


def marsh_herb_rows(plot: Plot, figures: Figures) -> list[Row]:
    chance = plot.chance
    first = max(LEAST_HERB_G_M2, chance.normal(figures["aboveground_g_m2"], figures["aboveground_sd"], 1.5))
    dry = (round(first, 1), round(first * chance.normal(1, figures["aboveground_repeat_cv"]), 1))
    return [(plot.plot, turn + 1, None, None, dry[turn], None, None) for turn in (0, 1)]
