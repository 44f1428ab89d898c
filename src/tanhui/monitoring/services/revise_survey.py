"""Change single values of what is booked: a new whole revision that says which, from what to what, and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.kit.turns import wait_turn
from tanhui.monitoring.intake.merge import plain_number, rewritten
from tanhui.monitoring.models import BookedSurvey, CellChange, Programme
from tanhui.monitoring.queries import booked_files, latest_survey
from tanhui.monitoring.services.book import book_survey
from tanhui.monitoring.services.roles import ROLES
from tanhui.people.models import Person
from tanhui.people.services import require_role


class Correction(NamedTuple):
    """A value of the row with this key (its cells in the order of the format's key) and what is to stand there."""

    file: str
    key: tuple[str, ...]
    column: str
    after: str
    reason: str = ""


@transaction.atomic
def revise_survey(
    *, programme: Programme, revision: int, corrections: Sequence[Correction], by: Person, reason: str, at: datetime
) -> BookedSurvey:
    """Book the corrections upon `revision`, which must be the latest. All of them or none.

    Raises `wrong_role`, `survey_moved_on`, `row_unknown`, `nothing_new`, `reason_missing`, and SurveyFaults if the
    survey would have errors then.
    """
    require_role(by=by, roles=ROLES["revise_survey"])
    wait_turn(f"book_survey {programme.number}")
    latest = latest_survey(programme)
    if latest is None or latest.revision != revision:
        text = _("刚有新的一版入库，你看的不是最新的。什么都没有改。")
        raise Problem("survey_moved_on", text, remedy=_("刷新页面，在最新的一版上改。"))
    files = booked_files(latest)
    changes = []
    for file in dict.fromkeys(correction.file for correction in corrections):
        own = [correction for correction in corrections if correction.file == file]
        files[file], before = rewritten(file, files.get(file, b""), _wanted(own))
        changes += [_change(correction, before) for correction in own]
    changes = [change for change in changes if change.before != change.after]
    if not changes:
        raise Problem("nothing_new", _("和已经入库的一样，没有要记的。"))
    booked = book_survey(programme=programme, files=files, by=by, reason=reason, at=at)
    for change in changes:
        change.survey, change.reason = booked, change.reason or reason.strip()
    CellChange.objects.bulk_create(changes)
    return booked


def _wanted(corrections: Sequence[Correction]) -> Mapping[tuple[str, ...], Mapping[str, str]]:
    wanted: dict[tuple[str, ...], dict[str, str]] = {}
    for correction in corrections:
        wanted.setdefault(correction.key, {})[correction.column] = correction.after.strip()
    return wanted


def _change(correction: Correction, before: Mapping[tuple[str, ...], Mapping[str, str]]) -> CellChange:
    row = before.get(correction.key)
    if row is None:
        text = _("%(file)s 里没有这一行：%(key)s。") % {"file": correction.file, "key": " · ".join(correction.key)}
        raise Problem("row_unknown", text, remedy=_("看看编号和轮次。"))
    old, new = row.get(correction.column, ""), correction.after.strip()
    return CellChange(
        file=correction.file,
        row_key=" · ".join(correction.key),
        column=correction.column,
        before=old,
        after=old if plain_number(old) == plain_number(new) else new,
        reason=correction.reason.strip(),
    )
