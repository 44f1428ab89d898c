"""Which species dominates a plot in a round: the one with the greatest basal area, or the greatest stand volume."""

from fractions import Fraction

import numpy as np

from tanhui.core.carbon.method.model import folded
from tanhui.core.carbon.survey import Survey
from tanhui.core.carbon.survey.schema import LIVE_STATUSES

Place = tuple[str, int]


def dominant_species(survey: Survey) -> dict[Place, str]:
    """Folded species name by plot and round; of equals the first by name. Plots without trees have none."""
    sums: dict[Place, dict[str, Fraction]] = {}
    stands = survey.table("stands.csv")
    for place, species, volume in zip(
        stands.visits(), stands.text("species"), stands.exact("volume_m3_ha"), strict=True
    ):
        _add(sums, place, species, volume or Fraction(0))
    for place, species, area in _basal_areas(survey):
        _add(sums, place, species, area)
    return {place: min(found, key=lambda name: (-found[name], name)) for place, found in sums.items()}


def _add(sums: dict[Place, dict[str, Fraction]], place: Place, species: str, amount: Fraction) -> None:
    by_species = sums.setdefault(place, {})
    name = folded(species)
    by_species[name] = by_species.get(name, Fraction(0)) + amount


def _basal_areas(survey: Survey) -> list[tuple[Place, str, Fraction]]:
    """Diameter squared in whole square millimetres of every living tree, so that no order matters."""
    trees = survey.table("trees.csv")
    squares = np.rint(np.nan_to_num(trees.number("dbh_cm") * 10) ** 2).astype(np.int64).tolist()
    rows = zip(trees.visits(), trees.text("species"), trees.text("status"), squares, strict=True)
    return [(place, species, Fraction(square)) for place, species, status, square in rows if status in LIVE_STATUSES]
