"""Who stands behind a block: whether it is final under the policy, who has co-signed it, and whose signature lacks.

Asked once for a page, however many acts the page shows.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.db.models import Max

from tanhui.registry.log.models import Cosignature
from tanhui.registry.log.queries import Finality, finality
from tanhui.registry.models import Block

FINAL: Final = "final"
WAITING: Final = "waiting"
ALONE: Final = "alone"
"""Nobody else has to sign: the block stands on the registry's own signature."""


class Backing(NamedTuple):
    """What stands behind one block.

    `signed` and `missing` are names of witnesses: those who have co-signed the checkpoint of this block or of a later
    one, and the others. `by_height` is the newest block whose checkpoint met the policy, where that covers this one.
    """

    state: str
    needed: int
    asked: int
    signed: tuple[str, ...]
    missing: tuple[str, ...]
    by_height: int | None


class Backers(NamedTuple):
    """How far the ledger is final, and up to which size each witness has signed, by key."""

    finality: Finality
    signed_size: Mapping[str, int]

    @property
    def asked(self) -> bool:
        """Whether anybody else has to sign."""
        return bool(self.finality.policy.needed)

    def state_at(self, height: int) -> str:
        """Return how a block stands: final, waiting or alone."""
        if not self.asked:
            return ALONE
        final = self.finality.final
        return FINAL if final and final.height >= height else WAITING

    def of(self, block: Block) -> Backing:
        """Return what stands behind a block."""
        policy, state = self.finality.policy, self.state_at(block.height)
        behind = [self.signed_size.get(str(one.key), -1) >= block.size for one in policy.witnesses]
        named = list(zip(policy.witnesses, behind, strict=True))
        signed = tuple(one.name for one, signs in named if signs)
        missing = tuple(one.name for one, signs in named if not signs)
        final = self.finality.final if state == FINAL else None
        return Backing(state, policy.needed, len(named), signed, missing, final.height if final else None)


def backers() -> Backers:
    """Return who stands behind the ledger now, in a fixed number of queries. Raises `policy_unreadable`."""
    found = finality()
    keys = [str(key) for key in found.policy.keys]
    rows = Cosignature.objects.filter(vkey__in=keys).values_list("vkey").annotate(Max("size")) if keys else ()
    return Backers(found, dict(rows))
