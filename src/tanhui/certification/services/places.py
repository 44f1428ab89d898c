"""The same land and the same time are certified once: book where a survey measured, and refuse what is taken."""

from collections.abc import Mapping, Sequence
from math import isnan

from django.utils.translation import gettext as _

from tanhui.certification.dates import period_days
from tanhui.certification.models import MeasuredPlace, Project, State, Survey
from tanhui.certification.store import find_clash
from tanhui.core.carbon.survey import Survey as CarbonSurvey
from tanhui.kit.problems import Problem

OPEN_OR_ISSUED = [state for state in State.values if state != State.RETURNED]


def book_places(*, survey: Survey, parsed: CarbonSurvey, document: Mapping[str, object]) -> None:
    """Write down each plot with a known position, in millionths of a degree (about 0.1 m)."""
    period = period_days(document)
    if period is None:
        return
    table = parsed.table("plots.csv")
    lons, lats = table.number("lon").tolist(), table.number("lat").tolist()
    MeasuredPlace.objects.bulk_create(
        MeasuredPlace(
            survey=survey,
            plot=plot,
            lon_e6=round(lon * 1e6),
            lat_e6=round(lat * 1e6),
            period_from=period[0],
            period_to=period[1],
        )
        for plot, lon, lat in zip(table.text("plot"), lons, lats, strict=True)
        if not isnan(lon + lat)
    )


def check_free(*, survey: Survey, states: Sequence[str] = OPEN_OR_ISSUED) -> None:
    """Raise `already_certified` when another project has these very data, or a plot at the same place and time."""
    same = Project.objects.filter(surveys__root_hex=survey.root_hex, state__in=states)
    twin = same.filter(surveys__estimate__outcome="issuable").exclude(pk=survey.project_id).first()
    if twin is not None:
        text = _("这份测量数据已经在项目 %(number)s 里用过，同一份数据只认定一次。") % {"number": twin.number}
        raise Problem("already_certified", text, remedy=_("换一个监测期，或者先退回那个项目。"))
    clash = find_clash(survey=survey.pk, project=survey.project_id, states=states)
    if clash is not None:
        facts = {"plot": clash.plot, "number": clash.project}
        text = _("样地 %(plot)s 的这段时间已经在项目 %(number)s 里量过，同一块地同一段时间只认定一次。") % facts
        raise Problem("already_certified", text, remedy=_("换一个监测期，或者先退回那个项目。"))
