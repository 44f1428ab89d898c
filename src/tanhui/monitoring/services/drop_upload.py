"""Put an upload aside, or check it once more upon what has been booked meanwhile."""

from datetime import datetime

from django.db import transaction

from tanhui.core.telling import Progress, silent
from tanhui.monitoring.models import Upload, UploadState
from tanhui.monitoring.services.checking import checked_now, keep_check
from tanhui.monitoring.services.photos import place_photos
from tanhui.monitoring.services.roles import ROLES
from tanhui.monitoring.services.upload_jobs import stop_open
from tanhui.monitoring.services.upload_survey import check_waiting
from tanhui.people.models import Person
from tanhui.people.services import record, require_role


@transaction.atomic
def drop_upload(*, code: str, by: Person, reason: str, at: datetime) -> Upload:
    """Put an upload aside: its files stay, and it will not be booked. A second time changes nothing.

    Raises `wrong_role`, `upload_booked`, `reason_missing`.
    """
    require_role(by=by, roles=ROLES["drop_upload"])
    upload = Upload.objects.select_for_update().select_related("programme").get(code=code)
    if upload.state == UploadState.DROPPED:
        return upload
    check_waiting(upload)
    stop_open(upload, at)
    upload.state = UploadState.DROPPED
    upload.save(update_fields=["state"])
    facts = {"upload": upload.code}
    record(by=by, act="drop_upload", subject=upload.programme.number, reason=reason, at=at, facts=facts)
    return upload


def recheck_upload(*, code: str, progress: Progress = silent) -> Upload:
    """Check an upload upon the survey as it stands now. Nobody's decision, so nothing for the trail.

    It is not locked meanwhile: it can be put aside, and what was corrected in between is checked again.
    """
    upload = Upload.objects.select_related("programme").get(code=code)
    check_waiting(upload)
    mends = upload.mends.count()
    checked, revision = checked_now(upload, progress)
    with transaction.atomic():
        upload = Upload.objects.select_for_update().select_related("programme").get(code=code)
        check_waiting(upload)
        if upload.mends.count() == mends:
            keep_check(upload, checked, revision)
            place_photos(upload)
            return upload
    return recheck_upload(code=code, progress=progress)
