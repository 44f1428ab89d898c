"""A dry run over a large survey: the worker does it once for one survey and two methods, and keeps what came of it."""

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from tanhui.core.carbon.method import Method
from tanhui.core.carbon.rehearsal import AFTER, BEFORE, PlotShift, Rehearsal, plot_row
from tanhui.core.telling import Progress
from tanhui.kit.jobs.kinds import JobKind, Stage
from tanhui.kit.jobs.models import Job
from tanhui.kit.jobs.services import ask_job, keep_file
from tanhui.people.models import Person, Role
from tanhui.site.dry_runs import Standing, dry_run, named_method

KIND = "dry_run"
LARGE = 1_000_000
"""Bytes of a survey that two methods take more than about two seconds for."""
LONGEST = 300
"""Rows of plots that a page shows; the files have all."""
READ, WRITE = "read", "write"
CSV, JSON = "plots.csv", "dry-run.json"


def job_of_dry_run(standing: Standing, after: Method, against: str) -> Job | None:
    """The job that was asked for with the same survey and methods, if somebody did."""
    return Job.objects.filter(key=_key(standing, after, against)).first()


def ask_dry_run(*, standing: Standing, after: Method, against: str, by: Person, at: datetime) -> Job:
    """Ask the worker for a dry run. The same survey and methods give the same figures, so they are one job."""
    address = reverse("method_dry_run", args=[after.id, after.version])
    return ask_job(
        kind=KIND,
        key=_key(standing, after, against),
        subject=standing.number,
        title=(f"演算 {after.id} {after.version}", f"Dry run of {after.id} {after.version}"),
        page=f"{address}?{urlencode({'on': standing.number, 'against': against})}",
        asked_by=by.username,
        at=at,
        arguments={"after": f"{after.id}@{after.version}", "against": against},
    )


def _key(standing: Standing, after: Method, against: str) -> str:
    told = [standing.number, standing.identity, after.hash, named_method(against).hash if against else ""]
    return "dry-run " + hashlib.sha256(json.dumps(told).encode()).hexdigest()[:48]


def _work(job: Job, progress: Progress) -> Mapping[str, Any]:
    progress(READ, 0, 1)
    told = job.arguments
    against = named_method(told["against"]) if told["against"] else None
    result = dry_run(
        number=job.subject,
        after=named_method(told["after"]),
        against=against,
        tell=lambda stage: progress(stage, 0, 1),
    )
    progress(WRITE, 0, 1)
    keep_file(job=job, name=CSV, content=plots_csv(result).encode())
    keep_file(job=job, name=JSON, content=document_json(result).encode())
    summary = summary_of(result)
    facts = {"all": f"{summary['plots_all']:,}", "changed": f"{summary['plots_changed']:,}"}
    return {
        "summary": summary,
        "said_zh": "{all} 个数里变了 {changed} 个。".format(**facts),
        "said_en": "{changed} of {all} figures change.".format(**facts),
    }


def summary_of(result: Rehearsal) -> dict[str, Any]:
    """What a page shows of a dry run, without words: totals, strata, the first plots that change, notes."""
    changed = result.changed_plots
    document = {name: part for name, part in result.document().items() if name != "plots"}
    return {
        **document,
        "plots": [{**plot_row(shift), "difference": _difference(shift)} for shift in changed[:LONGEST]],
        "plots_changed": len(changed),
        "plots_all": len(result.plots),
    }


def _difference(shift: PlotShift) -> float | None:
    return shift.carbon_t_ha.difference


def document_json(result: Rehearsal) -> str:
    return json.dumps(result.document(), ensure_ascii=False, indent=1)


def plots_csv(result: Rehearsal) -> str:
    """Return every plot, pool and round by both methods as CSV."""
    rows = [plot_row(shift) for shift in result.plots]
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return text.getvalue()


DRY_RUN_KIND = JobKind(
    KIND,
    (
        Stage(READ, _("读入外业数据"), 30),
        Stage(BEFORE, _("用原来的方法算"), 30),
        Stage(AFTER, _("用这一版算"), 30),
        Stage(WRITE, _("比较，写出文件"), 10),
    ),
    _work,
    readers=frozenset({Role.OPERATOR, Role.ANALYST}),
    stoppers=frozenset({Role.OPERATOR}),
)
