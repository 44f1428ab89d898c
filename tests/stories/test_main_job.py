"""The main job on real surveys: from plots to a retired ticket, or to the reasons why there is nothing to issue."""

import csv
import io
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean, variance
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from audit_files import audit_file_bytes
from standing import broken, load_people, row_counts
from tanhui.core.audit import verify_audit
from tanhui.people.models import TrailEntry
from tanhui.people.queries import trail
from tanhui.registry.models import Lot, Order
from tanhui.registry.queries import books_of, live_mg
from tanhui.registry.writer.signing import signing_key
from tanhui.site import story
from tanhui.site.story import Chain, Job
from walk import METHOD, Files, People

T = 10**9
SHARED = Path(__file__).parents[3] / "shared" / "data"
RHODE_ISLAND = SHARED / "fia-rhode-island"
STEPS = ("apply", "accept", "measure", "review", "certify", "notice", "issue", "transfer", "retire")
Told = list[str]


def survey_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}


def run(people: People, region: Any, files: Files, tell: Any = None, method: str | None = None) -> Chain:
    job = Job(files=files, name_zh="运行", name_en="Run", method=method)
    return story.run(job=job, region=region, people=people, tell=tell or (lambda _step, _facts: None))


# --- Rhode Island: a probability sample, tree by tree, two rounds -----------------------------------


def rows(files: Files, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[name].decode("utf-8-sig"))))


def paired_changes(files: Files) -> Mapping[str, list[float]]:
    """Change of above-ground mass in t/ha for each plot that was measured twice, by stratum."""
    mass: defaultdict[tuple[str, str], float] = defaultdict(float)
    for tree in rows(files, "trees.csv"):
        if tree["status"] in {"live", "ingrowth", ""} and tree["aboveground_biomass_kg"]:
            kilograms_ha = float(tree["aboveground_biomass_kg"]) * float(tree["trees_per_ha"])
            mass[tree["plot"], tree["round"]] += kilograms_ha / 1000
    measured = {
        (visit["plot"], visit["round"])
        for visit in rows(files, "visits.csv")
        if visit.get("status", "") in {"measured", ""}
    }
    changes: defaultdict[str, list[float]] = defaultdict(list)
    for plot in rows(files, "plots.csv"):
        name = plot["plot"]
        if {(name, "1"), (name, "2")} <= measured:
            changes[plot["stratum"]].append(mass[name, "2"] - mass[name, "1"])
    return changes


def test_rhode_island_is_issued_in_the_quantity_that_a_hand_calculation_gives(people: People, region: object):
    files = survey_of(RHODE_ISLAND)
    made = run(people, region, files)
    changes = paired_changes(files)
    areas = {stratum["stratum"]: float(stratum["area_ha"]) for stratum in rows(files, "strata.csv")}
    area = sum(areas[name] for name in changes)
    mean = sum(areas[name] * fmean(values) for name, values in changes.items()) / area
    squared = (areas[name] ** 2 * variance(values) / len(values) for name, values in changes.items())
    se = math.sqrt(sum(squared)) / area
    assert (mean, se) == (pytest.approx(3.599615073, abs=5e-10), pytest.approx(1.535362035, abs=5e-10))
    assert sum(len(values) - 1 for values in changes.values()) == 192
    to_co2e = 0.47 * 44 / 12 * area
    half_width = made.document["t_value"] * se * to_co2e
    assert made.document["t_value"] == pytest.approx(1.652829, abs=1e-6)
    assert made.document["removal_tco2e"] == pytest.approx(mean * to_co2e, rel=1e-9)
    assert made.document["removal_tco2e"] == pytest.approx(1_963_062.25, abs=0.005)
    assert made.document["half_width_tco2e"] == pytest.approx(half_width, rel=1e-9)
    assert made.document["uncertainty_percent"] == pytest.approx(70.49895, abs=5e-6)
    # More than 30 %: the whole half-width is deducted, and whole tonnes are left.
    assert made.document["deduction"]["deducted_tco2e"] == pytest.approx(half_width, rel=1e-9)
    assert made.lot
    assert made.lot.issued_mg == math.floor(mean * to_co2e - half_width) * T == 579_123 * T
    assert made.lot.buffer_mg == 57_912_300_000_000
    expect_moved_and_retired(made)


def expect_moved_and_retired(made: Chain) -> None:
    assert made.lot
    assert made.transfer
    assert made.retirement
    owners = made.lot.issued_mg - made.lot.buffer_mg
    moved = owners * 3 // 10 // T * T
    assert (made.transfer.quantity_mg, made.retirement.quantity_mg) == (moved, 42_680 * 10**6)
    assert live_mg(made.transfer.source, made.lot.lot) == owners - moved
    assert live_mg(made.transfer.target, made.lot.lot) == moved - 42_680 * 10**6
    assert (made.retirement.serial_first, made.retirement.serial_last) == (1, 42_680 * 10**6)
    books = {line.code: line.quantity_mg for line in books_of(made.lot.lot).lines}
    assert books["live"] + books["buffer"] + books["retired"] == made.lot.issued_mg
    assert bytes(made.retirement.certificate)[:5] == b"%PDF-"


# --- surveys that cannot be issued on ---------------------------------------------------------------

REASONS = {
    "kanas_forest_2009_2014": (-3_609.61, {"too_few_plots", "no_sampling_variance", "removal_not_positive"}),
    "shandong_forest_2007_2012": (33_823_768, {"too_few_plots", "no_sampling_variance"}),
    "siziwang_grazing_2004_2012": (-1_899.18, {"too_few_plots", "no_sampling_variance", "removal_not_positive"}),
    "haixing_tamarisk_2015_2016": (None, {"no_repeat_visits", "area_unknown"}),
    "duolun_2005_2006": (None, {"space_for_time", "area_unknown"}),
    "xilin_degradation_2013_2014": (None, {"space_for_time", "area_unknown"}),
    "jingtai_wolfberry_2011": (None, {"one_round_only", "space_for_time", "area_unknown"}),
    "loess_restoration_2015": (None, {"one_round_only", "space_for_time", "area_unknown"}),
    "toudaoguai_river_2013_2015": (None, {"wetland_monitoring_only", "fluxes_only"}),
}


def test_what_cannot_be_issued_is_computed_and_says_why(people: People, region: object):
    for name, (removal, reasons) in REASONS.items():
        told: Told = []
        files = survey_of(SHARED / "published" / name)
        made = run(people, region, files, lambda step, _facts, told=told: told.append(step))
        assert reasons <= {reason["code"] for reason in made.document["reasons"]}, name
        found = made.document["removal_tco2e"]
        assert found is None if removal is None else found == pytest.approx(removal, abs=0.01), name
        assert (made.estimate.outcome, made.estimate.issuable_mg) == ("nothing_to_issue", 0)
        assert (made.lot, made.transfer, made.retirement) == (None, None, None)
        assert told == list(STEPS[:3])
        assert bytes(made.estimate.report_zh)[:5] == b"%PDF-"
    assert Lot.objects.count() == Order.objects.count() == 0


# --- again, and cut off -----------------------------------------------------------------------------


def test_running_again_finds_everything_done_and_adds_nothing(people: People, region: object, small_survey: Files):
    first = run(people, region, small_survey, method=METHOD)
    before = row_counts()
    told: Told = []
    second = run(people, region, small_survey, lambda step, _facts: told.append(step), method=METHOD)
    assert row_counts() == before
    assert told == list(STEPS)
    assert (second.project, second.estimate, second.lot) == (first.project, first.estimate, first.lot)
    assert (second.transfer, second.retirement) == (first.transfer, first.retirement)


def test_running_again_with_nothing_to_issue_adds_nothing(people: People, region: object):
    files = survey_of(SHARED / "published" / "kanas_forest_2009_2014")
    run(people, region, files)
    before = row_counts()
    assert run(people, region, files).lot is None
    assert row_counts() == before


class Cut(Exception):  # noqa: N818 - somebody pulls the plug
    """The job was cut off."""


def finished(people: People, region: object, files: Files) -> tuple[object, ...]:
    """Run the job to its end, and say all that can be compared of what came of it."""
    made = run(people, region, files, method=METHOD)
    assert made.lot
    assert made.retirement
    books = [(line.code, line.quantity_mg) for line in books_of(made.lot.lot).lines]
    acts = [(entry.act, entry.person.username, entry.reason) for entry in trail(made.project.number)]
    return made.lot.issued_mg, made.retirement.serial_last, books, acts, made.estimate.hash_hex, Order.objects.count()


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def result(people: People, region: object, files: Files) -> tuple[object, ...]:
    return (*finished(people, region, files), row_counts())


def cut_after(last: str) -> Callable[[str, object], None]:
    def tell(step: str, _facts: object) -> None:
        if step == last:
            raise Cut

    return tell


def test_a_job_cut_off_after_any_step_goes_on_from_there(people: People, region: object, small_survey: Files):
    with undone():
        uncut = result(people, region, small_survey)
    for last in STEPS:
        with undone():
            with pytest.raises(Cut):
                run(people, region, small_survey, cut_after(last), method=METHOD)
            assert result(people, region, small_survey) == uncut, last


def test_a_job_cut_off_between_two_signatures_goes_on_from_there(people: People, region: object, small_survey: Files):
    """The order is placed, its approval fails in the database: it goes on from there the next time."""
    with undone():
        uncut = result(people, region, small_survey)
    for step, table in (("notice", "act"), ("issue", "entry"), ("transfer", "retirement")):
        with undone():
            with pytest.raises(Cut):
                run(people, region, small_survey, cut_after(step), method=METHOD)
            for _ in range(2):
                with broken(f"registry_{table}"), pytest.raises(DatabaseError, match="disk is full"):
                    run(people, region, small_survey, method=METHOD)
                assert Order.objects.filter(state__in=["waiting", "signed"]).count() == 1
            assert result(people, region, small_survey) == uncut, step


def test_no_step_is_done_by_a_person_who_did_another(people: People, region: object, small_survey: Files):
    made = run(people, region, small_survey, method=METHOD)
    assert made.transfer
    steps = trail(made.project.number)
    assert len({entry.person_id for entry in steps}) == len(steps) == 8
    for order in Order.objects.all():
        assert order.requested_by_id != order.decided_by_id
    assert not TrailEntry.objects.filter(reason="").exists()


@pytest.mark.usefixtures("standing")
def test_the_ledger_of_two_surveys_verifies_as_one(small_survey: Files):
    region, people = load_people()
    for files in (small_survey, survey_of(RHODE_ISLAND)):
        assert run(people, region, files).lot
    report = verify_audit(audit_file_bytes(), str(signing_key().public))
    assert report.faults == ()
    counts = {check.code: dict(check.params) for check in report.checks}
    assert counts["issuance"] == {"lots": 2}
    assert counts["estimate"] == {"estimates": 2}
