"""The keys of a log that is followed: from the one that we were given, by the log's own hand-overs, to the newest."""

from collections.abc import Callable
from typing import Final

from tanhui.core.ledger import BadSignature, Checkpoint, KeyChain, VerifyingKey
from tanhui.core.ledger.note import KEY_ID_LENGTH, split_note
from tanhui.witness.mirror import Mirror
from tanhui.witness.web import Reply
from tanhui.witness.words import say

GOOD: Final = 200
MOST_HAND_OVERS: Final = 1000

Fetch = Callable[[str], Reply]


class Keys:
    """The keys of one log, as far as they are known. What was learned stays in the mirror."""

    def __init__(self, url: str, key: VerifyingKey, mirror: Mirror, fetch: Fetch) -> None:
        """Begin with what the mirror has. Raises BadSignature where that does not fit the key that was given."""
        self._url = url
        self._given = key
        self._mirror = mirror
        self._fetch = fetch
        notes = mirror.hand_overs()
        try:
            self.chain = KeyChain.read(key, notes)
        except BadSignature:
            self.chain = KeyChain(key)  # we were given a key that came after those we know: ask for the rest
            self.learn()

    def open(self, note: str) -> Checkpoint:
        """Return a checkpoint of this log; where a key signed it that we do not know, ask the log how it came about.

        Raises BadSignature or Malformed, and Unreachable.
        """
        if self._strangers_on(note):
            self.learn()
        return self.chain.open(note)

    def open_own(self, note: str) -> Checkpoint:
        """Return a checkpoint that we kept ourselves: any key of the log may have signed it."""
        if self._strangers_on(note):
            self.learn()
        return self.chain.open_any(note)

    def learn(self) -> None:
        """Fetch the hand-overs that we have not. Raises BadSignature or Malformed when they do not lead on."""
        notes = list(self.chain.notes)
        while len(notes) < MOST_HAND_OVERS:
            reply = self._fetch(f"{self._url}/handover/{len(notes) + 1}")
            if reply.status != GOOD:
                break
            notes.append(reply.text)
        kept = self._mirror.hand_overs()
        for number, (before, now) in enumerate(zip(kept, notes, strict=False), start=1):
            if before != now:
                raise BadSignature(say("other_hand_over", number=number))
        if len(notes) > len(self.chain.notes):
            self.chain = KeyChain.read(self._given, notes)
            self._mirror.learn(notes)

    def _strangers_on(self, note: str) -> bool:
        """Whether somebody of the log's name signed with a key that we do not know."""
        known = {key.id for key in self.chain.keys}
        _text, signatures = split_note(note)
        return any(name == self._given.name and found[:KEY_ID_LENGTH] not in known for name, found in signatures)
