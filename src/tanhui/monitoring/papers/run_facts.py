"""What the report of a result says, as text ready to set: from the document and the words around it alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import translation

from tanhui.kit.pdf import compile_pdf
from tanhui.kit.rings import rings_svg
from tanhui.kit.text import estimate_text
from tanhui.monitoring.papers.numbers import amount
from tanhui.monitoring.papers.parts import cover, sections
from tanhui.monitoring.papers.run_science import science_facts
from tanhui.monitoring.papers.run_tables import division_tables, next_round_facts, series_table
from tanhui.monitoring.papers.wording import Wording, at_level, load_run_wording
from tanhui.monitoring.readout.flags import named_params
from tanhui.monitoring.readout.names import Names
from tanhui.monitoring.readout.partial import partial_notes, partial_sum, partial_value
from tanhui.monitoring.readout.plan import plan_rows
from tanhui.monitoring.readout.span import yearly_said, years_said

PAPER = Path(__file__).with_name("run.typ")
REVIEWERS = 3
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a report adds to the document: in one language, all of it already words. The drawings may be empty."""

    number: str
    project: str
    owner: str
    prepared: str
    analyst: str
    design: str
    survey: str
    statement: str = ""
    deviations: str = ""
    quality: str = ""
    map_svg: str = ""
    design_svg: str = ""
    trees: tuple[Mapping[str, Any], ...] = ()
    signatures: tuple[Mapping[str, str], ...] = ()


def run_paper(document: Mapping[str, Any], names: Names, told: Told, language: str) -> bytes:
    """Set the report in a language, zh or en. The same result and words give the same bytes."""
    return compile_pdf(PAPER, run_facts(document, names, told, language))


def run_facts(document: Mapping[str, Any], names: Names, told: Told, language: str) -> Facts:
    """Return everything that the template places."""
    with translation.override("en" if language == "en" else "zh-hans"):
        return _facts(document, names, told, load_run_wording(language))


def _facts(document: Mapping[str, Any], names: Names, told: Told, wording: Wording) -> Facts:
    evaluation = _named(document, names)
    wording = at_level(wording, evaluation, document["plan"]["df_rule"])
    return {
        **sections(evaluation, wording),
        "words": wording.words,
        "number": told.number,
        "project": told.project,
        "owner": told.owner,
        "prepared": told.prepared,
        "analyst": told.analyst,
        "reviewers": [""] * REVIEWERS,
        "statement": told.statement,
        "command": f"tanhui verify {told.number}.tanhui.zip",
        "cover": {**cover(evaluation, wording), **_cover(document, wording, names)},
        "partial": _partial(document, names, wording),
        "plan": [[row["name"], row["value"]] for row in plan_rows(document["plan"])],
        "design": told.design,
        "survey": told.survey,
        "series": series_table(document, wording),
        "years-said": years_said(document),
        "divisions": division_tables(document, names, wording),
        "map": told.map_svg,
        **science_facts(document, names, wording, told.trees),
        "design-map": told.design_svg,
        "next": next_round_facts(document, names, wording),
        "deviations": told.deviations,
        "quality": told.quality,
        "signatures": list(told.signatures),
    }


def _named(document: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """The evaluation with strata called by their names, every remark among its flags, and nothing about issuing."""
    evaluation = document["evaluation"]
    remarks = [*evaluation["reasons"], *evaluation["flags"], *document["notes"]]
    return {
        **evaluation,
        "strata": [{**row, "note": names.say("stratum", row["stratum"])} for row in evaluation["strata"]],
        "soil_rules": [{**row, "domain": _place(row["domain"], names)} for row in evaluation["soil_rules"]],
        "flags": [{**row, "params": named_params(row["params"], names)} for row in remarks],
        "reasons": [],
        "outcome": "issuable",
        "issuable_mg": 0,
        "issuable_t": 0,
    }


def _place(domain: str, names: Names) -> str:
    return domain if domain == "all" else names.say("stratum", domain)


def _partial(document: Mapping[str, Any], names: Names, wording: Wording) -> Facts | None:
    """The strata that were measured in sum, where others were not: its row of the table, and what to say under it."""
    found = partial_sum(document, names)
    if found is None:
        return None
    half = found["half_width_tco2e"]
    return {
        "name": wording.words["partial"],
        "area": amount(found["area_ha"], 1),
        "n": amount(found["plots"]),
        "removal": amount(found["removal_tco2e"]),
        "half": "" if half is None else f"± {amount(half)}",
        "notes": list(partial_notes(document, names)),
    }


def _cover(document: Mapping[str, Any], wording: Wording, names: Names) -> Facts:
    """What the cover says of a result that nobody asks to issue on."""
    found = document["evaluation"]
    removal, result_hash = found["removal_tco2e"], document["assessment_hash"]
    value = "" if removal is None else estimate_text(removal, found["half_width_tco2e"])
    partly = partial_value(document, names)
    return {
        "outcome": None,
        "signed": f"{value} t CO₂e" if value else partly or wording.words["not_computed"],
        "partial": partly,
        "yearly": yearly_said(document),
        "estimate-hash": result_hash,
        "rings": rings_svg(result_hash, opacity=0.16),
    }
