"""Field forms of a design: the workbooks of the intake, with the plots to visit and the trees of the last round."""

from collections.abc import Mapping, Sequence
from typing import Any

from tanhui.core.carbon import parse_survey
from tanhui.core.carbon.survey import Table
from tanhui.monitoring.design.plot_rows import PlotRow
from tanhui.monitoring.models import BookedSurvey, Programme
from tanhui.monitoring.queries import booked_files
from tanhui.monitoring.workbook import Prefill, write_template
from tanhui.monitoring.workbook.prefill import next_round

TREE_COLUMNS = ("dbh_cm", "height_m")
FULL = "full"


class LastRound:
    """What the last booked survey knows of trees and rounds; empty without one."""

    def __init__(self, survey: BookedSurvey | None) -> None:
        parsed = parse_survey(booked_files(survey)) if survey else None
        self.round = max(parsed.rounds, default=0) if parsed else 0
        self.trees: Sequence[Mapping[str, str]] = _tree_rows(parsed.table("trees.csv")) if parsed else ()

    def trees_of(self, plots: frozenset[str]) -> list[Mapping[str, str]]:
        return [row for row in self.trees if row["plot"] in plots]


def field_workbook(
    programme: Programme, content: Mapping[str, Any], rows: Sequence[PlotRow], last: LastRound, *, language: str
) -> bytes:
    """The workbook for these plots: one ecosystem's template, or the full one where there are several."""
    ecosystems = {row.ecosystem for row in rows}
    template = ecosystems.pop() if len(ecosystems) == 1 else FULL
    name = programme.name_en if language == "en" else programme.name_zh
    prefill = field_prefill(programme.number, name, content, rows, last)
    return write_template(template, language, prefill)


def field_prefill(
    number: str, name: str, content: Mapping[str, Any], rows: Sequence[PlotRow], last: LastRound
) -> Prefill:
    """Rows of the survey format for the next round of these plots."""
    wanted = {row.stratum for row in rows}
    strata = [
        {
            "stratum": row["stratum"],
            "ecosystem": row["ecosystem"],
            "area_ha": f"{row['area_m2'] / 10_000:.10g}",
            "note": f"{row['name_zh']} {row['name_en']}",
        }
        for row in content["strata"]
        if row["stratum"] in wanted
    ]
    plots = [
        {
            "plot": row.plot,
            "stratum": row.stratum,
            "lon": f"{row.lon:.10g}",
            "lat": f"{row.lat:.10g}",
            "plot_area_m2": f"{row.area_m2:g}",
            "note": row.layout_zh,
        }
        for row in rows
    ]
    trees = last.trees_of(standing_plots(rows))
    return next_round(plots, strata, trees, programme=number, name=name, round_number=last.round + 1)


def standing_plots(rows: Sequence[PlotRow]) -> frozenset[str]:
    """Plots that were measured before: only they have trees of a last round."""
    return frozenset(row.plot for row in rows if row.origin == "kept")


def _tree_rows(table: Table) -> list[Mapping[str, str]]:
    """Trees of all rounds as rows of text."""
    numbers = {name: [_text(value) for value in table.number(name).tolist()] for name in TREE_COLUMNS}
    columns = zip(
        table.text("plot"), table.rounds(), table.text("tree"), table.text("species"), table.text("status"), strict=True
    )
    return [
        {
            "plot": plot,
            "round": str(round_number),
            "tree": tree,
            "species": species,
            "status": status,
            **{name: numbers[name][index] for name in TREE_COLUMNS},
        }
        for index, (plot, round_number, tree, species, status) in enumerate(columns)
    ]


def _text(value: float) -> str:
    return "" if value != value else f"{value:g}"  # noqa: PLR0124 - NaN is what differs from itself: not measured
