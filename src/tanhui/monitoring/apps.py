"""The monitoring app."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "tanhui.monitoring"

    def ready(self) -> None:
        """Make the long work of this context known to the worker."""
        from tanhui.kit.jobs.kinds import register  # noqa: PLC0415 - models are there only now
        from tanhui.monitoring.services.draw_jobs import DRAW_KIND  # noqa: PLC0415 - models are there only now
        from tanhui.monitoring.services.run_work import RUN_KIND  # noqa: PLC0415 - models are there only now
        from tanhui.monitoring.services.upload_work import UPLOAD_KINDS  # noqa: PLC0415 - models are there only now

        for kind in (RUN_KIND, DRAW_KIND, *UPLOAD_KINDS):
            register(kind)
