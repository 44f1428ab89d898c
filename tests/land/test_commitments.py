"""Commitments: who stands where and when, who is refused, and what the table itself does not let happen."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from shapely import MultiPolygon, box

from parcels import PERIOD, keep_parcels
from standing import at_once, load_people
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.land.models import Commitment, Extent, Hold
from tanhui.land.queries.overlap import claim_of, find_clashes
from tanhui.land.services.commit import (
    apply_for_land,
    check_land_free,
    commitment_of,
    issue_on_land,
    release_land,
    reserve_land,
)

LATER = (PERIOD[1], date(2030, 7, 1))


@pytest.fixture
def parcels(people):
    return keep_parcels(people)


def applied(people, parcels, reference, period=PERIOD):
    return apply_for_land(
        reference=reference,
        title=f"项目 {reference}",
        parcels=parcels,
        period=period,
        by=people["batu"],
        at=clock.now(),
    )


def states(reference):
    return [row.state for row in Commitment.objects.filter(reference=reference).order_by("id")]


def elsewhere(people, parcel, shape=None, *, scheme="ccer", period=PERIOD):
    """Something that another scheme lists: on a parcel of ours, or on a shape of its own."""
    row = commitment_of(
        parcel,
        scheme=scheme,
        state=Hold.LISTED,
        reference="list 1",
        title="某造林碳汇项目",
        period=period,
        by=people["batu"],
        at=clock.now(),
    )
    if shape is not None:
        row.parcel, row.parcel_code, row.geometry, row.extent = (
            None,
            "",
            MultiPolygon([shape]).wkb,
            Extent(*shape.bounds),
        )
    row.save()
    return row


def test_land_is_applied_for_reserved_and_issued(people, parcels):
    applied(people, parcels[:2], "P-1")
    assert states("P-1") == ["applied", "applied"]
    reserve_land(reference="P-1", at=clock.now())
    issue_on_land(reference="P-1", at=clock.now())
    assert states("P-1") == ["issued", "issued"]
    assert [row.reference for row in check_land_free(reference="P-1")] == ["P-1", "P-1"]


def test_an_application_binds_nobody_but_a_reservation_does(people, parcels):
    applied(people, parcels[:2], "P-1")
    applied(people, parcels[1:3], "P-2")
    reserve_land(reference="P-1", at=clock.now())
    with pytest.raises(Problem) as refused:
        reserve_land(reference="P-2", at=clock.now())
    assert refused.value.code == "land_taken"
    assert "A-2" in refused.value.message
    assert "项目 P-1" in refused.value.message
    assert "100.0%" in refused.value.message
    assert states("P-2") == ["applied", "applied"]


def test_the_same_land_at_another_time_is_free_and_ends_may_meet(people, parcels):
    applied(people, parcels[:1], "P-1")
    issue_after_reserving("P-1")
    applied(people, parcels[:1], "P-2", LATER)
    reserve_land(reference="P-2", at=clock.now())
    assert states("P-2") == ["reserved"]
    applied(people, parcels[:1], "P-3", (date(2025, 6, 30), date(2026, 1, 1)))
    with pytest.raises(Problem, match="2025-06-30"):
        reserve_land(reference="P-3", at=clock.now())


def issue_after_reserving(reference):
    reserve_land(reference=reference, at=clock.now())
    issue_on_land(reference=reference, at=clock.now())


def test_what_was_let_go_is_free_again_but_an_issue_stays(people, parcels):
    applied(people, parcels[:1], "P-1")
    reserve_land(reference="P-1", at=clock.now())
    assert release_land(reference="P-1", at=clock.now()) == 1
    applied(people, parcels[:1], "P-2")
    issue_after_reserving("P-2")
    assert release_land(reference="P-2", at=clock.now()) == 0
    assert states("P-2") == ["issued"]


def test_applying_again_takes_the_place_of_the_first_application(people, parcels):
    applied(people, parcels[:2], "P-1")
    applied(people, parcels[2:3], "P-1")
    assert states("P-1") == ["released", "released", "applied"]


def test_land_listed_elsewhere_is_found_by_its_boundary_and_measured(people, parcels):
    elsewhere(people, parcels[0], box(110.005, 41.0, 110.02, 41.01), period=(date(2023, 1, 1), date(2024, 1, 1)))
    first, second, third, _fourth = (claim_of(parcel) for parcel in parcels)
    half, whole = find_clashes([first, second, third], PERIOD)
    assert (half.ours, half.counts, half.sliver) == ("A-1", True, False)
    assert half.share_ours_ppm == pytest.approx(500_000, abs=10)
    assert (whole.ours, whole.share_ours_ppm) == ("A-2", 1_000_000)
    assert half.area_m2 == pytest.approx(whole.area_m2 / 2, abs=2)
    assert (half.period_from, half.period_to) == (date(2023, 1, 1), date(2024, 1, 1))
    applied(people, parcels[:1], "P-1")
    with pytest.raises(Problem, match="某造林碳汇项目"):
        reserve_land(reference="P-1", at=clock.now())


def test_a_sliver_is_told_and_does_not_exclude(people, parcels):
    elsewhere(people, parcels[0], box(110.009_996, 41.0, 110.009_999, 41.01))
    (sliver,) = find_clashes([claim_of(parcels[0])], PERIOD)
    assert (sliver.sliver, sliver.counts) == (True, False)
    applied(people, parcels[:1], "P-1")
    assert len(reserve_land(reference="P-1", at=clock.now())) == 1


def test_a_listing_without_a_boundary_is_met_by_the_code_of_the_parcel(people, parcels):
    row = commitment_of(
        parcels[0],
        scheme="vcs",
        state=Hold.LISTED,
        reference="list 2",
        title="VCS 1234",
        period=PERIOD,
        by=people["batu"],
        at=clock.now(),
    )
    row.geometry = row.extent = row.area_m2 = None
    row.save()
    (clash,) = find_clashes([claim_of(parcel) for parcel in parcels], PERIOD)
    assert (clash.ours, clash.area_m2, clash.counts, clash.geometry) == ("A-1", None, True, None)


def test_ccer_does_not_exclude_ccer_but_a_ticket_does(people, parcels):
    elsewhere(people, parcels[0])
    (clash,) = find_clashes([claim_of(parcels[0])], PERIOD, scheme="ccer")
    assert not clash.counts
    elsewhere(people, parcels[1], scheme="vcs")
    (other,) = find_clashes([claim_of(parcels[1])], PERIOD, scheme="ccer")
    assert other.counts


def test_a_project_whose_parcels_overlap_each_other_is_refused(people, parcels):
    inner = keep_parcels(people, 1, west=110.005 - 4 * 0.01)
    with pytest.raises(Problem) as refused:
        applied(people, [*parcels, *inner], "P-1")
    assert refused.value.code == "land_overlaps_itself"
    assert Commitment.objects.count() == 0


@pytest.mark.parametrize(("chosen", "period", "code"), [(0, PERIOD, "no_parcels"), (1, PERIOD[::-1], "bad_period")])
def test_an_application_needs_parcels_and_a_time(people, parcels, chosen, period, code):
    with pytest.raises(Problem) as refused:
        applied(people, parcels[:chosen], "P-1", period)
    assert refused.value.code == code


def test_the_table_itself_refuses_one_parcel_twice(people, parcels):
    made = {"scheme": "ticket", "title": "", "by": people["batu"], "at": clock.now()}
    commitment_of(parcels[0], state=Hold.ISSUED, reference="P-1", period=PERIOD, **made).save()
    commitment_of(parcels[0], state=Hold.ISSUED, reference="P-2", period=LATER, **made).save()
    with pytest.raises(IntegrityError, match="one_firm_commitment"), transaction.atomic():
        commitment_of(
            parcels[0], state=Hold.RESERVED, reference="P-3", period=(date(2025, 1, 1), date(2026, 1, 1)), **made
        ).save()
    commitment_of(parcels[0], state=Hold.APPLIED, reference="P-3", period=PERIOD, **made).save()
    with pytest.raises(IntegrityError, match="one_firm_commitment"), transaction.atomic():
        Commitment.objects.filter(reference="P-3").update(state=Hold.RESERVED)


def test_the_table_itself_refuses_a_ticket_on_what_is_listed_elsewhere(people, parcels):
    elsewhere(people, parcels[0])
    made = {"title": "", "by": people["batu"], "at": clock.now(), "reference": "P-1", "period": PERIOD}
    with pytest.raises(IntegrityError, match="listed elsewhere"), transaction.atomic():
        commitment_of(parcels[0], scheme="ticket", state=Hold.RESERVED, **made).save()
    commitment_of(parcels[0], scheme="ccer", state=Hold.RESERVED, **made).save()
    assert states("P-1") == ["reserved"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE land_commitment SET period_to = period_to + 1",
        "UPDATE land_commitment SET state = 'applied'",
        "UPDATE land_commitment SET state = 'released'",
        "UPDATE land_commitment SET parcel_code = 'A-9'",
        "DELETE FROM land_commitment",
    ],
)
def test_an_issued_commitment_stands(people, parcels, statement):
    applied(people, parcels[:1], "P-1")
    issue_after_reserving("P-1")
    with pytest.raises(IntegrityError, match="only goes on"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_two_at_once_cannot_both_have_the_land(standing):
    _region, people = load_people()
    parcels = keep_parcels(people)
    shifted = keep_parcels(people, 1, west=110.005 - 4 * 0.01)
    applied(people, parcels[:1], "P-1")
    applied(people, shifted, "P-2")

    def ask(reference):
        def act():
            try:
                reserve_land(reference=reference, at=clock.now())
            except Problem as problem:
                return problem.code
            return "reserved"

        return act

    assert sorted(at_once([ask("P-1"), ask("P-2")])) == ["land_taken", "reserved"]
    assert Commitment.objects.filter(state=Hold.RESERVED).count() == 1
