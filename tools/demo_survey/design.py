"""Read what the survey is made from: the plan of the strata, the zones and the figures."""

import csv
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple


class Zone(NamedTuple):
    zone: str
    ecosystem: str
    area_mu: int
    lon: float
    lat: float
    spread_km: float
    county: str


class Stratum(NamedTuple):
    number: int
    id: str
    kind: str
    ecosystem: str
    name_zh: str
    name_en: str
    plots: int
    plot_area_m2: int
    zones: tuple[str, ...]
    figures: str
    species: str
    pattern: str
    age_a: tuple[float, ...]


class Figures:
    """The rows of sources.csv by id, as numbers; `of` narrows them to one stratum."""

    def __init__(self, values: Mapping[str, float], prefix: str = "") -> None:
        self._values = values
        self._prefix = prefix

    def of(self, prefix: str) -> "Figures":
        return Figures(self._values, f"{prefix}.")

    def __getitem__(self, name: str) -> float:
        return self._values[self._prefix + name]

    def column(self, name: str) -> list[float]:
        """The same figure of every published stand of the stratum, in the order of the file."""
        start, end = self._prefix, f".{name}"
        named = {key.removeprefix(start): value for key, value in self._values.items() if key.startswith(start)}
        return [value for key, value in named.items() if key.endswith(end)]


class Design(NamedTuple):
    seed: int
    first_days: tuple[date, ...]
    days: int
    strata: tuple[Stratum, ...]
    zones: Mapping[str, Zone]
    figures: Figures


def read_design(region: Path) -> Design:
    with (region / "region.toml").open("rb") as file:
        plan = tomllib.load(file)["survey"]
    return Design(
        seed=plan["seed"],
        first_days=tuple(date.fromisoformat(f"{year}-{plan['first_day']}") for year in plan["rounds"]),
        days=plan["days"],
        strata=tuple(_stratum(number, row) for number, row in enumerate(plan["strata"], start=1)),
        zones={row["zone"]: _zone(row) for row in _rows(region / "zones.csv")},
        figures=Figures({row["id"]: float(row["value"]) for row in _rows(region / "sources.csv")}),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _zone(row: Mapping[str, str]) -> Zone:
    return Zone(
        zone=row["zone"],
        ecosystem=row["ecosystem"],
        area_mu=int(row["area_mu"]),
        lon=float(row["lon"]),
        lat=float(row["lat"]),
        spread_km=float(row["spread_km"]),
        county=row["county"],
    )


def _stratum(number: int, row: Mapping[str, Any]) -> Stratum:
    """A row of the plan; what only stands of trees have may be missing. A wrong key fails here."""
    only_stands: dict[str, Any] = {"species": "", "pattern": "", "age_a": ()}
    given = only_stands | dict(row)
    return Stratum(number=number, **given | {"zones": tuple(given["zones"]), "age_a": tuple(given["age_a"])})
