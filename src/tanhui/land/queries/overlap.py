"""What else stands on the land and in the time that somebody means to take: found by box, measured by geometry."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from tanhui.core.geometry.overlap import DRAWING, Overlap, Tolerance, overlaps
from tanhui.land.models import FIRM, Commitment, Extent, Parcel, Scheme
from tanhui.land.overlap_store import Taken, candidates


class Claim(NamedTuple):
    """A parcel that somebody means to take. `geometry` is WKB in EPSG:4490."""

    code: str
    geometry: bytes
    extent: Extent


class Clash(NamedTuple):
    """A commitment that has land and time in common with one of ours.

    `period_from` and `period_to` bound the time in common; `whole_period` where theirs is the same as ours.
    `area_m2` and shares are None where the list gave no boundary and the parcel's code alone was matched. `counts`
    says whether it excludes ours: applications do not bind yet, slivers are drawing, and CCER does not exclude CCER.
    """

    ours: str
    commitment: int
    scheme: str
    state: str
    reference: str
    title: str
    theirs: str
    period_from: date
    period_to: date
    whole_period: bool
    area_m2: int | None
    share_ours_ppm: int | None
    share_theirs_ppm: int | None
    sliver: bool
    counts: bool
    geometry: bytes | None


def claim_of(parcel: Parcel | Commitment) -> Claim:
    code = parcel.code if isinstance(parcel, Parcel) else parcel.parcel_code
    assert parcel.geometry is not None
    assert parcel.extent is not None
    return Claim(code, bytes(parcel.geometry), parcel.extent)


def find_clashes(
    claims: Sequence[Claim],
    period: tuple[date, date],
    *,
    scheme: str = Scheme.TICKET,
    leave_out: str = "",
    tolerance: Tolerance = DRAWING,
) -> list[Clash]:
    """Return everything that overlaps these claims in this time, by claim, the largest overlap first."""
    codes = [claim.code for claim in claims]
    pairs = candidates([claim.extent for claim in claims], codes, period=period, leave_out=leave_out)
    placed = [(ours, taken) for ours, taken in pairs if taken.geometry is not None]
    measured = overlaps(
        [claims[ours].geometry for ours, _taken in placed],
        [taken.geometry for _ours, taken in placed if taken.geometry is not None],
        tolerance,
    )
    found = [
        (ours, _clash(claims[ours], taken, overlap, period, scheme))
        for (ours, taken), overlap in zip(placed, measured, strict=True)
        if overlap is not None
    ]
    found += [
        (ours, _clash(claims[ours], taken, None, period, scheme)) for ours, taken in pairs if taken.geometry is None
    ]
    found.sort(key=lambda pair: (pair[0], -(pair[1].area_m2 or 0), pair[1].commitment))
    return [clash for _ours, clash in found]


def _clash(claim: Claim, taken: Taken, overlap: Overlap | None, period: tuple[date, date], scheme: str) -> Clash:
    sliver = overlap is not None and overlap.sliver
    both_ccer = scheme == taken.scheme == Scheme.CCER
    return Clash(
        ours=claim.code,
        commitment=taken.id,
        scheme=taken.scheme,
        state=taken.state,
        reference=taken.reference,
        title=taken.title,
        theirs=taken.parcel_code,
        period_from=max(period[0], taken.period_from),
        period_to=min(period[1], taken.period_to),
        whole_period=(taken.period_from, taken.period_to) == period,
        area_m2=overlap.area_m2 if overlap else None,
        share_ours_ppm=overlap.share_ours_ppm if overlap else None,
        share_theirs_ppm=overlap.share_theirs_ppm if overlap else None,
        sliver=sliver,
        counts=taken.state in FIRM and not sliver and not both_ccer,
        geometry=overlap.geometry if overlap else None,
    )


def commitments_of(reference: str) -> list[Commitment]:
    """Return what one project, triage or list row has taken and not let go, by parcel."""
    found = Commitment.objects.filter(reference=reference).exclude(state="released")
    return list(found.order_by("parcel_code", "id"))
