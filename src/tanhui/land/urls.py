"""Addresses of the pages of land."""

from django.urls import path

from tanhui.land.addresses import PARCEL
from tanhui.land.pages import imports, parcels, places, standing, works
from tanhui.land.urls_triage import urlpatterns as triage

urlpatterns = [
    path("zones/layers.geojson", places.layers, name="zone_layers"),
    path("desk/land/", parcels.parcels_page, name="parcels"),
    path("desk/land/features.geojson", parcels.parcel_features, name="parcel_features"),
    path("desk/land/parcels.<str:kind>", parcels.parcels_file, name="parcels_file"),
    path(f"desk/land/{PARCEL}", parcels.parcel_page, name="parcel"),
    path("desk/land/places/", standing.places_page, name="land_places"),
    path("desk/land/imports/", imports.imports_page, name="land_imports"),
    path("desk/land/imports/<str:number>/", imports.import_page, name="land_import"),
    path("desk/land/imports/<str:number>/defects.csv", imports.defects_csv, name="land_defects"),
    path("desk/land/works/", works.works_page, name="works"),
    path("desk/land/works.<str:kind>", works.works_list_file, name="works_file"),
    path("desk/land/works/<str:number>/", works.work_page, name="work"),
    *triage,
]
