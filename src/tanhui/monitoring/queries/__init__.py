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

__all__ = [
    "booked_files",
    "design",
    "design_content",
    "design_land",
    "design_land_geojson",
    "design_lands",
    "designs",
    "latest_design",
    "latest_survey",
    "programme",
    "programmes",
]
