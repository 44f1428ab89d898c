"""Estimates computed anew, and lots held against them: was no more issued than the science allows?"""

from collections.abc import Iterator, Mapping, Sequence

from tanhui.core.audit.compare import compare, repeated, shown
from tanhui.core.audit.evidence import Evidence
from tanhui.core.audit.report import AuditFault, Finding, Place, fault
from tanhui.core.audit.rows import AuditBook, EstimateRow, LotRow, canonical_json, read_json
from tanhui.core.audit.science import Evaluate, UnreadableEvidence

Document = Mapping[str, object]


def check_estimates(book: AuditBook, evidence: Sequence[Evidence], evaluate: Evaluate) -> list[Finding]:
    """Compute every estimate anew from evidence that is intact, and compare it with its row and with the lots."""
    estimate_faults = list(repeated("estimate", book.estimate))
    lot_faults: list[AuditFault] = []
    for one in evidence:
        if one.is_stray:
            continue
        document, faults = _recompute(one, evaluate)
        estimate_faults += faults
        lot_faults += _lot_faults(one, document or _said(one))
    issued = sum(len(one.lots) for one in evidence)
    return [
        Finding("estimate", tuple(estimate_faults), (("estimates", len(book.estimate)),)),
        Finding("issuance", tuple(lot_faults), (("lots", issued),)),
    ]


def period_text(document: Document) -> str:
    """Return the monitoring period as the ledger writes it: two dates with two dots between."""
    period = document.get("period")
    return f"{period.get('from')}..{period.get('to')}" if isinstance(period, Mapping) else ""


def estimate_row(project: str, document: Document) -> EstimateRow:
    """Return an estimate as the table has it."""
    method = document.get("method")
    return EstimateRow(
        project,
        str(document.get("survey_hash")),
        str(method.get("hash") if isinstance(method, Mapping) else ""),
        canonical_json(document),
        str(document.get("estimate_hash")),
        str(document.get("outcome")),
        _whole(document, "issuable_mg"),
        _whole(document, "buffer_mg"),
    )


def _recompute(evidence: Evidence, evaluate: Evaluate) -> tuple[Document | None, list[AuditFault]]:
    place = Place("estimate", (evidence.project,))
    if not (evidence.survey and evidence.method):
        return None, [fault("evidence_missing", place, project=evidence.project)]
    if evidence.estimate is None:
        return None, [fault("row_missing", place)]
    if not evidence.is_intact():
        return None, [fault("not_checked", place)]
    try:
        document = evaluate(evidence.survey, evidence.method)
    except UnreadableEvidence:
        return None, [fault("estimate_not_recomputed", place, project=evidence.project)]
    expected = estimate_row(evidence.project, document)
    return document, list(compare("estimate", [evidence.estimate], [expected]))


def _said(evidence: Evidence) -> Document:
    return read_json(evidence.estimate.document) if evidence.estimate else {}


def _lot_faults(evidence: Evidence, document: Document) -> Iterator[AuditFault]:
    for lot in evidence.lots:
        place = Place("lot", (lot.lot,))
        if evidence.estimate is None:
            yield fault("not_checked", place)
            continue
        yield from _origin_faults(place, lot, estimate_row(evidence.project, document))
        yield from _quantity_faults(place, lot, document)


def _origin_faults(place: Place, lot: LotRow, estimate: EstimateRow) -> Iterator[AuditFault]:
    for column in ("survey_hash_hex", "method_hash_hex", "estimate_hash_hex"):
        found, expected = getattr(lot, column), getattr(estimate, column)
        if found != expected:
            yield fault("origin_differs", place, lot=lot.lot, column=column, found=found, expected=expected)


def _quantity_faults(place: Place, lot: LotRow, document: Document) -> Iterator[AuditFault]:
    if document.get("outcome") != "issuable":
        yield fault("not_issuable", place, lot=lot.lot)
        return
    for code, found, expected in (
        ("period_differs", lot.period, period_text(document)),
        ("issued_differs", lot.issued_mg, _whole(document, "issuable_mg")),
        ("buffer_differs", lot.buffer_mg, _whole(document, "buffer_mg")),
    ):
        if found != expected:
            yield fault(code, place, lot=lot.lot, found=shown(found), expected=shown(expected))


def _whole(document: Document, name: str) -> int:
    value = document.get(name)
    return value if isinstance(value, int) else -1
