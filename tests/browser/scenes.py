"""The demonstration region in full, with something waiting at every desk: what the pages look like on a working day."""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from act_scenes import act_scenes
from django.urls import reverse
from land_scenes import land_scenes
from looked_at import Scene

from addresses import chain_addresses
from kept import kept_people
from land_kept import keep_land
from run_samples import keep_results, result_addresses
from samples import SMALL_SURVEY
from tanhui.certification.models import Project
from tanhui.cli.commands import read_folder
from tanhui.land.services import REGIONS
from tanhui.registry.models import Account, Entry
from tanhui.registry.services import request_transfer
from tanhui.site import story
from tanhui.site.demonstration_land import triage_demonstration
from walk import Walk, signature

BAOTOU = REGIONS / "baotou"
WAITING = {"accept": "apply", "measure": "accept", "review": "measure", "notice": "certify", "approve": "request_issue"}
DESKS = {"accept": "batu", "measure": "naren", "review": "chenli", "notice": "limin", "approve": "wuyun"}

OLDER, NEWER = "baotou-stock-difference@1.1.0", "baotou-stock-difference@2.0.0"
LANDS = (
    ("梅力更沟口杨树林（示范）", "Poplars at the mouth of Meiligeng (demonstration)"),
    ("春坤山南坡桦树林（示范）", "Birches on the south slope of Chunkun (demonstration)"),
    ("大青山榆树疏林（示范）", "Sparse elms on Daqing (demonstration)"),
    ("五当召油松林（示范）", "Pines at Wudang (demonstration)"),
    ("九峰山柠条灌丛（示范）", "Pea shrubs on Jiufeng (demonstration)"),
)


@contextmanager
def working_day(blocker: Any) -> Iterator[Mapping[str, Scene]]:
    """Every page by name, on the demonstration data."""
    with kept_people(blocker) as (region, people):
        keep_land(people)
        told = tomllib.loads((BAOTOU / "region.toml").read_text(encoding="utf-8"))["projects"][0]
        period = (told["period_from"], told["period_to"])
        ground = triage_demonstration(folder=BAOTOU, period=period, people=people)
        job = story.Job(
            files=read_folder(BAOTOU / "survey"),
            name_zh="2025 监测期林草碳汇（示范）",
            name_en="Forest and grassland sink, 2025 period (demonstration)",
            method="baotou-stock-difference",
            synthetic_zh="片区、树和土为示范而编，不是实测。",
            synthetic_en="Zones, trees and soils were made up for the demonstration; nobody measured them.",
            parcels=ground.codes,
            period=period,
        )
        chain = story.run(job=job, region=region, people=people, tell=lambda _step, _facts: None)
        yield {
            **public(chain),
            **desks(people),
            **registry(people, chain),
            **results(people),
            **land_scenes(people, chain),
            **act_scenes(people, chain),
        }


def public(chain: story.Chain) -> dict[str, Scene]:
    urls = chain_addresses(chain)
    dry_run = reverse("method_dry_run", args=NEWER.split("@"))
    pages = ("home", "books", "witnesses", "lot", "certificate", "verify", "project", "plots", "plot")
    names = (*pages, "zones", "methods", "method")
    assert chain.retirement is not None
    return {
        **{name: Scene(urls[name]) for name in names},
        "login": Scene(urls["login"]),
        "verify-found": Scene(f"{urls['verify']}?number={chain.retirement.number}"),
        "verify-missing": Scene(f"{urls['verify']}?number={chain.retirement.number[:-1]}9"),
        "missing": Scene("/lots/BT-L-2026-9999/"),
        "project-done": Scene(urls["work_project"], "gaojie"),
        "order-done": Scene(urls["order"], "gaojie"),
        "method-diff": Scene(f"{urls['method_diff']}?before={OLDER}&after={NEWER}"),
        "method-dry-run": Scene(f"{dry_run}?on={chain.project.number}", "naren"),
    }


def desks(people: Mapping[str, Any]) -> dict[str, Scene]:
    """A project at each step that has a form of its own, each on land of its own."""
    found = {"desk": Scene(reverse("desk"), "batu"), "desk-owner": Scene(reverse("desk"), "zhaogang")}
    for place, (name, last) in enumerate(WAITING.items()):
        files = {file: text.replace("110.", f"11{place + 1}.").encode() for file, text in SMALL_SURVEY.items()}
        walk = Walk(people, files, key=name).to(last)
        Project.objects.filter(number=walk.number).update(
            **dict(zip(("name_zh", "name_en"), LANDS[place], strict=True))
        )
        found[f"work-{name}"] = Scene(reverse("work_project", args=[walk.number]), DESKS[name])
    return found


def results(people: Mapping[str, Any]) -> dict[str, Scene]:
    """Two results of one programme, their parts, and the long work that they were."""
    keep_results(people)
    urls = result_addresses()
    seen = {"run", "run_new", "run_plots", "run_plot", "run_places", "run_trees", "run_compare"}
    found = {name.replace("_", "-"): Scene(urls[name], "naren") for name in sorted(seen)}
    return found | {
        "results": Scene(urls["results"]),
        "result": Scene(urls["result"]),
        "jobs": Scene(reverse("jobs"), "naren"),
    }


def registry(people: Mapping[str, Any], chain: story.Chain) -> dict[str, Scene]:
    assert chain.lot is not None
    accounts = {row.kind: row.account for row in Account.objects.order_by("account")}
    order = request_transfer(
        lot=chain.lot.lot,
        source=accounts["owner"],
        target=accounts["buyer"],
        quantity_mg=1_360_000_000_001,
        exchange_certificate="JY-2026-0012",
        price_fen_per_t=3850,
        region_code="BT",
        command_id=bytes(16),
        **signature(people["wangqiang"], "交易凭证已核对。"),
    )
    return {
        "transfer": Scene(reverse("order_new", args=["transfer"]), "batu"),
        "retire": Scene(reverse("order_new", args=["retire"]), "batu"),
        "order-approve": Scene(reverse("order", args=[order.number]), "wuyun"),
        "order-own": Scene(reverse("order", args=[order.number]), "wangqiang"),
        "accounts": Scene(reverse("accounts"), "batu"),
        "accounts-found": Scene(f"{reverse('accounts')}?q={accounts['owner']}", "batu"),
        "transfer-typed": Scene(f"{reverse('order_new', args=['transfer'])}?source={accounts['owner']}", "batu"),
        "blocks": Scene(reverse("blocks")),
        "block": Scene(reverse("block", args=[Entry.objects.earliest("index").height])),
        "search": Scene(f"{reverse('search')}?q={chain.lot.lot}"),
        "search-none": Scene(f"{reverse('search')}?q=BT-L-0000"),
    }
