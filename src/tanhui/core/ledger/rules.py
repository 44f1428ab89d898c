"""Who may order what. The rule of each act stands in its own file in `acts`; this is what comes before it."""

from typing import Final

from tanhui.core.ledger.acts import Issue, OpenAccount, Retire, Transfer
from tanhui.core.ledger.commands import Command
from tanhui.core.ledger.decision import Change, Refusal, refuse
from tanhui.core.ledger.guards import Standing
from tanhui.core.ledger.terms import Role

MAY_ORDER: Final[dict[str, frozenset[str]]] = {
    OpenAccount.name: frozenset({Role.OPERATOR}),
    Issue.name: frozenset({Role.OPERATOR}),
    Transfer.name: frozenset({Role.OPERATOR}),
    Retire.name: frozenset({Role.OPERATOR}),
}
"""In this version the registry books everything, transfers and retirements on behalf of the holder."""


def decide(command: Command, standing: Standing) -> Change | Refusal:
    """Decide one command as the ledger stands. Changes nothing."""
    if command.role not in MAY_ORDER[command.act.name]:
        return refuse("wrong_role", role=command.role, act=command.act.name)
    return command.act.decide(standing)
