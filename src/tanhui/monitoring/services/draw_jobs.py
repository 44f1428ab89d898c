"""Large designs: counted and drawn by the worker, from what was typed. The act is the same one either way."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanhui.core.sampling import STAGES
from tanhui.core.telling import Progress
from tanhui.kit import clock
from tanhui.kit.jobs.kinds import JobKind, Stage
from tanhui.kit.jobs.models import OPEN_STATES, Job, JobState
from tanhui.kit.jobs.services import ask_job
from tanhui.kit.problems import Problem
from tanhui.kit.turns import wait_turn
from tanhui.monitoring.design.asked import READ_LAND, READ_OUTLINES, READ_PLOTS, read_back, request_asked, written
from tanhui.monitoring.design.typed import Typed
from tanhui.monitoring.models import Programme
from tanhui.monitoring.queries import design_content
from tanhui.monitoring.queries import programme as programme_of
from tanhui.monitoring.services.design import WRITE, draw_design
from tanhui.monitoring.services.roles import ROLES
from tanhui.people.models import Person, Role
from tanhui.people.services import checked_reason, require_role

KIND = "draw_design"
_WORDS = {
    READ_LAND: (gettext_lazy("读土地"), 5),
    READ_PLOTS: (gettext_lazy("找已有样地"), 10),
    READ_OUTLINES: (gettext_lazy("读边界"), 15),
    "land": (gettext_lazy("量各层的土地"), 25),
    "count": (gettext_lazy("数要多少块"), 5),
    "place": (gettext_lazy("逐层布点"), 35),
    "duties": (gettext_lazy("编号，分年和分组"), 5),
    WRITE: (gettext_lazy("存成新的一版"), 5),
}


@transaction.atomic
def ask_draw(*, programme: Programme, typed: Typed, key: str, by: Person, reason: str, at: datetime) -> Job:
    """Leave the draw of a design to the worker; the same key again is the same job.

    Raises `wrong_role`, `reason_missing`, and `draw_busy` while another draw of the programme waits or runs.
    """
    require_role(by=by, roles=ROLES["draw_design"])
    told = checked_reason(reason=reason)
    wait_turn(f"draw {programme.number}")
    if not Job.objects.filter(key=key).exists():
        _refuse_busy(programme)
    return ask_job(
        kind=KIND,
        key=key,
        subject=programme.number,
        title=(f"抽样地：{programme.name_zh}", f"Draw plots: {programme.name_en}"),
        page=reverse("programme", args=[programme.number]),
        asked_by=by.username,
        at=at,
        arguments=written(typed) | {"reason": told},
    )


def _refuse_busy(programme: Programme) -> None:
    if Job.objects.filter(kind=KIND, subject=programme.number, state__in=OPEN_STATES).exists():
        text = _("这个监测计划正在抽另一版设计。")
        raise Problem("draw_busy", text, remedy=_("等它抽完；或者先停下它，再抽。"))


def draw_of(programme: Programme) -> Job | None:
    """The last draw that was left to the worker, unless a design has come of it or after it: then that is shown."""
    last = Job.objects.filter(kind=KIND, subject=programme.number).first()
    if last is None or last.state == JobState.DONE:
        return None
    since = not last.open and programme.designs.filter(drawn_at__gt=last.asked_at).exists()
    return None if since else last


def _work(job: Job, progress: Progress) -> Mapping[str, Any]:
    found, by = programme_of(job.subject), Person.objects.get(username=job.asked_by)
    asked = request_asked(found, read_back(job.arguments), progress)
    drawn = draw_design(
        programme=found, request=asked, by=by, reason=job.arguments["reason"], at=clock.now(), progress=progress
    )
    plots = design_content(drawn)["sample"]
    return {
        "said_zh": f"第 {drawn.revision} 版设计已抽出，{plots:,} 块样地。",
        "said_en": f"Design revision {drawn.revision} drawn, {plots:,} plots.",
    }


DRAW_KIND = JobKind(
    KIND,
    tuple(Stage(code, *_WORDS[code]) for code in (READ_LAND, READ_PLOTS, READ_OUTLINES, *STAGES, WRITE)),
    _work,
    readers=frozenset({Role.OPERATOR, Role.ANALYST, Role.REVIEWER, Role.SUPERVISOR}),
    stoppers=frozenset({Role.OPERATOR, Role.ANALYST}),
)
