"""`tanhui land import FILE`: check a file of parcels, zones or counties, show what is in it, and import it."""

import argparse
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import translation

from tanhui.cli import words
from tanhui.cli.commands import prepare
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.land import queries
from tanhui.land.models import Holds, ImportState, ParcelImport
from tanhui.land.parcels.choices import Choices
from tanhui.land.services import check_parcels, choose_parcels, import_at_once, upload_parcels
from tanhui.land.wording import CHANGES, DEFECTS, DIFFERENCES, REMEDIES, area_words
from tanhui.people.models import Person

DONE, REFUSED = 0, 1
WIDTH = 30
WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "read": "读文件",
        "check": "查边界、算面积",
        "overlap": "查重叠",
        "codes": "读属性和代码",
        "write": "写入",
        "left": "约剩 {left} 秒",
        "found": "{file}：{features} 个图斑，{usable} 个可以入库，{area}",
        "found_places": "{file}：{features} 个面，{usable} 个可以入库，{area}",
        "sums": "新的 {new}，要改的 {changed}，要结束的 {gone}，不变的 {same}；合计面积 {before} → {after}",
        "done": "{number} 入库 {imported} 个小班，替换旧的 {replaced} 个",
        "done_places": "{number} 从 {valid_from} 起：新的 {new}，改了 {changed}，结束 {gone}",
        "checked": "{number} 只检查了，没有入库",
        "why": "用 --reason 写明理由，或者用 --check 只看。",
        "day": "--valid-from 要写成 2026-07-01 这样。",
        "who": "没有用户 {name}。用 --by 写登记机构的用户名。",
    },
    "en": {
        "read": "reading",
        "check": "checking boundaries, measuring",
        "overlap": "looking for overlaps",
        "codes": "reading fields and codes",
        "write": "writing",
        "left": "about {left} s left",
        "found": "{file}: {features} features, {usable} can be imported, {area}",
        "found_places": "{file}: {features} areas, {usable} can be imported, {area}",
        "sums": "new {new}, changed {changed}, ending {gone}, the same {same}; area together {before} → {after}",
        "done": "{number}: {imported} parcels imported, {replaced} replaced",
        "done_places": "{number} from {valid_from}: {new} new, {changed} changed, {gone} ended",
        "checked": "{number} was only checked, nothing was imported",
        "why": "Say why with --reason, or only look with --check.",
        "day": "Write --valid-from as 2026-07-01.",
        "who": "There is no user {name}. Name a person of the registry with --by.",
    },
}
SHARES = {"read": (0, 20), "check": (20, 25), "overlap": (45, 15), "codes": (60, 15), "write": (75, 25)}


def land(options: argparse.Namespace) -> int:
    """Import a file. Everything that has to be agreed to is agreed to beforehand, by options."""
    prepare()
    told = WORDS[options.language]
    region = queries.region()
    by = Person.objects.filter(username=options.by).first()
    if by is None or region is None:
        print(told["who"].format(name=options.by), file=sys.stderr)
        return REFUSED
    if not options.check and not (options.reason or "").strip():
        print(told["why"], file=sys.stderr)
        return REFUSED
    with translation.override(words.django_language(options.language)):
        bar = Bar(told)
        try:
            found = _act(options, told, region.code, by, bar)
        except Problem:
            bar.end()
            _tell_last(told)
            raise
        bar.end()
        _tell(found, told)
        print(_ending(found, told))
    return DONE


def _act(options: argparse.Namespace, told: Mapping[str, str], region: str, by: Person, bar: "Bar") -> ParcelImport:
    """Import the file, or only check it."""
    path, choices = Path(options.file), _choices(options)
    if options.check:
        at, holds = clock.now(), options.holds
        found = upload_parcels(path=path, choices=choices, region_code=region, by=by, at=at, holds=holds)
        if found.state == ImportState.IMPORTED:
            return found
        found = choose_parcels(number=found.number, choices=choices, by=by)
        return check_parcels(number=found.number, by=by, at=at, progress=bar)
    return import_at_once(
        path=path,
        choices=choices,
        region_code=region,
        by=by,
        reason=options.reason,
        at=clock.now(),
        leave_out=options.leave_out,
        accept_mends=options.accept_mends,
        holds=options.holds,
        valid_from=_day(options.valid_from, told),
        progress=bar,
    )


def _day(text: str | None, told: Mapping[str, str]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Problem("bad_valid_from", told["day"]) from error


def _ending(found: ParcelImport, told: Mapping[str, str]) -> str:
    findings = found.findings
    if found.state == ImportState.ASKING:
        return f"{found.question['message']} {found.question['help']}  [{found.question['code']}]"
    if found.state != ImportState.IMPORTED:
        return told["checked"].format(number=found.number)
    if found.holds != Holds.PARCELS:
        facts = {name: findings[name] for name in ("valid_from", "new", "changed", "gone")}
        return told["done_places"].format(number=found.number, **facts)
    return told["done"].format(number=found.number, imported=findings["imported"], replaced=findings["replaced_now"])


def _choices(options: argparse.Namespace) -> Choices:
    return Choices.of(
        {
            "layer": options.layer or "",
            "epsg": options.epsg or 0,
            "zone": options.zone or "",
            "ecosystem": options.ecosystem or "",
            "survey_year": options.year,
            "replaces": "whole" if options.replace_all else "counties" if options.replace_counties else "codes",
            "mapping": dict(pair.split("=", 1) for pair in options.field or [] if "=" in pair),
        }
    )


def _tell_last(told: Mapping[str, str]) -> None:
    """Show the defects of a file that was checked and then refused."""
    last = ParcelImport.objects.first()
    if last is not None and last.findings:
        _tell(last, told)


def _tell(found: ParcelImport, told: Mapping[str, str]) -> None:
    findings: Mapping[str, Any] = found.findings
    if not findings:
        return
    area = area_words(findings["area_m2"])
    facts = {"file": found.file_name, "features": findings["features"], "usable": findings["usable"], "area": area}
    print(told["found" if found.holds == Holds.PARCELS else "found_places"].format(**facts))
    _tell_places(findings, told)
    for row in findings["defects"]:
        print(
            f"  {row['count']:>8,}  {DEFECTS.get(row['code'], row['code'])}  {REMEDIES[row['remedy']]}  [{row['code']}]"
        )


def _tell_places(findings: Mapping[str, Any], told: Mapping[str, str]) -> None:
    """Show which zones or counties come, change and go, each with its area before and after."""
    for row in findings.get("places", []):
        differs = "、".join(str(DIFFERENCES[name]) for name in row["differs"])
        areas = f"{area_words(row['before_m2'])} → {area_words(row['after_m2'])}"
        if row["change"] != "same":
            print(f"  {CHANGES[row['change']]}  {row['code']} {row['name_zh']}  {areas}  {differs}".rstrip())
    if "changes" in findings:
        whole = {"before": area_words(findings["before_m2"]), "after": area_words(findings["after_m2"])}
        print(told["sums"].format(**findings["changes"], **whole))


class Bar:
    """A line that fills up, with the stage and the time left; silent where nobody looks at a screen."""

    def __init__(self, told: Mapping[str, str]) -> None:
        self.told, self.begun, self.shown = told, clock.now(), sys.stderr.isatty()

    def __call__(self, stage: str, done: int, of: int) -> None:
        if not self.shown:
            return
        start, size = SHARES[stage]
        percent = start + size * done / of if of else start
        filled = round(WIDTH * percent / 100)
        spent = (clock.now() - self.begun).total_seconds()
        left = self.told["left"].format(left=round(spent * (100 - percent) / percent)) if percent > 1 else ""
        line = f"\r{'█' * filled}{'░' * (WIDTH - filled)} {percent:3.0f}%  {self.told[stage]}  {left}"
        print(f"{line:<90}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self.shown:
            print(file=sys.stderr)
