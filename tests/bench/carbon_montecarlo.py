"""carbon.montecarlo: 10,000 draws of 300 plots of 60 trees, beside as many bare normal numbers."""

from fractions import Fraction
from statistics import median
from time import perf_counter

from tests.bench.measure import Measure

PLOTS, TREES, DRAWS, REFERENCE_RUNS = 300, 60, 10_000, 3
SPECIES = ("樟子松", "油松", "白桦", "山杨", "榆树", "云杉", "小叶杨", "杜松")


def measure_montecarlo() -> Measure:
    """Measure the uncertainty of a stock: items, closed form and draws of every total."""
    from tanhui.core.carbon import Plan, evaluate, load_method, parse_survey
    from tanhui.core.carbon.assessment.frame import frame_of
    from tanhui.core.carbon.assessment.uncertain import Uncertain, uncertainty_document

    evaluation = evaluate(parse_survey(survey_files()), load_method("baotou-stock-difference"))
    asked = Uncertain(evaluation, frame_of(evaluation), Plan(seed=1, draws=DRAWS), Fraction(9, 10))
    begun = perf_counter()
    document = uncertainty_document(asked)
    seconds = perf_counter() - begun
    assert document["items"] == PLOTS * TREES
    note = (
        f"uncertainty of {PLOTS} plots x {TREES} trees in {DRAWS:,} draws: DBH, height, residual by tree, coefficients "
        f"and carbon fraction by species. Reference: as many normal numbers by NumPy, median of {REFERENCE_RUNS}"
    )
    return Measure("carbon.montecarlo", seconds, "s", reference_seconds(), note)


def reference_seconds() -> float:
    """One normal number for each tree in each draw, made in pieces that fit the cache."""
    import numpy as np

    times = []
    for _turn in range(REFERENCE_RUNS):
        generator, begun = np.random.default_rng(1), perf_counter()
        for _draws in range(DRAWS // 10):
            generator.standard_normal(PLOTS * TREES * 10)
        times.append(perf_counter() - begun)
    return median(times)


def survey_files() -> dict[str, bytes]:
    """A forest survey of one round, grown by fixed arithmetic."""
    plots = [f"P{number:03}" for number in range(PLOTS)]
    trees = [
        f"{plot},1,{tree},{SPECIES[tree % 8]},{8 + (place * 7 + tree * 3) % 17},{6 + (place + tree) % 9},live"
        for place, plot in enumerate(plots)
        for tree in range(TREES)
    ]
    laid_out = [f"{plot},F{place % 2 + 1},600" for place, plot in enumerate(plots)]
    tables = {
        "strata.csv": ["stratum,ecosystem,area_ha", "F1,forest,20000", "F2,forest,12000"],
        "plots.csv": ["plot,stratum,plot_area_m2", *laid_out],
        "visits.csv": ["plot,round,year", *(f"{plot},1,2025" for plot in plots)],
        "trees.csv": ["plot,round,tree,species,dbh_cm,height_m,status", *trees],
    }
    return {name: "\n".join(lines).encode() for name, lines in tables.items()}
