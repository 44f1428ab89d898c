"""ledger.proof: the proof of one transfer in a history of ten million records, beside reading its leaf alone.

The history is filled with records of the usual length that nobody reads; each tenth block is one by the rules, with
transfers that are proven. What a page asks for is asked: act, entries, the final checkpoint, the path of each leaf.
"""

from collections.abc import Iterator, Sequence
from random import Random
from statistics import median, quantiles
from time import perf_counter
from typing import Any, NamedTuple

from tests.bench.measure import Measure
from tests.bench.spine import fresh_installation

RECORDS = 10_000_000
A_BLOCK, EVERY, TRANSFERS, ASKED = 10_000, 10, 20, 200
FILLER = bytes([0x85, 0]) + bytes(100)


class Filler(NamedTuple):
    """What the journal takes of a block."""

    height: int
    time_ms: int
    first_leaf: int
    size: int
    root: bytes
    contents: Sequence[bytes]
    runs: Sequence[Any]


def measure_proof(records: int = RECORDS) -> Measure:
    """Return how many milliseconds a proof takes, in the middle."""
    with fresh_installation():
        names = list(fill(records))
        chosen = Random(1).choices(names, k=ASKED)  # noqa: S311 - which ones, no secret
        ours = [proof_ms(name) for name in chosen]
        bare = [leaf_ms(name) for name in chosen]
    note = (
        f"one transfer of {records:,} records proven: its leaves, their paths, the final checkpoint; 99 % within "
        f"{quantiles(ours, n=100)[98]:.1f} ms, median of {ASKED}. Reference: the act's leaf read by its key alone"
    )
    return Measure("ledger.proof", median(ours), "ms", median(bare), note)


def fill(records: int) -> Iterator[str]:
    """Write a journal with at least so many records; yield the ids of its real transfers, in hex."""
    from tests.bench.interactive import signed

    from core.ledger.ledger_samples import issue, opened, transfer
    from tanhui.core.ledger import Block, State
    from tanhui.core.ledger.draft import Draft
    from tanhui.registry.writer import journal
    from tanhui.registry.writer.packing import write_entries
    from tanhui.registry.writer.projections import write_acts

    draft, number = Draft(State()), 0
    acts: list[Any] = [*opened(), issue(quantity_mg=10**15)]
    while draft.frontier.size < records:
        if draft.height % EVERY == 0:
            orders = [signed(number + place, act) for place, act in enumerate(acts, start=1)]
            block = Block(*draft.write(orders, draft.height + 1, draft.time_ms + 1), draft.frontier, draft.touched)
            journal.append(block)
            write_acts([block])
            write_entries([block])
            yield from (order.id.hex() for order in orders if order.act.name == "transfer")
            number, acts = number + len(orders), [transfer(place + 1) for place in range(TRANSFERS)]
        else:
            _fill_block(draft)


def _fill_block(draft: Any) -> None:
    from tanhui.registry.writer import journal

    first = draft.frontier.size
    contents = [FILLER + place.to_bytes(8) for place in range(first, first + A_BLOCK)]
    draft.frontier, runs = draft.frontier.grow(contents)
    draft.height, draft.time_ms = draft.height + 1, draft.time_ms + 1
    ends = (draft.frontier.size, draft.frontier.root())
    journal.append(Filler(draft.height, draft.time_ms, first, *ends, contents, runs))  # type: ignore[arg-type] # as much of a block as is looked at


def proof_ms(name: str) -> float:
    """Prove one act and return how long that took; the proof is read outside the measured time."""
    from tanhui.core.ledger import read_receipt
    from tanhui.registry.queries import receipt_of
    from tanhui.registry.writer.signing import signing_key

    begun = perf_counter()
    receipt = receipt_of(name)
    seconds = perf_counter() - begun
    assert read_receipt(receipt, signing_key().public).command.id.hex() == name
    return seconds * 1000


def leaf_ms(name: str) -> float:
    """Read the leaf of one act and return how long that took."""
    from tanhui.registry.models import Act
    from tanhui.registry.writer.leaves import content_at

    index = Act.objects.get(command_hex=name).index
    begun = perf_counter()
    assert content_at(index)
    return (perf_counter() - begun) * 1000
