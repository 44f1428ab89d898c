"""`tanhui survey`: write field forms, check field data without keeping anything, upload and book them."""

import argparse
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils import translation

from tanhui.cli import words
from tanhui.cli.commands import DONE, REFUSED, prepare
from tanhui.core.carbon.survey import ERROR
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.monitoring.intake.check import Checked, check_upload
from tanhui.monitoring.intake.marked import marked_copies
from tanhui.monitoring.intake.upload import Sent, is_picture, is_table, unpacked
from tanhui.monitoring.intake.words import finding_row, placed_document
from tanhui.monitoring.pages.intake_files import filled_form
from tanhui.monitoring.queries import programme
from tanhui.monitoring.queries.intake import latest_files
from tanhui.monitoring.services import book_upload, upload_survey
from tanhui.monitoring.workbook import ECOSYSTEM_TEMPLATES, Prefill, write_template
from tanhui.people.models import Person
from tanhui.people.queries import person

SHOWN = 200
WRONG_USE = 2
LINES: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "counts": "{errors} 处错，{warnings} 处提醒；{rows}",
        "clean": "没有错，也没有提醒；{rows}",
        "error": "错　",
        "warning": "提醒",
        "meant": "　是不是 {text}？",
        "more": "……还有 {count} 处",
        "marked": "标好的表　{path}",
        "written": "{path}",
        "booked": "已入库，是 {programme} 的第 {revision} 版　{root}",
        "refused": "一格也没有入库。",
        "usage": "要写清楚：{what}",
    },
    "en": {
        "counts": "errors: {errors}, warnings: {warnings}; {rows}",
        "clean": "no errors, no warnings; {rows}",
        "error": "error  ",
        "warning": "warning",
        "meant": " Is it {text}?",
        "more": "… and {count} more",
        "marked": "marked copy  {path}",
        "written": "{path}",
        "booked": "booked as revision {revision} of {programme}  {root}",
        "refused": "Not a single cell was booked.",
        "usage": "say: {what}",
    },
}


def survey(options: argparse.Namespace) -> int:
    """Do what is asked: template, check or book."""
    with translation.override(words.django_language(options.language)):
        return {"template": _template, "check": _check, "book": _book}[options.action](options)


def _say(options: argparse.Namespace, line: str, **facts: object) -> None:
    print(LINES[options.language][line].format(**facts))


def _template(options: argparse.Namespace) -> int:
    """Write a field form; of a programme, with plots and the trees of the last round filled in."""
    (ecosystem,) = options.names if len(options.names) == 1 else ("",)
    if ecosystem not in ECOSYSTEM_TEMPLATES:
        _say(options, "usage", what=f"tanhui survey template {'|'.join(ECOSYSTEM_TEMPLATES)}")
        return WRONG_USE
    prefill = Prefill()
    if options.programme:
        prepare()
        prefill = filled_form(programme(options.programme), ecosystem)
    path = Path(options.out or f"{ecosystem}.xlsx")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(write_template(ecosystem, options.language, prefill))
    _say(options, "written", path=path)
    return DONE


def _files(names: Sequence[str]) -> dict[str, bytes]:
    """Read workbooks, CSV files, photos and ZIPs; a folder gives those in it."""
    paths = [Path(name) for name in names]
    inside = [path for folder in paths if folder.is_dir() for path in sorted(folder.iterdir())]
    wanted = [path for path in paths if not path.is_dir()]
    wanted += [path for path in inside if is_table(path.name) or is_picture(path.name)]
    return unpacked({path.name: path.read_bytes() for path in wanted})


def _check(options: argparse.Namespace) -> int:
    """Check files as they would be upon what is booked, and keep nothing."""
    booked: Mapping[str, bytes] = {}
    if options.programme:
        prepare()
        booked = latest_files(programme(options.programme))
    sent = Sent(_files(options.names))
    checked = check_upload(sent, booked, programme=options.programme or "", complete=options.complete)
    rows = _tell(options, checked)
    if options.marked:
        _write_marked(options, sent, rows)
    return REFUSED if checked.errors else DONE


def _tell(options: argparse.Namespace, checked: Checked) -> list[dict[str, Any]]:
    rows = [finding_row(placed_document(finding, checked.grids)) for finding in checked.findings]
    counted = ", ".join(f"{file} {count}" for file, count in checked.rows)
    for row in rows[:SHOWN]:
        meant = LINES[options.language]["meant"].format(text=row["suggestion"]) if row["asks"] else ""
        said = LINES[options.language]["error" if row["severity"] == ERROR else "warning"]
        print(f"{said} {row['address'] or row['sheet']}  {row['sentence']}{meant}  [{row['code']}]")
    if len(rows) > SHOWN:
        _say(options, "more", count=len(rows) - SHOWN)
    _say(options, "counts" if rows else "clean", errors=checked.errors, warnings=checked.warnings, rows=counted)
    return rows


def _write_marked(options: argparse.Namespace, sent: Sent, rows: Sequence[Mapping[str, Any]]) -> None:
    folder = Path(options.marked)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in marked_copies(sent, rows).items():
        (folder / name).write_bytes(content)
        _say(options, "marked", path=folder / name)


def _book(options: argparse.Namespace) -> int:
    """Upload as one person and book as another. The same command twice books once."""
    needed = {"--programme": options.programme, "--by": options.by, "--second": options.second}
    lacking = [name for name, given in {**needed, "--reason": options.reason}.items() if not given]
    if lacking:
        _say(options, "usage", what=", ".join(lacking))
        return WRONG_USE
    prepare()
    found, files = programme(options.programme), _files(options.names)
    digest = hashlib.sha256(repr([(name, hashlib.sha256(files[name]).hexdigest()) for name in sorted(files)]).encode())
    upload = upload_survey(
        programme=found,
        files=files,
        key=digest.hexdigest(),
        complete=options.complete,
        by=_person(options.by),
        reason=options.reason,
        at=clock.now(),
        now=True,
    )
    if upload.summary["errors"]:
        _tell(options, check_upload(Sent(files), latest_files(found), programme=found.number))
        _say(options, "refused")
        return REFUSED
    booked = book_upload(
        code=upload.code,
        outcome_hex=upload.outcome_hex,
        warnings_reason=options.warnings_reason or "",
        by=_person(options.second),
        reason=options.reason,
        at=clock.now(),
    )
    _say(options, "booked", programme=found.number, revision=booked.revision, root=booked.root_hex)
    return DONE


def _person(username: str) -> Person:
    found = person(username)
    if found is None:
        raise Problem("unknown_person", f"没有叫 {username} 的人。 There is nobody called {username}.")
    return found
