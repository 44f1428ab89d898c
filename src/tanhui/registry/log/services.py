"""Offer the newest checkpoint to the witnesses and write down what they answer: in a program of its own, no request."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple

from tanhui.core.ledger.cosignature import Cosignature as Signed
from tanhui.core.ledger.merkle import consistency_path
from tanhui.core.ledger.note import split_note
from tanhui.core.ledger.offer import Offer
from tanhui.core.ledger.policy import Witness
from tanhui.kit import clock
from tanhui.registry.log.answers import Conflict, Meaning, Offered, Trouble, ahead, meaning_of
from tanhui.registry.log.models import Cosignature, Fault
from tanhui.registry.log.queries import newest_of
from tanhui.registry.models import Block
from tanhui.registry.suite import suite
from tanhui.registry.writer.hashes import subtrees
from tanhui.registry.writer.journal import last_block
from tanhui.registry.writer.signing import vouched
from tanhui.witness.web import Reply, Unreachable, post

MOST_AT_ONCE = 16
CLOCK_MAY_DIFFER = timedelta(minutes=10)
LASTING = frozenset({"absent", "not_yet", "unknown_log", "bad_answer"})
"""Troubles that last: told once, and again only after a signature in between."""

Ask = Callable[[str, bytes], Reply]


class Asked(NamedTuple):
    """A witness and what it was offered."""

    witness: Witness
    offered: Offered
    offer: Offer


class Round(NamedTuple):
    """What a round of offers came to: the size offered, who signed it, and who did not and why."""

    size: int
    signed: tuple[str, ...]
    troubled: tuple[tuple[str, str], ...]


def offer_newest(*, witnesses: Sequence[Witness], at: datetime, ask: Ask = post) -> Round | None:
    """Offer the newest checkpoint to all these witnesses at once. Nothing to offer gives None.

    A witness that has seen another size of ours is asked a second time, from there.
    """
    block = last_block()
    missing = [one for one in witnesses if block and one.url and not _has_signed(one, block)]
    if block is None or not missing:
        return None
    first = [_prepare(one, block, _old_size(one)) for one in missing]
    meanings = dict(zip(missing, _ask_all(first, ask), strict=True))
    again = [_prepare(one, block, size) for one, size in _conflicts(meanings) if size <= block.size]
    meanings |= zip([asked.witness for asked in again], _ask_all(again, ask), strict=True)
    return _write_down(meanings, block, at)


def _has_signed(witness: Witness, block: Block) -> bool:
    return Cosignature.objects.filter(vkey=str(witness.key), size=block.size).exists()


def _old_size(witness: Witness) -> int:
    last = newest_of(witness.key)
    return last.size if last else 0


def _conflicts(meanings: dict[Witness, Meaning]) -> list[tuple[Witness, int]]:
    return [(witness, found.size) for witness, found in meanings.items() if isinstance(found, Conflict)]


def _prepare(witness: Witness, block: Block, old_size: int) -> Asked:
    path = consistency_path(min(old_size, block.size), block.size, subtrees(), suite())
    earlier = Block.objects.filter(size__lt=block.size).order_by("-size")[:3]
    others = {one.size: split_note(one.checkpoint)[0] for one in earlier}
    offered = Offered(old_size, block.size, split_note(block.checkpoint)[0], others)
    return Asked(witness, offered, Offer(old_size, path, vouched(block)))


def _ask_all(asked: Sequence[Asked], ask: Ask) -> list[Meaning]:
    """Ask everybody at the same time: the slowest one costs what it costs, and not the sum."""
    if not asked:
        return []
    with ThreadPoolExecutor(min(len(asked), MOST_AT_ONCE)) as pool:
        return list(pool.map(lambda one: _ask_one(one, ask), asked))


def _ask_one(asked: Asked, ask: Ask) -> Meaning:
    url = f"{asked.witness.url.rstrip('/')}/add-checkpoint"
    try:
        reply = ask(url, asked.offer.spell().encode())
    except Unreachable as fault:
        return Trouble("absent", {"why": str(fault)[:200]})
    return meaning_of(reply, asked.offered, asked.witness.key)


def _write_down(meanings: dict[Witness, Meaning], block: Block, at: datetime) -> Round:
    signed: list[str] = []
    troubled: list[tuple[str, str]] = []
    newest = last_block() or block
    for witness, found in meanings.items():
        if isinstance(found, Signed):
            _keep(witness, found, block, at)
            signed.append(witness.name)
            continue
        confused = (
            Trouble("bad_answer", {"status": 409, "said": str(found.size)}) if isinstance(found, Conflict) else found
        )
        trouble = (isinstance(found, Conflict) and ahead(found, newest.size)) or confused
        assert isinstance(trouble, Trouble)
        _tell(witness, trouble, block, at)
        troubled.append((witness.name, trouble.code))
    return Round(block.size, tuple(signed), tuple(troubled))


def _keep(witness: Witness, found: Signed, block: Block, at: datetime) -> None:
    signed_at = clock.from_ms(min(found.at_s, 2**36) * 1000)
    row = {"name": witness.name, "line": found.line, "signed_at": signed_at, "received_at": at}
    Cosignature.objects.get_or_create(vkey=str(witness.key), size=block.size, defaults=row)
    if abs(signed_at - at) > CLOCK_MAY_DIFFER:
        _tell(witness, Trouble("clock", {"seconds": int((signed_at - at).total_seconds())}), block, at)


def _tell(witness: Witness, trouble: Trouble, block: Block, at: datetime) -> None:
    """Write trouble down, unless it is what was told last."""
    vkey = str(witness.key)
    last = Fault.objects.filter(vkey=vkey).order_by("-id").first()
    signed = Cosignature.objects.filter(vkey=vkey).order_by("-id").first()
    same = last is not None and last.code == trouble.code and not (signed and signed.received_at > last.at)
    if last and same and (trouble.code in LASTING or (last.size, last.params) == (block.size, dict(trouble.params))):
        return
    Fault.objects.create(
        vkey=vkey, name=witness.name, code=trouble.code, size=block.size, params=dict(trouble.params), at=at
    )
