"""Give an upload back to its sender: the second look that ends with no."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.monitoring.models import Upload, UploadState
from tanhui.monitoring.services.book_upload import check_booker
from tanhui.monitoring.services.roles import ROLES
from tanhui.monitoring.services.upload_jobs import refuse_busy
from tanhui.people.models import Person
from tanhui.people.services import checked_reason, record, require_role


@transaction.atomic
def return_upload(*, code: str, by: Person, reason: str, at: datetime) -> Upload:
    """Give an upload without errors back to its sender, who mends it or sends it anew. Nothing is booked.

    Pressed twice by one person, it is given back once. Raises `wrong_role`, `same_person` for whoever uploaded it,
    `upload_booked`, `upload_dropped`, `upload_unchecked`, `upload_returned`, `upload_busy`, `nothing_to_return` while
    errors keep it with its sender anyway, `reason_missing`.
    """
    require_role(by=by, roles=ROLES["return_upload"])
    upload = Upload.objects.select_for_update(of=("self",)).select_related("programme").get(code=code)
    if upload.state == UploadState.RETURNED and upload.returned_by_id == by.pk:
        return upload
    check_booker(upload, by)
    refuse_busy(upload)
    if upload.state == UploadState.FAULTY:
        text = _("这份还有错，本来就在传的人那里，不用退回。")
        raise Problem("nothing_to_return", text, remedy=_("等传的人改完错。"))
    upload.state = UploadState.RETURNED
    upload.returned_reason, upload.returned_at, upload.returned_by = checked_reason(reason=reason), at, by
    upload.save(update_fields=["state", "returned_reason", "returned_at", "returned_by"])
    facts = {"upload": upload.code, "outcome": upload.outcome_hex}
    record(by=by, act="return_upload", subject=upload.programme.number, reason=reason, at=at, facts=facts)
    return upload
