"""A ledger kept in the tables of the log: blocks by the rules, signed with the key of this installation."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from tanhui.core.ledger import (
    Act,
    Block,
    Checkpoint,
    Command,
    Issue,
    OpenAccount,
    Origin,
    State,
    Transfer,
    apply,
)
from tanhui.core.ledger.journal import Leaf
from tanhui.core.ledger.tiles import split_by_bundle
from tanhui.registry import models
from tanhui.registry.writer import hashes
from tanhui.registry.writer.signing import sign_block, signing_key

HASH = bytes(range(32))


def accounts(*names: str, kind: str = "buyer") -> list[Act]:
    return [OpenAccount(name, kind, HASH) for name in names]


def season() -> list[Act]:
    """Three accounts, a lot of a tonne, and a sale."""
    issue = Issue("lot-1", "owner-1", "buffer-1", 10**9, 10**8, Origin("project-1", "2020-2025", HASH, HASH, HASH))
    kinds = {"owner-1": "owner", "buyer-1": "buyer", "buffer-1": "buffer"}
    return [*(OpenAccount(name, kind, HASH) for name, kind in kinds.items()), issue, sale(300)]


def sale(quantity_mg: int) -> Transfer:
    return Transfer("lot-1", "owner-1", "buyer-1", quantity_mg, HASH)


class KeptLog:
    """Writes what a writer writes: leaves, subtrees, and the block with its signed checkpoint."""

    def __init__(self) -> None:
        self.state = State()
        self.leaves: list[bytes] = []
        self._numbers = count(1)

    def add(self, *acts: Act) -> Block:
        """Write a block of these acts."""
        commands = [
            Command(next(self._numbers).to_bytes(16, "big"), "person-1", "operator", 1000, HASH, act) for act in acts
        ]
        block = apply(commands, self.state, self.state.height + 1, 1_760_000_000_000 + self.state.height)
        self.state = block.closing
        self.write(block)
        return block

    def grow(self, size: int) -> None:
        """Write blocks of accounts until there are at least so many leaves."""
        while self.state.frontier.size < size:
            many = min(200, size - self.state.frontier.size)
            self.add(*accounts(*(f"acc-{self.state.frontier.size + number}" for number in range(many))))

    def forge(self, contents: Sequence[bytes]) -> str:
        """Write a block of any leaves whatever, as somebody can who holds the key and the database."""
        tree, runs = self.state.frontier.extend(map(leaf_hash_of, contents))
        height, time_ms, first = self.state.height + 1, self.state.time_ms, self.state.frontier.size
        note = sign_block(Checkpoint(signing_key().name, tree.size, tree.root()))
        _write(height, time_ms, (first, tree.size, tree.root()), list(contents), runs, note)
        self.state = replace(self.state, height=height, frontier=tree)
        self.leaves += contents
        return note

    def write(self, block: Block) -> None:
        note = sign_block(Checkpoint(signing_key().name, block.size, block.root))
        contents = list(block.contents)
        _write(block.height, block.time_ms, (block.first_leaf, block.size, block.root), contents, block.runs, note)
        self.leaves += contents


def leaf_hash_of(content: bytes) -> bytes:
    from tanhui.core.ledger.merkle import leaf_hash

    return leaf_hash(content)


def _write(height, time_ms, ends, contents, runs, note) -> None:
    first, size, root = ends
    models.Block.objects.create(
        height=height, time_ms=time_ms, first_leaf=first, size=size, root_hex=root.hex(), checkpoint=note
    )
    models.LeafRun.objects.bulk_create(
        models.LeafRun(first=place, leaves=leaves) for place, leaves in split_by_bundle(first, contents)
    )
    models.HashRun.objects.bulk_create(
        models.HashRun(level=level, first=first, hashes=content)
        for level, first, content in zip(*hashes.columns(runs), strict=True)
    )


__all__ = ["HASH", "KeptLog", "Leaf", "accounts", "sale", "season"]
