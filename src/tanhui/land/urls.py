"""Addresses of the pages of land."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
