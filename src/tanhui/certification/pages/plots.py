"""One plot of a survey as a drawing: which trees stood, grew and died between the rounds."""

import csv
import io
import math
from collections.abc import Mapping
from typing import Any

from tanhui.certification.models import Survey
from tanhui.certification.queries import survey_files
from tanhui.kit.drawing import Stem

Row = dict[str, str]
LIVE = frozenset({"", "live", "ingrowth"})


def example_plot(survey: Survey, document: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the forest plot whose growth is nearest to the middle of all, or None where no trees were measured."""
    plot = _middle_plot(document)
    return described_plot(plot, survey_files(survey), document) if plot else None


def described_plot(plot: str, files: Mapping[str, bytes], document: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what the drawing of a plot needs, or None where its trees were not measured in two rounds."""
    if "trees.csv" not in files or len(document["rounds"]) != 2:  # noqa: PLR2004 - a change has two ends
        return None
    trees = [row for row in survey_rows(files["trees.csv"]) if row["plot"] == plot]
    if not trees:
        return None
    described = next(row for row in survey_rows(files["plots.csv"]) if row["plot"] == plot)
    return _described(plot, described, trees, document)


def survey_rows(content: bytes) -> list[Row]:
    """Return the rows of a survey file as they stand."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def _middle_plot(document: Mapping[str, Any]) -> str | None:
    changes: dict[str, float] = {}
    for row in document["plot_densities"]:
        if row["pool"] == "tree" and row["ecosystem"] == "forest" and row["carbon_t_ha"] is not None:
            sign = 1 if row["round"] == 2 else -1  # noqa: PLR2004 - the second round
            changes[row["plot"]] = changes.get(row["plot"], 0.0) + sign * float(row["carbon_t_ha"])
    ranked = sorted((change, plot) for plot, change in changes.items() if change)
    return ranked[len(ranked) // 2][1] if ranked else None


def _described(plot: str, row: Row, trees: list[Row], document: Mapping[str, Any]) -> dict[str, Any]:
    first = {tree["tree"]: tree for tree in trees if tree["round"] == "1" and tree["status"] in LIVE}
    second = {tree["tree"]: tree for tree in trees if tree["round"] == "2" and tree["status"] in LIVE}
    names = sorted({**first, **second})
    area_m2 = float(row["plot_area_m2"]) if row.get("plot_area_m2") else None
    mapped = all(tree.get("x_m") for tree in trees) and bool(trees)
    return {
        "plot": plot,
        "note": row.get("zone", ""),
        "stems": [_stem(first.get(name), second.get(name)) for name in names],
        "side_m": math.sqrt(area_m2) if area_m2 and mapped else None,
        "live_first": len(first),
        "live_second": len(second),
        "dbh_first_cm": _mean_dbh_cm(first),
        "dbh_second_cm": _mean_dbh_cm(second),
        "density_first_tc_ha": _density(document, plot, 1),
        "density_second_tc_ha": _density(document, plot, 2),
        "year_first": document["rounds"][0]["year_from"],
        "year_second": document["rounds"][1]["year_to"],
    }


def _stem(before: Row | None, after: Row | None) -> Stem:
    known = after or before
    assert known is not None
    place = (_number(known.get("x_m")), _number(known.get("y_m")))
    sizes = (_number(before["dbh_cm"]) if before else None, _number(after["dbh_cm"]) if after else None)
    return Stem(*sizes, after is None, *place)


def _number(text: str | None) -> float | None:
    return float(text) if text else None


def _mean_dbh_cm(trees: Mapping[str, Row]) -> float | None:
    sizes = [float(tree["dbh_cm"]) for tree in trees.values() if tree["dbh_cm"]]
    return math.fsum(sizes) / len(sizes) if sizes else None


def _density(document: Mapping[str, Any], plot: str, round_number: int) -> float | None:
    for row in document["plot_densities"]:
        if (row["plot"], row["round"], row["pool"]) == (plot, round_number, "tree"):
            return float(row["carbon_t_ha"])
    return None
