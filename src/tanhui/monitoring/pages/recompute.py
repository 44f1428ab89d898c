"""A recompute file on the page where anybody verifies: what is computed while somebody waits, and what is not."""

import json
from collections.abc import Mapping
from threading import Lock
from typing import Any

from django.utils.translation import gettext as _

from tanhui.core.recompute import DamagedFile, unpack, verify_recompute
from tanhui.monitoring.recompute_wording import is_intact, recompute_sentence, removal_in

Row = dict[str, Any]
LARGEST_BYTES = 32 * 1024 * 1024
MOST_DRAWS = 20_000
ONE_AT_A_TIME = Lock()
"""Whoever comes while another file is computed waits; the site's other threads go on."""


def recompute_answer(content: bytes, about: Mapping[str, Any]) -> Row:
    """Return the report on a file, or the problem that it is too much for a page."""
    if len(content) > LARGEST_BYTES or _draws(content) > MOST_DRAWS:
        return {
            "problem": {
                "code": "file_too_large",
                "message": _("这份重算文件要算很久，网页上不算。"),
                "help": _("用离线程序验：tanhui verify 文件"),
            }
        }
    with ONE_AT_A_TIME:
        found = verify_recompute(content)
    checks = [
        {"code": "intact", "ok": is_intact(found), "sentence": _("文件的每个字节都和封存时一样")},
        {"code": "same_digits", "ok": found.ok, "sentence": _("按里面的数据、方法和计划再算一遍，一位不差")},
    ]
    faults = [{"code": fault.code, "where": "", "sentence": recompute_sentence(fault)} for fault in found.faults]
    title = _title(content, found.document) if found.ok else _("重算文件对不上")
    return {
        "report": {**about, "kind": "recompute", "ok": found.ok, "title": title, "checks": checks, "faults": faults}
    }


def _draws(content: bytes) -> int:
    """How many draws the plan of a file asks for; none where it cannot be read, for then nothing is computed."""
    try:
        draws = json.loads(unpack(content)[0].plan).get("draws", 0)
    except (DamagedFile, ValueError, AttributeError):
        return 0
    return draws if isinstance(draws, int) else 0


def _title(content: bytes, document: Mapping[str, Any]) -> str:
    return _("重算一致：%(value)s") % {"value": removal_in(content, document)}
