"""Triage as people do it: facts told with papers, decisions that supersede, CCER reserves that exclude tickets."""

import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from parcels import PERIOD, keep_parcels
from standing import at_once, load_people
from tanhui.core.triage import parse_table, table_files
from tanhui.kit import clock
from tanhui.kit.problems import NotFoundProblem, Problem
from tanhui.land.models import Commitment, EvidenceFile, ToldFact, Triage
from tanhui.land.queries.triage import assess, current_parcels, dry_run, kept_table, revisions, standing, told_facts
from tanhui.land.services.commit import apply_for_land, issue_on_land, reserve_land
from tanhui.land.services.triage import decide_triage, keep_evidence, tell_facts
from tanhui.people.models import Role
from tanhui.people.queries import trail

TICKET = {
    "tenure_document": "forest_right",
    "tenure_disputed": "no",
    "unlawful_change": "no",
    "harvest_lock": "yes",
    "other_scheme": "none",
    "obligation": "no",
}
CCER = {
    **{name: value for name, value in TICKET.items() if name != "harvest_lock"},
    "planned_afforestation_land": "yes",
    "forest_before": "no",
    "activity": "afforestation",
    "planted": "tree",
    "economic_forest": "no",
    "corridor_greening": "no",
    "urban_greening": "no",
    "start_date": "2021-04-10",
    "scattered_trees_removed": "no",
    "shrub_removal_percent": "0",
    "repeated_soil_disturbance": "no",
    "burning": "no",
    "displaced_farming": "no",
    "crediting_years": "20",
    "ccer_waived": "no",
    "precipitation_mm": "290",
}


@pytest.fixture
def parcels(people):
    return keep_parcels(people)


def recent():
    """A period that CCER may still look back on."""
    today = clock.now().date()
    return (today - timedelta(days=1000), today - timedelta(days=10))


def told(people, parcels, facts, period=PERIOD, *, by="batu", note="县林草局证明", evidence=None):
    return tell_facts(
        parcels=parcels,
        period=period,
        facts=facts,
        note=note,
        evidence=evidence,
        by=people[by],
        reason="按材料填写。",
        at=clock.now(),
    )


def decided(people, parcels, period=PERIOD, *, by="batu", reason="条件齐全。", table=None):
    return decide_triage(parcels=parcels, period=period, by=people[by], reason=reason, at=clock.now(), table=table)


def test_a_parcel_with_all_facts_may_have_a_ticket(people, parcels):
    told(people, parcels[:2], TICKET)
    first, second = decided(people, parcels[:2])
    assert (first.outcome, second.outcome, first.revision) == ("ticket", "ticket", 1)
    document = json.loads(first.document)
    assert document["facts"]["land_class"] == "arbor"
    assert document["facts"]["overlap_found"] == "none"
    assert 930_000 < int(document["facts"]["continuous_area_m2"]) < 940_000
    assert document["evidence"]["tenure_document"] == ["县林草局证明"]
    acts = [(entry.act, entry.person.username) for entry in trail("parcel A-1")]
    assert acts == [("tell_facts", "batu"), ("decide_triage", "batu")]
    assert Commitment.objects.count() == 0


def test_nothing_told_is_monitoring_only_with_every_condition_listed(people, parcels):
    (found,) = decided(people, parcels[:1], recent())
    assert found.outcome == "monitoring_only"
    document = json.loads(found.document)
    assert sum(len(route["conditions"]) for route in document["routes"]) == 43
    assert {caution["code"] for caution in document["cautions"]} == {"ccer_open", "ticket_open"}


def test_a_fact_told_later_counts_and_an_empty_one_takes_back(people, parcels):
    told(people, parcels[:1], TICKET)
    told(people, parcels[:1], {"tenure_disputed": "yes"}, note="信访件 12 号")
    assert told_facts(["A-1"], PERIOD)["A-1"]["tenure_disputed"].value == "yes"
    told(people, parcels[:1], {"tenure_disputed": ""})
    assert "tenure_disputed" not in told_facts(["A-1"], PERIOD)["A-1"]
    assert ToldFact.objects.filter(fact="tenure_disputed").count() == 3


def test_a_decision_supersedes_and_the_same_again_is_the_same(people, parcels):
    told(people, parcels[:1], TICKET)
    (first,) = decided(people, parcels[:1])
    (again,) = decided(people, parcels[:1], reason="再点一次。")
    assert again.pk == first.pk
    told(people, parcels[:1], {"tenure_disputed": "yes"})
    (second,) = decided(people, parcels[:1])
    assert (second.outcome, second.revision) == ("monitoring_only", 2)
    assert [row.outcome for row in revisions("A-1", PERIOD)] == ["monitoring_only", "ticket"]
    assert [row.pk for row in standing()] == [second.pk]


def test_a_person_may_correct_the_parcel_table(people, parcels):
    told(people, parcels[:1], {**TICKET, "land_class": "farmland"})
    (found,) = decided(people, parcels[:1])
    assert found.outcome == "monitoring_only"


def test_a_reserve_for_ccer_takes_the_land_and_a_later_decision_lets_go(people, parcels):
    period = recent()
    told(people, parcels[:1], CCER, period)
    (first,) = decided(people, parcels[:1], period)
    assert first.outcome == "ccer_reserve"
    (mark,) = Commitment.objects.all()
    assert (mark.scheme, mark.state, mark.reference) == ("ccer", "reserved", first.number)
    told(people, parcels[:1], {"ccer_waived": "yes", "harvest_lock": "yes"}, period)
    (second,) = decided(people, parcels[:1], period)
    assert second.outcome == "ticket"
    assert [row.state for row in Commitment.objects.all()] == ["released"]


def test_a_reserve_for_ccer_blocks_a_ticket(people, parcels):
    period = recent()
    told(people, parcels[:1], CCER, period)
    decided(people, parcels[:1], period)
    apply_for_land(reference="P-1", title="项目", parcels=parcels[:1], period=period, by=people["batu"], at=clock.now())
    with pytest.raises(Problem) as refused:
        reserve_land(reference="P-1", at=clock.now())
    assert refused.value.code == "land_taken"
    assert "CCER" in refused.value.message


@pytest.mark.parametrize("issued", [True, False])
def test_a_ticket_blocks_the_mark_for_ccer(people, parcels, issued):
    period = recent()
    apply_for_land(reference="P-1", title="项目", parcels=parcels[:1], period=period, by=people["batu"], at=clock.now())
    reserve_land(reference="P-1", at=clock.now())
    if issued:
        issue_on_land(reference="P-1", at=clock.now())
    told(people, parcels[:1], CCER, period)
    (found,) = decided(people, parcels[:1], period)
    assert found.outcome == "monitoring_only"
    assert json.loads(found.document)["facts"]["overlap_found"] == "own_ticket"
    assert "ccer_free_here" in failed(found)
    assert not Commitment.objects.filter(scheme="ccer").exists()


def failed(triage):
    routes = json.loads(triage.document)["routes"]
    return [name for route in routes for name, verdict in route["conditions"].items() if verdict == "failed"]


def test_its_own_ticket_does_not_speak_against_a_ticket_but_anothers_does(people, parcels):
    told(people, parcels[:2], TICKET)
    apply_for_land(reference="P-1", title="项目", parcels=parcels[:1], period=PERIOD, by=people["batu"], at=clock.now())
    reserve_land(reference="P-1", at=clock.now())
    assert [row.outcome for row in decided(people, parcels[:2])] == ["ticket", "ticket"]
    shifted = (PERIOD[0], date(2024, 7, 1))
    told(people, parcels[:1], TICKET, shifted)
    (other,) = decided(people, parcels[:1], shifted)
    assert other.outcome == "monitoring_only"
    assert "ticket_free_here" in failed(other)


def test_owners_tell_of_their_own_land_only_and_decide_nothing(people, parcels):
    strange = keep_parcels(people, 1, owner=people["sunwei"].organisation)
    assert told(people, parcels[:1], TICKET, by="zhaogang") == 6
    with pytest.raises(Problem) as refused:
        told(people, strange, TICKET, by="zhaogang")
    assert refused.value.code == "not_your_parcel"
    with pytest.raises(Problem) as refused:
        decided(people, parcels[:1], by="zhaogang")
    assert refused.value.code == "wrong_role"


@pytest.mark.parametrize("role", sorted(set(Role.values) - {"operator", "analyst", "owner"}))
def test_nobody_else_tells_facts(people, parcels, role):
    who = next(person.username for person in people.values() if person.role == role)
    with pytest.raises(Problem) as refused:
        told(people, parcels[:1], TICKET, by=who)
    assert refused.value.code == "wrong_role"
    assert ToldFact.objects.count() == 0


@pytest.mark.parametrize(
    ("facts", "code", "said"),
    [
        ({}, "no_facts", "一项"),
        ({"overlap_found": "none"}, "register_fact", "登记簿"),
        ({"period_from": "2020-01-01"}, "register_fact", "登记簿"),
        ({"rainfall": "3"}, "bad_fact", "rainfall"),
        ({"activity": "hope"}, "bad_fact", "新造林"),
        ({"precipitation_mm": "dry"}, "bad_fact", "一个数"),
        ({"precipitation_mm": "-1"}, "bad_fact", "小于 0"),
        ({"start_date": "2021-02-30"}, "bad_fact", "2021-04-01"),
    ],
)
def test_facts_that_cannot_be_are_refused_in_words(people, parcels, facts, code, said):
    with pytest.raises(Problem, match=said) as refused:
        told(people, parcels[:1], facts)
    assert refused.value.code == code
    assert ToldFact.objects.count() == 0


def test_period_parcels_note_and_reason_are_asked_for(people, parcels):
    cases = [
        ("no_parcels", {"parcels": []}),
        ("bad_period", {"parcels": parcels, "period": PERIOD[::-1]}),
        ("text_too_long", {"parcels": parcels, "note": "长" * 301}),
    ]
    for code, change in cases:
        with pytest.raises(Problem) as refused:
            told(people, **{"facts": TICKET, **change})
        assert refused.value.code == code
    with pytest.raises(Problem) as refused:
        decided(people, parcels, reason=" ")
    assert refused.value.code == "reason_missing"
    assert Triage.objects.count() == 0


def test_an_unknown_parcel_is_named(people, parcels):
    assert [parcel.code for parcel in current_parcels(["A-2", "A-1", "A-2"])] == ["A-1", "A-2"]
    with pytest.raises(NotFoundProblem, match="Z-9"):
        current_parcels(["A-1", "Z-9"])


def test_a_paper_is_kept_once_and_goes_into_the_document(people, parcels):
    at = clock.now()
    first = keep_evidence(name="林权证.pdf", content=b"%PDF-1.7 scan", by=people["zhaogang"], at=at)
    again = keep_evidence(name="copy.pdf", content=b"%PDF-1.7 scan", by=people["batu"], at=at)
    assert (first.pk, again.name, EvidenceFile.objects.count()) == (again.pk, "林权证.pdf", 1)
    told(people, parcels[:1], TICKET, evidence=first, note="")
    (found,) = decided(people, parcels[:1])
    assert json.loads(found.document)["evidence"]["tenure_document"] == [f"sha256:{first.sha256}"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("run.exe", b"MZ", "paper_kind"),
        ("a.pdf", b"", "paper_empty"),
        ("a.pdf", b"x" * (20 << 20) + b"x", "paper_too_large"),
    ],
)
def test_papers_that_are_not_taken(people, name, content, code):
    with pytest.raises(Problem) as refused:
        keep_evidence(name=name, content=content, by=people["batu"], at=clock.now())
    assert refused.value.code == code


def changed_table(old, new):
    files = table_files("parcel-triage", "1.0.0")
    assert old in files["parameters.csv"]
    return parse_table({**files, "parameters.csv": files["parameters.csv"].replace(old, new)})


def test_another_table_over_old_decisions_shows_what_would_change(people, parcels):
    told(people, parcels[:2], TICKET)
    decided(people, parcels[:1])
    later = changed_table(b"earliest_ticket_period,2016-01-01", b"earliest_ticket_period,2021-01-01")
    (change,) = dry_run(list(standing()), later)
    assert (change.triage.outcome, change.outcome) == ("ticket", "monitoring_only")
    assert change.conditions == (("ticket_earliest", "met", "failed"),)
    assert Triage.objects.count() == 1
    same = parse_table(table_files("parcel-triage", "1.0.0"))
    assert dry_run(list(standing()), same) == []


def test_the_table_of_a_decision_is_kept_byte_for_byte(people, parcels):
    (found,) = decided(people, parcels[:1])
    assert kept_table(found.table_hash_hex).hash == found.table_hash_hex
    with pytest.raises(NotFoundProblem):
        kept_table("0" * 64)


def test_a_look_writes_nothing(people, parcels):
    told(people, parcels, TICKET)
    found = assess(parcels, PERIOD, today=date(2026, 11, 26))
    assert [row.decision.outcome for row in found] == ["ticket"] * 4
    assert Triage.objects.count() == 0


@pytest.mark.parametrize("table", ["land_triage", "land_toldfact", "land_kepttablefile"])
def test_what_was_told_and_decided_stands(people, parcels, table):
    told(people, parcels[:1], TICKET)
    decided(people, parcels[:1])
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


def test_two_who_decide_at_once_make_one_decision(standing):
    _region, people = load_people()
    parcels = keep_parcels(people, 1)
    told(people, parcels, TICKET)
    answers = at_once([lambda: decided(people, parcels), lambda: decided(people, parcels, by="surina")])
    assert answers[0][0].pk == answers[1][0].pk
    assert Triage.objects.count() == 1


def test_a_mark_for_ccer_and_a_ticket_at_once_cannot_both_be(standing):
    _region, people = load_people()
    parcels, period = keep_parcels(people, 1), recent()
    told(people, parcels, CCER, period)
    apply_for_land(reference="P-1", title="项目", parcels=parcels, period=period, by=people["batu"], at=clock.now())

    def reserve():
        try:
            reserve_land(reference="P-1", at=clock.now())
        except Problem as problem:
            return problem.code
        return "reserved"

    mark, ticket = at_once([lambda: decided(people, parcels, period)[0].outcome, reserve])
    assert (mark, ticket) in {("ccer_reserve", "land_taken"), ("monitoring_only", "reserved")}
    assert Commitment.objects.filter(state="reserved").count() == 1
