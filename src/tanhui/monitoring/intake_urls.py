"""Addresses of the field data of a programme."""

from django.urls import path

from tanhui.monitoring.pages import fates, intake, intake_files, photos, revisions, upload

PROGRAMME = "desk/monitoring/<str:number>/"

urlpatterns = [
    path(f"{PROGRAMME}template/<str:ecosystem>.xlsx", intake_files.template_file, name="survey_template"),
    path(f"{PROGRAMME}uploads/", intake.uploads_page, name="uploads"),
    path(f"{PROGRAMME}uploads/<str:code>/", upload.upload_page, name="upload"),
    path(f"{PROGRAMME}uploads/<str:code>/marked/", intake_files.marked_file, name="upload_marked"),
    path(f"{PROGRAMME}surveys/", revisions.surveys_page, name="surveys"),
    path(f"{PROGRAMME}surveys/<int:revision>/", revisions.survey_page, name="survey"),
    path(f"{PROGRAMME}surveys/<int:revision>.zip", intake_files.revision_file, name="survey_zip"),
    path(f"{PROGRAMME}trees/", fates.fates_page, name="fates"),
    path(f"{PROGRAMME}photos/", photos.photos_page, name="photos"),
    path(f"{PROGRAMME}photos/<str:code>.jpg", photos.photo_file, name="photo"),
]
