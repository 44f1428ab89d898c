"""The decision as a document: one canonical text, and the hash that covers it."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from tanhui.core.triage.decide import Decision
from tanhui.core.triage.model import Table
from tanhui.core.triage.values import Value, written

FORMAT = "tanhui-triage/1"


def decision_document(
    table: Table, facts: Mapping[str, Value], decision: Decision, *, parcel: str, evidence: Mapping[str, list[str]]
) -> dict[str, Any]:
    """Return the whole decision as plain values. `evidence` has references by fact: hashes of files, links, words."""
    return {
        "format": FORMAT,
        "parcel": parcel,
        "table": {"id": table.id, "version": table.version, "hash": table.hash},
        "facts": {name: written(facts[name]) for name in sorted(facts)},
        "evidence": {name: sorted(evidence[name]) for name in sorted(evidence) if evidence[name]},
        "outcome": str(decision.outcome),
        "routes": [
            {
                "route": str(found.route),
                "verdict": str(found.verdict),
                "conditions": {finding.condition: str(finding.verdict) for finding in found.findings},
            }
            for found in decision.routes
        ],
        "exemptions": list(decision.exemptions),
        "cautions": [{"code": caution.code, "names": list(caution.names)} for caution in decision.cautions],
    }


def document_text(document: Mapping[str, Any]) -> str:
    """Write a document the same way every time: keys sorted, no spaces, UTF-8."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def document_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
