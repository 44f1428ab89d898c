"""What an upload would change: shown to whoever books it."""

from collections.abc import Sequence
from typing import Any

from tanhui.monitoring.intake.changes import Change
from tanhui.monitoring.intake.words import column_word, language, table_word
from tanhui.monitoring.models import Upload
from tanhui.monitoring.services.checking import checked_now
from tanhui.monitoring.workbook.vocabulary import word

MOST_SHOWN = 300
MOST_REASONS = 40


def changes_context(found: Upload) -> dict[str, Any]:
    """Each value before and after, and counts of what is new. The check runs again: what is shown is what would be."""
    checked, _revision = checked_now(found)
    changes = checked.changes
    return {
        "changes": change_rows(changes.all()[:MOST_SHOWN]),
        "changes_count": len(changes.all()),
        "reasons_asked": len(changes.all()) <= MOST_REASONS,
        "fresh": [{"table": table_word(file), "rows": rows} for file, rows in changes.fresh],
        "unchanged": changes.empty,
    }


def change_rows(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Changes in the reader's words."""
    return [
        {
            "number": number,
            "table": table_word(change.file),
            "key": " · ".join(change.key),
            "column": column_word(change.file, change.column),
            "kind": "cell" if change.column else ("came" if change.after or not change.before else "gone"),
            "before": word(change.file, change.column, change.before, language()),
            "after": word(change.file, change.column, change.after, language()),
        }
        for number, change in enumerate(changes)
    ]
