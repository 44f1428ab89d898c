"""Put the tables of the survey folder together."""

import csv
import io
from collections.abc import Iterable, Sequence

from demo_survey.design import Design
from demo_survey.ground import marsh_herb_rows, marsh_soil_rows, steppe_soil_rows
from demo_survey.places import Plot, place_plots
from demo_survey.stands import tree_rows

Row = tuple[object, ...]

COLUMNS = {
    "strata.csv": "stratum ecosystem area_ha name_zh name_en note",
    "plots.csv": "plot stratum lon lat plot_area_m2 slope_deg zone note",
    "visits.csv": "plot round date status",
    "trees.csv": "plot round tree species dbh_cm height_m status x_m y_m",
    "soil.csv": "plot round top_cm bottom_cm bulk_density_g_cm3 soc_g_kg gravel_fraction",
    "herbs.csv": "plot round top_cm bottom_cm aboveground_dry_g_m2 belowground_dry_g_m2 error",
}
STRATUM_NOTE = "synthetic, project area made up"
PLOT_NOTE = "synthetic; position near the zone point, made up"


def survey_files(design: Design) -> dict[str, bytes]:
    """Every file of the survey folder by name."""
    tables: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    tables["strata.csv"] = _strata(design)
    for plot in place_plots(design):
        note = _measure(plot, design, tables)
        stratum = plot.stratum
        where = (plot.lon, plot.lat, stratum.plot_area_m2, plot.slope_deg, plot.zone)
        tables["plots.csv"].append((plot.plot, stratum.id, *where, note))
        visits = [(plot.plot, turn, day.isoformat(), "measured") for turn, day in enumerate(plot.dates, start=1)]
        tables["visits.csv"].extend(visits)
    return {name: _csv(columns.split(), tables[name]) for name, columns in COLUMNS.items()}


def _strata(design: Design) -> list[Row]:
    return [
        (
            stratum.id,
            stratum.ecosystem,
            f"{design.figures.of(stratum.figures)['area_ha']:.0f}",
            stratum.name_zh,
            stratum.name_en,
            f"{stratum.name_zh} {stratum.name_en}; {STRATUM_NOTE}",
        )
        for stratum in design.strata
    ]


def _measure(plot: Plot, design: Design, tables: dict[str, list[Row]]) -> str:
    """Add what was measured on one plot to the tables; the answer is the note of the plot."""
    figures = design.figures.of(plot.stratum.figures)
    if plot.stratum.kind == "stand":
        years = design.first_days[1].year - design.first_days[0].year
        age_a, rows = tree_rows(plot, figures, years)
        tables["trees.csv"].extend(rows)
        return f"{PLOT_NOTE}; stand {age_a:.0f} a old in round 1"
    if plot.stratum.kind == "steppe":
        tables["soil.csv"].extend(steppe_soil_rows(plot, figures))
        return PLOT_NOTE
    tables["soil.csv"].extend(marsh_soil_rows(plot, figures))
    tables["herbs.csv"].extend(marsh_herb_rows(plot, figures))
    return PLOT_NOTE


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()
