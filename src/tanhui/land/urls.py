"""Addresses of the pages of land."""

from django.urls import URLPattern

from tanhui.land.urls_triage import urlpatterns as triage

urlpatterns: list[URLPattern] = [*triage]
