"""The registry app."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "tanhui.registry"

    def ready(self) -> None:
        """Make the long work of this context known."""
        from tanhui.registry.jobs import register_jobs  # noqa: PLC0415 - models are there only now

        register_jobs()
