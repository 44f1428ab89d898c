"""Measuring: the numbers of a survey that can be worked out by hand, and what is not booked."""

import hashlib
import json
import math
from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import transaction

from standing import at_once, load_people, row_counts
from tanhui.certification.models import Estimate, MeasuredPlace, MethodFile, Project, State
from tanhui.certification.queries import document_of, latest_estimate, survey_files
from tanhui.certification.services import apply, give_back, measure
from tanhui.core.carbon.survey import SurveyFaults
from tanhui.kit.problems import Problem
from tanhui.people.queries import trail
from tanhui.registry.models import Holding, Lot
from walk import DOERS, METHOD, STEPS, Files, People, Walk, signature

T_90_PERCENT_4 = 2.131847  # Student's t, two-sided 90 %, four degrees of freedom
DENSITY = Fraction(100, 1000)  # one tree stands for 100 a hectare; kilograms to tonnes
CARBON, CO2E = Fraction(47, 100), Fraction(44, 12)
WARNED = ("tree_vanished", "trees.csv", 12)
A = ((400, 480), (420, 510), (380, 465))
B = ((600, 720), (610, 735), (590, 700))


@pytest.fixture
def walk(people: People, small_survey: Files) -> Walk:
    return Walk(people, small_survey)


def removal_by_hand(*strata: tuple[int, tuple[tuple[int, int], ...]]) -> tuple[Fraction, float]:
    """The removal and its standard error, in t CO2e: area × mean change, strata added up."""
    total, variance = Fraction(0), Fraction(0)
    for area_ha, plots in strata:
        changes = [Fraction(after - before) * DENSITY * CARBON * CO2E for before, after in plots]
        mean = sum(changes) / len(changes)
        squares = sum((change - mean) ** 2 for change in changes)
        total += area_ha * mean
        variance += area_ha**2 * squares / (len(changes) - 1) / len(changes)
    return total, math.sqrt(variance)


def cell(
    document: Mapping[str, Any], quantity: str, domain: str = "all", number: str | int = "change"
) -> dict[str, Any]:
    key = {"quantity": quantity, "pool": "all", "domain": domain, "round": number}
    (found,) = (row for row in document["estimates"] if {name: row[name] for name in key} == key)
    return found


def test_the_small_survey_by_hand(walk: Walk):
    document = document_of(walk.to("accept").do("measure"))
    removal, se = removal_by_hand((100, A), (300, B))
    assert removal == Fraction(22748, 3)
    assert document["removal_tco2e"] == pytest.approx(float(removal), rel=1e-11)
    found = cell(document, "removal_tco2e")
    assert found["total"] == document["removal_tco2e"]
    assert found["mean"] == pytest.approx(float(removal) / 400, rel=1e-11)
    assert found["se"] == pytest.approx(se / 400, rel=1e-11)
    assert (found["df"], document["df"], document["t_value"]) == (4, 4, T_90_PERCENT_4)
    assert document["half_width_tco2e"] == pytest.approx(T_90_PERCENT_4 * se, rel=1e-11)
    assert document["half_width_tco2e"] == pytest.approx(497.446109317, rel=1e-10)
    assert document["uncertainty_percent"] == pytest.approx(6.56030564425, rel=1e-10)
    assert document["period"]["years"] == pytest.approx(5, abs=0.01)
    assert (document["plots"], document["trees"], document["area_ha"]) == (6, 12, 400)


def test_the_densities_of_each_round_by_hand(walk: Walk):
    document = document_of(walk.to("accept").do("measure"))
    for domain, plots in (("A", A), ("B", B)):
        for number in (1, 2):
            values = [pair[number - 1] * 0.1 for pair in plots]
            mean = sum(values) / 3
            se = math.sqrt(sum((value - mean) ** 2 for value in values) / 2 / 3)
            found = cell(document, "biomass_t_ha", domain, number)
            assert found["mean"] == pytest.approx(mean, rel=1e-11)
            assert found["se"] == pytest.approx(se, rel=1e-11)
            assert (found["n"], found["df"]) == (3, 2)
            carbon = cell(document, "carbon_t_ha", domain, number)
            assert carbon["mean"] == pytest.approx(mean * 0.47, rel=1e-11)


def test_below_ten_percent_nothing_is_deducted_and_a_tenth_is_buffered(walk: Walk):
    estimate = walk.to("accept").do("measure")
    assert document_of(estimate)["deduction"]["deducted_tco2e"] == 0
    assert (estimate.outcome, estimate.issuable_mg) == ("issuable", 7582 * 10**9)
    assert estimate.buffer_mg == 758_200_000_000


@pytest.mark.parametrize(
    ("spread_kg", "share_percent"),
    [(4, 0), (6, 25), (8, 50), (12, 75), (20, 100)],
)
def test_the_deduction_takes_its_share_of_the_half_width(walk: Walk, spread_kg: int, share_percent: int):
    """One stratum alone, whose plots grew by 80 kg a tree, less and less alike: AR-TOOL14, Appendix 2."""
    plots = ((400, 480), (420, 500 + spread_kg), (380, 460 - spread_kg))
    walk.files = only_stratum_a(walk.files, plots)
    estimate = walk.to("accept").do("measure")
    document = document_of(estimate)
    removal, se = removal_by_hand((100, plots))
    t_value = 2.919986  # two degrees of freedom
    half_width = t_value * se
    uncertainty = 100 * half_width / float(removal)
    steps = ((10, 0), (15, 25), (20, 50), (30, 75), (math.inf, 100))
    assert share_percent == next(share for limit, share in steps if uncertainty <= limit), uncertainty
    assert document["t_value"] == t_value
    assert document["uncertainty_percent"] == pytest.approx(uncertainty, rel=1e-10)
    taken = half_width * share_percent / 100
    assert document["deduction"]["share_percent"] == share_percent
    assert document["deduction"]["deducted_tco2e"] == pytest.approx(taken, rel=1e-10)
    assert estimate.issuable_mg == math.floor(max(0.0, float(removal) - taken)) * 10**9
    assert estimate.buffer_mg == estimate.issuable_mg // 10


def only_stratum_a(files: Files, plots: tuple[tuple[int, int], ...]) -> Files:
    head = {name: content.decode().split("\n")[0] for name, content in files.items()}
    trees = [
        f"A{place},{number},1,Populus simonii,20,12,live,100,{kilograms}"
        for place, pair in enumerate(plots, 1)
        for number, kilograms in enumerate(pair, 1)
    ]
    kept = {
        name: [line for line in content.decode().split("\n")[1:] if line.startswith("A")]
        for name, content in files.items()
    }
    return {
        name: "\n".join([head[name], *({"trees.csv": trees}.get(name) or kept[name]), ""]).encode() for name in files
    }


def test_everything_is_kept_byte_for_byte_with_its_papers(walk: Walk):
    estimate = walk.to("accept").do("measure")
    survey = estimate.survey
    assert survey_files(survey) == walk.files
    assert bytes(estimate.report_zh)[:5] == bytes(estimate.report_en)[:5] == b"%PDF-"
    assert hashlib.sha256(bytes(estimate.report_zh)).hexdigest() == estimate.report_zh_sha256
    lines = walk.files["trees.csv"].decode().splitlines(keepends=True)
    hashes = bytes(survey.files.get(name="trees.csv").row_hashes)
    assert len(hashes) == 32 * len(lines)
    assert json.loads(estimate.document)["survey_hash"] == survey.root_hex
    assert set(MethodFile.objects.values_list("name", flat=True)) >= {"method.toml", "deduction.csv"}
    assert MeasuredPlace.objects.filter(survey=survey).count() == 6


def test_measuring_again_makes_the_next_revision_and_keeps_the_first(walk: Walk):
    first = walk.to("accept").do("measure")
    walk.files = {**walk.files, "trees.csv": walk.files["trees.csv"].replace(b",720", b",710")}
    second = walk.do("measure")
    project = Project.objects.get(number=walk.number)
    assert [survey.revision for survey in project.surveys.order_by("id")] == [1, 2]
    assert latest_estimate(project) == second
    assert second.issuable_mg < first.issuable_mg
    assert Estimate.objects.get(pk=first.pk).hash_hex == first.hash_hex
    assert [entry.act for entry in trail(walk.number)][-2:] == ["measure"] * 2
    walk.do("review")
    assert trail(walk.number)[-1].facts["estimate_hash"] == second.hash_hex
    for act in ("certify", "publish_notice", "request_issue", "approve_issue"):
        walk.do(act)
    assert Lot.objects.get(project=project).issued_mg == second.issuable_mg


def test_the_same_survey_gives_the_same_hash_each_time(walk: Walk):
    first = walk.to("accept").do("measure")
    walk.files = dict(reversed(walk.files.items()))
    again = walk.do("measure")
    assert again.pk != first.pk
    assert (again.hash_hex, again.document) == (first.hash_hex, first.document)


# --- what is not booked ----------------------------------------------------------------------------


def test_faults_of_a_survey_are_all_told_and_nothing_is_written(walk: Walk):
    walk.to("accept")
    broken = walk.files["trees.csv"].replace(b",400\n", b",much\n").replace(b"B3,2,1,", b"B9,2,1,")
    walk.files = {**walk.files, "trees.csv": broken}
    before = row_counts()
    with pytest.raises(SurveyFaults) as found:
        walk.do("measure")
    told = {(fault.code, fault.file, fault.row) for fault in found.value.faults}
    assert told == {("number_invalid", "trees.csv", 2), ("plot_unknown", "trees.csv", 13), WARNED}
    assert row_counts() == before
    assert Project.objects.get(number=walk.number).state == State.ACCEPTED


@pytest.mark.parametrize("method", ["no-such-method", f"{METHOD}@9.9.9", "@"])
def test_a_method_that_does_not_exist(walk: Walk, method: str):
    walk.to("accept")
    before = row_counts()
    signed = signature(walk.people["naren"])
    with pytest.raises(Problem) as found:
        measure(number=walk.number, files=walk.files, method=method, **signed)
    assert (found.value.code, found.value.field) == ("unknown_method", "method")
    assert row_counts() == before


def test_what_shrank_is_computed_and_reported_but_not_reviewed(walk: Walk):
    trees = (
        walk.files["trees.csv"].decode().replace(",2,1,", ",0,1,").replace(",1,1,", ",2,1,").replace(",0,1,", ",1,1,")
    )
    walk.files = {**walk.files, "trees.csv": trees.encode()}
    estimate = walk.to("accept").do("measure")
    assert (estimate.outcome, estimate.issuable_mg, estimate.buffer_mg) == ("nothing_to_issue", 0, 0)
    assert [reason["code"] for reason in document_of(estimate)["reasons"]] == ["removal_not_positive"]
    before = row_counts()
    with pytest.raises(Problem) as found:
        walk.do("review")
    assert found.value.code == "nothing_to_issue"
    assert row_counts() == before


# --- a parcel's period is certified once -----------------------------------------------------------


def second_walk(first: Walk, **files: bytes) -> Walk:
    """Another project, on the same files with some exchanged."""
    exchanged = {name.replace("_csv", ".csv"): content for name, content in files.items()}
    return Walk(first.people, {**first.files, **exchanged}, key="second walk")


def expect_already_certified(walk: Walk) -> Problem:
    before = row_counts()
    with pytest.raises(Problem) as found:
        walk.do("measure")
    assert found.value.code == "already_certified"
    assert row_counts() == before
    return found.value


def test_the_same_place_and_time_is_refused_to_another_project(walk: Walk):
    walk.to("measure")
    one_moved_plot_less = walk.files["plots.csv"].replace(b"110.0", b"119.0", 5)
    other = second_walk(walk, plots_csv=one_moved_plot_less).to("accept")
    problem = expect_already_certified(other)
    assert walk.number in problem.message
    assert "B3" in problem.message


def test_other_places_are_free(walk: Walk):
    walk.to("measure")
    elsewhere = walk.files["plots.csv"].replace(b",110.0", b",111.0")
    assert second_walk(walk, plots_csv=elsewhere).to("measure").number != walk.number


def test_times_may_touch_but_not_overlap(walk: Walk):
    walk.to("measure")
    visits = walk.files["visits.csv"].replace(b"2020-07-01", b"2024-07-01").replace(b"2025-07-01", b"2030-07-01")
    other = second_walk(walk, visits_csv=visits).to("accept")
    expect_already_certified(other)
    later = walk.files["visits.csv"].replace(b"2025-07-01", b"2030-07-01").replace(b"2020-07-01", b"2025-07-01")
    other.files = {**walk.files, "visits.csv": later}
    assert other.do("measure").outcome == "issuable"


def test_the_very_same_survey_is_recognised_without_positions(walk: Walk):
    lines = [line.split(",") for line in walk.files["plots.csv"].decode().splitlines()]
    bare = "".join(",".join([*line[:2], "", "", *line[4:]]) + "\n" for line in lines[1:])
    walk.files = {**walk.files, "plots.csv": ("plot,stratum,lon,lat,plot_area_m2\n" + bare).encode()}
    walk.to("measure")
    assert walk.number in expect_already_certified(second_walk(walk).to("accept")).message


def test_what_was_given_back_is_free_again(walk: Walk):
    walk.to("measure")
    other = second_walk(walk).to("accept")
    expect_already_certified(other)
    give_back(number=walk.number, **signature(walk.people["chenli"], "重复申请。"))
    assert other.do("measure").outcome == "issuable"


@pytest.mark.usefixtures("standing")
def test_two_projects_measured_at_once_on_one_place_are_issued_once(small_survey: Files):
    """Neither sees the other while it measures. At the latest the ledger's one writer does."""
    _region, people = load_people()
    elsewhere = {**small_survey, "plots.csv": small_survey["plots.csv"].replace(b",110.0", b",111.0")}
    Walk(people, elsewhere, key="before").to("measure")  # from now on the files of the method are kept
    walks = [Walk(people, small_survey, key=key).to("accept") for key in ("first walk", "second walk")]
    both_measured = Barrier(2)

    def measure_unseen(walk: Walk) -> str:
        with transaction.atomic():
            walk.do("measure")
            both_measured.wait(timeout=30)
        return "measured"

    assert at_once([partial(measure_unseen, walk) for walk in walks]) == ["measured"] * 2
    for walk in walks:
        for act in STEPS[STEPS.index("review") : -1]:
            walk.do(act)
    answers = at_once([partial(walk.do, "approve_issue") for walk in walks])
    (refused,) = (answer for answer in answers if isinstance(answer, Problem))
    assert refused.code == "already_certified"
    assert Lot.objects.count() == 1
    assert Holding.objects.get(book="mint").quantity_mg == -Lot.objects.get().issued_mg
    assert {Project.objects.get(number=walk.number).state for walk in walks} == {State.ISSUED, State.ON_NOTICE}


@pytest.mark.usefixtures("standing")
def test_an_application_sent_twice_at_once_is_one_project():
    _region, people = load_people()
    signed = signature(people[DOERS["apply"]])
    owner = people["zhaogang"].organisation
    asked = {"name_zh": "小样", "name_en": "", "owner": owner, "region_code": "BT", "key": "twice"}
    answers = at_once([lambda: apply(**asked, **signed).number] * 2)
    assert answers[0] == answers[1]
    assert Project.objects.count() == 1
    assert len(trail(str(answers[0]))) == 1
