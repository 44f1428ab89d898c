"""Who may order what. The rule of each act stands in its own file in `acts`; this is what comes before it."""

from typing import Final

from tanhui.core.ledger.acts import SINGLE_ACTS, Freeze, Unfreeze, acts_of
from tanhui.core.ledger.commands import Command
from tanhui.core.ledger.decision import Change, Refusal, refuse
from tanhui.core.ledger.guards import Standing
from tanhui.core.ledger.terms import Role

MAY_ORDER: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(SINGLE_ACTS, frozenset({Role.OPERATOR})),
    Freeze.name: frozenset({Role.SUPERVISOR}),
    Unfreeze.name: frozenset({Role.SUPERVISOR}),
}
"""The registry books everything on behalf of holders, pledgees and other regions, but for freezes."""


def decide(command: Command, standing: Standing) -> Change | Refusal:
    """Decide one command as the ledger stands. Changes nothing."""
    for act in acts_of(command.act):
        if command.role not in MAY_ORDER[act.name]:
            return refuse("wrong_role", role=command.role, act=act.name)
    return command.act.decide(standing)
