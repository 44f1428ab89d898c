"""Lists of other schemes as acts: import a file, and decide what only names could say.

Where a list gives a boundary, the land is taken at once and compared exactly from then on. Where it gives names alone,
questions are raised about the owners here that are called alike, and a person answers each with a reason.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

import shapely
from django.db import connection, transaction
from django.utils.translation import gettext as _

from tanhui.core.geometry.overlap import area_m2
from tanhui.core.triage.likeness import LIKELY_PERMILLE, score_permille
from tanhui.core.triage.listing import ListedRow, read_listing
from tanhui.kit import clock
from tanhui.kit.cells import cells_of
from tanhui.kit.problems import Problem
from tanhui.kit.turns import wait_turn
from tanhui.land.models import (
    Commitment,
    County,
    Extent,
    Hold,
    Likeness,
    ListedProject,
    ListingImport,
    Parcel,
    Scheme,
)
from tanhui.land.queries.listings import parcels_of, period_of
from tanhui.land.services.commit import TURN, commitment_of, release_land
from tanhui.people.models import Person, Role
from tanhui.people.services import record, require_role

ROLES: Mapping[str, tuple[str, ...]] = {"import_listing": (Role.OPERATOR,), "answer_likeness": (Role.OPERATOR,)}
FOREIGN = tuple(scheme for scheme in Scheme.values if scheme != Scheme.TICKET)


class _Sender(NamedTuple):
    by: Person
    at: datetime


@transaction.atomic
def import_listing(
    *, scheme: str, source: str, as_of: date, name: str, content: bytes, by: Person, reason: str, at: datetime
) -> ListingImport:
    """Take in a list, whole or not at all; the same file again is the same import.

    Raises ListingFaults with every fault of the rows, or `wrong_role`, `unknown_scheme`, `source_missing`,
    `future_list`, and what the file itself can be refused for.
    """
    require_role(by=by, roles=ROLES["import_listing"])
    _check_heading(scheme, source, as_of, at)
    wait_turn(TURN)
    sha256 = hashlib.sha256(content).hexdigest()
    known = ListingImport.objects.filter(scheme=scheme, sha256=sha256).first()
    if known is not None:
        return known
    rows = read_listing(cells_of(name, content))
    before = {row.key: row for row in ListedProject.objects.filter(scheme=scheme, replaced_by=None)}
    fresh = [row for row in rows if row.key not in before or before[row.key].digest != row.digest]
    changed = sum(row.key in before for row in fresh)
    batch = ListingImport.objects.create(
        number=_next_number(at.year),
        scheme=scheme,
        source=source.strip()[:200],
        as_of=as_of,
        file_name=name[-200:],
        sha256=sha256,
        content=content,
        rows_all=len(rows),
        rows_new=len(fresh) - changed,
        rows_changed=changed,
        imported_at=at,
        imported_by=by,
        reason=reason.strip(),
    )
    _take_in(batch, fresh, before, _Sender(by, at))
    facts = {"rows": len(rows), "new": len(fresh) - changed, "changed": changed, "sha256": sha256}
    record(by=by, act="import_listing", subject=batch.number, reason=reason, at=at, facts=facts)
    return batch


def _check_heading(scheme: str, source: str, as_of: date, at: datetime) -> None:
    if scheme not in FOREIGN:
        raise Problem("unknown_scheme", _("没有选是哪个机制的清单。"), field="scheme")
    if not source.strip():
        raise Problem("source_missing", _("写明清单出自哪里：网站或文件。"), field="source")
    if as_of > at.astimezone(clock.LOCAL).date():
        raise Problem("future_list", _("清单日期 %(day)s 还没有到。") % {"day": as_of.isoformat()}, field="as_of")


def _take_in(
    batch: ListingImport, rows: Iterable[ListedRow], before: Mapping[str, ListedProject], sender: _Sender
) -> None:
    counties = list(County.objects.all())
    owners = _owners()
    for row in rows:
        old = before.get(row.key)
        if old is not None:
            ListedProject.objects.filter(pk=old.pk).update(replaced_by=batch)
        listed = _listed(batch, row, counties)
        if listed.geometry is not None:
            _take_land(listed, sender)
        else:
            _ask(listed, old, owners, sender)


def _listed(batch: ListingImport, row: ListedRow, counties: Sequence[County]) -> ListedProject:
    shape = shapely.from_wkb(row.geometry) if row.geometry else None
    county = next((county for county in counties if county.name_zh in f"{row.place} {row.name}"), None)
    return ListedProject.objects.create(
        batch=batch,
        row=row.row,
        scheme=batch.scheme,
        key=row.key,
        digest=row.digest,
        name=row.name,
        owner_name=row.owner,
        method=row.method,
        place=row.place,
        county=county,
        status=row.status,
        yearly_t=row.yearly_t,
        period_from=row.period_from,
        period_to=row.period_to,
        published_on=row.published_on,
        geometry=row.geometry,
        extent=Extent(*shape.bounds) if shape is not None else None,  # type: ignore[misc]  # a list may give none
        told=dict(row.told),
    )


def reference_of(listed: ListedProject) -> str:
    """Return the name of a listed project among commitments, the same in every later file."""
    return f"{listed.scheme}:{listed.key}"[:80]


def _take_land(listed: ListedProject, sender: _Sender) -> None:
    """Let the boundary of a list stand as a commitment. What it overlaps is found by whoever asks later."""
    release_land(reference=reference_of(listed), at=sender.at)
    first, last = period_of(listed)
    assert listed.geometry is not None
    Commitment.objects.create(
        scheme=listed.scheme,
        state=Hold.LISTED,
        reference=reference_of(listed),
        title=listed.name,
        geometry=listed.geometry,
        extent=listed.extent,
        area_m2=round(area_m2(shapely.from_wkb(bytes(listed.geometry)))),
        period_from=first,
        period_to=last,
        made_at=sender.at,
        made_by=sender.by,
        changed_at=sender.at,
    )


def _owners() -> list[tuple[str, str | None]]:
    """Every owner with its county that has parcels here."""
    current = Parcel.objects.filter(replaced_by=None)
    told = set(current.exclude(owner_name="").values_list("owner_name", "county_id").distinct())
    known = set(current.exclude(owner=None).values_list("owner__name_zh", "county_id").distinct())
    return sorted(told | known, key=lambda group: (group[0], group[1] or ""))


def _ask(
    listed: ListedProject, old: ListedProject | None, owners: Sequence[tuple[str, str | None]], sender: _Sender
) -> None:
    """Raise a question about every owner that is called alike. What was answered of the same names stays answered."""
    if old is not None and (old.name, old.owner_name, old.place) == (listed.name, listed.owner_name, listed.place):
        Likeness.objects.filter(listed=old).update(listed=listed)
        _renew(listed, sender)
        return
    if old is not None:
        release_land(reference=reference_of(listed), at=sender.at)
    Likeness.objects.bulk_create(
        Likeness(listed=listed, owner_name=owner, county_id=county, score_permille=score)
        for owner, county in owners
        if (score := _score(listed, owner, county)) >= LIKELY_PERMILLE
    )


def _score(listed: ListedProject, owner: str, county: str | None) -> int:
    if listed.county_id and county and listed.county_id != county:
        return 0
    same_county = listed.county_id is not None and listed.county_id == county
    return score_permille(name=listed.name, owner=listed.owner_name, our_owner=owner, same_county=same_county)


def _renew(listed: ListedProject, sender: _Sender) -> None:
    """Let what stands on parcels of ours go on under the row's new period."""
    held = Commitment.objects.filter(reference=reference_of(listed), state=Hold.LISTED).select_related("parcel")
    parcels = [row.parcel for row in held if row.parcel is not None]
    release_land(reference=reference_of(listed), at=sender.at)
    _list_parcels(listed, parcels, sender)


def _list_parcels(listed: ListedProject, parcels: Sequence[Parcel], sender: _Sender) -> None:
    Commitment.objects.bulk_create(
        commitment_of(
            parcel,
            scheme=listed.scheme,
            state=Hold.LISTED,
            reference=reference_of(listed),
            title=listed.name,
            period=period_of(listed),
            by=sender.by,
            at=sender.at,
        )
        for parcel in parcels
    )


@transaction.atomic
def answer_likeness(
    *, question: Likeness, same: bool, parcels: Sequence[Parcel] | None, by: Person, reason: str, at: datetime
) -> Likeness:
    """Decide whether a listed project stands on land here; answering again takes the place of the answer before.

    Without `parcels` all of that owner in that county are meant. Raises `wrong_role`, `strange_parcel`, `no_parcels`,
    `reason_missing`.
    """
    require_role(by=by, roles=ROLES["answer_likeness"])
    wait_turn(TURN)
    meant = list(parcels_of(question)) if parcels is None else list(parcels)
    _check_meant(question, meant, same=same)
    codes = [parcel.code for parcel in meant]
    facts = {"owner": question.owner_name, "same": same, "parcels": codes if same else []}
    record(by=by, act="answer_likeness", subject=reference_of(question.listed), reason=reason, at=at, facts=facts)
    asked = set(parcels_of(question).values_list("code", flat=True))
    held = Commitment.objects.filter(reference=reference_of(question.listed), state=Hold.LISTED)
    held.filter(parcel_code__in=asked).update(state=Hold.RELEASED, changed_at=at)
    if same:
        _list_parcels(question.listed, meant, _Sender(by, at))
    question.answer = Likeness.Answer.SAME if same else Likeness.Answer.DIFFERENT
    question.reason, question.decided_at, question.decided_by = reason.strip(), at, by
    question.save(update_fields=["answer", "reason", "decided_at", "decided_by"])
    return question


def _check_meant(question: Likeness, meant: Sequence[Parcel], *, same: bool) -> None:
    if not same:
        return
    if not meant:
        raise Problem("no_parcels", _("一个小班也没有选。"), field="codes")
    known = set(parcels_of(question).values_list("code", flat=True))
    if strange := [parcel.code for parcel in meant if parcel.code not in known]:
        facts = {"code": strange[0], "owner": question.owner_name}
        raise Problem("strange_parcel", _("小班 %(code)s 不是“%(owner)s”的。") % facts, field="codes")


def _next_number(year: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('land_listing_number')")
        (counter,) = cursor.fetchone()
    return f"LIST-{year}-{counter:04d}"
