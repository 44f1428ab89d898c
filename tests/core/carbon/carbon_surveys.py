"""Surveys for the tests: the published sets as they lie in the shared folder, and small ones written by hand."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tanhui.core.carbon import Evaluation, choose_method, evaluate, load_method, parse_survey

SHARED = Path(__file__).parents[3].parent / "shared" / "data"
RHODE_ISLAND = "fia-rhode-island"
PUBLISHED = tuple(f"published/{folder.name}" for folder in sorted((SHARED / "published").iterdir()) if folder.is_dir())
ALL_SETS = (RHODE_ISLAND, *PUBLISHED)

Row = Sequence[object]
Files = dict[str, bytes]


def shared_files(name: str) -> Files:
    return {path.name: path.read_bytes() for path in (SHARED / name).iterdir()}


def evaluated(files: Mapping[str, bytes], method: str | None = None) -> Evaluation:
    """By the method that fits, or by one as `id` or `id@version`."""
    survey = parse_survey(files)
    name, _at, version = (method or "").partition("@")
    return evaluate(survey, load_method(name, version or None) if method else choose_method(survey))


def shared_document(name: str, method: str | None = None) -> dict:
    return evaluated(shared_files(name), method).document()


def table(header: str, rows: Iterable[Row]) -> bytes:
    """A CSV file from a header and rows; None is a blank cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header.split(","))
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return text.getvalue().encode()


def codes(notes: Iterable[Mapping[str, object]]) -> list[object]:
    return [found["code"] for found in notes]


def row_of(rows: Iterable[dict], **wanted: object) -> dict:
    """The one row whose cells are as wanted."""
    (found,) = [row for row in rows if all(row[key] == value for key, value in wanted.items())]
    return found


def forest(masses_kg: Mapping[str, Sequence[Sequence[float]]], areas_ha: Mapping[str, float]) -> Files:
    """One tree a plot, with a published mass in each of two rounds, one tree standing for ten a hectare.

    `masses_kg` is by stratum a list of plots, each a pair of masses; a mass of 100 kg is then 1 t/ha.
    """
    plots = [(f"{stratum}{index}", stratum) for stratum, found in masses_kg.items() for index in range(len(found))]
    values = [pair for found in masses_kg.values() for pair in found]
    visits = [(plot, number, 2015 + 5 * number) for plot, _ in plots for number in (1, 2)]
    trees = [
        (plot, number, "1", "Pinus", 20, 10, "live", 10, mass)
        for (plot, _), pair in zip(plots, values, strict=True)
        for number, mass in enumerate(pair, start=1)
    ]
    header = "plot,round,tree,species,dbh_cm,height_m,status,trees_per_ha,aboveground_biomass_kg"
    return {
        "strata.csv": table("stratum,ecosystem,area_ha", [(name, "forest", area) for name, area in areas_ha.items()]),
        "plots.csv": table("plot,stratum,plot_area_m2", [(*plot, 400) for plot in plots]),
        "visits.csv": table("plot,round,year", visits),
        "trees.csv": table(header, trees),
    }


SPECIES = ("樟子松", "Populus simonii", "榆树", "Larix principis-rupprechtii", "油松", "白桦", "山杨", "云杉")


def mixed_region(forest_plots: int = 168, grassland_plots: int = 96, wetland_plots: int = 36, trees: int = 20) -> Files:
    """A region of forest, grassland and wetland plots in two rounds, grown by fixed arithmetic."""
    kinds = [("forest", "F", forest_plots), ("grassland", "G", grassland_plots), ("wetland", "W", wetland_plots)]
    strata = [(f"{mark}{half}", kind, 1000) for kind, mark, count in kinds if count for half in (1, 2)]
    plots = [
        (f"{mark}-{index:04}", f"{mark}{index % 2 + 1}", 600 if mark == "F" else 1)
        for _, mark, count in kinds
        for index in range(count)
    ]
    visits = [(plot, number, f"{2015 + 5 * number}-08-15") for plot, _, _ in plots for number in (1, 2)]
    return {
        "strata.csv": table("stratum,ecosystem,area_ha", strata),
        "plots.csv": table("plot,stratum,plot_area_m2", plots),
        "visits.csv": table("plot,round,date", visits),
        "trees.csv": _trees([plot for plot, stratum, _ in plots if stratum[0] == "F"], trees),
        "soil.csv": _soil([plot for plot, stratum, _ in plots if stratum[0] != "F"]),
        "herbs.csv": table(
            "plot,round,top_cm,bottom_cm,aboveground_dry_g_m2,belowground_dry_g_m2",
            [(*visit[:2], None, None, 300 + 10 * visit[1], None) for visit in visits if visit[0][0] == "W"],
        ),
    }


def _trees(plots: Sequence[str], count: int) -> bytes:
    rows = []
    for place, plot in enumerate(plots):
        for tree in range(count):
            dbh_cm = 8 + (place * 7 + tree * 3) % 17
            for number in (1, 2):
                grown = dbh_cm + (number - 1) * (0.8 + (place % 5) * 0.1)
                rows.append((plot, number, tree, SPECIES[tree % 8], f"{grown:.1f}", f"{3 + grown * 0.4:.1f}", "live"))
    return table("plot,round,tree,species,dbh_cm,height_m,status", rows)


def _soil(plots: Sequence[str]) -> bytes:
    rows = [
        (plot, number, top, top + 10, 1.4, f"{12 + place % 7 * 0.5 + (number - 1) * (0.3 + place % 3 * 0.1):.2f}", 0.05)
        for place, plot in enumerate(plots)
        for number in (1, 2)
        for top in (0, 10)
    ]
    return table("plot,round,top_cm,bottom_cm,bulk_density_g_cm3,soc_g_kg,gravel_fraction", rows)
