"""The long work of land: checking a file of parcels, and importing it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from tanhui.core.telling import Progress
from tanhui.kit import clock
from tanhui.kit.jobs.kinds import JobKind, Stage, register
from tanhui.kit.jobs.models import Job
from tanhui.land.models import Holds, ImportState, ParcelImport
from tanhui.land.services import check_parcels, import_parcels
from tanhui.people.models import Person, Role

CHECK, IMPORT = "check_parcels", "import_parcels"
_READ = (
    Stage("read", _("读文件"), 20),
    Stage("check", _("查边界、算面积"), 25),
    Stage("overlap", _("查重叠"), 20),
    Stage("codes", _("读属性和代码"), 15),
)
_WATCHERS = frozenset({Role.OPERATOR.value, Role.SUPERVISOR.value})
_STOPPERS = frozenset({Role.OPERATOR.value})


def _check(job: Job, progress: Progress) -> Mapping[str, Any]:
    person = Person.objects.get(username=job.asked_by)
    found = check_parcels(number=job.subject, by=person, at=clock.now(), progress=progress)
    return _said(found)


def _import(job: Job, progress: Progress) -> Mapping[str, Any]:
    person = Person.objects.get(username=job.asked_by)
    told = job.arguments
    found = import_parcels(
        number=job.subject,
        shown=told["shown"],
        by=person,
        reason=told["reason"],
        at=clock.now(),
        leave_out=told["leave_out"],
        accept_mends=told["accept_mends"],
        valid_from=date.fromisoformat(told["valid_from"]) if told.get("valid_from") else None,
        progress=progress,
    )
    return _said(found)


def _said(found: ParcelImport) -> dict[str, str]:
    """One sentence on what came of it, in both languages."""
    told = found.findings
    if found.state == ImportState.ASKING:
        text, facts = _("%(number)s 要你选一项才能检查。"), {"number": found.number}
    elif found.state == ImportState.IMPORTED and found.holds != Holds.PARCELS:
        text = _("%(number)s 入库：新的 %(new)s，改了 %(changed)s，结束 %(gone)s。")
        facts = {"number": found.number, **{name: f"{told[name]:,}" for name in ("new", "changed", "gone")}}
    elif found.state == ImportState.IMPORTED:
        text, facts = (
            _("%(number)s 入库 %(count)s 个小班。"),
            {"number": found.number, "count": f"{told['imported']:,}"},
        )
    else:
        text = _("%(number)s 查完：%(usable)s 个可以入库，%(refused)s 个不能。")
        facts = {"number": found.number, "usable": f"{told['usable']:,}", "refused": f"{told['refused']:,}"}
    return {f"said_{language}": _in(code, text, facts) for language, code in (("zh", "zh-hans"), ("en", "en"))}


def _in(language: str, text: Any, facts: Mapping[str, str]) -> str:  # noqa: ANN401 - a lazy sentence
    with override(language):
        return str(text) % facts


def register_jobs() -> None:
    """Make both kinds known; called as the site starts."""
    register(JobKind(CHECK, _READ, _check, _WATCHERS, _STOPPERS))
    register(JobKind(IMPORT, (*_READ, Stage("write", _("写入"), 30)), _import, _WATCHERS, _STOPPERS))
