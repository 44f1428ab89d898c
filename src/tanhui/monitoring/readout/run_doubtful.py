"""The trees to look at again of one run; the same survey under the same method is read once."""

from functools import lru_cache
from typing import Any

from tanhui.core.carbon import load_method, parse_survey
from tanhui.monitoring.models import Run
from tanhui.monitoring.queries import booked_files, result
from tanhui.monitoring.readout.doubtful import find_trees, last_rounds, told_trees

Row = dict[str, Any]


def doubtful_trees(run: Run) -> list[Row]:
    """Return one row a tree and reason, in the reader's language."""
    return told_trees(_read(_Of(run), last_rounds(result(run))))


class _Of:
    """A run as what its trees come of: equal where survey and method are."""

    def __init__(self, run: Run) -> None:
        self.run, self.key = run, (run.survey.root_hex, run.method_hash_hex)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Of) and other.key == self.key


@lru_cache(maxsize=8)
def _read(of: _Of, rounds: tuple[int, ...]) -> tuple[Row, ...]:
    method = load_method(of.run.method, of.run.method_version)
    return find_trees(parse_survey(booked_files(of.run.survey)), method, rounds)
