"""The acts of this context."""

from tanhui.monitoring.services.book import book_survey
from tanhui.monitoring.services.open_programme import open_programme

__all__ = ["book_survey", "open_programme"]
