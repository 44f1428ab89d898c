"""The decision table: one outcome, every condition listed, nothing promoted by what disqualifies or is not known."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.core.triage import Outcome, Route, Verdict, decide, load_table, read_facts
from tanhui.core.triage.judge import judge, years_after
from tanhui.core.triage.values import read_value

TABLE = load_table()
PERIOD = {"period_from": "2021-11-26", "period_to": "2026-11-26", "assessed_on": "2026-11-26"}
CCER = {
    "planned_afforestation_land": "yes",
    "forest_before": "no",
    "activity": "afforestation",
    "planted": "tree",
    "economic_forest": "no",
    "corridor_greening": "no",
    "urban_greening": "no",
    "tenure_document": "forest_right",
    "tenure_disputed": "no",
    "continuous_area_m2": "52000",
    "start_date": "2021-04-10",
    "wetland": "no",
    "scattered_trees_removed": "no",
    "shrub_removal_percent": "5",
    "repeated_soil_disturbance": "no",
    "burning": "no",
    "displaced_farming": "no",
    "unlawful_change": "no",
    "crediting_years": "20",
    "other_scheme": "none",
    "overlap_found": "none",
    "obligation": "no",
    "ccer_waived": "no",
    "precipitation_mm": "290",
    **PERIOD,
}
TICKET = {
    "land_class": "arbor",
    "wetland": "no",
    "tenure_document": "forest_right",
    "tenure_disputed": "no",
    "unlawful_change": "no",
    "harvest_lock": "yes",
    "other_scheme": "none",
    "overlap_found": "none",
    "obligation": "no",
    **PERIOD,
}
RANK = {Outcome.MONITORING_ONLY: 0, Outcome.TICKET: 1, Outcome.CCER_RESERVE: 2}


def decided(facts):
    return decide(TABLE, read_facts(TABLE.facts, facts))


def test_new_planting_on_planned_land_is_kept_for_ccer():
    found = decided(CCER)
    assert found.outcome == Outcome.CCER_RESERVE
    assert found.exemptions == ("ccer_dry",)
    assert found.route(Route.TICKET).verdict == Verdict.UNKNOWN


def test_an_old_stand_of_a_state_farm_goes_to_a_ticket():
    """As the first ticket of Baotou: trees of a state forest farm that CCER does not take."""
    found = decided({**TICKET, "forest_before": "yes", "planned_afforestation_land": "no", "activity": "none"})
    assert found.outcome == Outcome.TICKET
    assert set(found.route(Route.CCER).named(Verdict.FAILED)) == {
        "ccer_planned_land",
        "ccer_no_forest_before",
        "ccer_new_planting",
    }


def test_wetland_is_monitored_only():
    found = decided({**TICKET, "land_class": "wetland", "wetland": "yes"})
    assert found.outcome == Outcome.MONITORING_ONLY
    assert set(found.route(Route.TICKET).named(Verdict.FAILED)) == {"ticket_land", "ticket_no_wetland"}


def test_nothing_known_is_monitored_only_and_says_what_would_settle_it():
    found = decided({})
    assert found.outcome == Outcome.MONITORING_ONLY
    assert [caution.code for caution in found.cautions] == ["ccer_open", "ticket_open"]
    assert set(found.route(Route.CCER).asked) >= {"planned_afforestation_land", "tenure_document", "precipitation_mm"}
    asked = found.route(Route.CCER).asked + found.route(Route.TICKET).asked
    assert all(TABLE.facts[name].document_zh for name in asked if TABLE.facts[name].given_by != "register")


def test_a_ticket_while_ccer_is_not_ruled_out_says_so():
    found = decided(TICKET)
    assert found.outcome == Outcome.TICKET
    assert found.cautions[0].code == "ccer_open"
    assert "forest_before" in found.cautions[0].names


@pytest.mark.parametrize("condition", TABLE.conditions, ids=lambda condition: condition.name)
def test_each_condition_is_met_by_its_example_and_failed_by_the_other(condition):
    facts = read_facts(TABLE.facts, {"start_date": "2015-04-01", **PERIOD, "period_from": "2021-01-01"})
    fact = TABLE.facts[condition.test.fact]
    met = {**facts, fact.name: read_value(fact, condition.example_met)}
    failed = {**facts, fact.name: read_value(fact, condition.example_failed)}
    assert judge(condition, met) == Verdict.MET
    assert judge(condition, failed) == Verdict.FAILED
    assert judge(condition, {name: value for name, value in facts.items() if name != fact.name}) in {
        Verdict.UNKNOWN,
        Verdict.NOT_APPLICABLE,
    }


@pytest.mark.parametrize("condition", TABLE.of_route(Route.CCER), ids=lambda condition: condition.name)
def test_one_failing_condition_takes_a_reserve_away(condition):
    facts = {**CCER, condition.test.fact: condition.example_failed}
    if condition.name == "ccer_area_until_2019":
        facts["start_date"] = "2019-12-31"
    found = decided(facts)
    assert condition.name in found.route(Route.CCER).named(Verdict.FAILED)
    assert (found.outcome == Outcome.CCER_RESERVE) == (condition.group != "" and condition.name != "ccer_dry")


@pytest.mark.parametrize("condition", TABLE.of_route(Route.TICKET), ids=lambda condition: condition.name)
def test_one_failing_condition_takes_a_ticket_away(condition):
    since = {"period_from": "2021-01-01"} if condition.name == "ticket_length" else {}
    found = decided({**TICKET, **since, condition.test.fact: condition.example_failed})
    assert condition.name in found.route(Route.TICKET).named(Verdict.FAILED)
    assert found.outcome == Outcome.MONITORING_ONLY


def test_the_larger_area_is_asked_of_projects_until_2019_only():
    small = {**CCER, "continuous_area_m2": "500"}
    assert decided({**small, "start_date": "2020-01-01"}).outcome == Outcome.CCER_RESERVE
    late = decided({**small, "start_date": "2020-01-01"}).route(Route.CCER)
    assert late.named(Verdict.NOT_APPLICABLE) == ("ccer_area_until_2019",)
    assert decided({**small, "start_date": "2019-12-31"}).outcome == Outcome.MONITORING_ONLY
    assert "ccer_area_until_2019" in decided({**small, "start_date": ""}).route(Route.CCER).named(Verdict.UNKNOWN)
    large = decided({**small, "continuous_area_m2": "667", "start_date": ""}).route(Route.CCER)
    assert "ccer_area_until_2019" in large.named(Verdict.MET)


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({"precipitation_mm": "399.9"}, Verdict.MET),
        ({"precipitation_mm": "400", "key_function_zone": "yes"}, Verdict.MET),
        ({"precipitation_mm": "520"}, Verdict.UNKNOWN),
        (
            {
                "precipitation_mm": "400",
                "key_function_zone": "no",
                "public_welfare_forest": "no",
                "additionality_shown": "no",
            },
            Verdict.FAILED,
        ),
    ],
)
def test_one_exemption_is_enough_for_additionality(facts, verdict):
    assert decided({**CCER, "precipitation_mm": "", **facts}).route(Route.CCER).verdict == verdict


def test_the_boundary_of_precipitation_is_a_parameter():
    from tanhui.core.triage import parse_table, table_files

    files = table_files("parcel-triage", "1.0.0")
    files["parameters.csv"] = files["parameters.csv"].replace(
        b"precipitation_test,less_than", b"precipitation_test,at_most"
    )
    wider = parse_table(files)
    facts = read_facts(TABLE.facts, {**CCER, "precipitation_mm": "400"})
    assert decide(TABLE, facts).route(Route.CCER).verdict == Verdict.UNKNOWN
    assert decide(wider, facts).outcome == Outcome.CCER_RESERVE
    assert wider.hash != TABLE.hash


def test_wetland_tickets_can_be_switched_on():
    from tanhui.core.triage import parse_table, table_files

    files = table_files("parcel-triage", "1.0.0")
    files["parameters.csv"] = files["parameters.csv"].replace(b"ticket_wetlands,no,", b"ticket_wetlands,no|yes,")
    facts = read_facts(TABLE.facts, {**TICKET, "land_class": "grassland", "wetland": "yes"})
    assert decide(TABLE, facts).outcome == Outcome.MONITORING_ONLY
    assert decide(parse_table(files), facts).outcome == Outcome.TICKET


def values_of(name):
    fact = TABLE.facts[name]
    if fact.kind == "number":
        return st.sampled_from(["0", "5", "20", "39.5", "399.9", "400", "666", "667", "52000"])
    if fact.kind == "date":
        return st.sampled_from(["2012-11-07", "2015-12-31", "2019-12-31", "2020-09-22", "2022-01-01", "2026-11-26"])
    words = [word.code for word in fact.words] or ["yes", "no"]
    return st.sampled_from(words)


FACTS = st.fixed_dictionaries({}, optional={name: values_of(name) for name in TABLE.facts})


@given(FACTS)
def test_there_is_exactly_one_outcome_and_it_follows_from_the_routes(facts):
    found = decided(facts)
    assert found.outcome in RANK
    ccer, ticket = found.route(Route.CCER).verdict, found.route(Route.TICKET).verdict
    assert (found.outcome == Outcome.CCER_RESERVE) == (ccer == Verdict.MET)
    assert (found.outcome == Outcome.TICKET) == (ccer != Verdict.MET and ticket == Verdict.MET)
    assert sum(len(route.findings) for route in found.routes) == len(TABLE.conditions)


@given(FACTS, st.randoms(use_true_random=False))
def test_the_order_in_which_facts_are_told_changes_nothing(facts, chance):
    names = list(facts)
    chance.shuffle(names)
    assert decided({name: facts[name] for name in names}) == decided(facts)


@given(FACTS, st.sampled_from(TABLE.conditions))
def test_a_fact_that_disqualifies_never_opens_its_route(facts, condition):
    after = decided({**facts, condition.test.fact: condition.example_failed}).route(condition.route)
    before = decided(facts).route(condition.route)
    if condition.group == "" and judge_of(condition, facts, condition.example_failed) == Verdict.FAILED:
        assert after.verdict == Verdict.FAILED
    assert not (before.verdict == Verdict.FAILED and after.verdict == Verdict.MET) or other_reason(condition, facts)


def judge_of(condition, facts, value):
    return judge(condition, read_facts(TABLE.facts, {**facts, condition.test.fact: value}))


def other_reason(condition, facts):
    """A value may fail one condition and meet another of the same fact: a period too long that begins early enough."""
    return sum(row.test.fact == condition.test.fact for row in TABLE.conditions if row.route == condition.route) > 1


@given(st.sets(st.sampled_from(TABLE.conditions), min_size=1))
def test_from_a_full_set_of_facts_disqualifying_ones_never_promote(conditions):
    full = {**TICKET, **CCER}
    before = RANK[decided(full).outcome]
    spoilt = {**full, **{condition.test.fact: condition.example_failed for condition in conditions}}
    assert RANK[decided(spoilt).outcome] <= before


@given(FACTS, st.sampled_from(sorted(TABLE.facts)))
def test_forgetting_a_fact_never_promotes_a_route(facts, forgotten):
    order = {Verdict.FAILED: 0, Verdict.UNKNOWN: 1, Verdict.MET: 2}
    fewer = {name: value for name, value in facts.items() if name != forgotten}
    for route in Route:
        before, after = decided(facts).route(route), decided(fewer).route(route)
        assert after.verdict != Verdict.MET or order[before.verdict] == 2 or forgotten == "start_date"


@pytest.mark.parametrize(
    ("day", "years", "then"),
    [
        (date(2020, 2, 29), 5, date(2025, 2, 28)),
        (date(2020, 2, 29), 4, date(2024, 2, 29)),
        (date(2026, 11, 26), -5, date(2021, 11, 26)),
    ],
)
def test_years_are_calendar_years(day, years, then):
    assert years_after(day, years) == then


def test_numbers_are_exact():
    fact = TABLE.facts["precipitation_mm"]
    assert read_value(fact, "399.9") == Fraction(3999, 10)
    assert read_value(fact, " 1,204.50 ") == Fraction(2409, 2)
