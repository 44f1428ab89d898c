"""The app that keeps what witnesses have answered."""

from django.apps import AppConfig


class LogConfig(AppConfig):
    name = "tanhui.registry.log"
    label = "log"
