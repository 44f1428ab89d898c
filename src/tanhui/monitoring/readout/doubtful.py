"""Single trees that a reader should look at: alive after they were recorded dead or cut, or beyond their equation.

The document counts them; which they are is read from the same survey with the same method. Nothing is changed for it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tanhui.core.carbon.method import Method
from tanhui.core.carbon.strayed import strayed_rows
from tanhui.core.carbon.survey import Survey
from tanhui.monitoring.sentences import fault_sentence

Row = dict[str, Any]
REVIVED, STRAYED = "revived", "strayed"


def told_trees(found: Iterable[Row]) -> list[Row]:
    """Return the rows with why each tree should be looked at, in the reader's language."""
    return [{**row, "kind_said": kind_word(row["kind"]), "said": _said(row)} for row in found]


def last_rounds(document: Mapping[str, Any]) -> tuple[int, ...]:
    """Return the rounds that a result compares."""
    return tuple(told["round"] for told in document["evaluation"]["rounds"][-2:])


def kind_word(kind: str) -> str:
    return {REVIVED: _("死而复生"), STRAYED: _("超出方程范围")}[kind]


def find_trees(survey: Survey, method: Method, rounds: tuple[int, ...]) -> tuple[Row, ...]:
    """Return one row a tree and reason, in no language: the revived first, then by plot, round and number."""
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
