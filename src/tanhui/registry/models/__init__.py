"""The tables of the registry: the ledger, and what stands around it."""

from tanhui.registry.models.checks import LedgerCheck, RecomputedEstimate, StopCause, WritingStop
from tanhui.registry.models.days import DayPile
from tanhui.registry.models.desk import Account, Order, OrderState, Paper, Part, QueuedCommand, Retirement
from tanhui.registry.models.keys import HandOver
from tanhui.registry.models.ledger import (
    HELD_BOOKS,
    LARGE_MG,
    MOST_MG,
    Act,
    Block,
    Encumbrance,
    Entry,
    HashRun,
    Holding,
    LeafRun,
    LedgerAccount,
    Lot,
)
from tanhui.registry.models.sums import BookSum

__all__ = [
    "HELD_BOOKS",
    "LARGE_MG",
    "MOST_MG",
    "Account",
    "Act",
    "Block",
    "BookSum",
    "DayPile",
    "Encumbrance",
    "Entry",
    "HandOver",
    "HashRun",
    "Holding",
    "LeafRun",
    "LedgerAccount",
    "LedgerCheck",
    "Lot",
    "Order",
    "OrderState",
    "Paper",
    "Part",
    "QueuedCommand",
    "RecomputedEstimate",
    "Retirement",
    "StopCause",
    "WritingStop",
]
