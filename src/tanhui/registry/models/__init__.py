"""The tables of the registry: the ledger, and what stands around it."""

from tanhui.registry.models.checks import LedgerCheck, RecomputedEstimate, WritingStop
from tanhui.registry.models.days import DayPile
from tanhui.registry.models.desk import Account, Order, OrderState, QueuedCommand, Retirement
from tanhui.registry.models.ledger import (
    MOST_MG,
    Act,
    Block,
    Encumbrance,
    Entry,
    Holding,
    Leaf,
    LedgerAccount,
    Lot,
    Subtree,
)

__all__ = [
    "MOST_MG",
    "Account",
    "Act",
    "Block",
    "DayPile",
    "Encumbrance",
    "Entry",
    "Holding",
    "Leaf",
    "LedgerAccount",
    "LedgerCheck",
    "Lot",
    "Order",
    "OrderState",
    "QueuedCommand",
    "RecomputedEstimate",
    "Retirement",
    "Subtree",
    "WritingStop",
]
