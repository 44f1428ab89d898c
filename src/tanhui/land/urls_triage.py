"""Addresses of triage, overlaps and the lists of other schemes."""

from django.urls import path

from tanhui.land.addresses import PARCEL
from tanhui.land.pages import listings, overlap, triage, triage_many, triages

urlpatterns = [
    path("triage/", triages.triage_sums_page, name="triage_sums"),
    path("triage/tables/<str:version>/", triages.triage_table_page, name="triage_table"),
    path("desk/triage/", triages.triages_page, name="triages"),
    path("desk/triage/triage.csv", triages.triages_csv, name="triages_csv"),
    path("desk/triage/triage.xlsx", triages.triages_xlsx, name="triages_xlsx"),
    path("desk/triage/many/", triage_many.triage_many_page, name="triage_many"),
    path("desk/triage/papers/<str:sha256>/", triage.evidence_file, name="evidence"),
    path("desk/triage/decisions/<str:number>.json", triage.triage_json, name="triage_json"),
    path(f"desk/triage/{PARCEL}<str:first>/<str:last>/", triage.triage_page, name="triage"),
    path(
        f"desk/triage/{PARCEL}<str:first>/<str:last>/overlaps/<int:commitment>/",
        overlap.overlap_page,
        name="overlap",
    ),
    path("desk/listings/", listings.listings_page, name="listings"),
    path("desk/listings/questions/<int:number>/", listings.likeness_page, name="likeness"),
]
