"""Check a recompute file with the core alone: nothing in it was changed, and the same digits come out again."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from django.utils import translation

from tanhui.cli.words import django_language
from tanhui.core.recompute import Recomputed, is_recompute_file, verify_recompute

WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "intact": "成立  文件：每个字节都和封存时一样",
        "same": "成立  重算：{count} 个值一位不差，{value}，结果摘要 {hash}",
        "first": "不成立  第一处不对：",
        "more": "还有 {count} 处。",
    },
    "en": {
        "intact": "holds  File: every byte is as it was packed",
        "same": "holds  Computed again: {count} values the same to the last digit, {value}, result hash {hash}",
        "first": "fails  First fault:",
        "more": "{count} more.",
    },
}
GOOD, BAD = 0, 1
_SHOWN = 8


def is_recompute(path: Path) -> bool:
    """Say whether a file is a recompute file rather than an audit file or a proof."""
    with path.open("rb") as file:
        return file.read(2) == b"PK" and is_recompute_file(b"PK" + file.read())


def verify_recompute_path(path: Path, options: argparse.Namespace) -> int:
    """Check a file and print what holds, or the first fault by name."""
    content = path.read_bytes()
    found = verify_recompute(content)
    with translation.override(django_language(options.language)):
        for line in _lines(content, found, options.language):
            print(line)
    if options.json:
        told = json.dumps(as_document(found), ensure_ascii=False, indent=1) + "\n"
        Path(options.json).write_text(told, encoding="utf-8")
    return GOOD if found.ok else BAD


def _lines(content: bytes, found: Recomputed, language: str) -> list[str]:
    from tanhui.monitoring.recompute_wording import counted_values, recompute_sentence, removal_in

    words = WORDS[language]
    if found.ok:
        told = {"value": removal_in(content, found.document), "hash": found.document["assessment_hash"]}
        return [words["intact"], words["same"].format(count=f"{counted_values(found.document):,}", **told)]
    shown = [words["first"], *(f"  {recompute_sentence(fault)}  [{fault.code}]" for fault in found.faults[:_SHOWN])]
    left = found.count - _SHOWN
    return [*shown, words["more"].format(count=left)] if left > 0 else shown


def as_document(found: Recomputed) -> dict[str, object]:
    """Return the outcome for programs."""
    return {
        "ok": found.ok,
        "result_hash": found.document.get("assessment_hash"),
        "partial": found.document.get("partial"),
        "differing": found.differing,
        "faults": [fault._asdict() for fault in found.faults],
    }
