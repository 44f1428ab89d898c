"""The address of every page of the site, on a finished chain: for permissions, pages and the browser."""

from django.urls import reverse

from designs import design_addresses
from field_data import field_addresses
from land_kept import land_addresses
from run_samples import result_addresses
from tanhui.monitoring.queries import programmes
from tanhui.people.models import Role
from tanhui.site.story import Chain
from triage_kept import triage_addresses

WHO = {
    Role.OPERATOR: "batu",
    Role.ANALYST: "naren",
    Role.SURVEYOR: "temur",
    Role.REVIEWER: "chenli",
    Role.OWNER: "zhaogang",
    Role.BUYER: "sunwei",
    Role.ORGANISER: "heping",
    Role.SUPERVISOR: "gaojie",
}
NUMBERED = ("lot", "lot_csv", "lot_json", "holders_csv")
ACCOUNTS = ("account", "account_csv", "account_json", "account_proof")
PAPERS = ("certificate", "certificate_pdf", "certificate_proof")
PROJECTS = ("project", "report_pdf", "report_json", "plots", "plots_csv", "work_project")
PLAIN = (
    "home",
    "books",
    "books_csv",
    "books_json",
    "books_now",
    "retirements_csv",
    "retirements_json",
    "audit_file",
    "verify",
    "witnesses",
    "log_checkpoint",
    "zones",
    "methods",
    "method_diff",
    "login",
    "logout",
    "set_language",
    "desk",
    "jobs",
    "jobs_ribbon",
    "accounts",
    "orders",
    "blocks",
    "search",
    "programmes",
    "tokens",
    "api_guide",
    "distribution_new",
)


def addresses(chain: Chain) -> dict[str, str]:
    """Return one address for each name of the site, where a programme, a job and a triage are kept beside the chain."""
    programme = next(found for found in programmes() if found.key == "small")
    return {
        **chain_addresses(chain),
        "programme": reverse("programme", args=[programme.number]),
        **field_addresses(programme),
        **design_addresses(programme),
        **result_addresses(),
        "job": reverse("job", args=["kept"]),
        **triage_addresses(chain.project),
        **land_addresses(),
    }


def chain_addresses(chain: Chain) -> dict[str, str]:
    """Return the addresses of what a finished chain alone has to show."""
    assert chain.lot is not None
    assert chain.retirement is not None
    assert chain.transfer is not None
    return {
        **{name: reverse(name) for name in PLAIN},
        **{name: reverse(name, args=[chain.lot.lot]) for name in NUMBERED},
        **{name: reverse(name, args=[chain.retirement.number]) for name in PAPERS},
        **{name: reverse(name, args=[chain.project.number]) for name in PROJECTS},
        "log_tile": reverse("log_tile", args=["0/000.p/1"]),
        "log_hand_over": reverse("log_hand_over", args=[1]),
        "method": reverse("method", args=[chain.estimate.method, chain.estimate.method_version]),
        "method_dry_run": reverse("method_dry_run", args=[chain.estimate.method, chain.estimate.method_version]),
        "plot": reverse("plot", args=[chain.project.number, chain.document["plot_densities"][0]["plot"]]),
        "order": reverse("order", args=[chain.transfer.number]),
        "order_new": reverse("order_new", args=["retire"]),
        **{name: reverse(name, args=[chain.transfer.number]) for name in ("order_list", "order_paper")},
        "block": reverse("block", args=[1]),
        "block_csv": reverse("block_csv", args=[1]),
        "look": reverse("look", args=["lots"]),
        **{name: reverse(name, args=[chain.transfer.source]) for name in ACCOUNTS},
    }
