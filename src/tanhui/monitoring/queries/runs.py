"""Runs and their results."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tanhui.kit.problems import NotFoundProblem
from tanhui.monitoring.models import BookedSurvey, Programme, Run, RunRemark

_WHOLE = ("survey__programme", "job", "asked_by", "published_by")


def runs(programme: Programme) -> Sequence[Run]:
    """Return all runs of a programme without their documents, the newest first."""
    found = Run.objects.filter(survey__programme=programme).defer("document").select_related(*_WHOLE)
    return list(found.prefetch_related("signatures__person"))


def latest_results() -> Sequence[Run]:
    """Return of each programme the newest run that has a result, without its document, the oldest first."""
    newest = Run.objects.exclude(hash_hex="").order_by("survey__programme_id", "-id").distinct("survey__programme_id")
    found = Run.objects.filter(pk__in=newest.values("pk")).defer("document").select_related(*_WHOLE).order_by("id")
    return list(found.prefetch_related("signatures"))


def run(number: str, programme: str | None = None) -> Run:
    """Return a run, of that programme if one is named. Raises `unknown_run`."""
    found = (
        Run.objects.select_related(*_WHOLE).prefetch_related("signatures__person__organisation").filter(number=number)
    )
    if programme is not None:
        found = found.filter(survey__programme__number=programme)
    one = found.first()
    if one is None:
        raise NotFoundProblem("unknown_run", _("没有编号是 %(number)s 的计算。") % {"number": number})
    return one


def published_runs() -> Sequence[Run]:
    """Return the runs that everybody may see, the last published first."""
    found = Run.objects.exclude(published_at=None).select_related(*_WHOLE).order_by("-published_at")
    return list(found.prefetch_related("signatures__person__organisation"))


def signed_on_later_surveys(roots_hex: Sequence[str]) -> Sequence[tuple[str, Run]]:
    """Return signed results of later revisions of these booked surveys, each with the root of the earlier one."""
    earlier = BookedSurvey.objects.filter(root_hex__in=roots_hex)
    programmes = {survey.programme_id for survey in earlier}
    signed = Run.objects.filter(survey__programme__in=programmes, signatures__isnull=False).defer("document").distinct()
    runs_of = list(signed.select_related("survey").order_by("id"))
    return [
        (survey.root_hex, run)
        for survey in earlier
        for run in runs_of
        if run.survey.programme_id == survey.programme_id and run.survey.revision > survey.revision
    ]


def result(run: Run) -> Mapping[str, Any]:
    """Return the document of a run that has one. Raises `no_result`."""
    if not run.document:
        raise NotFoundProblem("no_result", _("%(number)s 还没有结果。") % {"number": run.number})
    document: Mapping[str, Any] = json.loads(run.document)
    return document


def latest_remark(run: Run) -> RunRemark | None:
    """Return what the analyst said last of a run."""
    return run.remarks.order_by("-id").first()
