"""`tanhui verify NEW --continues OLD`: whether one ledger is the other one further on."""

from collections.abc import Mapping
from pathlib import Path

from tanhui.core.audit.continuing import Continuation, KnownRoot, continues_from, known_roots
from tanhui.core.ledger import Malformed

GOOD, BAD, UNREADABLE = 0, 1, 2
WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "same": "成立  接续：{older} 里签过的 {shared:,} 块都在这本账里，一字不差",
        "differs": "不成立  接续：{older} 到 {size:,} 条为止{block}的树根，这本账里没有。两本账从这里起不是同一本",
        "missing": "不成立  接续：{older} 里还有 {count:,} 块，这本账里没有，从 {size:,} 条那一块起{block}",
        "block": "（第 {height:,} 块）",
        "unread": "{older} 不是账本文件、检查点或证明文件：{why}",
    },
    "en": {
        "same": "holds  continues: all {shared:,} blocks that {older} has signed are in this ledger, word for word",
        "differs": "fails  continues: the root of {older} over {size:,} entries{block} is not in this ledger. "
        "From there on they are two ledgers",
        "missing": "fails  continues: {older} has {count:,} more blocks that this ledger lacks, "
        "from the one with {size:,} entries on{block}",
        "block": " (block {height:,})",
        "unread": "{older} is no audit file, checkpoint or proof: {why}",
    },
}


def verify_continues(later: Path, older: Path, language: str) -> int:
    """Compare an audit file with an older one, a checkpoint or a proof, and print what came of it."""
    try:
        known = known_roots(older)
    except Malformed as problem:
        print(WORDS[language]["unread"].format(older=older, why=problem))
        return UNREADABLE
    found = continues_from(known, {one.size: one.root_hex for one in known_roots(later)})
    print(continuation_line(found, older, language))
    return GOOD if found.ok else BAD


def continuation_line(found: Continuation, older: object, language: str) -> str:
    """Return the sentence."""
    words = WORDS[language]
    if found.differing is not None:
        return words["differs"].format(older=older, size=found.differing.size, block=_block(found.differing, language))
    if found.missing:
        first = found.missing[0]
        return words["missing"].format(
            older=older, count=len(found.missing), size=first.size, block=_block(first, language)
        )
    return words["same"].format(older=older, shared=found.shared)


def _block(one: KnownRoot, language: str) -> str:
    return WORDS[language]["block"].format(height=one.height) if one.height is not None else ""
