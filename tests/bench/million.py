"""A survey folder of a million tree records, made up from a seed: 5,000 forest plots visited in two rounds."""

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

TREES = 1_000_000
TREES_A_VISIT = 100
STRATA = 12
SPECIES = ("油松", "樟子松", "白桦", "山杨", "云杉", "小叶杨", "榆树", "Larix principis-rupprechtii")
FATES = {"live": 0.92, "ingrowth": 0.04, "dead": 0.02, "removed": 0.01, "missing": 0.01}


def million_tree_files(seed: int = 20260831, trees: int = TREES) -> Mapping[str, bytes]:
    """The files of the survey by name, without a fault, with about so many records of trees."""
    random = np.random.default_rng(seed)
    stems = round(trees / (2 - FATES["ingrowth"]))
    plots = -(-stems // TREES_A_VISIT)
    names = np.array([f"BT-{number:05}" for number in range(1, plots + 1)])
    stratum = np.array([f"S{number:02}" for number in range(1, STRATA + 1)])
    return {
        "strata.csv": _csv(stratum=stratum, ecosystem=["forest"] * STRATA, area_ha=[1250.5] * STRATA),
        "plots.csv": _csv(
            plot=names,
            stratum=stratum[np.arange(plots) % STRATA],
            lon=np.round(random.uniform(109.2, 111.4, plots), 5),
            lat=np.round(random.uniform(40.3, 42.7, plots), 5),
            plot_area_m2=random.choice([600.0, 666.7, 1000.0], plots),
        ),
        "visits.csv": _csv(plot=np.repeat(names, 2), round=[1, 2] * plots, date=["2020-08-15", "2025-08-20"] * plots),
        "trees.csv": _trees(random, names, stems),
    }


def _trees(random: np.random.Generator, names: NDArray[np.str_], stems: int) -> bytes:
    """Rows by plot, round and tree; sizes have one decimal. What grew in has no row in the first round."""
    tree, place = np.arange(stems) % TREES_A_VISIT + 1, np.arange(stems) // TREES_A_VISIT
    fate = random.choice(list(FATES), stems, p=list(FATES.values()))
    dbh_mm = random.integers(50, 380, stems)
    height_dm = 20 + dbh_mm // 3 + random.integers(0, 25, stems)
    both = {"place": place, "plot": names[place], "tree": tree}
    both["species"] = np.array(SPECIES)[(place + random.integers(0, 3, stems)) % len(SPECIES)]
    first = pl.DataFrame({**both, "round": 1, "dbh_cm": dbh_mm / 10, "height_m": height_dm / 10, "status": "live"})
    grown_cm, grown_m = (dbh_mm + random.integers(0, 40, stems)) / 10, (height_dm + 8) / 10
    second = pl.DataFrame({**both, "round": 2, "dbh_cm": grown_cm, "height_m": grown_m, "status": fate})
    stands = pl.col("status").is_in(["live", "ingrowth"])
    second = second.with_columns(pl.when(stands).then(pl.col("dbh_cm", "height_m")))
    rows = pl.concat([first.filter(fate != "ingrowth"), second]).sort("place", "round", "tree")
    columns = ("plot", "round", "tree", "species", "dbh_cm", "height_m", "status")
    return rows.select(columns).write_csv().encode()


def _csv(**columns: object) -> bytes:
    return pl.DataFrame(columns).write_csv().encode()
