"""Readings of the registry: books, lots, accounts, orders, retirements, checkpoints."""

from tanhui.registry.queries.accounts import (
    accounts,
    buyer_account,
    holders_of,
    live_mg,
    order_of_command,
    orders,
    owner_account,
)
from tanhui.registry.queries.books import BOOKS, BookLine, Books, books_of, checkpoint
from tanhui.registry.queries.lots import (
    issue_act,
    lot,
    lots,
    receipt_of,
    retirement,
    retirements,
)

__all__ = [
    "BOOKS",
    "BookLine",
    "Books",
    "accounts",
    "books_of",
    "buyer_account",
    "checkpoint",
    "holders_of",
    "issue_act",
    "live_mg",
    "lot",
    "lots",
    "order_of_command",
    "orders",
    "owner_account",
    "receipt_of",
    "retirement",
    "retirements",
]
