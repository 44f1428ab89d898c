"""The certification app."""

from django.apps import AppConfig


class CertificationConfig(AppConfig):
    name = "tanhui.certification"
