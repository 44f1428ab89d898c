"""The hand-over: one key of the log passes its work on to the next, from a size of the tree on.

It is a checkpoint (c2sp.org/tlog-checkpoint) with lines of its own behind the root, so it says of which history:

    sink.example.gov.cn
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
    tanhui-handover/1
    old sink.example.gov.cn+…            signs trees of up to this size
    new sink.example.gov.cn+…            signs all larger ones
    time 1795762800000
    by person-7
    because the yearly change

Both keys sign it. Whoever knows one key of a log follows the hand-overs to the newest: forward on the word of the old
key, and back on the word of the new one. Where the old key was lost, its signature lacks, and the statement alone
convinces nobody: it counts for those who were given the new key, or who see that their witnesses go on with it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, NamedTuple

from tanhui.core.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from tanhui.core.ledger.note import BadSignature, SigningKey, VerifyingKey, is_signed, open_note, split_note
from tanhui.core.ledger.shape import Malformed

FORMAT: Final = "tanhui-handover/1"
_LINES: Final = (FORMAT, "old (.+)", "new (.+)", "time (0|[1-9][0-9]{0,18})", "by (.+)", "because (.+)")
_EXTENSIONS: Final = re.compile("\n".join(_LINES))


class HandOver(NamedTuple):
    """What is handed over: at which checkpoint, from which key to which, when, by whom and why."""

    checkpoint: Checkpoint
    old: VerifyingKey
    new: VerifyingKey
    at_ms: int
    by: str
    reason: str

    def text(self) -> str:
        """Return the statement as both keys sign it. Raises Malformed for a name or reason of more than one line."""
        told = (self.old, self.new, self.at_ms, self.by, self.reason)
        names = ("old", "new", "time", "by", "because")
        lines = (FORMAT, *(f"{name} {value}" for name, value in zip(names, told, strict=True)))
        return replace(self.checkpoint, extensions=lines).text()


class Link(NamedTuple):
    """A hand-over that the new key has signed, and whether the old one has too."""

    hand_over: HandOver
    by_old: bool
    note: str


def sign_hand_over(hand_over: HandOver, new: SigningKey, old: SigningKey | None) -> str:
    """Return the statement as a note that both keys signed; without the old one, where it is lost."""
    text = hand_over.text()
    return new.sign(text) if old is None else old.sign(text) + new.line(text)


def read_link(note: str) -> Link:
    """Read one hand-over. Raises Malformed, or BadSignature if the new key did not sign it."""
    text, _ = split_note(note)
    checkpoint = parse_checkpoint(text)
    found = _EXTENSIONS.fullmatch("\n".join(checkpoint.extensions))
    if not found:
        raise Malformed("a hand-over names the old key, the new key, time, person and reason, each on its line")
    old, new = map(VerifyingKey.parse, found.group(1, 2))
    if old == new or {old.name, new.name} != {checkpoint.origin} or old.suite != new.suite:
        raise Malformed("a hand-over is between two keys of one log and one suite")
    open_note(note, new)
    hand_over = HandOver(replace(checkpoint, extensions=()), old, new, int(found[3]), found[4], found[5])
    return Link(hand_over, is_signed(note, old), note)


@dataclass(frozen=True, slots=True)
class KeyChain:
    """The keys of a log in their order, and the one of them that the reader trusts of himself."""

    trusted: VerifyingKey
    links: tuple[Link, ...] = ()

    @classmethod
    def read(cls, trusted: VerifyingKey, notes: Sequence[str], *, witnessed: bool = False) -> "KeyChain":
        """Follow hand-overs from the key that is trusted. Raises Malformed or BadSignature where they do not lead on.

        `witnessed` says that the reader's witnesses stand behind what the newest key signed: then a hand-over which the
        old key did not sign counts as well.
        """
        chain = cls(trusted, tuple(map(read_link, notes)))
        chain.require_whole()
        for link in chain.links[chain.keys.index(trusted) :]:
            if not (link.by_old or witnessed):
                raise BadSignature(f"the key {link.hand_over.old} did not sign that {link.hand_over.new} follows it")
        return chain

    @property
    def keys(self) -> tuple[VerifyingKey, ...]:
        """All keys, the first one first."""
        first = (self.links[0].hand_over.old,) if self.links else (self.trusted,)
        return (*first, *(link.hand_over.new for link in self.links))

    @property
    def newest(self) -> VerifyingKey:
        return self.keys[-1]

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(link.note for link in self.links)

    def at(self, size: int) -> VerifyingKey:
        """Return the key that had to sign a tree of this size."""
        return next((link.hand_over.old for link in self.links if size <= link.hand_over.checkpoint.size), self.newest)

    def open(self, note: str) -> Checkpoint:
        """Return a checkpoint of this log, signed by the trusted key or a later one before it was handed over.

        Raises BadSignature or Malformed.
        """
        return self._opened(note, self.keys[self.keys.index(self.trusted) :])

    def open_any(self, note: str) -> Checkpoint:
        """The same, of earlier keys too: for histories whose root a later key has vouched for."""
        return self._opened(note, self.keys)

    def _opened(self, note: str, keys: Sequence[VerifyingKey]) -> Checkpoint:
        checkpoint = parse_checkpoint(split_note(note)[0])
        ends = {link.hand_over.old: link.hand_over.checkpoint.size for link in self.links}
        able = [key for key in reversed(keys) if checkpoint.size <= ends.get(key, checkpoint.size)]
        if checkpoint.origin != self.trusted.name:
            raise BadSignature(f"a checkpoint of {checkpoint.origin}, not of {self.trusted.name}")
        if any(is_signed(note, key) for key in able):
            return checkpoint
        return open_checkpoint(note, able[0])  # it says what is wrong

    def require_whole(self) -> None:
        """Raise unless each hand-over begins where the one before ended, and the trusted key is among them."""
        told = [link.hand_over for link in self.links]
        for before, after in pairwise(told):
            if before.new != after.old or before.checkpoint.size > after.checkpoint.size:
                raise Malformed("these hand-overs do not follow one another")
        if len(set(self.keys)) != len(self.keys):
            raise Malformed("a key that was handed over never comes back")
        if self.trusted not in self.keys:
            raise BadSignature(f"the key {self.trusted} is none of those that were handed over")
