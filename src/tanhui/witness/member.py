"""A member node: mirrors the log by its tiles, replays each block by the rules, and lets only that be co-signed.

It trusts nobody: a checkpoint must be signed by the log and continue what was proven before; the leaves must give its
root; the rules must give every leaf. At the first one that they do not give, it stops for good and says which.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from tanhui.core.ledger import Checkpoint, CloseDay, Difference, Frontier, VerifyingKey
from tanhui.core.ledger.day_ends import Replaying
from tanhui.core.ledger.journal import Deed, Entry, Header, decode_leaf
from tanhui.core.ledger.note import BadSignature
from tanhui.core.ledger.replay import is_header, replay_block
from tanhui.core.ledger.shape import Malformed
from tanhui.core.ledger.tiles import WIDTH, Tile, bundles_between, unbundle
from tanhui.witness.following import Fetch, Keys
from tanhui.witness.mirror import BlockEnd, Fault, Mirror
from tanhui.witness.web import Unreachable, get
from tanhui.witness.words import say

LONGEST_SAID: Final = 120
NOT_FOUND: Final = 404
GOOD: Final = 200


class Broken(ValueError):  # noqa: N818 - it names what was found
    """The log broke a rule, or our own copy is damaged. Nothing more is signed."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.words)
        self.fault = fault


class LogFault(ValueError):  # noqa: N818 - it names what was found
    """What the log sent cannot be what it signed. It may be better next time; until then nothing is signed."""


class Followed(NamedTuple):
    """How far the log was replayed."""

    height: int
    size: int
    root: bytes


class Member:
    """One log followed: its address, its key, our copy, and the state that the rules give up to its end."""

    def __init__(self, url: str, key: VerifyingKey, mirror: Mirror, fetch: Fetch = get) -> None:
        """Replay our own copy from its first leaf. Raises Broken when it is not what was proven, or was broken.

        A key that came after the one which our copy is proven by is asked for: that raises Unreachable or BadSignature.
        """
        self.url = url.rstrip("/")
        self.mirror = mirror
        self._fetch = fetch
        self._draft = Replaying(key.suite)
        self._checked_hand_overs = 0
        if fault := mirror.fault():
            raise Broken(fault)
        self.keys = Keys(self.url, key, mirror, fetch)
        size, note = mirror.proven()
        mirror.forget_unproven(size)
        self._replay_own(size, note)

    @property
    def followed(self) -> Followed:
        tree = self._draft.frontier
        return Followed(self._draft.height, tree.size, tree.root())

    def newest(self) -> str:
        """Fetch the checkpoint that the log shows. Raises Unreachable or LogFault."""
        reply = self._fetch(f"{self.url}/checkpoint")
        if reply.status != GOOD:
            raise LogFault(say("answers", url=f"{self.url}/checkpoint", status=reply.status))
        return reply.text

    def follow(self, note: str) -> Followed:
        """Fetch, prove and replay everything up to this checkpoint.

        Raises Broken at a broken rule, LogFault when its answers do not fit what the log signed, Unreachable
        when it is silent, BadSignature or Malformed when the checkpoint is none of this log.
        """
        checkpoint = self.keys.open(note)
        old = self._draft.frontier
        if checkpoint.size > old.size:
            self.mirror.forget_unproven(old.size)
            self._prove(checkpoint, self._download(old, checkpoint.size))
            self._replay(checkpoint.size, note)
        root = self._root_at(checkpoint.size)
        if root is None:
            raise LogFault(say("no_block", size=checkpoint.size))
        if root != checkpoint.root:
            words = say("two_histories", size=checkpoint.size)
            raise self._condemned(Fault("two_histories", checkpoint.size, words))
        self._check_hand_overs()
        return self.followed

    def _check_hand_overs(self) -> None:
        """Hold new hand-overs, as far as we have followed, against the very tree that we have replayed."""
        told = [link.hand_over.checkpoint for link in self.keys.chain.links]
        for at in told[self._checked_hand_overs :]:
            if at.size > self._draft.frontier.size:
                return
            if at.root != (self._root_at(at.size) if at.size else self.keys.chain.trusted.suite.empty_root):
                words = say("two_histories_handed", size=at.size)
                raise self._condemned(Fault("two_histories", at.size, words))
            self._checked_hand_overs += 1

    def _root_at(self, size: int) -> bytes | None:
        if size == self._draft.frontier.size:
            return self._draft.frontier.root()
        return next((block.root for block in self.mirror.blocks() if block.size == size), None)

    def _download(self, tree: Frontier, size: int) -> Frontier:
        """Fetch the leaves that are missing, write them down, and return the tree with them."""
        for tile in bundles_between(tree.size, size):
            leaves = self._bundle(tile)[tree.size - tile.first :]
            self.mirror.add_leaves(tree.size, leaves)
            tree, _ = tree.grow(leaves)
        return tree

    def _bundle(self, tile: Tile) -> list[bytes]:
        reply = self._fetch(f"{self.url}/tile/{tile.path}")
        if reply.status == NOT_FOUND and not tile.full:  # a log may drop a partial bundle once the full one stands
            reply = self._fetch(f"{self.url}/tile/{tile._replace(width=WIDTH).path}")
        if reply.status != GOOD:
            raise LogFault(say("answers", url=f"{self.url}/tile/{tile.path}", status=reply.status))
        try:
            leaves = unbundle(reply.content)
        except Malformed as fault:
            raise LogFault(f"{tile.path}: {fault}") from fault
        if len(leaves) < tile.width:
            raise LogFault(say("short", path=tile.path, count=len(leaves), wanted=tile.width))
        return leaves[: tile.width]

    @staticmethod
    def _prove(checkpoint: Checkpoint, tree: Frontier) -> None:
        if tree.root() != checkpoint.root:
            raise LogFault(say("not_root", size=checkpoint.size))

    def _replay(self, size: int, note: str) -> None:
        """Replay the leaves that were proven just now, block by block."""
        first = self._draft.frontier.size
        blocks: list[BlockEnd] = []
        for contents in _blocks(self.mirror.leaves(first, size)):
            start = self._draft.frontier.size
            differences = replay_block(self._draft, start, contents)
            if differences:
                raise self._condemned(_fault(self._draft.height, differences[0]))
            tree = self._draft.frontier
            blocks.append(BlockEnd(self._draft.height, start, tree.size, tree.root()))
        self.mirror.prove(size, note, blocks)

    def _replay_own(self, size: int, note: str) -> None:
        """Replay our own copy, and hold it against what was proven when it was written."""
        known = {block.size: block for block in self.mirror.blocks()}
        try:
            for contents in _blocks(self.mirror.leaves(0, size)):
                start = self._draft.frontier.size
                differences = replay_block(self._draft, start, contents)
                if differences:
                    raise Broken(_own(_fault(self._draft.height, differences[0])))
                tree = self._draft.frontier
                found = known.get(tree.size)
                if found is None or found.root != tree.root():
                    words = say("other_root", height=self._draft.height, place=start)
                    raise Broken(_own(Fault("root", start, words)))
        except LookupError as gap:
            place = int(gap.args[0])
            raise Broken(_own(Fault("missing_leaf", place, say("missing", place=place)))) from gap
        self._check_own_end(size, note)

    def _check_own_end(self, size: int, note: str) -> None:
        tree = self._draft.frontier
        if not size:
            return
        try:
            proven = self.keys.open_own(note)
        except (BadSignature, Malformed) as fault:
            raise Broken(_own(Fault("checkpoint", size, say("kept", size=size, why=fault)))) from fault
        if (proven.size, proven.root) != (tree.size, tree.root()):
            raise Broken(_own(Fault("root", size, say("own_root", size=size))))

    def _condemned(self, fault: Fault) -> Broken:
        self.mirror.condemn(fault)
        return Broken(fault)


def _blocks(leaves: Iterator[bytes]) -> Iterator[list[bytes]]:
    """Cut leaves into blocks: each begins with a header, the very first one in any case."""
    block: list[bytes] = []
    for content in leaves:
        if block and is_header(content):
            yield block
            block = []
        block.append(content)
    if block:
        yield block


def _fault(height: int, difference: Difference) -> Fault:
    """Say which leaf breaks which rule."""
    sort, where, found, expected = difference
    place = where if isinstance(where, int) else 0
    ends = {"found": _said(found) or say("nothing"), "expected": _said(expected) or say("nothing")}
    return Fault(sort, place, say("breaks", place=place, height=height, rule=sort, **ends))


def _own(fault: Fault) -> Fault:
    return fault._replace(words=say("own", why=fault.words))


def _said(value: object) -> str:
    """Say what a leaf says, given as a record or as hex; anything else as it stands."""
    if isinstance(value, CloseDay):
        sums = {"holdings": value.holdings, "piles": value.piles, "root": value.root.hex()}
        return say("day_end", day=value.day, height=value.height, **sums)
    try:
        record = value if isinstance(value, Header | Deed | Entry) else decode_leaf(bytes.fromhex(str(value)))
    except (ValueError, Malformed):
        return _short(value)
    if isinstance(record, Deed):
        return say("deed", act=record.command.act.name, id=record.command.id.hex(), outcome=record.outcome)
    if isinstance(record, Entry):
        source, target, quantity_mg, _ = record.movement
        ends = {"source": f"{source.account}/{source.book}", "target": f"{target.account}/{target.book}"}
        return say("entry", mg=quantity_mg, lot=source.lot, **ends)
    return say("header", height=record.height)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= LONGEST_SAID else f"{text[:LONGEST_SAID]}…"


__all__ = ["Broken", "Followed", "LogFault", "Member", "Unreachable"]
