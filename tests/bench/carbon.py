"""carbon.read and carbon.biomass: a million trees, beside Polars and NumPy doing the bare minimum to the same bytes."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import polars as pl
from tests.bench.measure import Measure
from tests.bench.million import SPECIES, million_tree_files

TURNS = 7
NEW_LINE = b"\n"
TYPES = {"number": pl.Float64, "round": pl.Int64, "year": pl.Int64, "date": pl.Date}
METHOD = "baotou-stock-difference"
KERNEL = "Larix principis-rupprechtii"


def measure_reading() -> Measure:
    """Measure on the million trees."""
    return reading_of(million_tree_files())


def reading_of(files: Mapping[str, bytes]) -> Measure:
    """Measure reading and checking these files from a folder: cells, references, dates, histories of trees.

    Raises SurveyFaults where they have an error. The identity of a survey is computed when it is first asked for,
    and is not asked for here.
    """
    from tanhui.core.carbon.survey import parse_survey

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        schemas = {name: _types(name, content) for name, content in files.items()}
        value, reference = in_turns(
            lambda: parse_survey({name: (folder / name).read_bytes() for name in files}),
            lambda: [pl.read_csv(folder / name, schema=schema) for name, schema in schemas.items()],
        )
    note = (
        f"read and check a survey folder of {files['trees.csv'].count(NEW_LINE) - 1} tree records. Reference: "
        f"polars.read_csv of the same files with the types of their columns; medians of {TURNS} turns"
    )
    return Measure("carbon.read", value, "s", reference, note)


def _types(name: str, content: bytes) -> dict[str, type[pl.DataType]]:
    """The columns of a file with the types that the survey format gives them."""
    from tanhui.core.carbon.survey import TABLES

    columns = next(table.columns for table in TABLES if table.file == name)
    kinds = {column.name: column.kind for column in columns}
    return {name: TYPES.get(kinds[name], pl.String) for name in content.split(NEW_LINE, 1)[0].decode().split(",")}


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
