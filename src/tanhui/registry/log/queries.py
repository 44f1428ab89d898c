"""Which block is final, which checkpoint is shown, and what each witness has signed."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from tanhui.core.ledger.cosignature import WitnessKey
from tanhui.core.ledger.policy import Policy, Witness
from tanhui.kit import clock
from tanhui.registry.log.models import Cosignature, Fault
from tanhui.registry.log.settings import current_policy
from tanhui.registry.models import Block
from tanhui.registry.writer.journal import last_block
from tanhui.registry.writer.signing import vouched

LOOK_BACK = 1000
"""How many co-signatures are looked through at a time for the newest checkpoint that meets the policy."""

ALARMS = frozenset({"fork_ahead", "fork_same_size", "other_history", "rule_refused"})
"""Faults that are no accident: somebody has seen another history than ours, or a rule broken in it."""


class Standing(NamedTuple):
    """How a witness stands: what it signed last and when, how far it is behind, what went wrong since then."""

    witness: Witness
    size: int | None
    height: int | None
    signed_at: datetime | None
    blocks_behind: int
    behind_since: datetime | None
    faults: Sequence[Fault]
    alarm: Fault | None

    @property
    def troubled(self) -> bool:
        """Whether something went wrong after the last signature."""
        return bool(self.faults)


class Finality(NamedTuple):
    """The policy, the newest block, and the newest one that enough witnesses have co-signed."""

    policy: Policy
    newest: Block | None
    final: Block | None

    @property
    def waiting(self) -> int:
        """How many blocks wait for their witnesses."""
        if self.newest is None:
            return 0
        return self.newest.height - (self.final.height if self.final else 0)


def _final_size(policy: Policy) -> int | None:
    """Return the size of the newest checkpoint that meets a policy which needs witnesses, or None."""
    keys = {str(key): key for key in policy.keys}
    rows = Cosignature.objects.filter(vkey__in=keys).order_by("-size").values_list("size", "vkey")
    for size, signed in groupby(rows.iterator(chunk_size=LOOK_BACK), key=lambda row: row[0]):
        if policy.met_by({keys[vkey] for _, vkey in signed}):
            return int(size)
    return None


def finality(policy: Policy | None = None) -> Finality:
    """Return how far the ledger is final."""
    chosen = current_policy() if policy is None else policy
    newest = last_block()
    if newest is None or not chosen.needed:
        return Finality(chosen, newest, newest)
    size = _final_size(chosen)
    if size is None:
        return Finality(chosen, newest, None)
    final = newest if newest.size == size else Block.objects.filter(size=size).first()
    return Finality(chosen, newest, final)


def shown_checkpoint(policy: Policy | None = None) -> str | None:
    """Return the newest checkpoint that meets the policy, co-signed; before there is one, the newest of all."""
    found = finality(policy)
    block = found.final or found.newest
    return with_cosignatures(block) if block else None


def checkpoint_over(leaf: int, policy: Policy | None = None) -> Block:
    """Return the block whose checkpoint proves a leaf best: the final one if it reaches so far, else the newest."""
    found = finality(policy)
    assert found.newest is not None
    return found.final if found.final and found.final.size > leaf else found.newest


def with_cosignatures(block: Block) -> str:
    """Return the checkpoint of a block with all co-signatures on it, the earliest first; the present key signs too."""
    lines = Cosignature.objects.filter(size=block.size).order_by("id").values_list("line", flat=True)
    return vouched(block) + "".join(lines)


def newest_of(key: WitnessKey) -> Cosignature | None:
    """Return the co-signature of the largest size by this witness."""
    return Cosignature.objects.filter(vkey=str(key)).order_by("-size").first()


def standings(policy: Policy, newest: Block | None) -> Sequence[Standing]:
    """Return how each witness of the policy stands."""
    return [_standing(witness, newest) for witness in policy.witnesses]


def _standing(witness: Witness, newest: Block | None) -> Standing:
    last = newest_of(witness.key)
    signed = Block.objects.filter(size=last.size).first() if last else None
    behind = (newest.height if newest else 0) - (signed.height if signed else 0)
    first_missing = Block.objects.filter(height=(signed.height if signed else 0) + 1).first() if behind > 0 else None
    faults = Fault.objects.filter(vkey=str(witness.key)).order_by("-id")
    since = [fault for fault in faults[:20] if last is None or fault.at > last.received_at]
    return Standing(
        witness,
        last.size if last else None,
        signed.height if signed else None,
        last.signed_at if last else None,
        behind,
        clock.from_ms(first_missing.time_ms) if first_missing else None,
        since,
        faults.filter(code__in=ALARMS).first(),
    )


def lag_of(standing: Standing, at: datetime) -> timedelta:
    """Return how long the oldest block that this witness has not signed has been waiting."""
    return at - standing.behind_since if standing.behind_since else timedelta()


def recent_faults(policy: Policy, most: int) -> Iterable[Fault]:
    """Return what went wrong with the witnesses of the policy, the latest first."""
    return Fault.objects.filter(vkey__in=[str(key) for key in policy.keys]).order_by("-id")[:most]


def alarms(most: int) -> Iterable[Fault]:
    """Return every alarm there ever was, the latest first: also of a witness that the policy names no more."""
    return Fault.objects.filter(code__in=ALARMS).order_by("-id")[:most]
