"""The closing of a day and the check of the ledger as long work: asked for by themselves every night."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from tanhui.core.telling import Progress
from tanhui.kit import clock
from tanhui.kit.jobs.kinds import JobKind, Nightly, Stage, register
from tanhui.kit.jobs.models import Job
from tanhui.people.models import Role
from tanhui.registry.queries.days import day_words
from tanhui.registry.services.checking import AGAIN, BESIDE, GATHER, REPLAY, SUBJECT, check_ledger
from tanhui.registry.services.closing_days import close_day

KIND = "ledger_check"
WATCHERS = frozenset({Role.OPERATOR.value, Role.SUPERVISOR.value})


def _check(_job: Job, progress: Progress) -> Mapping[str, Any]:
    kept = check_ledger(at=clock.now(), progress=progress).kept
    text = _("%(count)s 处不对，记账已停。") if kept.fault_count else _("全部成立，到第 %(height)s 块。")
    facts = {"count": kept.fault_count, "height": f"{kept.height:,}"}
    said = {}
    for language, code in (("zh", "zh-hans"), ("en", "en")):
        with override(code):
            said[f"said_{language}"] = str(text) % facts
    return {"faults": kept.fault_count, "height": kept.height, **said}


CHECK_KIND = JobKind(
    KIND,
    (
        Stage(GATHER, _("取出各张表"), 2),
        Stage(REPLAY, _("重放和重算"), 6),
        Stage(BESIDE, _("核对账外的表"), 2),
        Stage(AGAIN, _("不对的再看一遍"), 0),
    ),
    _check,
    readers=WATCHERS,
    stoppers=WATCHERS,
    nightly=Nightly(hour=2, subject=SUBJECT, title=("核对账本", "Check of the ledger"), page="books"),
)


COUNT = "count"


def _close(_job: Job, _progress: Progress) -> Mapping[str, Any]:
    end = close_day(at=clock.now())
    if end is None:
        return {"holdings": 0, "said_zh": "没有要结的。", "said_en": "Nothing to close."}
    facts = {"day": day_words(end.day), "count": f"{end.holdings:,}"}
    text = _("%(day)s 已结，%(count)s 个余额。")
    said = {}
    for language, code in (("zh", "zh-hans"), ("en", "en")):
        with override(code):
            said[f"said_{language}"] = str(text) % facts
    return {"holdings": end.holdings, **said}


CLOSE_KIND = JobKind(
    "close_day",
    (Stage(COUNT, _("数前一天日终的全部余额"), 1),),
    _close,
    readers=WATCHERS,
    stoppers=WATCHERS,
    nightly=Nightly(hour=1, subject=SUBJECT, title=("日结", "Closing of the day"), page="books"),
)


def register_jobs() -> None:
    """Make both known; called as the site starts."""
    register(CLOSE_KIND)
    register(CHECK_KIND)
