"""Addresses of the pages and files of a programme's design."""

from django.urls import path

from tanhui.monitoring.pages import design_files, design_form, designs

DESIGN = "desk/monitoring/<str:number>/design/"
urlpatterns = [
    path(f"{DESIGN}new/", design_form.design_new_page, name="design_new"),
    path(f"{DESIGN}preview/", design_form.design_preview_part, name="design_preview"),
    path(f"{DESIGN}<str:revision>/", designs.design_page, name="design"),
    path(f"{DESIGN}<str:revision>/plots/", designs.design_plots_page, name="design_plots"),
    path(f"{DESIGN}<str:revision>/<str:name>", design_files.design_file, name="design_file"),
]
