"""Readings of the registry: books, lots, accounts, orders, retirements, checkpoints."""

from tanhui.registry.queries.accounts import (
    accounts,
    buyer_account,
    live_mg,
    order_count,
    order_of_command,
    orders,
    owner_account,
)
from tanhui.registry.queries.books import BOOKS, BookLine, Books, books_by_lot, books_of, checkpoint
from tanhui.registry.queries.holders import holders_of
from tanhui.registry.queries.lots import issue_act, lot, lot_count, lots, receipt_of
from tanhui.registry.queries.retirements import retirement, retirements

__all__ = [
    "BOOKS",
    "BookLine",
    "Books",
    "accounts",
    "books_by_lot",
    "books_of",
    "buyer_account",
    "checkpoint",
    "holders_of",
    "issue_act",
    "live_mg",
    "lot",
    "lot_count",
    "lots",
    "order_count",
    "order_of_command",
    "orders",
    "owner_account",
    "receipt_of",
    "retirement",
    "retirements",
]
