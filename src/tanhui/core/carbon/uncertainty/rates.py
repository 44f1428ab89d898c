"""How large errors are: a table with source and confidence, which a method may overrule by parameters of the same name.

A rate is read as a standard deviation, or as the half-width that 95 of 100 keep. All errors are taken as lognormal
with mean one, so that none of them makes a mass negative and none moves the estimate: a relative standard deviation σ
becomes √ln(1 + σ²) on the scale of logarithms.
"""

import csv
import io
import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files as package_files
from typing import NamedTuple

from tanhui.core.carbon.method import Method

HALF_WIDTH, DEVIATION, VALUE = "95 % half-width", "standard deviation", "value"
_NORMAL_95 = 1.959964


class Rate(NamedTuple):
    """One rate. `reading` says what `value` is; `confidence` as in methods."""

    name: str
    value: float
    unit: str
    low: str
    high: str
    reading: str
    source: str
    confidence: str

    @property
    def log_sd(self) -> float:
        """Standard deviation of the logarithm of the error."""
        sd = self.value / 100 if self.unit == "%" else self.value
        return log_sd(sd / _NORMAL_95 if self.reading == HALF_WIDTH else sd)


Rates = Mapping[str, Rate]
RATES_OF: Mapping[str, tuple[str, ...]] = {
    "dbh": ("dbh_random_percent", "dbh_systematic_percent", "dbh_exponent"),
    "height": ("height_random_percent", "height_systematic_percent"),
    "stand_volume": ("volume_percent",),
    "soil_bulk_density": ("soil_bulk_density_percent",),
    "soil_carbon": ("soil_carbon_percent", "soil_laboratory_percent"),
    "dry_mass": ("dry_mass_percent",),
    "equation_residual": ("equation_residual_percent",),
    "equation_coefficient": ("equation_level_percent", "equation_slope_percent", "surrogate_level_percent"),
    "carbon_fraction": ("carbon_fraction_percent",),
    "root_ratio": ("root_ratio_percent",),
    "wood_density": ("wood_density_percent",),
    "expansion": ("expansion_percent",),
    "derived_factor": ("derived_factor_percent",),
}
"""The rates behind each source of error. Sampling is measured, and a printed error is that of its publication."""


def log_sd(relative_sd: float) -> float:
    return math.sqrt(math.log1p(relative_sd * relative_sd))


@cache
def shipped_rates() -> Rates:
    """The table that comes with the software."""
    content = (package_files("tanhui.core.carbon.uncertainty") / "rates.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(content), strict=True)
    return {row["name"]: Rate(**{**row, "value": float(row["value"])}) for row in rows}  # type: ignore[arg-type]  # every other cell is text


def rates_of(method: Method) -> Rates:
    """The rates, those that the method names itself in their place."""
    found = dict(shipped_rates())
    for name, rate in shipped_rates().items():
        own = method.parameters.get(name)
        if own is not None:
            found[name] = rate._replace(
                value=float(own.value), low=own.low, high=own.high, source=own.source, confidence=own.confidence
            )
    return found
