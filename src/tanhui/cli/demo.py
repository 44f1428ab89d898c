"""`tanhui demo`: the demonstration region, the main job on its 300 plots, then the site with a sign-in a role."""

import argparse
import json
import shutil
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from tanhui.cli import chain
from tanhui.cli.commands import prepare, read_folder
from tanhui.kit import clock, postgres
from tanhui.land.services import REGIONS, load_land, load_region
from tanhui.people.models import Role
from tanhui.site import server, story
from tanhui.site.demonstration import PASSWORD, PEOPLE, register_demonstration_people
from tanhui.site.demonstration_land import Ground, triage_demonstration
from tanhui.site.season import Season, run_season

BAOTOU = REGIONS / "baotou"
WORDS = {
    "zh": {
        "season": "监测　　{number}　{said}",
        "site": "网站　　http://{host}:{port}/",
        "sign_in": "登录　　{role}　{name}　用户名 {username}　密码 {password}",
    },
    "en": {
        "season": "monitoring {number}  {said}",
        "site": "site       http://{host}:{port}/",
        "sign_in": "sign in    {role}: {name}, user {username}, password {password}",
    },
}


def run(options: argparse.Namespace) -> int:
    """Run the demonstration. Running it again finds everything done and adds nothing."""
    if options.reset:
        _erase()
    prepare()
    region = load_region(folder=BAOTOU)
    people = register_demonstration_people()
    load_land(folder=BAOTOU, region_code=region.code, by=people["batu"], reason="载入示范小班和工程。", at=clock.now())
    ground = triage_demonstration(folder=BAOTOU, period=_period(), people=people)
    speaker = chain.Speaker(options.language)
    print(region.note_zh if options.language == "zh" else region.note_en)
    made = story.run(job=_job(ground), region=region, people=people, tell=speaker.tell)
    papers = chain.write_papers(made, Path(settings.HOME) / "runs" / made.project.number)
    speaker.papers(papers)
    verified = speaker.verify(papers.audit) if papers.audit else False
    season = run_season(season=_season(), region=region, people=people)
    said = season.job.result[f"said_{options.language}"]
    print(WORDS[options.language]["season"].format(number=season.number, said=said))
    if options.no_serve:
        print(json.dumps(chain.summary(made, verified=verified), ensure_ascii=False))
        return 0 if verified else 1
    _print_sign_ins(options)
    return server.serve(host=options.host, port=options.port, with_worker=not options.no_worker)


def _period() -> tuple[date, date]:
    project = _told()["projects"][0]
    return project["period_from"], project["period_to"]


def _job(ground: Ground) -> story.Job:
    told = _told()
    project, region = told["projects"][0], told["region"]
    return story.Job(
        files=read_folder(BAOTOU / "survey"),
        name_zh=project["name_zh"],
        name_en=project["name_en"],
        method="baotou-stock-difference",
        synthetic_zh=region["synthetic_zh"],
        synthetic_en=region["synthetic_en"],
        parcels=ground.codes,
        period=ground.period,
    )


def _season() -> Season:
    told = _told()
    programme, region = told["programme"], told["region"]
    return Season(
        files=read_folder(BAOTOU / "survey"),
        name_zh=programme["name_zh"],
        name_en=programme["name_en"],
        synthetic_zh=region["synthetic_zh"],
        synthetic_en=region["synthetic_en"],
    )


def _told() -> dict[str, Any]:
    return tomllib.loads((BAOTOU / "region.toml").read_text(encoding="utf-8"))


def _erase() -> None:
    """Remove everything of this installation, keys included: a new ledger begins with a new key."""
    if postgres.url_from_environment():
        print("DATABASE_URL is set: RESET erases only a database of our own. Empty yours by hand.")
        return
    connections.close_all()
    postgres.erase(settings.HOME)
    for part in ("keys", "papers", "runs"):
        shutil.rmtree(settings.HOME / part, ignore_errors=True)
    postgres.ensure(settings.HOME)


def _print_sign_ins(options: argparse.Namespace) -> None:
    words, chinese = WORDS[options.language], options.language == "zh"
    for person in PEOPLE:
        facts = {
            "role": f"{Role(person.role).label}·{person.duty_zh}" if chinese else f"{person.role}, {person.duty_en}",
            "name": person.name_zh if chinese else person.name_en,
            "username": person.username,
            "password": PASSWORD,
        }
        print(words["sign_in"].format(**facts))
    print(words["site"].format(host=options.host, port=options.port), flush=True)
