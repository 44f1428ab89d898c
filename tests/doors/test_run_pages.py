"""Pages of runs and results: the form, the number with its interval, plots, maps, comparison, signing, publishing."""

import io
import json
from dataclasses import replace

import openpyxl
import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from run_samples import papers_of, result_addresses
from tanhui.core.recompute import pack, unpack, verify_recompute
from tanhui.monitoring.models import Run
from tanhui.monitoring.readout.flags import weak_rows
from tanhui.people.models import Person

COORDINATES = ("110.01", "40.91", "110.05", "40.95")


@pytest.fixture
def run(finished, undone):
    return Run.objects.select_related("survey__programme").get(key="run")


def client(name, language="zh-hans"):
    found = Client(headers={"accept-language": language})
    found.force_login(Person.objects.get(username=name))
    return found


def page(name, address, language="zh-hans", status=200):
    answer = (client(name, language) if name else Client(headers={"accept-language": language})).get(address)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "zh-hans",
            (
                "任何人都能再算一遍",
                "误差从哪里来",
                "各轮碳储量",
                "按发展片区",
                "按权属单位",
                "已公布",
                "谁签的",
                "种子",
            ),
        ),
        ("en", ("Anyone can compute it again", "Where the uncertainty comes from", "By Zone", "Published", "Seed")),
    ],
)
def test_a_result_shows_its_number_with_all_its_parts(run, language, sentences):
    said = page("naren", result_addresses()["run"], language)
    removal = json.loads(run.document)["evaluation"]["removal_tco2e"]
    assert f'<span class="num">{removal:,.0f}</span>' in said
    for sentence in sentences:
        assert sentence in said, sentence
    assert said.count("<svg") > 5
    assert 'class="ruler' in said


def test_every_flag_stands_there_with_its_code(run):
    said = page("naren", result_addresses()["run"])
    for flag in json.loads(run.document)["evaluation"]["flags"]:
        assert flag["code"] in said


def test_weak_parameters_carry_their_badge(run):
    document = json.loads(run.document)
    weak = {"kind": "parameter", "name": "carbon_fraction_litter", "value": 0.37, "unit": "tC/t", "source": "a guess"}
    document["evaluation"]["sources"].append({**weak, "confidence": "memory-low"})
    said = render_to_string("monitoring/run/flags.html", {"flags": [], "weak": weak_rows(document), "run": run})
    assert all(text in said for text in ("含碳率，枯落物", "carbon_fraction_litter", "a guess", "badge weak"))


def test_the_programme_lists_its_runs_and_offers_another_to_analysts_alone(run):
    address = reverse("programme", args=[run.survey.programme.number])
    assert reverse("run_new", args=[run.survey.programme.number]) in page("naren", address)
    said = page("chenli", address)
    assert run.number in said
    assert reverse("run_new", args=[run.survey.programme.number]) not in said


def asking(run, **more):
    plan = {"seed": "5", "draws": "100", "estimator": "stratified", "unpaired": "left_out", "allocation": "neyman"}
    given = {"method": "published-tree-biomass@1.0.0", "domains": ["zone"], "collapse": "on", "reason": "再出一次。"}
    address = reverse("run_new", args=[run.survey.programme.number])
    return client("naren").post(address, {**plan, **given, "command": "form-1", **more})


def test_the_form_asks_for_a_run_and_shows_how_far_it_is(run):
    answer = asking(run, confidence="95", deviations="一块去不了。")
    made = Run.objects.get(key="form-1")
    assert answer["Location"] == reverse("run", args=[run.survey.programme.number, made.number])
    assert (made.plan["confidence"], made.plan["domains"], made.plan["draws"]) == ("0.95", ["zone"], 100)
    said = page("naren", answer["Location"])
    assert "排队" in said
    assert "读入并核对外业数据" in said
    asking(run)
    assert Run.objects.filter(key="form-1").count() == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"seed": "abc"}, "bad_plan"),
        ({"confidence": "150"}, "bad_plan"),
        ({"confidence": "many"}, "bad_plan"),
        ({"draws": ""}, "bad_plan"),
        ({"precision_percent": "no"}, "bad_plan"),
        ({"method": ""}, "unknown_method"),
        ({"reason": ""}, "reason_missing"),
    ],
)
def test_what_is_typed_wrong_is_refused_and_kept_in_the_form(run, more, code):
    answer = asking(run, deviations="留着这句。", **more)
    said = answer.content.decode()
    assert answer.status_code == 409
    assert code in said
    assert "什么都没有改" in said
    assert "留着这句。" in said
    assert not Run.objects.filter(key="form-1").exists()


def test_plots_are_filtered_and_shown_on_a_map_in_the_workplace(run):
    address = result_addresses()["run_plots"]
    assert "6 块样地" in page("naren", address)
    said = page("naren", f"{address}?zone=F02")
    assert "6 块样地里的 2 块" in said
    assert 'class="map amounts"' in said
    assert result_addresses()["run_plot"] in said
    assert "没有这样的样地" in page("naren", f"{address}?find=nothing")


def test_a_plot_shows_its_trees_and_where_it_is(run):
    said = page("naren", result_addresses()["run_plot"])
    assert "trees.csv" in said
    assert "110, 40.9" in said
    gone = reverse("run_plot", args=[run.survey.programme.number, run.number, "Z9"])
    page("naren", gone, status=404)


def test_places_have_three_maps_and_a_list(run):
    said = page("naren", result_addresses()["run_places"])
    assert said.count('class="map amounts"') == 3
    assert "马鞍山" in said
    page("naren", reverse("run_places", args=[run.survey.programme.number, run.number, "moon"]), status=404)
    owners = page("naren", reverse("run_places", args=[run.survey.programme.number, run.number, "owner"]))
    assert "嘎查" in owners
    assert 'class="map amounts"' not in owners


def test_two_results_stand_side_by_side(run):
    said = page("naren", result_addresses()["run_compare"])
    assert "两次结果，一位不差" in said
    assert "种子" in said
    assert "不同" in said


def test_downloads_open(run):
    urls = result_addresses()
    naren = client("naren")
    table = naren.get(urls["run_csv"]).content.decode("utf-8-sig").splitlines()
    assert table[0].startswith("层,编号,生态系统,")
    assert len(table) == 4
    book = openpyxl.load_workbook(io.BytesIO(naren.get(f"{urls['run_csv']}?excel").content))
    assert book.sheetnames == ["说明", "分层"]
    assert openpyxl.load_workbook(io.BytesIO(naren.get(urls["run_excel"]).content))["样地"]["A4"].value == "A1"
    assert naren.get(urls["run_json"]).json()["assessment_hash"] == run.hash_hex
    assert verify_recompute(naren.get(urls["run_recompute"]).content).ok
    assert naren.get(urls["run_report"]).content.startswith(b"%PDF")
    assert naren.get(urls["run_report"] + "?as=signed&language=en").content == bytes(
        run.papers.get(language="en").content
    )
    assert naren.get(urls["run_csv"].replace("strata", "nothing")).status_code == 404


def test_the_public_sees_what_is_published_and_no_place_of_a_plot(run):
    urls = result_addresses()
    assert run.number in page(None, urls["results"])
    said = page(None, urls["result"])
    assert "陈立" in said
    assert not any(text in said for text in COORDINATES)
    book = openpyxl.load_workbook(io.BytesIO(Client().get(urls["result_excel"]).content))
    assert "样地" not in book.sheetnames
    other = Run.objects.get(key="other")
    page(None, reverse("result", args=[other.number]), status=404)
    assert other.number not in page(None, urls["results"])


def test_a_reviewer_signs_what_the_page_shows_and_the_registry_publishes(run):
    other = Run.objects.select_related("survey__programme").get(key="other")
    address = reverse("run", args=[other.survey.programme.number, other.number])
    said = page("chenli", address)
    shown = papers_of(other)
    assert all(sha in said for sha in shown.values())
    form = {"act": "sign", "result": other.hash_hex, "paper_zh": shown["zh"], "paper_en": shown["en"]}
    stale = client("chenli").post(address, {**form, "paper_zh": "0", "reason": "同意。"})
    assert stale.status_code == 409
    assert "not_as_shown" in stale.content.decode()
    client("chenli").post(address, {**form, "reason": "同意。"})
    assert other.signatures.get().statement == "同意。"
    client("batu").post(address, {"act": "publish", "reason": "公布。"})
    assert page(None, reverse("result", args=[other.number]))


def test_an_act_that_does_not_exist_or_is_not_theirs_is_refused(run):
    address = result_addresses()["run"]
    assert "unknown_act" in client("naren").post(address, {"act": "dance"}).content.decode()
    answer = client("chenli").post(address, {"act": "publish", "reason": "我来公布。"})
    assert "wrong_role" in answer.content.decode()


def test_the_analyst_writes_beside_the_numbers(run):
    other = Run.objects.select_related("survey__programme").get(key="other")
    address = reverse("run", args=[other.survey.programme.number, other.number])
    client("naren").post(address, {"act": "remark", "deviations": "改道。", "quality": "两块。", "reason": "补。"})
    said = page("naren", address)
    assert "改道。" in said
    assert "两块。" in said


def test_anybody_verifies_a_recompute_file(run):
    content = client("naren").get(result_addresses()["run_recompute"]).content
    for language, good in (("zh-hans", "重算一致"), ("en", "Computed again, the same")):
        sent = Client(headers={"accept-language": language}).post(reverse("verify"), {"file": io.BytesIO(content)})
        assert good in sent.content.decode()
    spoilt = content.replace(b",480\n", b",490\n")
    said = Client().post(reverse("verify"), {"file": io.BytesIO(spoilt)}).content.decode()
    assert "survey/trees.csv:3" in said
    assert "line_changed" in said


def test_a_recompute_file_that_would_take_long_is_left_to_the_command(run):
    content = client("naren").get(result_addresses()["run_recompute"]).content
    parts, _manifest = unpack(content)
    greedy = pack(replace(parts, plan=parts.plan.replace(b'"draws":200', b'"draws":999999')))
    said = Client().post(reverse("verify"), {"file": io.BytesIO(greedy)}).content.decode()
    assert "file_too_large" in said
