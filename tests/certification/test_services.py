"""The acts of certification: their order, their people, what is refused, and what each leaves in the trail."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from standing import row_counts, run_sql
from tanhui.certification.models import Project, State
from tanhui.certification.queries import latest_estimate, steps
from tanhui.certification.services import accept, apply, certify, give_back, publish_notice, review
from tanhui.certification.services.rules import FROM_STATES, ROLES
from tanhui.kit.problems import NotFoundProblem, Problem
from tanhui.people.models import Role, TrailEntry
from tanhui.people.queries import trail
from tanhui.people.services import register_person
from tanhui.registry.services import request_issue
from walk import AT, DOERS, STEPS, Files, People, Walk, signature

STATE_AFTER = {
    "apply": State.APPLIED,
    "accept": State.ACCEPTED,
    "measure": State.MEASURED,
    "review": State.REVIEWED,
    "certify": State.CERTIFIED,
    "publish_notice": State.ON_NOTICE,
    "request_issue": State.ON_NOTICE,
    "approve_issue": State.ISSUED,
}
SPARE = {role: f"spare-{role}" for role in Role.values}


@pytest.fixture
def walk(people: People, small_survey: Files) -> Walk:
    """A project that has not begun, and one more person of every role."""
    spares = {
        name: register_person(
            username=name, name_zh="备", name_en="Spare", role=role, organisation=people["zhaogang"].organisation
        )
        for role, name in SPARE.items()
    }
    return Walk({**people, **spares}, small_survey)


def expect_refusal(code: str, call: Callable[..., object], /, **arguments: object) -> Problem:
    """Expect a problem, and nothing written."""
    before, states = row_counts(), list(Project.objects.values_list("state", flat=True))
    with pytest.raises(Problem) as found, transaction.atomic():
        call(**arguments)
    assert found.value.code == code
    assert str(found.value.message)
    assert row_counts() == before
    assert list(Project.objects.values_list("state", flat=True)) == states
    return found.value


def test_the_whole_way_in_its_order_and_each_act_in_the_trail(walk: Walk):
    for act in STEPS:
        walk.do(act, reason=f"因为{act}")
        assert Project.objects.get(number=walk.number).state == STATE_AFTER[act]
    left = trail(walk.number)
    assert [entry.act for entry in left] == list(STEPS)
    assert [entry.person.username for entry in left] == list(DOERS.values())
    assert [entry.role for entry in left] == [walk.people[name].role for name in DOERS.values()]
    assert [entry.reason for entry in left] == [f"因为{act}" for act in STEPS]
    assert {entry.at for entry in left} == {AT}
    project = Project.objects.get(number=walk.number)
    assert [step.done is not None for step in steps(project)] == [True] * 7
    facts = {entry.act: entry.facts for entry in left}
    estimate = latest_estimate(project)
    assert facts["measure"] == {"survey": estimate.survey.root_hex, "estimate": estimate.hash_hex}
    assert facts["review"] == {"estimate_hash": estimate.hash_hex}
    assert facts["publish_notice"] == {"days": 0}
    assert facts["approve_issue"] == {"lot": walk.order.lot}


def test_a_project_that_nobody_applied_for_is_not_found(people: People):
    with pytest.raises(NotFoundProblem, match="BT-P-1"):
        accept(number="BT-P-1", **signature(people["batu"]))


def test_every_wrong_role_is_refused_at_every_act(walk: Walk):
    for act in STEPS[:-1]:
        wrong = [role for role in Role.values if role not in ROLES[act]]
        assert len(wrong) >= len(Role.values) - 2
        for role in wrong:
            expect_refusal("wrong_role", walk.do, act=act, by=SPARE[role])
        walk.do(act)


def test_giving_back_is_for_registry_and_reviewers(walk: Walk):
    walk.to("accept")
    wrong = [role for role in Role.values if role not in ROLES["give_back"]]
    assert len(wrong) == 6
    for role in wrong:
        expect_refusal("wrong_role", give_back, number=walk.number, **signature(walk.people[SPARE[role]]))


def test_every_act_out_of_its_order_is_refused(walk: Walk):
    for reached in STEPS:
        walk.do(reached)
        state = Project.objects.get(number=walk.number).state
        order, walk.command_id = walk.command_id, b"another request."
        wrong = [act for act in STEPS[1:-1] if state not in FROM_STATES[act]]
        assert len(wrong) >= 4
        for act in wrong:
            expect_refusal("wrong_step", walk.do, act=act, by=SPARE[ROLES[act][0]])
        walk.command_id = order


def test_every_pair_of_acts_needs_two_people(walk: Walk):
    """Who did an act before cannot do a later one, whatever their role is by now."""
    done: list[str] = []
    for act in STEPS[:-1]:
        for earlier in done:
            person = walk.people[DOERS[earlier]]
            role, person.role = person.role, ROLES[act][0]
            person.save()
            expect_refusal("same_person", walk.do, act=act, by=DOERS[earlier])
            person.role = role
            person.save()
        walk.do(act)
        done.append(act)
    assert done == list(STEPS[:-1])


def test_who_acted_on_the_project_cannot_approve_its_issue(walk: Walk):
    walk.to("request_issue")
    before = row_counts()
    for earlier in STEPS[1:6]:
        person = walk.people[DOERS[earlier]]
        person.role = Role.OPERATOR
        person.save()
        with pytest.raises(Problem) as found:
            walk.do("approve_issue", by=DOERS[earlier])
        assert found.value.code == "same_person"
    assert row_counts() == before, "neither an account nor a block is left of a refused approval"
    assert walk.do("approve_issue").state == "done"


def test_no_act_without_a_reason(walk: Walk):
    for act in STEPS:
        for reason in ("", "  \n"):
            assert expect_refusal("reason_missing", walk.do, act=act, reason=reason).field == "reason"
        walk.do(act)
    assert {entry.reason for entry in trail(walk.number)} == {"有理由。"}


def test_reasons_have_an_end(walk: Walk):
    walk.to("apply")
    expect_refusal("reason_too_long", walk.do, act="accept", reason="长" * 2001)
    assert walk.do("accept", reason="长" * 2000).state == State.ACCEPTED


@pytest.mark.parametrize("days", [-1, 61])
def test_notices_of_impossible_length(walk: Walk, days: int):
    walk.to("certify")
    expect_refusal("bad_notice_days", publish_notice, number=walk.number, days=days, **signature(walk.people["limin"]))


def test_no_issue_while_the_notice_runs(walk: Walk):
    walk.to("certify")
    publish_notice(number=walk.number, days=7, **signature(walk.people["limin"]))
    asked = {"number": walk.number, "region_code": "BT", "command_id": walk.command_id}
    asked |= {"by": walk.people["wangqiang"], "reason": "公示期满。"}
    end = AT + timedelta(days=7)
    expect_refusal("notice_running", request_issue, at=end - timedelta(milliseconds=1), **asked)
    assert request_issue(at=end, **asked).state == "waiting"


# --- apply -----------------------------------------------------------------------------------------


def application(people: People, **changes: object) -> dict[str, Any]:
    organisation = people["zhaogang"].organisation
    asked = {"name_zh": "阴山北麓", "name_en": "Yinshan", "owner": organisation, "region_code": "BT", "key": "k1"}
    return {**asked, **signature(people["zhaogang"]), **changes}


def test_the_same_application_again_is_the_same_project(people: People):
    first = apply(**application(people))
    before = row_counts()
    assert apply(**application(people)).pk == first.pk
    assert row_counts() == before
    assert apply(**application(people, key="k2")).number != first.number


@pytest.mark.parametrize("name", ["", "   "])
def test_a_project_has_a_name(people: People, name: str):
    assert expect_refusal("name_missing", apply, **application(people, name_zh=name)).field == "name_zh"


def test_an_owner_applies_for_their_own_organisation_only(people: People):
    other = people["sunwei"].organisation
    expect_refusal("not_your_organisation", apply, **application(people, owner=other))
    assert apply(**application(people, owner=other, by=people["batu"])).owner == other


def test_a_missing_english_name_is_the_chinese_one(people: People):
    assert apply(**application(people, name_en=" ")).name_en == "阴山北麓"


# --- give back -------------------------------------------------------------------------------------


@pytest.mark.parametrize("reached", STEPS[:6])
def test_a_project_can_be_given_back_until_it_is_issued(walk: Walk, reached: str):
    walk.to(reached)
    back = give_back(number=walk.number, **signature(walk.people[SPARE["reviewer"]], "权属不清。"))
    assert back.state == State.RETURNED
    assert trail(walk.number)[-1].reason == "权属不清。"
    expect_refusal("wrong_step", give_back, number=walk.number, **signature(walk.people[SPARE["operator"]]))
    expect_refusal("wrong_step", walk.do, act="accept", by=SPARE["operator"])
    assert not any(step.due for step in steps(back))


def test_what_is_issued_is_not_given_back(walk: Walk):
    walk.to("approve_issue")
    expect_refusal("wrong_step", give_back, number=walk.number, **signature(walk.people[SPARE["reviewer"]]))


def test_an_issue_that_waits_is_not_booked_once_the_project_is_given_back(walk: Walk):
    walk.to("request_issue")
    give_back(number=walk.number, **signature(walk.people[SPARE["reviewer"]], "举报属实。"))
    expect_refusal("wrong_step", walk.do, act="approve_issue")


# --- the trail -------------------------------------------------------------------------------------

APPEND_ONLY = (
    "people_trailentry",
    "certification_survey",
    "certification_surveyfile",
    "certification_measuredplace",
    "certification_methodfile",
    "certification_estimate",
)


def test_the_database_itself_refuses_to_change_what_was_written(walk: Walk):
    walk.to("measure")
    for table in APPEND_ONLY:
        assert row_counts()[table] > 0
        for statement in ("UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"):
            with pytest.raises(DatabaseError, match="only grows"):
                run_sql(statement.format(table))


def test_the_database_itself_refuses_an_act_without_a_reason(people: People):
    entry = TrailEntry(at=AT, person=people["batu"], role="operator", act="accept", subject="x", reason="")
    with pytest.raises(DatabaseError, match="trail_has_a_reason"), transaction.atomic():
        entry.save()


def test_the_reviewer_signs_only_the_estimate_that_was_shown(walk: Walk):
    walk.to("measure")
    expect_refusal(
        "estimate_changed", review, number=walk.number, estimate_hash="00" * 32, **signature(walk.people["chenli"])
    )
    shown = latest_estimate(Project.objects.get(number=walk.number)).hash_hex
    done = review(number=walk.number, estimate_hash=shown, **signature(walk.people["chenli"]))
    assert done.state == State.REVIEWED
    expect_refusal(
        "estimate_changed", certify, number=walk.number, estimate_hash="00" * 32, **signature(walk.people["surina"])
    )
