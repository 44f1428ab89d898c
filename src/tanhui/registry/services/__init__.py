"""The acts of the registry. People order, a second person approves, and the ledger books or refuses."""

from tanhui.registry.services.accounts import open_account, request_closing
from tanhui.registry.services.acts import RetirementWords, request_issue, request_retirement, request_transfer
from tanhui.registry.services.approve import approve
from tanhui.registry.services.basis import Basis, SentPaper
from tanhui.registry.services.corresponding import (
    request_arrival,
    request_confirmation,
    request_departure,
    request_return,
)
from tanhui.registry.services.distributing import request_distribution
from tanhui.registry.services.freezing import request_freeze, request_unfreeze
from tanhui.registry.services.holds import expire_due, request_hold, request_posting, request_void
from tanhui.registry.services.orders import withdraw
from tanhui.registry.services.pledging import request_foreclosure, request_pledge, request_release
from tanhui.registry.services.taking_back import request_correction, request_reversal, request_revocation

__all__ = [
    "Basis",
    "RetirementWords",
    "SentPaper",
    "approve",
    "expire_due",
    "open_account",
    "request_arrival",
    "request_closing",
    "request_confirmation",
    "request_correction",
    "request_departure",
    "request_distribution",
    "request_foreclosure",
    "request_freeze",
    "request_hold",
    "request_issue",
    "request_pledge",
    "request_posting",
    "request_release",
    "request_retirement",
    "request_return",
    "request_reversal",
    "request_revocation",
    "request_transfer",
    "request_unfreeze",
    "request_void",
    "withdraw",
]
