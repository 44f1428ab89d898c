"""Put an upload aside, or check it once more upon what has been booked meanwhile."""

from datetime import datetime

from django.db import transaction

from tanhui.monitoring.models import Upload, UploadState
from tanhui.monitoring.services.checking import checked_now, keep_check
from tanhui.monitoring.services.roles import ROLES
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
    upload.state = UploadState.DROPPED
    upload.save(update_fields=["state"])
    facts = {"upload": upload.code}
    record(by=by, act="drop_upload", subject=upload.programme.number, reason=reason, at=at, facts=facts)
    return upload


@transaction.atomic
def recheck_upload(*, code: str) -> Upload:
    """Check an upload again upon the survey as it stands now. Nobody's decision, so nothing for the trail."""
    upload = Upload.objects.select_for_update().select_related("programme").get(code=code)
    check_waiting(upload)
    keep_check(upload, *checked_now(upload))
    return upload
