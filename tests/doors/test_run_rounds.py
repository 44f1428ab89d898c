"""Which rounds a run compares: chosen in the form, said by the result; strata that were left out are named."""

import html
import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from field_data import booked_by_two
from run_samples import METHOD, PLAN, asked, done, later_visit_of_a
from standing import load_people
from tanhui.core.recompute import unpack
from tanhui.kit.problems import Problem
from tanhui.monitoring.models import Programme, Run
from tanhui.monitoring.queries import result
from tanhui.monitoring.readout.named import names_of
from tanhui.monitoring.readout.partial import partial_sum
from tanhui.monitoring.services import open_programme
from tanhui.people.models import Person
from walk import signature


def client(name: str, language: str = "zh-hans") -> Client:
    found = Client(headers={"accept-language": language})
    found.force_login(Person.objects.get(username=name))
    return found


@pytest.fixture
def people(db):
    return load_people()[1]


@pytest.fixture
def programme(people) -> Programme:
    made = open_programme(
        name_zh="三轮", name_en="Three rounds", region_code="BT", key="three", **signature(people["naren"], "建立。")
    )
    booked_by_two(made, later_visit_of_a(), people)
    return made


def said(run: Run, language: str = "zh-hans") -> str:
    page = (
        client("naren", language).get(reverse("run", args=[run.survey.programme.number, run.number])).content.decode()
    )
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def test_the_form_offers_every_pair_with_its_dates_and_asks_for_the_chosen_one(programme):
    asker, address = client("naren"), reverse("run_new", args=[programme.number])
    page = asker.get(address).content.decode()
    assert re.findall(r'<option value="(\d,\d)"', page) == ["2,3", "1,3", "1,2"]
    assert "第 1 轮与第 2 轮，2020-07-01 至 2025-07-01" in page
    form = {"seed": "5", "draws": "0", "estimator": "stratified", "unpaired": "left_out", "allocation": "neyman"}
    asker.post(address, {**form, "method": METHOD, "rounds": "1,2", "reason": "选前两轮。", "command": "chosen"})
    assert Run.objects.get(key="chosen").plan["rounds"] == [1, 2]
    asker.post(address, {**form, "method": METHOD, "rounds": "", "reason": "最后两轮。", "command": "last"})
    assert "rounds" not in Run.objects.get(key="last").plan


def test_the_chosen_rounds_give_the_whole_and_the_page_and_recompute_file_say_which(programme, people):
    run = done(asked(programme, people, plan={**PLAN, "rounds": [1, 2]}))
    by_hand = (8.5 * 100 + (120 + 125 + 110) / 30 * 300) * 0.47 * 44 / 12
    assert result(run)["evaluation"]["removal_tco2e"] == pytest.approx(by_hand)
    assert "第 1 轮与第 2 轮" in said(run)
    assert "Rounds 1 and 2" in said(run, "en")
    answer = client("naren").get(reverse("run_recompute", args=[programme.number, run.number]))
    parts, _hashes = unpack(b"".join(answer))
    assert json.loads(parts.plan)["rounds"] == [1, 2]


def test_strata_that_a_round_left_out_are_named_and_the_sum_of_the_rest_is_partial(programme, people):
    run = done(asked(programme, people))
    document = result(run)
    assert document["evaluation"]["removal_tco2e"] is None
    found = partial_sum(document, names_of(run.survey))
    assert found is not None
    # A alone: growth of 20, 30 and 5 kg a tree, 100 trees a hectare, on 100 ha.
    assert found["removal_tco2e"] == pytest.approx((20 + 30 + 5) / 3 / 10 * 100 * 0.47 * 44 / 12)
    assert (found["there"], found["missing"], found["missing_area_ha"]) == (["A"], ["B"], 300)
    row = next(row for row in document["strata"] if row["stratum"] == "A")
    assert found["half_width_tco2e"] == pytest.approx(row["half_width_tco2e"])
    page = said(run)
    assert "全部合计：算不出" in page
    assert "第 2 轮与第 3 轮之间缺这些层的变化：B" in page
    assert "部分合计，只含 A" in page
    assert "Partial sum, only of A" in said(run, "en")


def test_a_whole_is_never_called_partial(programme, people):
    run = done(asked(programme, people, plan={**PLAN, "rounds": [1, 2]}))
    assert partial_sum(result(run), names_of(run.survey)) is None
    assert "部分合计" not in said(run)


@pytest.mark.parametrize(
    ("plan", "field", "remedy"),
    [
        ({**PLAN, "rounds": [1, 9]}, "rounds", "测过的轮次"),
        ({**PLAN, "rounds": [2, 1]}, "rounds", "早的在前"),
        ({"seed": -1}, "种子", "9,223,372,036,854,775,807"),
        ({"seed": 1, "draws": 99999999}, "蒙特卡洛抽样次数", "1,000,000"),
        ({"seed": 1, "confidence": "1.5"}, "置信水平", "99.9"),
    ],
)
def test_a_refused_plan_says_in_words_what_is_wrong_and_what_may_stand_there(programme, people, plan, field, remedy):
    with pytest.raises(Problem) as found:
        asked(programme, people, plan=plan)
    assert found.value.code == "bad_plan"
    assert field in found.value.message or field == found.value.field
    assert remedy in found.value.remedy


def test_results_of_different_periods_are_compared_with_a_warning(programme, people):
    first, last = (
        done(asked(programme, people, key=k, plan={**PLAN, **p})) for k, p in (("a", {"rounds": [1, 2]}), ("b", {}))
    )
    page = client("naren").get(reverse("run_compare", args=[programme.number, first.number, last.number]))
    text = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())))
    assert "两边的监测期不同" in text
    assert "2020-07-01 – 2025-07-01" in text
    same = client("naren").get(reverse("run_compare", args=[programme.number, first.number, first.number]))
    assert "两边的监测期不同" not in same.content.decode()


def test_the_next_round_is_told_stratum_by_stratum_with_its_sum(programme, people):
    run = done(asked(programme, people, plan={**PLAN, "rounds": [1, 2]}))
    found = result(run)["next_round"]
    told = next(row for row in found if row["plots"] is not None)
    page = client("naren").get(reverse("run", args=[programme.number, run.number])).content.decode()
    table = page.partition("下一轮要多少样地")[2].partition("</table>")[0]
    assert table.count("<tr") == len(told["strata"]) + 2
    assert sum(row["plots"] for row in told["strata"]) == told["plots"]


def test_the_note_of_a_finished_run_counts_what_the_page_lists(programme, people):
    run = done(asked(programme, people))
    page = client("naren").get(reverse("run", args=[programme.number, run.number])).content.decode()
    listed = page.partition('id="flags"')[2].partition("</table>")[0].count("<tr") - 1
    assert f"有 {listed} 条提示" in run.job.result["said_zh"]
