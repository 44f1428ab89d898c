"""Booked surveys as a dry run needs them: their files, and the method that their result stands by.

Surveys are booked in two places: with a project on its way to certification, and with a monitoring programme. A dry
run reads them, computes by two methods and writes nothing.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.db.models import Manager, Sum
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from tanhui.certification.models import Estimate, Project, SurveyFile
from tanhui.certification.queries import kept_method_files, latest_estimate, projects, survey_files
from tanhui.core.carbon.method import Method, MethodFault, choose_method, load_method, parse_method
from tanhui.core.carbon.rehearsal import Rehearsal, rehearse, untold
from tanhui.core.carbon.survey import Survey, parse_survey
from tanhui.kit.problems import NotFoundProblem, Problem
from tanhui.monitoring.models import BookedFile, Programme, Run
from tanhui.monitoring.queries import booked_files, latest_survey, programmes


class Booked(NamedTuple):
    """A booked survey: its project or programme, and the method of its result as id@version, if it has one."""

    number: str
    name_zh: str
    name_en: str
    method: str


def booked_surveys() -> tuple[Booked, ...]:
    """All that can be run over, projects first; each by its latest survey."""
    return (*_projects(), *_programmes())


def _projects() -> Iterator[Booked]:
    for project in projects():
        estimate = latest_estimate(project)
        if estimate is not None:
            yield Booked(project.number, project.name_zh, project.name_en, _named(estimate))


def _programmes() -> Iterator[Booked]:
    for programme in programmes():
        if latest_survey(programme) is not None:
            run = _latest_run(programme)
            method = f"{run.method}@{run.method_version}" if run else ""
            yield Booked(programme.number, programme.name_zh, programme.name_en, method)


def _named(estimate: Estimate) -> str:
    return f"{estimate.method}@{estimate.method_version}"


def _latest_run(programme: Programme) -> Run | None:
    return Run.objects.filter(survey__programme=programme).exclude(document="").first()


def booked_survey(number: str) -> tuple[Survey, Method]:
    """The survey of a project or programme, and the method it stands by. Raises `nothing_booked`."""
    found = _of_project(number) or _of_programme(number)
    if found is None:
        raise _nothing_booked(number)
    return found


def _of_project(number: str) -> tuple[Survey, Method] | None:
    project = Project.objects.filter(number=number).first()
    estimate = latest_estimate(project) if project else None
    if estimate is None:
        return None
    return parse_survey(survey_files(estimate.survey)), _kept(estimate)


def _kept(estimate: Estimate) -> Method:
    """The method as it was kept with the estimate, whatever ships today."""
    return parse_method(kept_method_files(estimate.method, estimate.method_version))


def _of_programme(number: str) -> tuple[Survey, Method] | None:
    programme = Programme.objects.filter(number=number).first()
    booked = latest_survey(programme) if programme else None
    if programme is None or booked is None:
        return None
    survey, run = parse_survey(booked_files(booked)), _latest_run(programme)
    return survey, load_method(run.method, run.method_version) if run else choose_method(survey)


class Standing(NamedTuple):
    """What a dry run would run over: enough to know it again, and how large it is, without reading it."""

    number: str
    identity: str
    size: int


def standing_of(number: str) -> Standing:
    """The latest survey of a project or programme, and the result it stands by. Raises `nothing_booked`."""
    project = Project.objects.filter(number=number).first()
    estimate = latest_estimate(project) if project else None
    if estimate is not None:
        return Standing(number, f"estimate {estimate.pk}", _size(estimate.survey.files))
    programme = Programme.objects.filter(number=number).first()
    booked = latest_survey(programme) if programme else None
    if programme is None or booked is None:
        raise _nothing_booked(number)
    run = _latest_run(programme)
    return Standing(number, f"survey {booked.root_hex} {run.number if run else ''}", _size(booked.files))


def _size(files: Manager[SurveyFile] | Manager[BookedFile]) -> int:
    return files.aggregate(all=Sum(Length("content")))["all"] or 0


def _nothing_booked(number: str) -> NotFoundProblem:
    return NotFoundProblem("nothing_booked", _("没有编号是 %(number)s 的已入库调查。") % {"number": number})


def dry_run(
    *, number: str, after: Method, against: Method | None = None, tell: Callable[[str], None] = untold
) -> Rehearsal:
    """A booked survey by the method it stands by, or by another named one, and by `after`. Raises `nothing_booked`."""
    survey, standing = booked_survey(number)
    return rehearse(survey, against or standing, after, tell)


def named_method(reference: str) -> Method:
    """A shipped method by `id` or `id@version`. Raises `unknown_method`."""
    name, _at, version = reference.partition("@")
    try:
        return load_method(name, version or None)
    except MethodFault as missing:
        text = _("没有叫 %(method)s 的方法。") % {"method": reference}
        raise Problem("unknown_method", text, field="method", remedy=_("在方法学页上看有哪些方法。")) from missing
