"""The evidence behind the lots: is every line of the surveys, and every file of the methods, what it was?

For the hash of a survey there are up to four witnesses: the ledger, the estimate's row, the estimate's document, and
the lines themselves. The ledger is believed first, since it is signed; where a project has no lot, what most of the
others say. That tells whether a line was changed or only the hash that was kept of it, and the right one is named.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tanhui.core.audit.compare import compare, repeated
from tanhui.core.audit.report import AuditFault, Finding, Place, fault
from tanhui.core.audit.rows import (
    EVIDENCE_KINDS,
    AuditBook,
    EstimateRow,
    EvidenceFileRow,
    LotRow,
    SurveyRow,
    read_json,
)
from tanhui.core.audit.science import Files
from tanhui.core.carbon.digest import SurveyDigest, survey_digest
from tanhui.core.carbon.method import MethodFault, method_files, method_hash


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that an audit file has about one project. `lots` are those that the ledger issued for it."""

    project: str
    survey: Files
    method: Files
    kept_rows: tuple[SurveyRow, ...]
    estimate: EstimateRow | None
    lots: tuple[LotRow, ...]

    @property
    def is_stray(self) -> bool:
        """Whether nothing was ever computed or issued on it: then it has no place in the file."""
        return self.estimate is None and not self.lots

    @property
    def is_there(self) -> bool:
        return bool(self.survey or self.method)

    def survey_hash(self) -> str:
        """The hash that the survey should have."""
        own = survey_digest(self.survey).root_hex
        return _believed([lot.survey_hash_hex for lot in self.lots], self._claims("survey_hash"), own)

    def method_hash(self) -> str:
        """The hash that the method should have."""
        own = method_hash(self.method)
        return _believed([lot.method_hash_hex for lot in self.lots], self._claims("method_hash"), own)

    def is_intact(self) -> bool:
        """Whether survey and method are the ones that the estimate was made of."""
        survey, method = survey_digest(self.survey).root_hex, method_hash(self.method)
        return bool(self.survey and self.method) and (survey, method) == (self.survey_hash(), self.method_hash())

    def _claims(self, name: str) -> list[str]:
        if self.estimate is None:
            return []
        document = read_json(self.estimate.document)
        method = document.get("method")
        inside = (
            document.get("survey_hash") if name == "survey_hash" else isinstance(method, dict) and method.get("hash")
        )
        return [str(getattr(self.estimate, f"{name}_hex")), str(inside)]


def gather(book: AuditBook, lots: Iterable[LotRow]) -> list[Evidence]:
    """Sort the evidence by project."""
    files: defaultdict[tuple[str, str], dict[str, bytes]] = defaultdict(dict)
    for row in book.evidence_file:
        files[row.project, row.kind][row.name] = row.content
    kept: defaultdict[str, list[SurveyRow]] = defaultdict(list)
    for line in book.survey_row:
        kept[line.project].append(line)
    issued: defaultdict[str, list[LotRow]] = defaultdict(list)
    for lot in lots:
        issued[lot.project].append(lot)
    estimates = {estimate.project: estimate for estimate in book.estimate}
    projects = {project for project, _ in files} | kept.keys() | issued.keys() | estimates.keys()
    return [
        Evidence(
            project,
            files[project, "survey"],
            files[project, "method"],
            tuple(kept[project]),
            estimates.get(project),
            tuple(issued[project]),
        )
        for project in sorted(projects)
    ]


def check_surveys(book: AuditBook, evidence: Sequence[Evidence]) -> Finding:
    faults = [*repeated("evidence_file", book.evidence_file), *_kind_faults(book.evidence_file)]
    for one in evidence:
        faults += _stray_faults(one) if one.is_stray else _survey_faults(one)
    return Finding("survey", tuple(faults), (("lines", len(book.survey_row)),))


def check_methods(evidence: Sequence[Evidence]) -> Finding:
    faults = [found for one in evidence if one.is_there and not one.is_stray for found in _method_faults(one)]
    return Finding("method", tuple(faults), (("files", sum(len(one.method) for one in evidence)),))


def _believed(ledger: list[str], claims: list[str], own: str) -> str:
    """Return the hash to believe: the ledger's, or what most others say, the files themselves first."""
    if ledger:
        return ledger[0]
    return Counter([own, *claims]).most_common(1)[0][0]


def _kind_faults(rows: Iterable[EvidenceFileRow]) -> Iterator[AuditFault]:
    for row in rows:
        if row.kind not in EVIDENCE_KINDS:
            yield fault("row_unexpected", Place("evidence_file", (row.project, row.kind, row.name)))


def _stray_faults(evidence: Evidence) -> Iterator[AuditFault]:
    """Name what belongs to no estimate; where survey and method are both there, it is the estimate that is missing."""
    if evidence.survey and evidence.method:
        yield fault("row_missing", Place("estimate", (evidence.project,)))
        return
    for kind, files in (("survey", evidence.survey), ("method", evidence.method)):
        for name in sorted(files):
            yield fault("row_unexpected", _place(evidence, kind, name))
    for row in sorted(evidence.kept_rows):
        yield fault("row_unexpected", Place("survey_row", (row.project, row.file, row.row)))


def _survey_faults(evidence: Evidence) -> Iterator[AuditFault]:
    digest = survey_digest(evidence.survey)
    believed = evidence.survey_hash()
    for name in sorted(evidence.survey.keys() - {file.name for file in digest.files}):
        yield fault("row_unexpected", _place(evidence, "survey", name))
    differences = list(compare("survey_row", evidence.kept_rows, _line_rows(evidence.project, digest)))
    if digest.root_hex == believed:
        yield from differences
        return
    for name in sorted({row.file for row in evidence.kept_rows} - evidence.survey.keys()):
        yield fault("row_missing", _place(evidence, "survey", name))
    yield from _changed_lines(evidence, differences)
    if not differences:
        place = Place("evidence_file", (evidence.project,))
        yield fault("survey_hash_differs", place, project=evidence.project, found=digest.root_hex, expected=believed)


def _line_rows(project: str, digest: SurveyDigest) -> list[SurveyRow]:
    return [
        SurveyRow(project, file.name, number, entry.hex())
        for file in digest.files
        for number, entry in enumerate(file.row_hashes, start=1)
    ]


def _changed_lines(evidence: Evidence, differences: Iterable[AuditFault]) -> Iterator[AuditFault]:
    """The kept hashes are right and the lines are not: name each line in the file that it stands in."""
    for difference in differences:
        _, file, number = difference.where.row
        if file in evidence.survey:
            place = _place(evidence, "survey", str(file))
            yield fault("survey_line_changed", place, project=evidence.project, file=file, row=number)


def _method_faults(evidence: Evidence) -> Iterator[AuditFault]:
    own, believed = method_hash(evidence.method), evidence.method_hash()
    if own == believed:
        return
    named = _files_unlike_the_shipped(evidence, believed)
    for name in named:
        yield fault("method_file_changed", _place(evidence, "method", name), project=evidence.project, name=name)
    if not named:
        for name in sorted(evidence.method) or [""]:
            place = _place(evidence, "method", name)
            yield fault("method_hash_differs", place, project=evidence.project, found=own, expected=believed)


def _files_unlike_the_shipped(evidence: Evidence, believed: str) -> list[str]:
    """Name the method's changed files, where the right version is one that comes with the software."""
    document = read_json(evidence.estimate.document) if evidence.estimate else {}
    method = document.get("method")
    said = method if isinstance(method, dict) else {}
    try:
        shipped = method_files(str(said.get("id")), str(said.get("version")))
    except MethodFault:
        return []
    if method_hash(shipped) != believed:
        return []
    names = sorted(shipped.keys() | evidence.method.keys())
    return [name for name in names if shipped.get(name) != evidence.method.get(name)]


def _place(evidence: Evidence, kind: str, name: str) -> Place:
    return Place("evidence_file", (evidence.project, kind, name))
