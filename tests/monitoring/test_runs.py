"""Runs through their services: asked once, computed, kept, explained, signed as shown, published."""

import json

import pytest
from django.db import IntegrityError, connection, transaction

from run_samples import METHOD, PLAN, asked, done, papers_of, programme_with_survey, signed_by, survey_with_places
from standing import at_once, load_people
from tanhui.core.carbon import method_files
from tanhui.core.recompute.compute import compute
from tanhui.kit.jobs.work import work_on
from tanhui.kit.problems import Problem
from tanhui.monitoring.models import Run, RunState
from tanhui.monitoring.queries import latest_remark, result
from tanhui.monitoring.queries import run as run_of
from tanhui.monitoring.services import ask_run, publish_run, remark_run, sign_run
from tanhui.monitoring.services.run_work import _said
from tanhui.people.queries import trail
from walk import signature


@pytest.fixture
def people(db):
    return load_people()[1]


@pytest.fixture
def programme(people):
    return programme_with_survey(people)


def refused(code, act, **given):
    with pytest.raises(Problem) as found:
        act(**given)
    assert found.value.code == code
    return found.value


def test_a_run_keeps_what_the_core_computes(programme, people):
    run = done(asked(programme, people))
    assert run.state == RunState.DONE
    again = compute(survey_with_places(), method_files("published-tree-biomass", "1.0.0"), run.plan, lambda *_: None)
    assert result(run) == again
    assert run.hash_hex == again["assessment_hash"]
    # 100 trees a hectare; mean growth of A is 85 kg, of B 118.33 kg a tree, on 100 and 300 ha, times 0.47 and 44/12.
    by_hand = (8.5 * 100 + (120 + 125 + 110) / 30 * 300) * 0.47 * 44 / 12
    assert result(run)["evaluation"]["removal_tco2e"] == pytest.approx(by_hand)
    assert run.job.result["said_en"].startswith(f"{by_hand:,.0f} ± ")


def test_the_same_key_asks_once_and_the_same_inputs_are_not_run_again(programme, people):
    first = asked(programme, people)
    assert asked(programme, people).pk == first.pk
    problem = refused("already_run", asked, programme=programme, people=people, key="another")
    assert first.number in problem.message
    assert asked(programme, people, key="another", plan={**PLAN, "seed": 8}).pk != first.pk


def test_two_ask_at_once_and_one_run_is_made(standing):
    people = load_people()[1]
    programme = programme_with_survey(people)
    answers = at_once([lambda: asked(programme, people), lambda: asked(programme, people)])
    assert {answer.pk for answer in answers} == {Run.objects.get().pk}


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("unknown_method", {"method": "nothing@1.0.0"}),
        ("unknown_method", {"method": "published-tree-biomass@9.9.9"}),
        ("bad_plan", {"plan": {"seed": -1}}),
        ("bad_plan", {"plan": {"draws": 10}}),
        ("bad_plan", {"plan": {"seed": 1, "colour": "green"}}),
        ("bad_plan", {"plan": {"seed": 1, "df_rule": "satterthwaite"}}),
        ("text_too_long", {"deviations": "字" * 5001}),
    ],
)
def test_what_cannot_be_run_is_refused_by_name(programme, people, code, given):
    problem = refused(code, asked, programme=programme, people=people, **given)
    assert problem.message
    assert not Run.objects.exists()


def test_only_analysts_ask_and_a_reason_is_needed(programme, people):
    survey = programme.surveys.get()
    given = {"survey": survey, "method": METHOD, "plan": PLAN, "key": "k"}
    refused("wrong_role", ask_run, **given, **signature(people["chenli"], "我来算。"))
    refused("reason_missing", ask_run, **given, **signature(people["naren"], " "))
    assert not Run.objects.exists()


def test_a_result_is_never_changed_nor_dropped(programme, people):
    run = done(asked(programme, people))
    for statement in (
        "UPDATE monitoring_run SET document = '{}', hash_hex = 'x'",
        "UPDATE monitoring_run SET plan = '{}'",
        "DELETE FROM monitoring_run",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Run.objects.get(pk=run.pk).hash_hex == run.hash_hex


def test_a_run_whose_method_is_another_by_now_says_so(programme, people):
    run = asked(programme, people)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE monitoring_run SET method_hash_hex = %s", ["0" * 64])
    work_on(run.job_id)
    run = run_of(run.number)
    assert (run.state, run.job.fault["code"]) == (RunState.FAILED, "method_changed")
    assert run.job.fault["help"]


def test_words_beside_the_numbers_can_be_mended_until_somebody_signs(programme, people):
    run = done(asked(programme, people, deviations="F-3 去不了。"))
    assert latest_remark(run).deviations == "F-3 去不了。"
    before = papers_of(run)
    given = {"run": run, "deviations": "F-3 汛期去不了。", "quality": "复测 1 块。"}
    refused("wrong_role", remark_run, **given, **signature(people["chenli"], "改。"))
    remark_run(**given, **signature(people["naren"], "补质控。"))
    assert papers_of(run) != before
    assert run.remarks.count() == 2
    signed_by(run, people["chenli"])
    refused("already_signed", remark_run, **given, **signature(people["naren"], "再改。"))


def test_a_reviewer_signs_what_was_shown_and_only_once(programme, people):
    run = done(asked(programme, people))
    shown, chenli = papers_of(run), people["chenli"]
    given = {"run": run, "result_hex": run.hash_hex}
    refused("wrong_role", sign_run, **given, papers=shown, **signature(people["naren"], "同意。"))
    refused("not_as_shown", sign_run, **given, papers={**shown, "en": "0" * 64}, **signature(chenli, "同意。"))
    refused("not_as_shown", sign_run, **given | {"result_hex": ""}, papers=shown, **signature(chenli, "同意。"))
    sign_run(**given, papers=shown, **signature(chenli, "同意。"))
    refused("signed_already", sign_run, **given, papers=shown, **signature(chenli, "再签。"))
    kept = {paper.language: paper.sha256 for paper in run.papers.all()}
    assert kept == shown
    assert run_of(run.number).state == RunState.SIGNED
    assert [entry.act for entry in trail(run.number)] == ["ask_run", "sign_run"]
    assert trail(run.number)[-1].facts["report_zh"] == shown["zh"]


def test_nothing_is_signed_that_has_no_result(programme, people):
    run = asked(programme, people)
    given = {"run": run, "result_hex": "", "papers": {}}
    assert refused("no_result", sign_run, **given, **signature(people["chenli"], "同意。")).message


def test_only_what_is_signed_is_published_and_only_by_the_registry(programme, people):
    run = done(asked(programme, people))
    refused("not_signed", publish_run, run=run, **signature(people["batu"], "公布。"))
    signed_by(run, people["chenli"])
    refused("wrong_role", publish_run, run=run, **signature(people["chenli"], "公布。"))
    published = publish_run(run=run, **signature(people["batu"], "公布。"))
    assert publish_run(run=run, **signature(people["batu"], "再公布。")).published_at == published.published_at
    assert run_of(run.number).state == RunState.PUBLISHED


def test_the_plan_is_kept_in_full(programme, people):
    run = asked(programme, people)
    assert run.plan["estimator"] == "stratified"
    assert json.loads(json.dumps(run.plan))["precision_percent"] == "10"


@pytest.mark.parametrize(
    ("flags", "zh", "en"),
    [(0, "没有提示", "no flags."), (1, "有 1 条提示", " 1 flag."), (2, "有 2 条提示", " 2 flags.")],
)
def test_the_end_of_a_run_counts_its_flags_in_words(flags, zh, en):
    found = {"removal_tco2e": 1234.5, "half_width_tco2e": 100.0, "reasons": [], "flags": ["x"] * flags}
    said = _said({"evaluation": found, "notes": []})
    assert zh in said["said_zh"]
    assert said["said_en"].endswith(en)
