"""The land app."""

from django.apps import AppConfig


class LandConfig(AppConfig):
    name = "tanhui.land"

    def ready(self) -> None:
        """Make the long work of this context known."""
        from tanhui.land.jobs import register_jobs  # noqa: PLC0415 - models can be read only once all apps are there
        from tanhui.land.triage_jobs import register_triage_jobs  # noqa: PLC0415 - models are there only now

        register_jobs()
        register_triage_jobs()
