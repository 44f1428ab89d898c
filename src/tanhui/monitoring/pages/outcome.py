"""What an upload would change: shown to whoever books it."""

from collections.abc import Sequence
from typing import Any

from tanhui.monitoring.intake.changes import Change, change_from
from tanhui.monitoring.intake.reading import SCHEMAS
from tanhui.monitoring.intake.words import column_word, language, table_word
from tanhui.monitoring.models import Upload
from tanhui.monitoring.workbook.vocabulary import word

MOST_REASONS = 40


def changes_context(found: Upload) -> dict[str, Any]:
    """Each value before and after, and counts of what is new, as the check found them: booking asks for just that."""
    said = found.summary
    fresh = [(file, said["fresh"][file]) for file in SCHEMAS if file in said["fresh"]]
    count = said["cells"] + said["came"] + said["gone"]
    return {
        "changes": change_rows([change_from(row) for row in said.get("changes", [])]),
        "changes_count": count,
        "reasons_asked": count <= MOST_REASONS,
        "fresh": [{"table": table_word(file), "rows": rows} for file, rows in fresh],
        "unchanged": not count and not fresh,
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
