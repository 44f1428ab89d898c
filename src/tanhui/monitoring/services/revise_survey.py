"""Correct single values of what is booked: an upload of its own, with its reason, that another person books."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.kit.turns import wait_turn
from tanhui.monitoring.intake.merge import corrected_rows
from tanhui.monitoring.intake.reading import SCHEMAS
from tanhui.monitoring.models import CORRECTION, Programme, Upload
from tanhui.monitoring.queries import booked_files, latest_survey
from tanhui.monitoring.services.roles import ROLES
from tanhui.monitoring.services.upload_survey import upload_survey
from tanhui.people.models import Person
from tanhui.people.services import require_role


class Correction(NamedTuple):
    """A value of the row with this key (its cells in the order of the format's key) and what is to stand there."""

    file: str
    key: tuple[str, ...]
    column: str
    after: str


@transaction.atomic
def revise_survey(
    *,
    programme: Programme,
    revision: int,
    corrections: Sequence[Correction],
    key: str,
    by: Person,
    reason: str,
    at: datetime,
) -> Upload:
    """Send the corrections of one table upon `revision`, which must be the latest. They wait to be booked.

    Raises `wrong_role`, `survey_moved_on`, `row_unknown`, `key_fixed`, `nothing_new`, `reason_missing`.
    Corrections that would break the survey are kept with their errors, as any upload is, and cannot be booked.
    """
    require_role(by=by, roles=ROLES["revise_survey"])
    wait_turn(f"book_survey {programme.number}")
    latest = latest_survey(programme)
    if latest is None or latest.revision != revision:
        text = _("刚有新的一版入库，你看的不是最新的。什么都没有改。")
        raise Problem("survey_moved_on", text, remedy=_("刷新页面，在最新的一版上改。"))
    (file,) = {correction.file for correction in corrections}
    renames = _renames(SCHEMAS[file].key, corrections)
    content, changed = corrected_rows(file, booked_files(latest).get(file, b""), _wanted(corrections), whole=renames)
    for unknown in changed.unknown:
        text = _("%(file)s 里没有这一行：%(key)s。") % {"file": file, "key": " · ".join(unknown)}
        raise Problem("row_unknown", text, remedy=_("看看编号和轮次。"))
    if not changed.values:
        raise Problem("nothing_new", _("和已经入库的一样，没有要记的。"))
    return upload_survey(
        programme=programme,
        files={file: content},
        key=key,
        by=by,
        reason=reason,
        at=at,
        complete=renames,
        kind=CORRECTION,
    )


def _renames(key: Sequence[str], corrections: Sequence[Correction]) -> bool:
    """Say whether cells of the key are to change. Raises `key_fixed` where other tables point to that key."""
    renames = any(correction.column in key for correction in corrections)
    if renames and tuple(key[:2]) != ("plot", "round"):
        text = _("编号是这一行的名字，不能这样改：别的表还指着它。")
        raise Problem("key_fixed", text, remedy=_("下载这一版，在各张表里一起改，再整份上传。"))
    return renames


def _wanted(corrections: Sequence[Correction]) -> Mapping[tuple[str, ...], Mapping[str, str]]:
    wanted: dict[tuple[str, ...], dict[str, str]] = {}
    for correction in corrections:
        wanted.setdefault(correction.key, {})[correction.column] = correction.after.strip()
    return wanted
