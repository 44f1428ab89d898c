"""Whole sets in SQL: which places of a survey another project has measured too, for an overlapping or a later time."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

# About 30 m in latitude: plots of one design lie at least 100 m apart, and a receiver in the wood errs by some 10 m.
NEAR_E6 = 300


class Clash(NamedTuple):
    """A plot of ours at whose place and time another project has measured too."""

    plot: str
    project: str


FIND_CLASHES = """
    SELECT mine.plot, project.number
    FROM certification_measuredplace AS mine
    JOIN certification_measuredplace AS other
      ON other.lon_e6 BETWEEN mine.lon_e6 - %(near)s AND mine.lon_e6 + %(near)s
     AND other.lat_e6 BETWEEN mine.lat_e6 - %(near)s AND mine.lat_e6 + %(near)s
     AND other.period_from < mine.period_to AND other.period_to > mine.period_from
    JOIN certification_survey AS survey ON survey.id = other.survey_id
    JOIN certification_estimate AS estimate ON estimate.survey_id = survey.id
    JOIN certification_project AS project ON project.id = survey.project_id
    WHERE mine.survey_id = %(survey)s
      AND project.id <> %(project)s
      AND project.state = ANY(%(states)s)
      AND estimate.outcome = 'issuable'
    ORDER BY mine.plot, project.number
    LIMIT 1
"""


def find_clash(*, survey: int, project: int, states: Sequence[str]) -> Clash | None:
    """Return the first plot of a survey that clashes with a project in one of these states."""
    with connection.cursor() as cursor:
        cursor.execute(FIND_CLASHES, {"near": NEAR_E6, "survey": survey, "project": project, "states": list(states)})
        row = cursor.fetchone()
    return Clash(*row) if row else None


FIND_LATER = """
    SELECT DISTINCT first.number, estimate.id
    FROM certification_project AS first
    JOIN certification_survey AS issued ON issued.project_id = first.id
    JOIN certification_measuredplace AS mine ON mine.survey_id = issued.id
    JOIN certification_measuredplace AS other
      ON other.lon_e6 BETWEEN mine.lon_e6 - %(near)s AND mine.lon_e6 + %(near)s
     AND other.lat_e6 BETWEEN mine.lat_e6 - %(near)s AND mine.lat_e6 + %(near)s
     AND other.period_to > mine.period_to
    JOIN certification_survey AS survey ON survey.id = other.survey_id
    JOIN certification_estimate AS estimate ON estimate.survey_id = survey.id
    JOIN certification_project AS project ON project.id = survey.project_id
    WHERE first.number = ANY(%(numbers)s)
      AND project.id <> first.id
      AND project.state = ANY(%(states)s)
      AND survey.revision = (SELECT max(revision) FROM certification_survey WHERE project_id = project.id)
    ORDER BY first.number, estimate.id
"""


def find_later(*, numbers: Sequence[str], states: Sequence[str]) -> list[tuple[str, int]]:
    """Return pairs: one of these projects, and an estimate of its plots for a later time in one of these states."""
    with connection.cursor() as cursor:
        cursor.execute(FIND_LATER, {"near": NEAR_E6, "numbers": list(numbers), "states": list(states)})
        return list(cursor.fetchall())
