"""`tanhui land import FILE`: check a file of parcels, show what is in it, and import it."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils import translation

from tanhui.cli import words
from tanhui.cli.commands import prepare
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.land import queries
from tanhui.land.models import ParcelImport
from tanhui.land.parcels.choices import Choices
from tanhui.land.services import import_at_once
from tanhui.land.wording import DEFECTS, REMEDIES, area_words
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
        "done": "{number} 入库 {imported} 个小班，替换旧的 {replaced} 个",
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
        "done": "{number}: {imported} parcels imported, {replaced} replaced",
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
    with translation.override(words.django_language(options.language)):
        bar = Bar(told)
        try:
            found = import_at_once(
                path=Path(options.file),
                choices=_choices(options),
                region_code=region.code,
                by=by,
                reason=options.reason,
                at=clock.now(),
                leave_out=options.leave_out,
                accept_mends=options.accept_mends,
                progress=bar,
            )
        except Problem:
            bar.end()
            _tell_last(told)
            raise
        bar.end()
        _tell(found, told)
        print(
            told["done"].format(
                number=found.number, imported=found.findings["imported"], replaced=found.findings["replaced_now"]
            )
        )
    return DONE


def _choices(options: argparse.Namespace) -> Choices:
    return Choices.of(
        {
            "layer": options.layer or "",
            "epsg": options.epsg or 0,
            "zone": options.zone or "",
            "ecosystem": options.ecosystem or "",
            "survey_year": options.year,
            "replaces": "counties" if options.replace_counties else "codes",
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
    area = area_words(findings["area_m2"])
    facts = {"file": found.file_name, "features": findings["features"], "usable": findings["usable"], "area": area}
    print(told["found"].format(**facts))
    for row in findings["defects"]:
        print(
            f"  {row['count']:>8,}  {DEFECTS.get(row['code'], row['code'])}  {REMEDIES[row['remedy']]}  [{row['code']}]"
        )


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
