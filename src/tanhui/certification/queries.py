"""Readings of this context: projects, their latest survey and estimate, and who did what when."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tanhui.certification.models import Estimate, MethodFile, Project, State, Survey
from tanhui.certification.store import find_later
from tanhui.kit.problems import NotFoundProblem
from tanhui.people.models import TrailEntry
from tanhui.people.queries import trail

STEPS: tuple[tuple[str, State], ...] = (
    ("apply", State.APPLIED),
    ("accept", State.ACCEPTED),
    ("measure", State.MEASURED),
    ("review", State.REVIEWED),
    ("certify", State.CERTIFIED),
    ("publish_notice", State.ON_NOTICE),
    ("approve_issue", State.ISSUED),
)

CERTIFIED = (State.CERTIFIED, State.ON_NOTICE, State.ISSUING, State.ISSUED)
LONGEST_NAME = 60


class Step(NamedTuple):
    """One step of the way: done by somebody, due now, or still to come."""

    act: str
    label: str
    done: TrailEntry | None
    due: bool


def project(number: str) -> Project:
    """Return a project with its owner. Raises NotFoundProblem."""
    found = Project.objects.select_related("owner").filter(number=number).first()
    if found is None:
        raise NotFoundProblem("unknown_project", number)
    return found


def projects(
    *states: str, number: str | None = None, before: int | None = None, most: int | None = None
) -> Sequence[Project]:
    """Return projects, the latest first: in these states, of this number, before one with this key, so many at most."""
    found = Project.objects.select_related("owner")
    found = found.filter(number=number) if number is not None else found
    found = found.filter(state__in=states) if states else found
    return list((found.filter(pk__lt=before) if before is not None else found)[:most])


def project_count(*states: str) -> int:
    """Return how many projects there are, or how many in these states."""
    return (Project.objects.filter(state__in=states) if states else Project.objects).count()


def latest_survey(of: Project) -> Survey | None:
    return of.surveys.order_by("-revision").first()


def latest_estimate(of: Project) -> Estimate | None:
    """Return the estimate of the latest survey. Its reports, half a megabyte, are fetched only where they are used."""
    survey = latest_survey(of)
    found = Estimate.objects.select_related("survey").defer("report_zh", "report_en")
    return found.filter(survey=survey).first() if survey else None


def later_estimates(numbers: Sequence[str]) -> Sequence[tuple[str, Estimate]]:
    """Return certified estimates that measured plots of these projects for a later time, each with that project."""
    pairs = find_later(numbers=numbers, states=CERTIFIED)
    found = Estimate.objects.select_related("survey__project").in_bulk([key for _, key in pairs])
    return [(number, found[key]) for number, key in pairs]


def document_of(estimate: Estimate) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads(estimate.document)
    return loaded


def steps(of: Project) -> Sequence[Step]:
    """Return the seven steps of a project in their order, with what the trail says about each."""
    done = {entry.act: entry for entry in trail(of.number)}
    found = [Step(act, str(state.label), done.get(act), due=False) for act, state in STEPS]
    if of.state in {State.RETURNED, State.ISSUED}:
        return found
    reached = State.ON_NOTICE if of.state == State.ISSUING else State(of.state)
    first_open = [state for _act, state in STEPS].index(reached) + 1
    return [step._replace(due=index == first_open) for index, step in enumerate(found)]


def survey_files(survey: Survey) -> Mapping[str, bytes]:
    return {file.name: bytes(file.content) for file in survey.files.all()}


def kept_method_files(method: str, version: str) -> Mapping[str, bytes]:
    found = MethodFile.objects.filter(method=method, version=version)
    return {file.name: bytes(file.content) for file in found}


def stratum_names(survey: Survey) -> dict[str, tuple[str, str]]:
    """Return the Chinese and English name of each stratum: as the survey names them, else its note, else its id."""
    content = bytes(survey.files.get(name="strata.csv").content).decode("utf-8-sig")
    return {row["stratum"]: _names(row) for row in csv.DictReader(io.StringIO(content))}


def _names(row: Mapping[str, str]) -> tuple[str, str]:
    note = row.get("note") or ""
    known = note if 0 < len(note) <= LONGEST_NAME else row["stratum"]
    return row.get("name_zh") or known, row.get("name_en") or known
