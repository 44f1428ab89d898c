"""Say where a finding stands and what is wrong there, in the reader's language and in the words of the workbook."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanhui.monitoring.intake.findings import Finding, finding_of
from tanhui.monitoring.intake.grids import Grid, address
from tanhui.monitoring.sentences import spoken
from tanhui.monitoring.wording import FAULTS, INTAKE, MEANT
from tanhui.monitoring.workbook.vocabulary import heading, sheets, word, words

Document = Mapping[str, Any]


def language() -> str:
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def placed_document(finding: Finding, grids: Sequence[Grid]) -> dict[str, Any]:
    """A finding to keep: with its sheet, the line that a program shows, and the address of its cell."""
    place = finding.place
    grid = grids[place.grid] if place and place.grid < len(grids) else None
    line = grid.shown_row(place.row) if grid and place and place.row else finding.row
    return {
        **finding.document(),
        "source": grid.source if grid else "",
        "sheet": grid.name if grid else "",
        "line": line,
        "cell": address(line, place.column) if place and place.row and place.column else "",
    }


def table_word(file: str) -> str:
    """What a table is called: 每木 or Trees."""
    return sheets()[file].spoken(language()) if file in sheets() else file


def column_word(file: str, column: str) -> str:
    """What a column is called, with its unit; several of a key one after the other."""
    said = _("、").join(heading(file, name).line(language()) for name in column.split(", ") if name)
    return said or column


def finding_row(document: Document) -> dict[str, Any]:
    """A kept finding as a page, a command or an answer shows it.

    `asks`: the suggestion is to be asked for beside the sentence, which does not ask for it itself.
    """
    finding = finding_of({name: document[name] for name in Finding.__dataclass_fields__})
    return {
        "code": finding.code,
        "severity": finding.severity,
        "table": table_word(finding.file),
        "file": finding.file,
        "source": document["source"],
        "sheet": document["sheet"] or table_word(finding.file),
        "booked": finding.place is None and bool(finding.row),
        "row": document["line"],
        "cell": document["cell"],
        "address": f"{document['sheet']}!{document['cell']}" if document["cell"] else "",
        "column": finding.column,
        "column_word": column_word(finding.file, finding.column),
        "value": finding.value,
        "sentence": sentence(finding, document),
        "suggestion": _spoken_suggestion(finding),
        "asks": bool(finding.suggestion) and "suggestion_cm" not in finding.params,
        "why": str(MEANT[finding.why]) if finding.why else "",
    }


def sentence(finding: Finding, document: Document) -> str:
    """Where it is, what is wrong and how to mend it."""
    place = {
        "file": document["sheet"] or _in_the_books(finding),
        "row": document["line"],
        "column": column_word(finding.file, finding.column),
        "value": finding.value,
        "heading": column_word(finding.file, finding.params.get("meant", "")),
    }
    said = INTAKE.get(finding.code) or FAULTS[finding.code]
    return str(said) % {**place, **_spoken_params(finding)}


def _in_the_books(finding: Finding) -> str:
    table = table_word(finding.file)
    return _("已入库的%(table)s") % {"table": table} if finding.row else table


def _spoken_params(finding: Finding) -> dict[str, str]:
    params = spoken(finding.params)
    if "allowed" in params:
        known = words(finding.file, finding.column)
        params["allowed"] = _("、").join(name.spoken(language()) for name in known.values()) or params["allowed"]
    if "status" in params:
        params["status"] = word("visits.csv", "status", params["status"], language())
    return params


def _spoken_suggestion(finding: Finding) -> str:
    """The suggested text as somebody would write it into the cell."""
    return word(finding.file, finding.column, finding.suggestion, language())
