"""Import a checked file of parcels, zones or counties: all of it in one transaction, or nothing.

And drop a file that shall not come in.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.core.geometry.defects import Remedy
from tanhui.core.telling import Progress, silent
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.kit.turns import wait_turn
from tanhui.land import store
from tanhui.land.files import forget_file
from tanhui.land.models import Holds, ImportState, ParcelImport
from tanhui.land.parcels.choices import Choices
from tanhui.land.parcels.prepare import Prepared, rows_of, usable
from tanhui.land.services.check_parcels import choose_parcels, keep_findings, open_import, prepared_import
from tanhui.land.services.roles import import_roles
from tanhui.land.services.upload_parcels import upload_parcels
from tanhui.land.services.write_places import write_places
from tanhui.people.models import Person
from tanhui.people.services import record, require_role

TELL_EVERY = 2_000
Row = tuple[Any, ...]


class Agreed(NamedTuple):
    """What somebody agrees to who has seen the defects, and from which day on zones or counties stand so."""

    leave_out: bool
    accept_mends: bool
    valid_from: date | None = None


class Signature(NamedTuple):
    """Who, why, when."""

    by: Person
    reason: str
    at: datetime


def import_parcels(
    *,
    number: str,
    shown: str,
    by: Person,
    reason: str,
    at: datetime,
    leave_out: bool = False,
    accept_mends: bool = False,
    valid_from: date | None = None,
    progress: Progress = silent,
) -> ParcelImport:
    """Import what was shown (`shown` is the digest of the check). Imported already: returned, and not done twice.

    `leave_out` agrees that what cannot be a parcel stays out; `accept_mends` that mends which changed an area count.
    `valid_from` is the day from which zones or counties stand so; None: today.
    Raises `wrong_role`, `reason_missing`, `unknown_import`, `import_closed`, `not_checked`, `ground_changed`,
    `defects_refused`, `mends_unaccepted`, `nothing_usable`.
    """
    known = ParcelImport.objects.filter(number=number).first()
    require_role(by=by, roles=import_roles(known.holds if known else Holds.PARCELS))
    if known is not None and known.state == ImportState.IMPORTED:
        return known
    found = open_import(number)
    if found.state != ImportState.CHECKED or found.digest != shown:
        text = _("%(number)s 在你看过以后又变了，什么都没有写入。") % {"number": number}
        raise Problem("not_checked", text, remedy=_("重新检查，看过结果再确认。"))
    agreed = Agreed(leave_out, accept_mends, valid_from)
    with prepared_import(found, progress) as prepared, transaction.atomic():
        return _import(found, prepared, agreed, Signature(by, reason, at), progress)


def import_at_once(
    *,
    path: Path,
    choices: Choices,
    region_code: str,
    by: Person,
    reason: str,
    at: datetime,
    leave_out: bool = False,
    accept_mends: bool = False,
    synthetic: bool = False,
    holds: str = Holds.PARCELS,
    valid_from: date | None = None,
    progress: Progress = silent,
) -> ParcelImport:
    """Upload, check and import in one go, for a command that was told beforehand what to agree to.

    Raises as `upload_parcels` and `import_parcels`; an `Ask` names what has to be chosen. The file is then kept and
    waiting, and can be gone on with on its page.
    """
    found = upload_parcels(
        path=path, choices=choices, region_code=region_code, by=by, at=at, synthetic=synthetic, holds=holds
    )
    if found.state == ImportState.IMPORTED:
        return found
    found = choose_parcels(number=found.number, choices=choices, by=by)
    with prepared_import(found, progress) as prepared:
        found = keep_findings(found.pk, prepared, by=by, at=at)
        with transaction.atomic():
            agreed = Agreed(leave_out, accept_mends, valid_from)
            return _import(found, prepared, agreed, Signature(by, reason, at), progress)


def _import(
    found: ParcelImport, prepared: Prepared, agreed: Agreed, signed: Signature, progress: Progress
) -> ParcelImport:
    """Write what a file holds, which is as it was shown. The caller holds the transaction."""
    wait_turn("land parcels" if found.holds == Holds.PARCELS else "land places")
    found = ParcelImport.objects.select_for_update().get(pk=found.pk)
    if found.state == ImportState.IMPORTED:
        return found
    _as_agreed(found, prepared, agreed)
    places = usable(prepared)
    said = _parcels_written(found, prepared, places, progress) if found.holds == Holds.PARCELS else None
    said = said or write_places(found, prepared, places, _valid_from(agreed, signed))
    found.state, found.reason = ImportState.IMPORTED, signed.reason.strip()
    found.decided_at, found.decided_by = signed.at, signed.by
    found.findings = found.findings | {"imported": len(places), **said}
    found.save()
    act = "import_parcels" if found.holds == Holds.PARCELS else "import_places"
    facts = _facts(found) | {name.removesuffix("_now"): value for name, value in said.items()}
    record(by=signed.by, act=act, subject=found.number, reason=signed.reason, at=signed.at, facts=facts)
    return found


@transaction.atomic
def drop_import(*, number: str, by: Person, reason: str, at: datetime) -> ParcelImport:
    """Drop a file that shall not come in; its bytes go, its name and hash stay. Raises as `check_parcels`."""
    wait_turn(f"land import {number}")
    found = open_import(number)
    require_role(by=by, roles=import_roles(found.holds))
    found.state, found.decided_at, found.decided_by, found.reason = ImportState.DROPPED, at, by, reason.strip()
    found.key = f"{found.number} {found.key}"[:200]
    found.save()
    record(by=by, act="drop_import", subject=number, reason=reason, at=at, facts={"file": found.file_name})
    if not found.file.imports.exclude(state=ImportState.DROPPED).exists():
        forget_file(found.file)
    return found


def _as_agreed(found: ParcelImport, prepared: Prepared, agreed: Agreed) -> None:
    """What is about to be written is what was shown, and everything doubtful was agreed to."""
    if prepared.digest != found.digest:
        text = _("旗县、片区或登记的单位在检查以后变了，结果和你看到的不一样，什么都没有写入。")
        raise Problem("ground_changed", text, remedy=_("重新检查，看过结果再确认。"))
    refused = len(prepared.remedies(Remedy.REFUSED))
    if refused and not agreed.leave_out:
        text = _("有 %(count)s 个图斑不能入库，什么都没有写入。") % {"count": refused}
        raise Problem("defects_refused", text, remedy=_("改好文件再传，或者勾选“不要这些图斑”。"), field="leave_out")
    asked = len(prepared.remedies(Remedy.ASKED) - prepared.remedies(Remedy.REFUSED))
    if asked and not agreed.accept_mends:
        text = _("有 %(count)s 个图斑修好以后面积变了，什么都没有写入。") % {"count": asked}
        raise Problem(
            "mends_unaccepted", text, remedy=_("看过面积变化，勾选“认可”，或者改好文件再传。"), field="accept_mends"
        )
    if not usable(prepared):
        raise Problem(
            "nothing_usable", _("没有一个图斑可以入库，什么都没有写入。"), remedy=_("按缺陷清单改好文件再传。")
        )


def _parcels_written(
    found: ParcelImport, prepared: Prepared, places: list[int], progress: Progress
) -> Mapping[str, object]:
    columns = prepared.attributes.columns
    codes = [columns["code"][place] for place in places]
    progress("write", 0, len(places))
    replaced = store.replace_codes(batch=found.pk, codes=codes)
    if Choices.of(found.choices).replaces == "counties":
        counties = sorted({county for place in places if (county := columns["county_id"][place])})
        replaced += store.replace_counties(batch=found.pk, counties=counties)
    rows = rows_of(prepared, places, found.pk)
    store.copy_parcels(_told(rows, len(places), progress))
    progress("write", len(places), len(places))
    return {"replaced_now": replaced}


def _valid_from(agreed: Agreed, signed: Signature) -> date:
    """The day that was told, or today. Raises `bad_valid_from` for a day to come."""
    today = signed.at.astimezone(clock.LOCAL).date()
    if agreed.valid_from is not None and agreed.valid_from > today:
        text = _("%(day)s 还没有到，边界不能先换。") % {"day": agreed.valid_from.isoformat()}
        raise Problem("bad_valid_from", text, field="valid_from", remedy=_("到那一天再导入，或者写今天以前的日子。"))
    return agreed.valid_from or today


def _told(rows: Iterable[Row], of: int, progress: Progress) -> Iterator[Row]:
    """Pass rows on and say now and then how many have gone."""
    for count, row in enumerate(rows):
        if not count % TELL_EVERY:
            progress("write", count, of)
        yield row


def _facts(found: ParcelImport) -> dict[str, object]:
    return {
        "file": found.file_name,
        "sha256": found.file_id,
        "layer": found.layer,
        found.holds: found.findings["imported"],
        "left_out": found.findings["refused"],
        "area_m2": found.findings["area_m2"],
    }
