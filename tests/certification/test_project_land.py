"""The land of a project: chosen, triaged, reserved, compared with what was measured, issued once."""

from datetime import date

import pytest

from parcels import PERIOD, keep_parcels
from standing import at_once, load_people
from tanhui.certification.models import Project, State
from tanhui.certification.services import choose_parcels
from tanhui.certification.services.parcels import check_measured_land
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.land.models import Commitment, Hold
from tanhui.land.services.commit import commitment_of
from tanhui.land.services.triage import decide_triage, tell_facts
from tanhui.registry.models import Lot
from walk import Walk

FACTS = {
    "tenure_document": "forest_right",
    "tenure_disputed": "no",
    "unlawful_change": "no",
    "harvest_lock": "yes",
    "other_scheme": "none",
    "obligation": "no",
}


def signed(person):
    return {"by": person, "reason": "有理由。", "at": clock.now()}


def triaged(people, parcels, period=PERIOD, **facts):
    tell_facts(
        parcels=parcels, period=period, facts={**FACTS, **facts}, note="证明", evidence=None, **signed(people["surina"])
    )
    return decide_triage(parcels=parcels, period=period, **signed(people["surina"]))


class LandWalk(Walk):
    """A walk whose project has parcels: accepted on them, not on plots alone."""

    def choose(self, parcels, period=PERIOD, by="zhaogang"):
        return choose_parcels(number=self.number, parcels=parcels, period=period, **signed(self.people[by]))

    def _acts(self):
        from tanhui.certification.services import accept

        return {**super()._acts(), "accept": lambda **named: accept(number=self.number, **named)}


@pytest.fixture
def parcels(people):
    return keep_parcels(people, 5)


@pytest.fixture
def walk(people, small_survey):
    walk = LandWalk(people, small_survey)
    walk.do("apply")
    return walk


def states():
    return sorted(row.state for row in Commitment.objects.exclude(state=Hold.RELEASED))


def refused(act, *words, **named):
    with pytest.raises(Problem) as problem:
        act(*words, **named)
    return problem.value


def test_a_project_on_parcels_goes_from_application_to_issue(people, parcels, walk):
    triaged(people, parcels)
    walk.choose(parcels)
    assert states() == ["applied"] * 5
    walk.do("accept")
    assert states() == ["reserved"] * 5
    for act in ("measure", "review", "certify", "publish_notice", "request_issue", "approve_issue"):
        walk.do(act)
    assert states() == ["issued"] * 5
    assert Lot.objects.count() == 1


def test_a_project_without_parcels_is_not_accepted_silently(people, walk):
    assert refused(walk.do, "accept").code == "parcels_missing"
    assert Project.objects.get().state == State.APPLIED


def test_every_parcel_must_have_been_triaged_for_a_ticket(people, parcels, walk):
    triaged(people, parcels[:4])
    walk.choose(parcels)
    problem = refused(walk.do, "accept")
    assert (problem.code, "A-5" in problem.message) == ("not_for_ticket", True)
    triaged(people, parcels[4:], tenure_disputed="yes")
    assert "仅监测" in refused(walk.do, "accept").message
    walk.choose(parcels[:4])
    walk.do("accept")
    assert states() == ["reserved"] * 4


def test_triage_of_another_period_is_no_triage_of_this_one(people, parcels, walk):
    triaged(people, parcels, (PERIOD[0], date(2024, 7, 1)))
    walk.choose(parcels)
    assert refused(walk.do, "accept").code == "not_for_ticket"


def test_land_that_another_project_has_is_refused_at_acceptance(people, parcels, small_survey, walk):
    triaged(people, parcels)
    walk.choose(parcels)
    walk.do("accept")
    other = LandWalk(people, small_survey, key="other")
    other.do("apply")
    other.choose(parcels[:1])
    problem = refused(other.do, "accept")
    assert (problem.code, "小样" in problem.message) == ("land_taken", True)


def listed_elsewhere(people, parcel):
    commitment_of(
        parcel,
        scheme="ccer",
        state=Hold.LISTED,
        reference="ccer:1",
        title="某造林碳汇项目",
        period=PERIOD,
        by=people["batu"],
        at=clock.now(),
    ).save()


@pytest.mark.parametrize("act", ["measure", "certify", "approve_issue"])
def test_what_another_scheme_lists_meanwhile_stops_the_next_step(people, parcels, walk, act):
    triaged(people, parcels)
    walk.choose(parcels)
    steps = ("accept", "measure", "review", "certify", "publish_notice", "request_issue", "approve_issue")
    for earlier in steps[: steps.index(act)]:
        walk.do(earlier)
    listed_elsewhere(people, parcels[0])
    before = Project.objects.get().state
    assert refused(walk.do, act).code == "land_taken"
    assert Project.objects.get().state == before
    assert Lot.objects.count() == 0


def test_what_was_measured_lies_in_the_time_that_was_taken(people, parcels, walk):
    period = (PERIOD[0], date(2025, 6, 30))
    triaged(people, parcels, period)
    walk.choose(parcels, period)
    walk.do("accept")
    problem = refused(walk.do, "measure")
    assert problem.code == "outside_period"
    assert "2025-07-01" in problem.message


def test_a_survey_speaks_of_no_more_land_than_the_parcels_have(people, parcels, walk):
    """The small survey has 400 ha; one parcel has 93.4."""
    triaged(people, parcels)
    walk.choose(parcels[:1])
    walk.do("accept")
    problem = refused(walk.do, "measure")
    assert problem.code == "more_area_than_parcels"
    assert "400.0" in problem.message
    project = Project.objects.get()
    document = {"period": {"from": "2020-07-01", "to": "2025-07-01"}, "area_ha": 94.0}
    assert check_measured_land(project=project, document=document) is None
    assert refused(check_measured_land, project=project, document={**document, "area_ha": 94.5}).field == "files"


def test_a_project_given_back_lets_its_land_go(people, parcels, walk):
    triaged(people, parcels)
    walk.choose(parcels)
    walk.do("accept")
    from tanhui.certification.services import give_back

    give_back(number=walk.number, **signed(people["limin"]))
    assert states() == []


def test_who_chooses_parcels_and_until_when(people, parcels, small_survey, walk):
    triaged(people, parcels)
    assert refused(walk.choose, parcels, by="naren").code == "wrong_role"
    strange = keep_parcels(people, 1, owner=people["sunwei"].organisation)
    assert refused(walk.choose, strange).code == "not_your_parcel"
    assert refused(walk.choose, []).code == "no_parcels"
    walk.choose(parcels)
    walk.do("accept")
    assert refused(walk.choose, parcels).code == "wrong_step"


def test_an_owner_chooses_for_its_own_projects_only(people, parcels, walk):
    people["zhaogang"].organisation = people["sunwei"].organisation
    people["zhaogang"].save()
    assert refused(walk.choose, parcels).code == "not_your_organisation"


def test_two_projects_on_the_same_land_at_once_one_is_issued(standing, small_survey):
    """Both were let through to the last step before the land was compared: the issue itself asks once more."""
    _region, people = load_people()
    parcels = keep_parcels(people, 5)
    shifted = keep_parcels(people, 5, west=110.0 - 5 * 0.01 + 0.002)
    triaged(people, [*parcels, *shifted])
    walks = []
    for key, land in (("one", parcels), ("two", shifted)):
        walk = LandWalk(people, small_survey, key=key)
        walk.do("apply")
        walk.choose(land)
        walks.append(walk)

    def accept(walk):
        def act():
            try:
                walk.do("accept")
            except Problem as problem:
                return problem.code
            return "accepted"

        return act

    assert sorted(at_once([accept(walk) for walk in walks])) == ["accepted", "land_taken"]
    assert Project.objects.filter(state=State.ACCEPTED).count() == 1
