"""Check an upload upon what is booked, and keep what came of it with the upload."""

import hashlib
from collections.abc import Mapping

from django.utils.crypto import get_random_string

from tanhui.core.telling import Progress, silent
from tanhui.monitoring.intake.check import Checked, check_upload
from tanhui.monitoring.intake.words import placed_document
from tanhui.monitoring.models import Upload, UploadState
from tanhui.monitoring.queries import booked_files, latest_survey
from tanhui.monitoring.queries.intake import sent_of

MOST_KEPT = 5000
MOST_CHANGES = 300
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody mixes up when reading them out."""


def opaque(prefix: str) -> str:
    """A name that says what kind of thing it is and nothing else."""
    return f"{prefix}_{get_random_string(20, ALPHABET)}"


def content_hash(files: Mapping[str, bytes]) -> str:
    """A hash of files by name and content, whatever their order."""
    leaves = [hashlib.sha256(name.encode()).digest() + hashlib.sha256(files[name]).digest() for name in sorted(files)]
    return hashlib.sha256(b"".join(leaves)).hexdigest()


def checked_now(upload: Upload, progress: Progress = silent) -> tuple[Checked, int]:
    """The check of an upload upon the survey as it stands, and the revision of that (0 for none)."""
    latest = latest_survey(upload.programme)
    booked = booked_files(latest) if latest else {}
    checked = check_upload(
        sent_of(upload), booked, programme=upload.programme.number, complete=upload.complete, progress=progress
    )
    return checked, latest.revision if latest else 0


def keep_check(upload: Upload, checked: Checked, revision: int, *, mended: bool = False) -> None:
    """Write into the upload what the check found. It waits to be booked only if no error is left.

    What was given back to its sender stays so until it is mended: a check alone is no answer.
    """
    if mended or upload.state != UploadState.RETURNED:
        upload.state = UploadState.FAULTY if checked.errors else UploadState.READY
    upload.faults = [placed_document(finding, checked.grids) for finding in checked.findings[:MOST_KEPT]]
    upload.outcome_hex = "" if checked.errors else checked.root_hex
    upload.checked_upon = revision
    upload.summary = summary_of(checked)
    upload.save(update_fields=["state", "faults", "outcome_hex", "checked_upon", "summary"])


def summary_of(checked: Checked) -> dict[str, object]:
    """Counts of an upload: what it holds, what is wrong, what it would change."""
    changes = checked.changes
    return {
        "errors": checked.errors,
        "warnings": checked.warnings,
        "rows": dict(checked.rows),
        "rounds": list(checked.rounds),
        "plots": len(checked.plots),
        "plot_names": list(checked.plots),
        "fresh": dict(changes.fresh),
        "cells": len(changes.cells),
        "came": len(changes.came),
        "gone": len(changes.gone),
        "changes": [change.document() for change in changes.all()[:MOST_CHANGES]],
    }
