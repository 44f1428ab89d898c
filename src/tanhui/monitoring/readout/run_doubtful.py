"""The trees to look at again of one run; the same survey under the same method is read once."""

from functools import lru_cache
from typing import Any

from tanhui.core.carbon import load_method, parse_survey
from tanhui.monitoring.models import BookedSurvey, Run
from tanhui.monitoring.queries import booked_files, result
from tanhui.monitoring.readout.doubtful import find_trees, last_rounds, told_trees

Row = dict[str, Any]


def doubtful_trees(run: Run) -> list[Row]:
    """Return one row a tree and reason, in the reader's language."""
    return told_trees(_read(run.survey_id, run.method, run.method_version, last_rounds(result(run))))


@lru_cache(maxsize=8)
def _read(survey_key: int, method: str, version: str, rounds: tuple[int, ...]) -> tuple[Row, ...]:
    """Neither a booked survey nor a version of a method ever changes, so neither does what they give."""
    survey = parse_survey(booked_files(BookedSurvey.objects.get(pk=survey_key)))
    return find_trees(survey, load_method(method, version), rounds)
