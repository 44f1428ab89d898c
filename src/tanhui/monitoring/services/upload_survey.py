"""Take in field data: files as they came, checked at once or by the worker, booked by nobody yet."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.kit.turns import wait_turn
from tanhui.monitoring.intake.upload import WORKBOOKS, is_picture, is_table, unpacked
from tanhui.monitoring.models import Programme, Upload, UploadFile, UploadState
from tanhui.monitoring.queries.intake import WAITING
from tanhui.monitoring.services.checking import checked_now, content_hash, keep_check, opaque
from tanhui.monitoring.services.photos import keep_photo
from tanhui.monitoring.services.roles import ROLES
from tanhui.monitoring.services.upload_jobs import CHECK, ask_upload_job, is_large, stop_open
from tanhui.people.models import Person
from tanhui.people.services import record, require_role


@transaction.atomic
def upload_survey(
    *,
    programme: Programme,
    files: Mapping[str, bytes],
    key: str,
    by: Person,
    reason: str,
    at: datetime,
    complete: bool = False,
    replaces: Upload | None = None,
    kind: str = "",
    now: bool = False,
) -> Upload:
    """Keep the files and check them; large ones are checked by the worker, unless it shall be `now`.

    The same key, or the same files while they wait, is the upload that is there. `complete`: booked rows of its visits
    that it does not name go. `replaces`: an upload put aside. Raises `wrong_role`, `no_files`, `upload_booked`, others.
    """
    require_role(by=by, roles=ROLES["upload_survey"])
    wait_turn(f"upload_survey {programme.number}")
    taken = unpacked(files)
    known = _known(programme, key, content_hash(taken), complete=complete)
    if known is not None:
        return known
    upload = Upload(
        programme=programme,
        code=opaque("up"),
        key=key,
        state=UploadState.CHECKING,
        kind=kind or _kind(taken),
        complete=complete,
        content_hex=content_hash(taken),
        reason=reason.strip(),
        uploaded_at=at,
        uploaded_by=by,
        replaces=_put_aside(replaces, at),
    )
    _keep(upload, taken, now=now)
    record(by=by, act="upload_survey", subject=programme.number, reason=reason, at=at, facts=_facts(upload))
    return upload


def _kind(names: Iterable[str]) -> str:
    tables = [name for name in names if is_table(name)]
    if not tables:
        raise Problem("no_tables", _("只有照片，没有表。"), field="files", remedy=_("单独的照片在照片一栏里传。"))
    return "workbook" if any(name.lower().endswith(WORKBOOKS) for name in tables) else "folder"


def _facts(upload: Upload) -> dict[str, object]:
    return {"upload": upload.code, "content": upload.content_hex, **_found(upload)}


def _found(upload: Upload) -> dict[str, object]:
    return {"errors": upload.summary["errors"]} if upload.summary else {}


def _keep(upload: Upload, taken: Mapping[str, bytes], *, now: bool) -> None:
    """Keep tables and photos, and what the check says of the tables."""
    upload.save()
    UploadFile.objects.bulk_create(
        UploadFile(upload=upload, name=name, content=content) for name, content in taken.items() if is_table(name)
    )
    if is_large(upload) and not now:
        by, at = upload.uploaded_by, upload.uploaded_at
        ask_upload_job(kind=CHECK, upload=upload, key=f"check {upload.code}", by=by, at=at)
    else:
        keep_check(upload, *checked_now(upload))
    for name, content in taken.items():
        if is_picture(name):
            keep_photo(
                programme=upload.programme,
                name=name,
                content=content,
                by=upload.uploaded_by,
                at=upload.uploaded_at,
                upload=upload,
            )


def _known(programme: Programme, key: str, content_hex: str, *, complete: bool) -> Upload | None:
    sent_before = Upload.objects.filter(key=key).first()
    if sent_before is not None:
        if sent_before.programme_id != programme.pk:
            raise Problem("key_taken", _("这个编号已经用在别的上传上了。"), remedy=_("刷新页面再传。"))
        return sent_before
    waiting = [state for state in WAITING if state != UploadState.RETURNED]  # Sent again, it is asked for again.
    return Upload.objects.filter(
        programme=programme, content_hex=content_hex, complete=complete, state__in=waiting, mends__isnull=True
    ).first()


def _put_aside(replaced: Upload | None, at: datetime) -> Upload | None:
    if replaced is None:
        return None
    locked = Upload.objects.select_for_update().get(pk=replaced.pk)
    check_waiting(locked)
    stop_open(locked, at)
    locked.state = UploadState.DROPPED
    locked.save(update_fields=["state"])
    return locked


def check_waiting(upload: Upload) -> None:
    """Raise `upload_booked` or `upload_dropped` unless the upload still waits."""
    if upload.state == UploadState.BOOKED:
        booked = upload.booked
        text = _("这份上传已由%(name)s入库，是第 %(revision)s 版。") % {
            "name": booked.booked_by.name_zh,
            "revision": booked.revision,
        }
        raise Problem("upload_booked", text, remedy=_("看那一版；要改数，传一份新的，或在那一版上改。"))
    if upload.state == UploadState.DROPPED:
        raise Problem("upload_dropped", _("这份上传已经放下了，没有用它。"), remedy=_("看是不是有新的一份代替了它。"))


def check_checked(upload: Upload) -> None:
    """Raise `upload_unchecked` while the first check of a large upload has not ended."""
    if upload.state == UploadState.CHECKING:
        text = _("这份还没有查完，一格也没有入库。")
        raise Problem(
            "upload_unchecked", text, remedy=_("等它查完，看过结果再做。停了或者出错的，在这一页上再来一次。")
        )
