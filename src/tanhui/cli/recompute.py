"""Check a recompute file with the core alone: nothing in it was changed, and the same digits come out again."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from django.utils import translation

from tanhui.cli.words import django_language
from tanhui.core.recompute import Recomputed, is_recompute_file, verify_recompute
from tanhui.kit.text import estimate_text

WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "intact": "成立  文件：每个字节都和封存时一样",
        "same": "成立  重算：{count} 个值一位不差，{value} t CO₂e，结果摘要 {hash}",
        "none": "算不出",
        "first": "不成立  第一处不对：",
        "more": "还有 {count} 处。",
    },
    "en": {
        "intact": "holds  File: every byte is as it was packed",
        "same": "holds  Computed again: {count} values the same to the last digit, {value} t CO₂e, result hash {hash}",
        "none": "not computed",
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
    found = verify_recompute(path.read_bytes())
    with translation.override(django_language(options.language)):
        for line in _lines(found, options.language):
            print(line)
    if options.json:
        content = json.dumps(as_document(found), ensure_ascii=False, indent=1) + "\n"
        Path(options.json).write_text(content, encoding="utf-8")
    return GOOD if found.ok else BAD


def _lines(found: Recomputed, language: str) -> list[str]:
    from tanhui.monitoring.recompute_wording import counted_values, recompute_sentence

    words = WORDS[language]
    if found.ok:
        evaluation = found.document["evaluation"]
        removal = evaluation["removal_tco2e"]
        value = words["none"] if removal is None else estimate_text(removal, evaluation["half_width_tco2e"])
        told = {"value": value, "hash": found.document["assessment_hash"]}
        return [words["intact"], words["same"].format(count=f"{counted_values(found.document):,}", **told)]
    shown = [words["first"], *(f"  {recompute_sentence(fault)}  [{fault.code}]" for fault in found.faults[:_SHOWN])]
    left = found.count - _SHOWN
    return [*shown, words["more"].format(count=left)] if left > 0 else shown


def as_document(found: Recomputed) -> dict[str, object]:
    """Return the outcome for programs."""
    return {
        "ok": found.ok,
        "result_hash": found.document.get("assessment_hash"),
        "differing": found.differing,
        "faults": [fault._asdict() for fault in found.faults],
    }
