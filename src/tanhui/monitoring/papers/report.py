"""The report of a run that a reviewer signs: design, data, method, results, errors, deviations, quality control.

It is set from the run's own document and from what was known when the run was asked for, so that the same run gives
the same bytes until somebody writes something on it.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import translation

from tanhui.kit import clock
from tanhui.kit.pdf import compile_pdf
from tanhui.kit.rings import rings_svg
from tanhui.kit.text import estimate_text
from tanhui.monitoring.models import Design, Run
from tanhui.monitoring.papers.maps import zone_map_svg
from tanhui.monitoring.papers.parts import cover, sections
from tanhui.monitoring.papers.run_tables import contribution_rows, division_tables, next_round_facts, series_table
from tanhui.monitoring.papers.wording import Wording, load_run_wording
from tanhui.monitoring.queries import latest_remark, result
from tanhui.monitoring.readout.names import Names, names_of
from tanhui.monitoring.readout.plan import plan_rows

LANGUAGES = ("zh", "en")
PAPER = Path(__file__).with_name("run.typ")
REVIEWERS = 3
Facts = dict[str, Any]


def report_paper(run: Run, language: str) -> bytes:
    """Return the report as it is to be signed, with empty lines for signatures. `language` is zh or en."""
    return compile_pdf(PAPER, report_facts(run, language))


def signed_paper(run: Run, language: str) -> bytes:
    """Return the report with the signatures that it has."""
    english = language == "en"
    rows = [
        {
            "name": signature.person.name_en if english else signature.person.name_zh,
            "organisation": signature.person.organisation.name_en if english else signature.person.organisation.name_zh,
            "statement": signature.statement,
            "at": moment(signature.signed_at),
            "paper": signature.paper_en_hex if english else signature.paper_zh_hex,
        }
        for signature in run.signatures.select_related("person__organisation")
    ]
    return compile_pdf(PAPER, {**report_facts(run, language), "signatures": rows})


def report_facts(run: Run, language: str) -> Facts:
    """Return everything that the template places, as text ready to set."""
    with translation.override("en" if language == "en" else "zh-hans"):
        return _facts(run, load_run_wording(language), english=language == "en")


def _facts(run: Run, wording: Wording, *, english: bool) -> Facts:
    document, names = result(run), names_of(run.survey)
    programme, analyst = run.survey.programme, run.asked_by
    evaluation = _named(document["evaluation"], names)
    found = sections(evaluation, wording)
    remark = latest_remark(run)
    return {
        **found,
        "words": wording.words,
        "number": run.number,
        "project": programme.name_en if english else programme.name_zh,
        "owner": analyst.organisation.name_en if english else analyst.organisation.name_zh,
        "prepared": f"{run.asked_at.astimezone(clock.LOCAL):%Y-%m-%d}",
        "analyst": analyst.name_en if english else analyst.name_zh,
        "reviewers": [""] * REVIEWERS,
        "statement": programme.synthetic_en if english else programme.synthetic_zh,
        "command": f"tanhui verify {run.number}.tanhui.zip",
        "cover": {**cover(evaluation, wording), **_cover(evaluation, run, wording)},
        "plan": [[row["name"], row["value"]] for row in plan_rows(run.plan)],
        "design": _design(run, wording),
        "survey": _survey(run, wording, english=english),
        "series": series_table(document, wording),
        "divisions": division_tables(document, names, wording),
        "map": zone_map_svg(document, names),
        "contributions": contribution_rows(document, names),
        "next": next_round_facts(document, names, wording),
        "deviations": remark.deviations if remark else "",
        "quality": remark.quality if remark else "",
        "signatures": [],
    }


def _named(evaluation: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """The evaluation with the strata called by their names, and nothing in it about issuing."""
    strata = [{**row, "note": names.say("stratum", row["stratum"])} for row in evaluation["strata"]]
    return {**evaluation, "strata": strata, "issuable_mg": 0, "issuable_t": 0, "outcome": "issuable", "reasons": []}


def _cover(evaluation: Mapping[str, Any], run: Run, wording: Wording) -> Facts:
    removal, half = evaluation["removal_tco2e"], evaluation["half_width_tco2e"]
    said = wording.words["not_computed"] if removal is None else f"{estimate_text(removal, half)} t CO₂e"
    return {
        "outcome": None,
        "signed": said,
        "estimate-hash": run.hash_hex,
        "rings": rings_svg(run.hash_hex, opacity=0.16),
    }


def _design(run: Run, wording: Wording) -> str:
    """What the plots were drawn by: the last design before the run, or that there is none."""
    drawn: Design | None = run.survey.programme.designs.filter(drawn_at__lte=run.asked_at).order_by("-revision").first()
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
