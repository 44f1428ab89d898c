"""The app that keeps the table of jobs."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "tanhui.kit.jobs"
    label = "jobs"
