"""The conditions that several acts share. Each answers None, or the refusal that the condition asks for.

An act strings them together with `or`: the first one that is not met is the answer. The order is part
of the rules, since every machine must give the same answer.
"""

from collections.abc import Iterable
from typing import Final, Protocol

from tanhui.core.ledger.decision import Encumbrance, Holding, Lot, Refusal, refuse
from tanhui.core.ledger.origin import Season
from tanhui.core.ledger.terms import MAX_QUANTITY_MG, AccountKind

_BUFFER: Final = AccountKind.BUFFER.value

REFUSAL_CODES: Final = (
    "wrong_role",
    "unknown_account",
    "account_exists",
    "reserved_account",
    "bad_account_kind",
    "wrong_account_kind",
    "unknown_lot",
    "lot_exists",
    "origin_already_issued",
    "not_positive",
    "too_large",
    "bad_buffer_share",
    "same_account",
    "insufficient_balance",
    "bad_purpose",
    "account_closed",
    "account_not_empty",
    "account_frozen",
    "encumbrance_exists",
    "unknown_encumbrance",
    "encumbrance_differs",
    "encumbrance_ended",
    "more_than_encumbered",
    "bad_hold_purpose",
    "expiry_passed",
    "hold_not_postable",
    "hold_expired",
    "hold_not_expired",
    "wrong_buffer",
    "no_absorber",
    "more_than_stands",
    "bad_correction",
    "repeated_recipient",
    "wrong_day",
    "link_refused",
    "id_reused_with_other_content",
)
"""Every refusal that the ledger can give. A code is never renamed and never used for something else."""


class Standing(Protocol):
    """What a rule may look at: the ledger as it stands just before the act."""

    def kind_of(self, account: str) -> str | None:
        """Return the kind of an account, or None if it was never opened."""
        ...

    def kinds_of(self, accounts: Iterable[str]) -> set[str | None]:
        """Return the kinds that are among these accounts, with None if one of them was never opened."""
        ...

    def any_closed(self, accounts: Iterable[str]) -> bool:
        """Return whether one of these accounts was closed."""
        ...

    def lot(self, lot: str) -> Lot | None:
        """Return the record of a lot, or None if it was never issued."""
        ...

    def lot_of(self, season: Season) -> str | None:
        """Return the lot that was issued for this period of this project, or None."""
        ...

    @property
    def time_ms(self) -> int:
        """Return the time of the block."""
        ...

    def is_closed(self, account: str) -> bool:
        """Return whether an account was closed."""
        ...

    def freezes(self, account: str, lot: str | None) -> int:
        """Return how many freezes without an amount stop this lot of an account, or (None) the account as a whole."""
        ...

    def encumbrance(self, key: str) -> Encumbrance | None:
        """Return the hold, pledge, freeze or entry of this id, open or ended, or None if there never was one."""
        ...

    def unfinished(self, account: str) -> frozenset[Holding]:
        """Return every holding of an account in which something stands that is neither retired nor revoked."""
        ...

    def balance_mg(self, holding: Holding) -> int:
        """Return what stands in a holding. One that was never touched is empty."""
        ...


def refuse_quantity(quantity_mg: int) -> Refusal | None:
    if quantity_mg <= 0:
        return refuse("not_positive", quantity_mg=quantity_mg)
    if quantity_mg > MAX_QUANTITY_MG:
        return refuse("too_large", quantity_mg=quantity_mg, limit_mg=MAX_QUANTITY_MG)
    return None


def refuse_unknown_account(standing: Standing, account: str) -> Refusal | None:
    if standing.kind_of(account) is None:
        return refuse("unknown_account", account=account)
    return refuse_closed(standing, account)


def refuse_closed(standing: Standing, account: str) -> Refusal | None:
    return refuse("account_closed", account=account) if standing.is_closed(account) else None


def refuse_frozen(standing: Standing, holding: Holding) -> Refusal | None:
    """Refuse to take anything out of an account that is frozen, as a whole or in this lot."""
    if standing.freezes(holding.account, holding.lot):
        return refuse("account_frozen", account=holding.account, lot=holding.lot)
    return None


def refuse_unless_kind(standing: Standing, account: str, kind: AccountKind) -> Refusal | None:
    found = standing.kind_of(account)
    if found is None:
        return refuse("unknown_account", account=account)
    if found != kind:
        return refuse("wrong_account_kind", account=account, kind=found)
    return refuse_closed(standing, account)


def refuse_buffer_account(standing: Standing, account: str) -> Refusal | None:
    """Refuse an account that is unknown, or that is a buffer: what lies there insures against reversals."""
    kind = standing.kind_of(account)
    if kind is None:
        return refuse("unknown_account", account=account)
    if kind == _BUFFER:
        return refuse("wrong_account_kind", account=account, kind=_BUFFER)
    return refuse_closed(standing, account)


def refuse_unknown_lot(standing: Standing, lot: str) -> Refusal | None:
    if standing.lot(lot) is None:
        return refuse("unknown_lot", lot=lot)
    return None


def refuse_shortfall(standing: Standing, holding: Holding, quantity_mg: int) -> Refusal | None:
    available_mg = standing.balance_mg(holding)
    if available_mg < quantity_mg:
        return refuse(
            "insufficient_balance",
            account=holding.account,
            lot=holding.lot,
            available_mg=available_mg,
            quantity_mg=quantity_mg,
        )
    return None
