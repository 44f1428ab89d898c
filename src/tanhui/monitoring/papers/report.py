"""The report of a run that a reviewer signs: design, data, method, results, errors, deviations, quality control.

It is set from the run's own document and from what was known when the run was asked for, so that the same run gives
the same bytes until somebody writes something on it.
"""

from datetime import datetime
from typing import Any

from django.utils import translation

from tanhui.kit import clock
from tanhui.monitoring.models import Design, Run
from tanhui.monitoring.papers.maps import design_map_svg, zone_map_svg
from tanhui.monitoring.papers.run_facts import Told, run_facts, run_paper
from tanhui.monitoring.papers.wording import Wording, load_run_wording
from tanhui.monitoring.queries import latest_remark, result
from tanhui.monitoring.readout.named import names_of
from tanhui.monitoring.readout.run_doubtful import doubtful_trees

LANGUAGES = ("zh", "en")


def report_paper(run: Run, language: str) -> bytes:
    """Return the report as it is to be signed, with empty lines for signatures. `language` is zh or en."""
    return run_paper(result(run), names_of(run.survey), _told(run, language), language)


def signed_paper(run: Run, language: str) -> bytes:
    """Return the report with the signatures that it has."""
    return run_paper(result(run), names_of(run.survey), _told(run, language, signed=True), language)


def report_facts(run: Run, language: str) -> dict[str, Any]:
    """Return what the template places: for those who look at the report before it is set."""
    return run_facts(result(run), names_of(run.survey), _told(run, language), language)


def _told(run: Run, language: str, *, signed: bool = False) -> Told:
    english, wording = language == "en", load_run_wording(language)
    programme, analyst, remark = run.survey.programme, run.asked_by, latest_remark(run)
    drawn = _drawn(run)
    with translation.override("en" if english else "zh-hans"):
        map_svg = zone_map_svg(result(run), names_of(run.survey))
        trees = tuple(doubtful_trees(run))
    return Told(
        number=run.number,
        project=programme.name_en if english else programme.name_zh,
        owner=analyst.organisation.name_en if english else analyst.organisation.name_zh,
        prepared=f"{run.asked_at.astimezone(clock.LOCAL):%Y-%m-%d}",
        analyst=analyst.name_en if english else analyst.name_zh,
        statement=programme.synthetic_en if english else programme.synthetic_zh,
        design=_design(drawn, wording),
        design_svg=design_map_svg(drawn) if drawn else "",
        trees=trees,
        survey=_survey(run, wording, english=english),
        deviations=remark.deviations if remark else "",
        quality=remark.quality if remark else "",
        map_svg=map_svg,
        signatures=_signatures(run, english=english) if signed else (),
    )


def _signatures(run: Run, *, english: bool) -> tuple[dict[str, str], ...]:
    return tuple(
        {
            "name": signature.person.name_en if english else signature.person.name_zh,
            "organisation": signature.person.organisation.name_en if english else signature.person.organisation.name_zh,
            "statement": signature.statement,
            "at": moment(signature.signed_at),
            "paper": signature.paper_en_hex if english else signature.paper_zh_hex,
        }
        for signature in run.signatures.select_related("person__organisation")
    )


def _drawn(run: Run) -> Design | None:
    """Return the last design before the run."""
    return run.survey.programme.designs.filter(drawn_at__lte=run.asked_at).order_by("-revision").first()


def _design(drawn: Design | None, wording: Wording) -> str:
    """What the plots were drawn by, or that there is no design."""
    if drawn is None:
        return wording.words["no_design"]
    told = {"revision": drawn.revision, "at": moment(drawn.drawn_at), "hash": drawn.hash_hex}
    return wording.words["design_say"].format(**told)


def _survey(run: Run, wording: Wording, *, english: bool) -> str:
    survey = run.survey
    told = {
        "revision": survey.revision,
        "at": moment(survey.booked_at),
        "by": survey.booked_by.name_en if english else survey.booked_by.name_zh,
        "changes": survey.changes.count(),
    }
    return wording.words["survey_say" if told["changes"] else "survey_say_plain"].format(**told)


def moment(at: datetime) -> str:
    return f"{at.astimezone(clock.LOCAL):%Y-%m-%d %H:%M}"
