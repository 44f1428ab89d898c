"""What pages say of long work: `{% load jobs %}`."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

from tanhui.kit import clock
from tanhui.kit.jobs import queries
from tanhui.kit.jobs.models import Job
from tanhui.kit.jobs.wording import fault_words

register = template.Library()

_MINUTE, _HOUR = 60, 3600
_BADGES = {"queued": "wait", "running": "go", "done": "end", "stopped": "due", "failed": "stop"}


@register.filter
def job_percent(job: Job) -> int:
    return queries.percent(job)


@register.filter
def job_badge(job: Job) -> str:
    """The kind of badge for the state of a job."""
    return _BADGES[job.state]


@register.filter
def job_fault(job: Job) -> Mapping[str, str]:
    return fault_words(job)


@register.filter
def seconds(count: float | None) -> str:
    """A span in words: 4.2 秒, 1 分 40 秒, 2 小时 5 分; nothing where it is not known."""
    if count is None:
        return ""
    if count < 10:  # noqa: PLR2004 - under ten seconds the tenths can be told apart
        return _("%(seconds)s 秒") % {"seconds": f"{count:.1f}"}
    whole = round(count)
    if whole < _MINUTE:
        return _("%(seconds)s 秒") % {"seconds": whole}
    if whole < _HOUR:
        return _("%(minutes)s 分 %(seconds)s 秒") % {"minutes": whole // _MINUTE, "seconds": whole % _MINUTE}
    minutes = round(whole / _MINUTE)
    return _("%(hours)s 小时 %(minutes)s 分") % {"hours": minutes // _MINUTE, "minutes": minutes % _MINUTE}


@register.filter
def job_left(job: Job) -> str:
    """About how long it will still take, or that it is not known yet."""
    left = queries.seconds_left(job, clock.now())
    if left is None:
        return _("还说不准要多久") if job.state == "running" else _("前面的算完就开始")
    return _("约剩 %(time)s") % {"time": seconds(max(1, round(left)))}


@register.filter
def job_took(job: Job) -> str:
    """How long an ended job took."""
    if job.begun_at is None or job.ended_at is None:
        return ""
    return seconds((job.ended_at - job.begun_at).total_seconds())


@register.simple_tag
def job_stages(job: Job) -> list[dict[str, Any]]:
    """The stages of a job with their words, state and time."""
    return [stage._asdict() for stage in queries.stages_seen(job, clock.now())]
