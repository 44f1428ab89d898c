"""carbon.read and carbon.biomass: a million trees, beside Polars and NumPy doing the bare minimum to the same bytes."""

import io
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter

import numpy as np
import polars as pl

from tests.bench.measure import Measure
from tests.bench.million import SPECIES, million_tree_files

TURNS = 7
METHOD = "baotou-stock-difference"
KERNEL = "Larix principis-rupprechtii"


def measure_reading() -> Measure:
    """Measure on the million trees."""
    return reading_of(million_tree_files())


def reading_of(files: Mapping[str, bytes]) -> Measure:
    """Measure reading and checking these files: cells, references, dates, histories of trees.

    Raises SurveyFaults where they have an error. The identity of a survey is computed when it is first asked for,
    and is not asked for here.
    """
    from tanhui.core.carbon.survey import TABLES, parse_survey

    kinds = {"number": pl.Float64, "round": pl.Int64, "year": pl.Int64, "date": pl.Date}
    schemas = {}
    for table in TABLES:
        if table.file in files:
            header = files[table.file].split(b"\n", 1)[0].decode().split(",")
            kind_of = {column.name: column.kind for column in table.columns}
            schemas[table.file] = {name: kinds.get(kind_of.get(name, ""), pl.String) for name in header}

    def read_only() -> None:
        for name, schema in schemas.items():
            pl.read_csv(io.BytesIO(files[name]), schema=schema)

    value, reference = in_turns(lambda: parse_survey(files), read_only)
    note = (
        f"read and check a survey folder of {files['trees.csv'].count(b'\n') - 1} tree records. Reference: "
        f"polars.read_csv of the same files into the same types; medians of {TURNS} turns"
    )
    return Measure("carbon.read", value, "s", reference, note)


def measure_biomass() -> Measure:
    """Measure on the million trees."""
    return biomass_of(million_tree_files())


def biomass_of(files: Mapping[str, bytes]) -> Measure:
    """Measure the biomass of the trees in these files, expanded to the hectare of each visit."""
    from tanhui.core.carbon.method import load_method
    from tanhui.core.carbon.survey import parse_survey
    from tanhui.core.carbon.trees import tree_densities

    survey, method = parse_survey(files), load_method(METHOD)
    plots = frozenset(plot.name for plot in survey.plots)
    trees = survey.table("trees.csv")
    dbh_cm, height_m = (trees.number(name)[~np.isnan(trees.number("dbh_cm"))] for name in ("dbh_cm", "height_m"))
    organs = [(float(organ.a), float(organ.b)) for organ in method.equations[KERNEL]]

    def kernel() -> None:
        size = dbh_cm**2 * height_m
        sum((a * size**b for a, b in organs), np.zeros(len(size)))

    value, reference = in_turns(lambda: tree_densities(survey, method, plots, survey.rounds), kernel)
    note = (
        f"dry mass to the milligram and carbon of {len(dbh_cm)} trees of {len(SPECIES)} species by organ, expanded to "
        f"the hectare of {len(survey.visits)} visits. Reference: a·(D²H)^b summed over {len(organs)} organs of one "
        f"species in NumPy, on the same arrays; medians of {TURNS} turns"
    )
    return Measure("carbon.biomass", value, "s", reference, note)


def in_turns(job: Callable[[], object], reference: Callable[[], object]) -> tuple[float, float]:
    """Return the medians of both in seconds. They take turns, so that a busy minute is busy for both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _turn in range(TURNS + 1):
        for told, act in zip(times, (job, reference), strict=True):
            begun = perf_counter()
            act()
            told.append(perf_counter() - begun)
    return median(times[0][1:]), median(times[1][1:])  # the first turn warms up
