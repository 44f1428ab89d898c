"""All addresses of the site. Who may open which stands in `permissions`."""

from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.i18n import set_language

from tanhui.certification.pages import land as project_land
from tanhui.certification.pages import plot_pages, projects
from tanhui.land.urls import urlpatterns as land
from tanhui.monitoring.urls import urlpatterns as monitoring
from tanhui.registry.log import pages as log_pages
from tanhui.registry.pages import blocks, books, certificates, files, lots, now, search, statements
from tanhui.site.api import api
from tanhui.site.pages import (
    account,
    desk,
    distributing,
    front,
    jobs,
    looking,
    methods,
    ordering,
    orders,
    parts,
    problems,
    sign_in,
    tokens,
    work,
    zones,
)
from tanhui.site.pages.method_dry_run import method_dry_run_page

handler400 = problems.bad_request
handler403 = problems.forbidden
handler404 = problems.not_found
handler500 = problems.broken

urlpatterns = [
    path("", front.home_page, name="home"),
    path("books/", books.books_page, name="books"),
    path("blocks/", blocks.blocks_page, name="blocks"),
    path("blocks/<int:height>/", blocks.block_page, name="block"),
    path("search/", search.search_page, name="search"),
    path("books.csv", books.books_csv, name="books_csv"),
    path("books.json", books.books_json, name="books_json"),
    path("retirements.csv", books.retirements_csv, name="retirements_csv"),
    path("retirements.json", books.retirements_json, name="retirements_json"),
    path("books/now.json", now.now_json, name="books_now"),
    path("blocks/<int:height>.csv", blocks.block_csv, name="block_csv"),
    path("books/ledger.sqlite", files.audit_file, name="audit_file"),
    path("lots/<str:number>/", lots.lot_page, name="lot"),
    path("lots/<str:number>.csv", lots.lot_csv, name="lot_csv"),
    path("lots/<str:number>/holders.csv", lots.holders_csv, name="holders_csv"),
    path("lots/<str:number>.json", lots.lot_json, name="lot_json"),
    path("certificates/<str:number>/", certificates.certificate_page, name="certificate"),
    path("certificates/<str:number>.pdf", certificates.certificate_file, name="certificate_pdf"),
    path("certificates/<str:number>.proof.json", certificates.certificate_proof, name="certificate_proof"),
    path("witnesses/", log_pages.witnesses_page, name="witnesses"),
    path("log/checkpoint", log_pages.checkpoint_file, name="log_checkpoint"),
    path("log/handover/<int:number>", log_pages.hand_over_file, name="log_hand_over"),
    path("log/tile/<path:path>", log_pages.tile_file, name="log_tile"),
    path("verify/", files.verify_page, name="verify"),
    path("projects/<str:number>/", projects.project_page, name="project"),
    path("projects/<str:number>/report.pdf", projects.report_file, name="report_pdf"),
    path("projects/<str:number>/report.json", projects.report_document, name="report_json"),
    path("projects/<str:number>/plots/", plot_pages.plots_page, name="plots"),
    path("projects/<str:number>/plots.csv", plot_pages.plots_csv, name="plots_csv"),
    path("projects/<str:number>/plots/<path:plot>/", plot_pages.plot_page, name="plot"),
    path("zones/", zones.zones_page, name="zones"),
    path("methods/", methods.methods_page, name="methods"),
    path("methods/diff/", methods.method_diff_page, name="method_diff"),
    path("methods/<str:method>/<str:version>/", methods.method_page, name="method"),
    path("methods/<str:method>/<str:version>/dry-run/", method_dry_run_page, name="method_dry_run"),
    path("language/", set_language, name="set_language"),
    path("sign-in/", sign_in.SignIn.as_view(), name="login"),
    path("sign-out/", LogoutView.as_view(), name="logout"),
    path("desk/", desk.desk_page, name="desk"),
    path("desk/projects/<str:number>/", work.work_page, name="work_project"),
    path("desk/projects/<str:number>/land/", project_land.project_land_page, name="project_land"),
    path("desk/accounts/", account.accounts_page, name="accounts"),
    path("desk/accounts/<str:account>/", statements.account_page, name="account"),
    path("desk/accounts/<str:account>.csv", statements.account_csv, name="account_csv"),
    path("desk/accounts/<str:account>.proof.json", statements.account_proof, name="account_proof"),
    path("desk/accounts/<str:account>.json", statements.account_json, name="account_json"),
    path("desk/orders/", ordering.orders_page, name="orders"),
    path("desk/orders/new/distribute/", distributing.distribution_page, name="distribution_new"),
    path("desk/look/<str:what>/", looking.look_part, name="look"),
    path("desk/orders/new/<str:kind>/", orders.new_order_page, name="order_new"),
    path("desk/orders/<str:number>/", orders.order_page, name="order"),
    path("desk/orders/<str:number>/paper", parts.paper_file, name="order_paper"),
    path("desk/orders/<str:number>.csv", parts.parts_csv, name="order_list"),
    path("desk/jobs/", jobs.jobs_page, name="jobs"),
    path("desk/jobs/ribbon/", jobs.ribbon_part, name="jobs_ribbon"),
    path("desk/jobs/<str:key>/", jobs.job_page, name="job"),
    path("desk/tokens/", tokens.tokens_page, name="tokens"),
    path("api/", tokens.api_page, name="api_guide"),
    path("api/v1/", api.urls),
    *land,
    *monitoring,
]
