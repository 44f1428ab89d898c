"""What is booked, revision by revision: who changed which value, why; and the correction of single values."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.kit.workplace import placed
from tanhui.monitoring.intake.changes import Change
from tanhui.monitoring.intake.merge import read_rows
from tanhui.monitoring.intake.reading import SCHEMAS
from tanhui.monitoring.intake.words import column_word, table_word
from tanhui.monitoring.models import BookedSurvey, Programme
from tanhui.monitoring.pages.intake import to_upload
from tanhui.monitoring.pages.outcome import change_rows
from tanhui.monitoring.queries import booked_files, latest_survey, programme
from tanhui.monitoring.queries.intake import booked_survey, revisions
from tanhui.monitoring.services import revise_survey
from tanhui.monitoring.services.revise_survey import Correction
from tanhui.monitoring.services.roles import ROLES
from tanhui.people.signing import person_of, signed

MOST_SHOWN = 500


def surveys_page(request: HttpRequest, number: str) -> HttpResponse:
    """List the revisions of a programme's survey."""
    found = programme(number)
    context = {**_placed(found, (_("各版数据"), "")), "programme": found, "revisions": revisions(found)}
    return render(request, "monitoring/surveys.html", context)


def survey_page(request: HttpRequest, number: str, revision: int) -> HttpResponse:
    """Show one revision; a POST corrects one value upon it."""
    found = programme(number)
    booked = booked_survey(found, revision)
    if request.method == "POST":
        return _revise(request, found, booked)
    return _show(request, found, booked)


def _revise(request: HttpRequest, found: Programme, booked: BookedSurvey) -> HttpResponse:
    posted = request.POST
    file = posted.get("file", "")
    key = tuple(part.strip() for part in posted.get("key", "").replace("·", " ").split())
    correction = Correction(file, key, posted.get("column", ""), posted.get("after", ""))
    try:
        _check_names(correction)
        made = revise_survey(
            programme=found,
            revision=booked.revision,
            corrections=[correction],
            key=posted.get("command") or get_random_string(32),
            **signed(request),
        )
    except Problem as problem:
        return _show(request, found, booked, status=409, refused=problem.document(), typed=posted.dict())
    return to_upload(request, made)


def _check_names(correction: Correction) -> None:
    """Raise `row_unknown` unless table and column are of the format and the key has as many parts as the table's."""
    schema = SCHEMAS.get(correction.file)
    if schema is None or schema.column(correction.column) is None or len(correction.key) != len(schema.key):
        text = _("没有这一格：%(file)s，%(column)s。") % {"file": correction.file, "column": correction.column}
        raise Problem("row_unknown", text, remedy=_("看看编号和轮次。"))


def _show(
    request: HttpRequest, found: Programme, booked: BookedSurvey, status: int = 200, **more: object
) -> HttpResponse:
    latest = latest_survey(found)
    newest = latest is not None and latest.pk == booked.pk
    changes = list(booked.changes.all()[:MOST_SHOWN])
    context = {
        **_placed(found, (_("各版数据"), reverse("surveys", args=[found.number])), (str(booked.revision), "")),
        "programme": found,
        "booked": booked,
        "newest": newest,
        "can_revise": newest and person_of(request).role in ROLES["revise_survey"],
        "tables": _tables(booked),
        "changes": [
            {**row, "reason": change.reason}
            for row, change in zip(change_rows([_change(change) for change in changes]), changes, strict=True)
        ],
        "changes_count": booked.changes.count(),
        "columns": _columns(),
        "refused": None,
        "command": get_random_string(32),
        **more,
    }
    return render(request, "monitoring/survey.html", context, status=status)


def _change(kept: Any) -> Change:  # noqa: ANN401 - a row of CellChange
    return Change(kept.file, tuple(kept.row_key.split(" · ")), kept.column, kept.before, kept.after)


def _tables(booked: BookedSurvey) -> list[dict[str, Any]]:
    return [
        {"file": name, "table": table_word(name), "rows": len(read_rows(content))}
        for name, content in booked_files(booked).items()
    ]


def _columns() -> list[dict[str, Any]]:
    """What can be corrected, for the form: tables with their columns, and what names a row of them."""
    return [
        {
            "file": file,
            "table": table_word(file),
            "key": column_word(file, ", ".join(schema.key)),
            "columns": [{"name": c.name, "word": column_word(file, c.name)} for c in schema.columns],
        }
        for file, schema in SCHEMAS.items()
    ]


def _placed(found: Programme, *more: tuple[str, str]) -> dict[str, Any]:
    return placed(
        "monitoring",
        (_("监测计划"), reverse("programmes")),
        (found.number, reverse("programme", args=[found.number])),
        *more,
    )
