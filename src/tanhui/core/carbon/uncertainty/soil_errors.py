"""Measurement errors of a soil profile: bulk density and organic carbon of each layer, each for itself.

A layer's share of the profile's carbon carries its own relative errors; printed errors go before rates. Layers are
taken as they were measured, before the profile is cut at a depth or a mass.
"""

from collections.abc import Mapping

from tanhui.core.carbon.survey import Survey
from tanhui.core.carbon.uncertainty.rates import Rates, log_sd

Errors = Mapping[tuple[str, int], Mapping[str, float]]


def soil_errors(survey: Survey, rates: Rates) -> Errors:
    """Standard deviation of the logarithm of a profile's carbon, by source, for every visit with layers."""
    table = survey.table("soil.csv")
    names = ("top_cm", "bottom_cm", "bulk_density_g_cm3", "soc_g_kg", "gravel_fraction", "bd_error", "soc_error")
    carbons: dict[tuple[str, int], float] = {}
    squares: dict[tuple[str, int], dict[str, float]] = {}
    for place, row in zip(table.visits(), zip(*(table.exact(name) for name in names), strict=True), strict=True):
        top, bottom, density, content, gravel, density_error, content_error = row
        if top is None or bottom is None or not density or not content:
            continue
        carbon = float((bottom - top) * density * content * (1 - (gravel or 0)))
        carbons[place] = carbons.get(place, 0.0) + carbon
        for name, error, value in (("bulk_density", density_error, density), ("carbon", content_error, content)):
            source = f"soil_{name}" if error is None else "printed_error"
            percent = rates[f"soil_{name}_percent"].value
            relative = percent / 100 if error is None else float(error / value)
            found = squares.setdefault(place, {})
            found[source] = found.get(source, 0.0) + (carbon * relative) ** 2
    return {
        place: {source: log_sd(square**0.5 / carbon) for source, square in squares[place].items()}
        for place, carbon in carbons.items()
        if carbon
    }
