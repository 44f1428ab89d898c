"""Readings of this context."""

from tanhui.monitoring.queries.programmes import booked_files, latest_survey, programme, programmes

__all__ = ["booked_files", "latest_survey", "programme", "programmes"]
