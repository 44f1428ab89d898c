"""A finished run on the small survey, signed and published, for all pages that show one."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from field_data import booked_by_two
from samples import SMALL_SURVEY
from tanhui.kit import clock
from tanhui.kit.jobs.work import work_on
from tanhui.monitoring.models import Programme, Run
from tanhui.monitoring.papers.report import LANGUAGES, report_paper
from tanhui.monitoring.queries import runs
from tanhui.monitoring.services import ask_run, open_programme, publish_run, sign_run
from walk import signature

METHOD = "published-tree-biomass@1.0.0"
PLAN: Mapping[str, Any] = {"seed": 7, "draws": 200}
ZONES = ("F02", "F02", "F03", "F03", "F01", "F01")


def survey_with_places() -> dict[str, bytes]:
    """The small survey, with a zone, a county and an owner for each plot."""
    head, *lines = SMALL_SURVEY["plots.csv"].splitlines()
    placed = [
        f"{line},{zone},150222,{'林场' if zone == 'F02' else '嘎查'}" for line, zone in zip(lines, ZONES, strict=True)
    ]
    plots = "\n".join([f"{head},zone,county,owner", *placed]) + "\n"
    return {name: text.encode() for name, text in {**SMALL_SURVEY, "plots.csv": plots}.items()}


def later_visit_of_a() -> dict[str, bytes]:
    """A third round, which saw stratum A alone."""
    files = survey_with_places()
    visits = "".join(f"{plot},3,2026-07-01,measured\n" for plot in ("A1", "A2", "A3"))
    trees = "".join(
        f"{plot},3,1,Populus simonii,21,12,live,100,{kg}\n" for plot, kg in (("A1", 500), ("A2", 540), ("A3", 470))
    )
    return files | {name: files[name] + text.encode() for name, text in (("visits.csv", visits), ("trees.csv", trees))}


def programme_with_survey(people: Mapping[str, Any], key: str = "results") -> Programme:
    analyst = people["naren"]
    made = open_programme(
        name_zh="小样结果", name_en="Small results", region_code="BT", key=key, **signature(analyst, "建立。")
    )
    booked_by_two(made, survey_with_places(), people)
    return made


def asked(programme: Programme, people: Mapping[str, Any], key: str = "run", **more: Any) -> Run:
    given = {"method": METHOD, "plan": PLAN, **more}
    survey = programme.surveys.order_by("-revision").first()
    assert survey is not None
    return ask_run(survey=survey, key=key, **signature(people["naren"], "出数。"), **given)


def done(run: Run) -> Run:
    """The run with its result, computed here and now."""
    work_on(run.job_id)
    return Run.objects.select_related("job", "survey__programme").get(pk=run.pk)


def papers_of(run: Run) -> dict[str, str]:
    import hashlib

    return {language: hashlib.sha256(report_paper(run, language)).hexdigest() for language in LANGUAGES}


def signed_by(run: Run, person: Any, opinion: str = "数据与方法相符，同意。") -> None:
    sign_run(run=run, result_hex=run.hash_hex, papers=papers_of(run), by=person, reason=opinion, at=clock.now())


def keep_results(people: Mapping[str, Any]) -> Run:
    """Two results of one programme, the first signed and published."""
    programme = programme_with_survey(people)
    run = done(asked(programme, people))
    done(asked(programme, people, key="other", plan={**PLAN, "seed": 8}))
    signed_by(run, people["chenli"])
    return publish_run(run=run, **signature(people["batu"], "公布。"))


def result_addresses() -> dict[str, str]:
    """Return one address for each page of results."""
    run = Run.objects.select_related("survey__programme").get(key="run")
    of = run.survey.programme
    other = next(found for found in runs(of) if found.pk != run.pk)
    inside = ("run", "run_plots", "run_trees", "run_excel", "run_report", "run_recompute", "run_json")
    return {
        "run_new": reverse("run_new", args=[of.number]),
        **{name: reverse(name, args=[of.number, run.number]) for name in inside},
        "run_plot": reverse("run_plot", args=[of.number, run.number, "A1"]),
        "run_places": reverse("run_places", args=[of.number, run.number, "zone"]),
        "run_compare": reverse("run_compare", args=[of.number, run.number, other.number]),
        "run_csv": reverse("run_csv", args=[of.number, run.number, "strata"]),
        "results": reverse("results"),
        **{name: reverse(name, args=[run.number]) for name in ("result", "result_report", "result_excel")},
    }
