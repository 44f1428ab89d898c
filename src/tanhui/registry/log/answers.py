"""What a witness's answer to an offer means: a signature that holds, another size to start from, or trouble.

No database and no network: the same answer always means the same.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from tanhui.core.ledger import BadSignature, Malformed
from tanhui.core.ledger.cosignature import Cosignature, WitnessKey, read_line
from tanhui.core.ledger.offer import REFUSAL_TYPE, SIZE_TYPE, Status
from tanhui.witness.web import Reply

LONGEST_WORDS: Final = 400
MOST_DIGITS: Final = 19


class Offered(NamedTuple):
    """What was offered: from which size to which, as which text, and the texts of other checkpoints that we know."""

    old_size: int
    size: int
    text: str
    other_texts: Mapping[int, str]


class Conflict(NamedTuple):
    """The witness has seen another size than the one we started from."""

    size: int


class Trouble(NamedTuple):
    """What is wrong, by its code, and what a sentence about it needs."""

    code: str
    params: Mapping[str, str | int]


Meaning = Cosignature | Conflict | Trouble


def meaning_of(reply: Reply, offered: Offered, key: WitnessKey) -> Meaning:
    """Say what an answer means."""
    if reply.status == Status.SIGNED:
        return _signature(reply.text, offered, key)
    if reply.status == Status.CONFLICT:
        return _conflict(reply, offered)
    if reply.status == Status.BAD_PROOF:
        return Trouble("rule_refused" if reply.kind == REFUSAL_TYPE else "other_history", _words(reply))
    if reply.status in {Status.UNKNOWN_KEY, Status.UNKNOWN_LOG}:
        return Trouble("unknown_log", _words(reply))
    return Trouble("not_yet" if reply.status == Status.NOT_YET else "bad_answer", _words(reply))


def ahead(found: Conflict, newest_size: int) -> Trouble | None:
    """Say whether a witness has signed more than we have: then there is a second history of ours somewhere."""
    return Trouble("fork_ahead", {"seen": found.size, "ours": newest_size}) if found.size > newest_size else None


def _signature(text: str, offered: Offered, key: WitnessKey) -> Meaning:
    lines = [f"{line}\n" for line in text.split("\n") if line]
    ours = [line for line in lines if line.startswith(f"— {key.name} ")]
    for line in ours:
        try:
            return read_line(line, offered.text, key)
        except (BadSignature, Malformed):
            continue
    if not ours:
        return Trouble("no_signature", {"lines": len(lines)})
    other = _other_size(ours, offered, key)
    return Trouble("bad_signature", {}) if other is None else Trouble("other_size", {"signed": other})


def _other_size(lines: Sequence[str], offered: Offered, key: WitnessKey) -> int | None:
    """Return which other checkpoint of ours these lines sign, if any."""
    for size, text in offered.other_texts.items():
        for line in lines:
            try:
                read_line(line, text, key)
            except (BadSignature, Malformed):
                continue
            return size
    return None


def _conflict(reply: Reply, offered: Offered) -> Meaning:
    said = reply.text.strip()
    if reply.kind != SIZE_TYPE or not (said.isascii() and said.isdecimal()) or len(said) > MOST_DIGITS:
        return Trouble("bad_answer", _words(reply))
    if int(said) == offered.old_size == offered.size:
        return Trouble("fork_same_size", {"seen": int(said)})
    if int(said) == offered.old_size:
        return Trouble("bad_answer", _words(reply))
    return Conflict(int(said))


def _words(reply: Reply) -> dict[str, str | int]:
    """Keep what a stranger wrote short and in one line."""
    said = " ".join("".join(letter if letter.isprintable() else " " for letter in reply.text).split())
    return {"status": reply.status, "said": said[:LONGEST_WORDS]}
