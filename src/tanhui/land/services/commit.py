"""Take land for a time, firmly or not, and let it go: the one door to commitments, one person at a time.

A higher context calls these inside its own transaction. The lock is held until that ends, so two people who ask for
the same land at once are answered one after the other, and the second is refused.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.core.geometry.overlap import own_overlaps
from tanhui.kit.problems import Problem
from tanhui.kit.turns import wait_turn
from tanhui.land.models import Commitment, Hold, Parcel, Scheme
from tanhui.land.periods import check_period
from tanhui.land.queries.overlap import Claim, Clash, claim_of, commitments_of, find_clashes
from tanhui.land.wording_triage import clash_sentence
from tanhui.people.models import Person

TURN = "land commitments"
SHOWN = 3


@transaction.atomic
def apply_for_land(
    *, reference: str, title: str, parcels: Sequence[Parcel], period: tuple[date, date], by: Person, at: datetime
) -> list[Commitment]:
    """Note which parcels a project means to take for a period. Applying binds nobody; an earlier application goes.

    Raises `bad_period`, `no_parcels`, and `land_overlaps_itself` where two of the parcels are the same land.
    """
    wait_turn(TURN)
    check_period(period)
    if not parcels:
        raise Problem("no_parcels", _("一个小班也没有选。"), field="parcels")
    _check_apart([claim_of(parcel) for parcel in parcels])
    release_land(reference=reference, at=at)
    return Commitment.objects.bulk_create(
        commitment_of(
            parcel,
            scheme=Scheme.TICKET,
            state=Hold.APPLIED,
            reference=reference,
            title=title,
            period=period,
            by=by,
            at=at,
        )
        for parcel in parcels
    )


def commitment_of(
    parcel: Parcel,
    *,
    scheme: str,
    state: str,
    reference: str,
    title: str,
    period: tuple[date, date],
    by: Person,
    at: datetime,
) -> Commitment:
    """Return the row, not yet written, that takes a parcel for a period."""
    return Commitment(
        scheme=scheme,
        state=state,
        reference=reference,
        title=title,
        parcel_code=parcel.code,
        parcel=parcel,
        geometry=parcel.geometry,
        extent=parcel.extent,
        area_m2=parcel.area_m2,
        period_from=period[0],
        period_to=period[1],
        made_at=at,
        made_by=by,
        changed_at=at,
    )


@transaction.atomic
def reserve_land(*, reference: str, at: datetime) -> list[Commitment]:
    """Make the application of a project firm, once it is free. Raises `land_taken`."""
    return _advance(reference=reference, state=Hold.RESERVED, at=at)


@transaction.atomic
def issue_on_land(*, reference: str, at: datetime) -> list[Commitment]:
    """Note that a ticket was issued on what a project has reserved, after a last look. Raises `land_taken`."""
    return _advance(reference=reference, state=Hold.ISSUED, at=at)


@transaction.atomic
def take_back_issue(*, reference: str, at: datetime) -> None:
    """Note that nothing was issued after all on what a project has reserved: it is reserved as before."""
    wait_turn(TURN)
    Commitment.objects.filter(reference=reference, state=Hold.ISSUED).update(state=Hold.RESERVED, changed_at=at)


@transaction.atomic
def check_land_free(*, reference: str) -> list[Commitment]:
    """Raise `land_taken` where something firm stands on what a project has taken. Returns the project's own."""
    if not commitments_of(reference):
        return []  # nothing of ours can clash, and nobody needs to wait for it
    wait_turn(TURN)
    mine = commitments_of(reference)
    period = (mine[0].period_from, mine[0].period_to)
    refuse_clashes(clashes=find_clashes([claim_of(row) for row in mine], period, leave_out=reference))
    return mine


@transaction.atomic
def release_land(*, reference: str, at: datetime) -> int:
    """Let go of all that a reference has applied for, reserved or listed. What is issued stays. Returns how many."""
    wait_turn(TURN)
    open_ones = Commitment.objects.filter(reference=reference, state__in=(Hold.APPLIED, Hold.RESERVED, Hold.LISTED))
    return open_ones.update(state=Hold.RELEASED, changed_at=at)


def _advance(*, reference: str, state: str, at: datetime) -> list[Commitment]:
    mine = check_land_free(reference=reference)
    Commitment.objects.filter(pk__in=[row.pk for row in mine]).exclude(state=state).update(state=state, changed_at=at)
    return commitments_of(reference)


def refuse_clashes(*, clashes: Sequence[Clash]) -> None:
    """Raise `land_taken` naming the first few of those that count."""
    firm = [clash for clash in clashes if clash.counts]
    if not firm:
        return
    said = " ".join(clash_sentence(clash) for clash in firm[:SHOWN])
    more = _("一共 %(count)s 处。") % {"count": len(firm)} if len(firm) > SHOWN else ""
    remedy = _("看重叠图；换掉这些小班或监测期，或者先让对方退出。")
    raise Problem("land_taken", f"{said}{more}", field="parcels", remedy=remedy)


def _check_apart(claims: Sequence[Claim]) -> None:
    """Refuse a set of parcels in which two are partly the same land."""
    for first, second, overlap in own_overlaps([claim.geometry for claim in claims]):
        facts = {
            "first": claims[first].code,
            "second": claims[second].code,
            "area": f"{overlap.area_m2:,}",
        }
        text = _("小班 %(first)s 和 %(second)s 有 %(area)s m² 是同一块地。") % facts
        raise Problem("land_overlaps_itself", text, field="parcels", remedy=_("去掉其中一个，或者先改正边界。"))
