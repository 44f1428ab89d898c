"""The land app."""

from django.apps import AppConfig


class LandConfig(AppConfig):
    name = "tanhui.land"
