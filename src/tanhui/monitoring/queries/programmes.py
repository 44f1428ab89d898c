"""Programmes and their booked surveys."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tanhui.kit.problems import NotFoundProblem
from tanhui.monitoring.models import BookedSurvey, Programme


def programmes() -> Sequence[Programme]:
    """Return all programmes, the newest first."""
    return list(Programme.objects.select_related("opened_by"))


def programme(number: str) -> Programme:
    """Return a programme. Raises `unknown_programme`."""
    found = Programme.objects.select_related("opened_by").filter(number=number).first()
    if found is None:
        raise NotFoundProblem("unknown_programme", _("没有编号是 %(number)s 的监测计划。") % {"number": number})
    return found


def latest_survey(programme: Programme) -> BookedSurvey | None:
    """Return the survey as it stands: the highest revision that was booked."""
    return programme.surveys.order_by("-revision").first()


def booked_files(survey: BookedSurvey) -> dict[str, bytes]:
    """Return name and content of every file of a booked survey, as `core.carbon.parse_survey` takes them."""
    return {file.name: bytes(file.content) for file in survey.files.all()}
