"""Book an upload: the second look, by another person, at exactly what was shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.core.telling import Progress, silent
from tanhui.kit.problems import Problem
from tanhui.kit.turns import wait_turn
from tanhui.monitoring.intake.changes import Change
from tanhui.monitoring.models import CORRECTION, BookedSurvey, CellChange, Upload, UploadState
from tanhui.monitoring.services.book import book_survey
from tanhui.monitoring.services.checking import checked_now
from tanhui.monitoring.services.roles import ROLES
from tanhui.monitoring.services.upload_survey import check_checked, check_waiting
from tanhui.people.models import Person
from tanhui.people.services import require_role

WRITE = "write"


@transaction.atomic
def book_upload(
    *,
    code: str,
    outcome_hex: str,
    by: Person,
    reason: str,
    at: datetime,
    warnings_reason: str = "",
    cell_reasons: Mapping[int, str] | None = None,
    progress: Progress = silent,
) -> BookedSurvey:
    """Check the upload once more and book it, whole, as the next revision. Pressed twice, it is booked once.

    `outcome_hex` is the hash of the survey that the booker was shown. `cell_reasons` gives single changes, by their
    place among all changes, a reason of their own.
    Raises `wrong_role`, `same_person` for whoever uploaded it, `upload_booked`, `upload_dropped`, `upload_unchecked`,
    `upload_returned`, `upload_faulty`,
    `outcome_changed` when something else was booked meanwhile, `warnings_unread`, `nothing_new`, `reason_missing`.
    """
    require_role(by=by, roles=ROLES["book_survey"])
    programme = Upload.objects.select_related("programme").get(code=code).programme
    wait_turn(f"book_survey {programme.number}")
    upload = Upload.objects.select_for_update(of=("self",)).select_related("programme").get(code=code)
    if upload.state == UploadState.BOOKED and upload.booked.booked_by_id == by.pk:
        return upload.booked
    check_booker(upload, by)
    checked, _revision = checked_now(upload, progress)
    found = Found(checked.errors, checked.warnings, checked.root_hex, checked.changes.empty)
    check_bookable(found, outcome_hex, warnings_reason.strip())
    progress(WRITE, 0, 1)
    booked = book_survey(programme=upload.programme, files=checked.files, by=by, reason=reason, at=at, upload=upload)
    # A correction has its reason from whoever wrote it; of other data, whoever books says why values change.
    why = upload.reason if upload.kind == CORRECTION else reason.strip()
    _keep_changes(booked, checked.changes.all(), why, cell_reasons or {})
    upload.state = UploadState.BOOKED
    upload.warnings_reason = warnings_reason.strip() if checked.warnings else ""
    upload.save(update_fields=["state", "warnings_reason"])
    return booked


def check_booker(upload: Upload, by: Person) -> None:
    """Raise what stands against booking before anything is read: the role, the state, one's own upload."""
    require_role(by=by, roles=ROLES["book_survey"])
    check_waiting(upload)
    check_checked(upload)
    if upload.state == UploadState.RETURNED:
        text = _("这份已经退回给传的人，一格也没有入库。")
        raise Problem("upload_returned", text, remedy=_("等传的人改好，或者重新传。"))
    if upload.uploaded_by_id == by.pk:
        text = _("这份是你自己传的，要由另一位计量人员看过再入库。")
        raise Problem("same_person", text, remedy=_("请另一位登录来入库。"))


class Found(NamedTuple):
    """What a check found, as far as booking asks for it."""

    errors: int
    warnings: int
    root_hex: str
    empty: bool


def found_before(upload: Upload) -> Found:
    """What the last check found, as it is kept with the upload."""
    said = upload.summary
    empty = not (said["cells"] or said["came"] or said["gone"] or said["fresh"])
    return Found(said["errors"], said["warnings"], upload.outcome_hex, empty)


def check_bookable(found: Found, outcome_hex: str, warnings_reason: str) -> None:
    """Raise `upload_faulty`, `outcome_changed`, `nothing_new` or `warnings_unread` where that is so."""
    if found.errors:
        text = _("还有 %(count)s 处错，一格也没有入库。") % {"count": found.errors}
        raise Problem("upload_faulty", text, remedy=_("先改完全部的错；提醒可以写明理由后入库。"))
    if found.root_hex != outcome_hex:
        text = _("你看的时候和现在不一样了：刚刚有别的数据入库，或者有格子改过。这份没有入库。")
        raise Problem("outcome_changed", text, remedy=_("看一遍新的变化，再入库。"))
    if found.empty:
        text = _("这份和已经入库的一样，没有要记的。")
        raise Problem("nothing_new", text, remedy=_("不用入库；可以把这份放下。"))
    if found.warnings and not warnings_reason:
        text = _("有 %(count)s 处提醒还没有说明。") % {"count": found.warnings}
        raise Problem(
            "warnings_unread", text, field="warnings_reason", remedy=_("逐条看过，写一句为什么可以这样入库。")
        )


def _keep_changes(
    booked: BookedSurvey, changes: tuple[Change, ...], reason: str, cell_reasons: Mapping[int, str]
) -> None:
    CellChange.objects.bulk_create(
        CellChange(
            survey=booked,
            file=change.file,
            row_key=" · ".join(change.key),
            column=change.column,
            before=change.before,
            after=change.after,
            reason=cell_reasons.get(place, "").strip() or reason,
        )
        for place, change in enumerate(changes)
    )
