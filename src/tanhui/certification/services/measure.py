"""Measure: book a survey whole, compute its estimate and write the monitoring report. All or nothing."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.certification.models import Estimate, MethodFile, Project, State, Survey, SurveyFile
from tanhui.certification.queries import stratum_names
from tanhui.certification.report import Signed, report_of
from tanhui.certification.services.parcels import check_measured_land
from tanhui.certification.services.places import book_places, check_free
from tanhui.certification.services.rules import check_turn, leave_trail, lock_project
from tanhui.core.carbon import canonical_json
from tanhui.core.carbon.digest import survey_digest
from tanhui.core.carbon.evaluate import Evaluation, evaluate
from tanhui.core.carbon.method import Method, MethodFault, choose_method, load_method, method_files
from tanhui.core.carbon.survey import Survey as CarbonSurvey
from tanhui.core.carbon.survey import parse_survey
from tanhui.kit import clock
from tanhui.kit.problems import Problem
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
    `unknown_method`, `already_certified` when another project has certified the same plots for an overlapping time,
    and of the project's parcels `land_taken`, `outside_period`, `more_area_than_parcels`.
    """
    project = lock_project(number)
    check_turn(project=project, act="measure", by=by)
    parsed = parse_survey(files)
    chosen = _method(method, parsed)
    evaluation = evaluate(parsed, chosen)
    document = evaluation.document()
    survey = _book(project=project, files=files, by=by, at=at)
    book_places(survey=survey, parsed=parsed, document=document)
    check_measured_land(project=project, document=document)
    if evaluation.outcome == "issuable":
        check_free(survey=survey)
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


def _book_estimate(*, survey: Survey, evaluation: Evaluation, method: Method, by: Person, at: datetime) -> Estimate:
    document = evaluation.document()
    _keep_method(method)
    papers = {
        language: report_of(
            survey.project,
            document,
            strata=stratum_names(survey),
            signed=Signed(by.name_zh, by.name_en, at.astimezone(clock.LOCAL).date()),
            language=language,
        )
        for language in ("zh", "en")
    }
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
