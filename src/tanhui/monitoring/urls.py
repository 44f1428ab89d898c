"""Addresses of the pages of monitoring."""

from django.urls import path

from tanhui.monitoring.design_urls import urlpatterns as design
from tanhui.monitoring.intake_urls import urlpatterns as intake
from tanhui.monitoring.pages import programmes
from tanhui.monitoring.run_urls import urlpatterns as runs

urlpatterns = [
    path("desk/monitoring/", programmes.programmes_page, name="programmes"),
    path("desk/monitoring/<str:number>/", programmes.programme_page, name="programme"),
    *design,
    *intake,
    *runs,
]
