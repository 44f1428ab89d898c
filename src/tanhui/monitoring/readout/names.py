"""What things are called: strata as the survey names them, zones and counties as the region does."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

Pair = tuple[str, str]
"""A name in Chinese and in English."""
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Names:
    """Names by what they are of. A code that nobody has named stands for itself."""

    of: Mapping[str, Mapping[str, Pair]]

    def say(self, kind: str, code: str) -> str:
        """Return the name in the reader's language. Joined strata are named one by one."""
        if not code:
            return _("没有写明")
        if kind == "stratum" and " + " in code:
            return " + ".join(self.say(kind, part) for part in code.split(" + "))
        found = self.of.get(kind, {}).get(code)
        return code if found is None else found[(get_language() or "").startswith("en")]


def strata_names(content: bytes) -> dict[str, Pair]:
    """Return the names of strata.csv: its own columns, else a short note, else the code."""
    found = {}
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"))):
        note = row.get("note") or ""
        known = note if 0 < len(note) <= LONGEST_NAME else row["stratum"]
        found[row["stratum"]] = (row.get("name_zh") or known, row.get("name_en") or known)
    return found
