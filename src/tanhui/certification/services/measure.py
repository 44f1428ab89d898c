"""Measure: book a survey whole, compute its estimate and write the monitoring report. All or nothing."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from math import isnan

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.certification.dates import period_days
from tanhui.certification.models import Estimate, MeasuredPlace, MethodFile, Project, State, Survey, SurveyFile
from tanhui.certification.report import report_of
from tanhui.certification.services.rules import check_turn, leave_trail, lock_project
from tanhui.core.carbon import canonical_json
from tanhui.core.carbon.digest import survey_digest
from tanhui.core.carbon.evaluate import Evaluation, evaluate
from tanhui.core.carbon.method import Method, MethodFault, choose_method, load_method, method_files
from tanhui.core.carbon.survey import Survey as CarbonSurvey
from tanhui.core.carbon.survey import parse_survey
from tanhui.kit.problems import Problem
from tanhui.kit.turns import wait_turn
from tanhui.people.models import Person


def check_files(*, files: Mapping[str, bytes], method: str | None) -> CarbonSurvey:
    """Check survey files and the method without booking anything. Raises what `measure` raises for them."""
    parsed = parse_survey(files)
    _method(method, parsed)
    return parsed


@transaction.atomic
def measure(
    *, number: str, files: Mapping[str, bytes], method: str | None, by: Person, reason: str, at: datetime
) -> Estimate:
    """Check the survey files, book them and compute the estimate.

    Raises SurveyFaults with every fault of the files, or a problem: `wrong_step`, `wrong_role`, `same_person`,
    `unknown_method`, `already_certified` when another project has certified the same plots for an overlapping time.
    """
    project = lock_project(number)
    check_turn(project=project, act="measure", by=by)
    parsed = parse_survey(files)
    chosen = _method(method, parsed)
    evaluation = evaluate(parsed, chosen)
    document = evaluation.document()
    _check_free(project=project, parsed=parsed, document=document)
    survey = _book(project=project, files=files, by=by, at=at)
    _book_places(survey=survey, parsed=parsed, document=document)
    estimate = _book_estimate(survey=survey, evaluation=evaluation, method=chosen, by=by, at=at)
    project.state = State.MEASURED
    project.save(update_fields=["state"])
    leave_trail(
        project=project, act="measure", by=by, reason=reason, at=at, survey=survey.root_hex, estimate=estimate.hash_hex
    )
    return estimate


def _method(method: str | None, parsed: CarbonSurvey) -> Method:
    """Find the method that was asked for as `id` or `id@version`, or the one that fits the survey best."""
    if not method:
        return choose_method(parsed)
    name, _at, version = method.partition("@")
    try:
        return load_method(name, version or None)
    except MethodFault as missing:
        text = _("没有叫 %(method)s 的方法。") % {"method": method}
        raise Problem("unknown_method", text, field="method", remedy=_("在方法学页上看有哪些方法。")) from missing


def _book(*, project: Project, files: Mapping[str, bytes], by: Person, at: datetime) -> Survey:
    digest = survey_digest(files)
    survey = Survey.objects.create(
        project=project, revision=project.surveys.count() + 1, root_hex=digest.root_hex, booked_at=at, booked_by=by
    )
    SurveyFile.objects.bulk_create(
        SurveyFile(
            survey=survey,
            name=file.name,
            content=files[file.name],
            root_hex=file.root_hex,
            row_hashes=b"".join(file.row_hashes),
        )
        for file in digest.files
    )
    return survey


def _check_free(*, project: Project, parsed: CarbonSurvey, document: Mapping[str, object]) -> None:
    """Refuse places that another project, not returned, has measured for an overlapping time.

    Places are told by position; where a survey has none, at least the very same survey is recognised.
    """
    if document["outcome"] != "issuable":
        return
    wait_turn("measured places")  # the second of two surveys of one place must see the first
    period = period_days(document)
    assert period is not None
    others = Survey.objects.exclude(project=project).exclude(project__state=State.RETURNED)
    others = others.filter(estimate__outcome="issuable").select_related("project")
    same = others.filter(root_hex=document["survey_hash"]).first()
    if same is not None:
        raise _already_certified(parsed.table("plots.csv").text("plot")[0], same.project)
    places = {(lon_e6, lat_e6) for _plot, lon_e6, lat_e6 in _places(parsed)}
    overlapping = MeasuredPlace.objects.filter(survey__in=others, period_from__lt=period[1], period_to__gt=period[0])
    for place in overlapping.select_related("survey__project").order_by("id"):
        if (place.lon_e6, place.lat_e6) in places:
            raise _already_certified(place.plot, place.survey.project)


def _already_certified(plot: str, other: Project) -> Problem:
    facts = {"plot": plot, "number": other.number}
    text = _("样地 %(plot)s 的这段时间已经在项目 %(number)s 里量过，同一块地同一段时间只认定一次。") % facts
    return Problem("already_certified", text, remedy=_("换一个监测期，或者先退回那个项目。"))


def _book_places(*, survey: Survey, parsed: CarbonSurvey, document: Mapping[str, object]) -> None:
    period = period_days(document)
    if period is None:
        return
    MeasuredPlace.objects.bulk_create(
        MeasuredPlace(
            survey=survey, plot=plot, lon_e6=lon_e6, lat_e6=lat_e6, period_from=period[0], period_to=period[1]
        )
        for plot, lon_e6, lat_e6 in _places(parsed)
    )


def _places(parsed: CarbonSurvey) -> list[tuple[str, int, int]]:
    """Return each plot with a known position, in millionths of a degree (about 0.1 m)."""
    table = parsed.table("plots.csv")
    lons, lats = table.number("lon").tolist(), table.number("lat").tolist()
    found = zip(table.text("plot"), lons, lats, strict=True)
    return [(plot, round(lon * 1e6), round(lat * 1e6)) for plot, lon, lat in found if not isnan(lon + lat)]


def _book_estimate(*, survey: Survey, evaluation: Evaluation, method: Method, by: Person, at: datetime) -> Estimate:
    document = evaluation.document()
    _keep_method(method)
    papers = {language: report_of(survey.project, document, language=language) for language in ("zh", "en")}
    return Estimate.objects.create(
        survey=survey,
        method=method.id,
        method_version=method.version,
        method_hash_hex=method.hash,
        document=canonical_json(document).decode(),
        hash_hex=str(document["estimate_hash"]),
        outcome=evaluation.outcome,
        issuable_mg=evaluation.issuable_mg,
        buffer_mg=evaluation.buffer_mg,
        computed_at=at,
        computed_by=by,
        report_zh=papers["zh"],
        report_en=papers["en"],
        report_zh_sha256=hashlib.sha256(papers["zh"]).hexdigest(),
    )


def _keep_method(method: Method) -> None:
    MethodFile.objects.bulk_create(
        (
            MethodFile(method=method.id, version=method.version, name=name, content=content)
            for name, content in method_files(method.id, method.version).items()
        ),
        ignore_conflicts=True,
    )
