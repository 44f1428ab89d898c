"""Single trees that a reader should look at: alive after they were recorded dead or cut, or beyond their equation.

The document counts them; which they are is read from the same survey with the same method. Nothing is changed for it.
"""

from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from tanhui.core.carbon import load_method, parse_survey
from tanhui.core.carbon.strayed import strayed_rows
from tanhui.monitoring.models import Run
from tanhui.monitoring.queries import booked_files, result
from tanhui.monitoring.sentences import fault_sentence

Row = dict[str, Any]
REVIVED, STRAYED = "revived", "strayed"


def doubtful_trees(run: Run) -> list[Row]:
    """Return one row a tree and reason, the revived first, then by plot, round and number."""
    found = _found(run)
    return [{**row, "kind_said": kind_word(row["kind"]), "said": _said(row)} for row in found]


def kind_word(kind: str) -> str:
    return {REVIVED: _("死而复生"), STRAYED: _("超出方程范围")}[kind]


def _found(run: Run) -> tuple[Row, ...]:
    """The rows in no language; the same survey and method are read once."""
    rounds = tuple(told["round"] for told in result(run)["evaluation"]["rounds"][-2:])
    return _read(_Of(run), rounds)


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
    survey = parse_survey(booked_files(of.run.survey))
    if not survey.has("trees.csv"):
        return ()
    trees = survey.table("trees.csv")
    places = dict(zip(trees.lines, trees.visits(), strict=True))
    species = dict(zip(trees.lines, trees.text("species"), strict=True))
    revived = [
        {
            "kind": REVIVED,
            "plot": places[fault.row][0],
            "round": places[fault.row][1],
            "tree": fault.value,
            "species": species[fault.row],
            "line": fault.row,
            "fault": fault,
        }
        for fault in survey.warnings
        if fault.code == "tree_revived"
    ]
    method = load_method(of.run.method, of.run.method_version)
    strayed = [{"kind": STRAYED, **row} for row in strayed_rows(survey, method, rounds)]
    return (*sorted(revived, key=lambda row: (row["plot"], row["round"], row["tree"])), *strayed)


def _said(row: Row) -> str:
    if row["kind"] == REVIVED:
        return fault_sentence(row["fault"])
    (least, most), (lowest, highest) = row["dbh_range_cm"], row["height_range_m"]
    told = {"dbh": f"{row['dbh_cm']:g}", "least": f"{least:g}", "most": f"{most:g}"}
    text = _("胸径 %(dbh)s cm，方程做到 %(least)s–%(most)s cm。") % told
    if row["height_m"] is not None and not lowest <= row["height_m"] <= highest:
        told = {"height": f"{row['height_m']:g}", "least": f"{lowest:g}", "most": f"{highest:g}"}
        text += _("树高 %(height)s m，方程做到 %(least)s–%(most)s m。") % told
    return text
