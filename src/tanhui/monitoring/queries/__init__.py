"""Readings of this context."""

from tanhui.monitoring.queries.designs import (
    design,
    design_content,
    design_land,
    design_land_geojson,
    design_lands,
    designs,
    latest_design,
)
from tanhui.monitoring.queries.programmes import booked_files, latest_survey, programme, programmes
from tanhui.monitoring.queries.runs import latest_remark, latest_results, published_runs, result, run, runs

__all__ = [
    "booked_files",
    "design",
    "design_content",
    "design_land",
    "design_land_geojson",
    "design_lands",
    "designs",
    "latest_design",
    "latest_remark",
    "latest_results",
    "latest_survey",
    "programme",
    "programmes",
    "published_runs",
    "result",
    "run",
    "runs",
]
