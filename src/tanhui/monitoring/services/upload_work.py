"""The long work on large uploads, as the worker does it: check, correct and check again, book."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from tanhui.core.telling import Progress
from tanhui.kit import clock
from tanhui.kit.jobs.kinds import JobKind, Stage
from tanhui.kit.jobs.models import Job
from tanhui.monitoring.intake.check import CHECK as COMPARE
from tanhui.monitoring.intake.check import MERGE, READ
from tanhui.monitoring.intake.upload import OPEN
from tanhui.monitoring.models import Upload
from tanhui.monitoring.services.book_upload import WRITE, book_upload
from tanhui.monitoring.services.drop_upload import recheck_upload
from tanhui.monitoring.services.mend_upload import Cell, mend_upload
from tanhui.monitoring.services.roles import ROLES
from tanhui.monitoring.services.upload_jobs import BOOK, CHECK, MEND
from tanhui.people.models import Person, Role

_STAGES = (
    Stage(OPEN, _("打开文件"), 12),
    Stage(READ, _("逐行读"), 60),
    Stage(MERGE, _("和已入库的合起来"), 8),
    Stage(COMPARE, _("逐项核对"), 20),
)
_READERS = frozenset({Role.OPERATOR, *ROLES["upload_survey"], Role.REVIEWER, Role.SUPERVISOR})
_STOPPERS = frozenset({Role.OPERATOR})


def _check(job: Job, progress: Progress) -> Mapping[str, Any]:
    return _said(recheck_upload(code=job.subject, progress=progress))


def _mend(job: Job, progress: Progress) -> Mapping[str, Any]:
    cells = [Cell(*cell) for cell in job.arguments["cells"]]
    return _said(mend_upload(code=job.subject, cells=cells, **_signed(job), progress=progress))


def _book(job: Job, progress: Progress) -> Mapping[str, Any]:
    told = job.arguments
    booked = book_upload(
        code=job.subject,
        outcome_hex=told["outcome"],
        warnings_reason=told["warnings_reason"],
        cell_reasons={int(place): text for place, text in told["cell_reasons"].items()},
        **_signed(job),
        progress=progress,
    )
    return _in_both(lambda: gettext("已入库，是第 %(revision)s 版。") % {"revision": booked.revision})


def _signed(job: Job) -> dict[str, Any]:
    person = Person.objects.get(username=job.asked_by)
    return {"by": person, "reason": job.arguments["reason"], "at": clock.now()}


def _said(upload: Upload) -> dict[str, str]:
    """What the check found, in one sentence."""
    told = {name: f"{upload.summary[name]:,}" for name in ("errors", "warnings")}
    if upload.summary["errors"]:
        return _in_both(lambda: gettext("有 %(errors)s 处错，%(warnings)s 处提醒，一格也没有入库。") % told)
    return _in_both(lambda: gettext("没有错，%(warnings)s 处提醒，等另一位计量人员入库。") % told)


def _in_both(sentence: Callable[[], str]) -> dict[str, str]:
    said = {}
    for language, code in (("zh", "zh-hans"), ("en", "en")):
        with override(code):
            said[f"said_{language}"] = sentence()
    return said


UPLOAD_KINDS = (
    JobKind(CHECK, _STAGES, _check, _READERS, _STOPPERS),
    JobKind(MEND, _STAGES, _mend, _READERS, _STOPPERS),
    JobKind(BOOK, (*_STAGES, Stage(WRITE, _("写入"), 20)), _book, _READERS, _STOPPERS),
)
