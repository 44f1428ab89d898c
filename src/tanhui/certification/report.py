"""The monitoring report that a reviewer signs: every figure of one evaluation, on paper, with its interval.

It is set from the evaluation's own document, so it can say nothing that the evaluation does not say, and it names
the hashes by which anyone can compute it again. The same evaluation gives the same bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from tanhui.kit.pdf import compile_pdf
from tanhui.monitoring.papers.parts import sections
from tanhui.monitoring.papers.wording import at_level, load_wording

PAPER = Path(__file__).with_name("papers") / "report.typ"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """What the report adds to the evaluation: whose land it is, who answers for it, and what is synthetic."""

    number: str
    project: str
    owner: str
    document: Mapping[str, object]
    place: str = ""
    prepared_on: date | None = None
    analyst: str = ""
    reviewers: tuple[str, ...] = ("", "", "")
    statement: str = ""
    evidence_file: str = ""


class Owner(Protocol):
    """An organisation, as far as the report names it."""

    name_zh: str
    name_en: str
    place_zh: str
    place_en: str


class ReportedProject(Protocol):
    """A project, as far as the report names it."""

    number: str
    name_zh: str
    name_en: str
    synthetic_zh: str
    synthetic_en: str

    @property
    def owner(self) -> Owner: ...


def report_pdf(facts: ReportFacts, *, language: str) -> bytes:
    """A4 portrait, numbered pages, in Chinese (`zh…`) or English (`en…`)."""
    wording = at_level(load_wording("en" if language.startswith("en") else "zh"), facts.document)
    project = {
        "number": facts.number,
        "project": facts.project,
        "owner": facts.owner,
        "place": facts.place,
        "prepared": f"{facts.prepared_on:%Y-%m-%d}" if facts.prepared_on else "",
        "analyst": facts.analyst,
        "reviewers": list(facts.reviewers),
        "statement": facts.statement,
        "command": f"tanhui verify {facts.evidence_file or f'{facts.number}.tanhui'}",
    }
    return compile_pdf(PAPER, {"words": wording.words, **project, **sections(facts.document, wording)})


class Signed(NamedTuple):
    """Who computed the evaluation, in both languages, and on which day."""

    name_zh: str
    name_en: str
    on: date


def report_of(
    project: ReportedProject,
    document: Mapping[str, object],
    *,
    strata: Mapping[str, tuple[str, str]],
    signed: Signed,
    language: str,
) -> bytes:
    """The report of a project's evaluation, all names in the language asked for."""
    english = language.startswith("en")
    owner = project.owner
    facts = ReportFacts(
        number=project.number,
        project=project.name_en if english else project.name_zh,
        owner=owner.name_en if english else owner.name_zh,
        place=owner.place_en if english else owner.place_zh,
        statement=project.synthetic_en if english else project.synthetic_zh,
        document=_with_names(document, {code: names[english] for code, names in strata.items()}),
        analyst=signed.name_en if english else signed.name_zh,
        prepared_on=signed.on,
        evidence_file="tanhui-ledger.sqlite",
    )
    return report_pdf(facts, language=language)


def _with_names(document: Mapping[str, Any], names: Mapping[str, str]) -> Mapping[str, Any]:
    """The evaluation with the strata called by their names; the numbers stay as they are."""
    return {**document, "strata": [{**row, "note": names[row["stratum"]]} for row in document["strata"]]}
