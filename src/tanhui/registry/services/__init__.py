"""The acts of the registry. People order, a second person approves, and the ledger books or refuses."""

from tanhui.registry.services.accounts import open_account
from tanhui.registry.services.acts import RetirementWords, request_issue, request_retirement, request_transfer
from tanhui.registry.services.approve import approve
from tanhui.registry.services.orders import withdraw

__all__ = [
    "RetirementWords",
    "approve",
    "open_account",
    "request_issue",
    "request_retirement",
    "request_transfer",
    "withdraw",
]
