"""Linked acts: all of them, or none.

1. The acts of one command are decided one after the other, each on what the ones before it leave.
2. If one is refused, the whole command is refused and nothing is booked. The answer says which one, and why.
3. Whoever orders them must be allowed to order each of them.
4. Any acts can be linked, 2 to 200 of them, but for links in links.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tanhui.core.ledger.decision import Change, Refusal, refuse
from tanhui.core.ledger.guards import Standing
from tanhui.core.ledger.overlay import Overlay
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import Malformed
from tanhui.core.ledger.terms import MAX_LINKED_ACTS

if TYPE_CHECKING:
    from tanhui.core.ledger.acts import SingleAct


@dataclass(frozen=True, slots=True)
class Linked:
    """Acts that succeed or fail together: the legs of a deal, the retirements of an event."""

    name: ClassVar[str] = "linked"

    acts: "tuple[SingleAct, ...]"

    def __post_init__(self) -> None:
        if not (isinstance(self.acts, tuple) and 1 < len(self.acts) <= MAX_LINKED_ACTS):
            raise Malformed(f"a link has 2 to {MAX_LINKED_ACTS} acts")
        if any(isinstance(act, Linked) or not hasattr(act, "decide") for act in self.acts):
            raise Malformed("a link has acts that are no links themselves")

    def reads(self) -> Scope:
        return Scope.union(act.reads() for act in self.acts)

    def decide(self, standing: Standing) -> Change | Refusal:
        after = Overlay(standing)
        whole = Change()
        for place, act in enumerate(self.acts, start=1):
            decision = act.decide(after)
            if isinstance(decision, Refusal):
                return refuse("link_refused", **dict(decision.params), place=place, act=act.name, why=decision.code)
            after.take(decision)
            whole = whole.then(decision)
        return whole
