"""The evidence behind the lots, project by project: whatever one of them brings is looked at and let go again."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, Final, NamedTuple

from tanhui.core.audit.crew import Piece, shared
from tanhui.core.audit.evidence import check_methods, check_surveys, gather
from tanhui.core.audit.issuance import check_estimates
from tanhui.core.audit.opened import Pages
from tanhui.core.audit.pages import rows_of
from tanhui.core.audit.report import Finding, merged
from tanhui.core.audit.rows import AuditBook, LotRow
from tanhui.core.audit.science import Evaluate, recompute

_TABLES: Final = ("estimate", "evidence_file", "survey_row")
_LARGE: Final = 2**20
"""So many bytes of evidence are worth the way to another process."""


class UnorderedError(ValueError):
    """The rows of a project do not stand side by side. The file was not written by us, and is read as a whole."""


class Backed(NamedTuple):
    """A part of a file with evidence, the lots that rest on it, and who computes estimates anew."""

    book: AuditBook
    lots: tuple[LotRow, ...]
    evaluate: Evaluate


def findings_on(backed: Backed) -> list[Finding]:
    """Check surveys, methods, estimates and what was issued on them."""
    evidence = gather(backed.book, backed.lots)
    return [
        check_surveys(backed.book, evidence),
        check_methods(evidence),
        *check_estimates(backed.book, evidence, backed.evaluate),
    ]


def findings_by_project(
    pages: Pages, lots: Sequence[LotRow], evaluate: Evaluate, *, alone: bool = False
) -> list[Finding]:
    """Do the same one project after the other; with `alone`, without other processes. Raises UnorderedError."""
    parts = (
        Piece(Backed(book, on, evaluate), large=not alone and evaluate is recompute and _size(book) > _LARGE)
        for book, on in _by_project(pages, lots)
    )
    return merged(shared(findings_on, parts))


def _by_project(pages: Pages, lots: Sequence[LotRow]) -> Iterator[tuple[AuditBook, tuple[LotRow, ...]]]:
    issued: dict[str, list[LotRow]] = {}
    for lot in lots:
        issued.setdefault(lot.project, []).append(lot)
    streams = {name: _grouped(pages, name) for name in _TABLES}
    heads = {name: next(stream, None) for name, stream in streams.items()}
    yield AuditBook(), ()  # so that each check is made, whatever there is
    while there := [head[0] for head in heads.values() if head]:
        project = min(there)
        mine: dict[str, Any] = {name: head[1] for name, head in heads.items() if head and head[0] == project}
        yield AuditBook(**mine), tuple(issued.pop(project, ()))
        heads |= {name: next(streams[name], None) for name in mine}
    for left in issued.values():
        yield AuditBook(), tuple(left)


def _grouped(pages: Pages, table: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
    before = ""
    for project, rows in groupby(rows_of(pages, table), key=attrgetter("project")):
        if before and project <= before:
            raise UnorderedError(table)
        before = project
        yield project, tuple(rows)


def _size(book: AuditBook) -> int:
    return sum(len(row.content) for row in book.evidence_file)


def whole(book: AuditBook, lots: Iterable[LotRow], evaluate: Evaluate) -> list[Finding]:
    """Check all evidence of a book at once."""
    return findings_on(Backed(book, tuple(lots), evaluate))
