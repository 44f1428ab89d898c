"""The site as an app: its templates, its tags, and the long work that needs several contexts."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "tanhui.site"

    def ready(self) -> None:
        """Make the long work of the site known to the worker."""
        from tanhui.kit.jobs.kinds import register  # noqa: PLC0415 - models are there only now
        from tanhui.site.dry_run_job import DRY_RUN_KIND  # noqa: PLC0415 - models are there only now

        register(DRY_RUN_KIND)
