"""Addresses of runs in the workplace, and of published results for everybody."""

from django.urls import path

from tanhui.monitoring.pages import published, run_compare, run_files, run_places, run_trees, runs

RUN = "desk/monitoring/<str:number>/runs/<str:run_number>/"

urlpatterns = [
    path("desk/monitoring/<str:number>/runs/new/", runs.new_run_page, name="run_new"),
    path(RUN, runs.run_page, name="run"),
    path(f"{RUN}plots/", run_places.plots_page, name="run_plots"),
    path(f"{RUN}plots/<path:plot>/", run_places.plot_page, name="run_plot"),
    path(f"{RUN}trees/", run_trees.trees_page, name="run_trees"),
    path(f"{RUN}by/<str:by>/", run_places.places_page, name="run_places"),
    path(f"{RUN}with/<str:other>/", run_compare.compare_page, name="run_compare"),
    path(f"{RUN}tables/<str:table>.csv", run_files.table_file, name="run_csv"),
    path(f"{RUN}tables.xlsx", run_files.excel_file, name="run_excel"),
    path(f"{RUN}report.pdf", run_files.report_file, name="run_report"),
    path(f"{RUN}recompute.zip", run_files.recompute_file, name="run_recompute"),
    path(f"{RUN}result.json", run_files.document_file, name="run_json"),
    path("results/", published.results_page, name="results"),
    path("results/<str:run_number>/", published.result_page, name="result"),
    path("results/<str:run_number>/report.pdf", published.result_report, name="result_report"),
    path("results/<str:run_number>/tables.xlsx", published.result_excel, name="result_excel"),
]
