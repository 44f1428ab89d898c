"""Every feature text holds, every act has one, and each shows the act done and the act refused."""

import re
from pathlib import Path

import pytest

from core.ledger.feature_steps import Scenario, act_of, run, scenarios
from tanhui.core.ledger import ACTS, REFUSAL_CODES

FOLDER = Path(__file__).with_name("features")
DOCUMENT = Path(__file__).resolve().parents[3] / "docs/ledger.md"
SCENARIOS = list(scenarios(FOLDER))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: f"{one.feature}: {one.name}")
def test_a_scenario_holds_and_is_about_its_act(scenario: Scenario):
    assert run(scenario).name == scenario.feature


def test_every_act_has_a_feature_with_the_act_done_and_refused():
    said = {name: {step for one in SCENARIOS if one.feature == name for _, step in one.steps} for name in ACTS}
    assert {one.feature for one in SCENARIOS} == set(ACTS)
    assert [name for name, steps in said.items() if "办成" not in steps] == []
    assert [name for name, steps in said.items() if not any(step.startswith("拒绝") for step in steps)] == []


def test_every_refusal_is_given_in_some_scenario_and_none_that_is_not_documented():
    said = {code for one in SCENARIOS for _, step in one.steps for code in re.findall(r"^拒绝（(\w+)）$", step)}
    assert said == set(REFUSAL_CODES)


def test_the_document_lists_every_act_and_every_refusal_in_order():
    text = DOCUMENT.read_text("utf-8")
    acts, refusals = text.split("## Refusals")
    listed = re.compile(r"^\| `(\w+)` \| \S", re.MULTILINE)
    assert listed.findall(acts) == list(ACTS)
    assert listed.findall(refusals) == list(REFUSAL_CODES)


def test_a_sentence_without_a_meaning_is_no_step():
    with pytest.raises(AssertionError, match="no act says"):
        act_of("林场送 300 毫克给钢厂")


def test_a_scenario_that_does_not_hold_is_found():
    false = Scenario("transfer", "", (("当", "林场流转 300 毫克给钢厂"), ("那么", "钢厂可用 301 毫克")))
    with pytest.raises(AssertionError, match="301"):
        run(false)
