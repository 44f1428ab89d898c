"""The act that an order stands for: its words become the ledger's terms, hashes in place of words.

One table for every kind but the issue, whose evidence is the project's: see `approve`.
"""

from collections.abc import Callable, Mapping

from tanhui.core.ledger import (
    Act,
    CloseAccount,
    Correct,
    CorrespondConfirm,
    CorrespondIn,
    CorrespondOut,
    CorrespondReturn,
    Distribute,
    Foreclose,
    Freeze,
    Hold,
    Pledge,
    Post,
    Release,
    Retire,
    Reverse,
    Revoke,
    Transfer,
    Unfreeze,
    Void,
)
from tanhui.core.ledger.rules import MAY_ORDER
from tanhui.registry.models import Order
from tanhui.registry.recipients import list_hash
from tanhui.registry.services.booking import hash_words
from tanhui.registry.services.words import BASIS_WORDS, BENEFICIARY_WORDS, STATEMENT_WORDS


def signers_of(kind: str) -> tuple[str, ...]:
    """Return the roles that may prepare, approve and give back an order: those that the ledger's rules let order it."""
    return tuple(sorted(MAY_ORDER[kind]))


def act_of(order: Order, *, salt: bytes = b"") -> Act:
    """Return the act of an order that is no issue. `salt` keeps the words of a retirement from being guessed."""
    if order.kind == Order.Kind.RETIRE:
        return _retire(order, salt)
    return _ACTS[order.kind](order)


def _retire(order: Order, salt: bytes) -> Act:
    return Retire(
        lot=order.lot,
        account=order.source,
        quantity_mg=order.asked_mg,
        purpose=order.terms["purpose"],
        beneficiary_hash=hash_words(salt, *(order.terms[name] for name in BENEFICIARY_WORDS)),
        statement_hash=hash_words(salt, *(order.terms[name] for name in STATEMENT_WORDS)),
    )


def _transfer(order: Order) -> Act:
    return Transfer(order.lot, order.source, order.target, order.asked_mg, _contract(order))


def _freeze(order: Order) -> Act:
    return Freeze(order.number, order.source, order.lot or None, order.quantity_mg, _basis(order))


def _unfreeze(order: Order) -> Act:
    return Unfreeze(order.terms["encumbrance"], order.source, order.lot or None, _basis(order))


def _pledge(order: Order) -> Act:
    return Pledge(order.number, order.lot, order.source, order.target, order.asked_mg, _basis(order))


def _release(order: Order) -> Act:
    return Release(order.terms["encumbrance"], order.lot, order.source, order.asked_mg, _basis(order))


def _foreclose(order: Order) -> Act:
    named = order.terms["encumbrance"]
    return Foreclose(named, order.lot, order.source, order.target, order.asked_mg, _basis(order))


def _revoke(order: Order) -> Act:
    return Revoke(order.lot, order.source, order.asked_mg, _basis(order))


def _reverse(order: Order) -> Act:
    terms, absorber = order.terms, order.source or None
    return Reverse(
        order.lot, terms["buffer_account"], absorber, terms["absorber_lot"] or None, order.asked_mg, _basis(order)
    )


def _correct(order: Order) -> Act:
    terms, absorber = order.terms, order.source or None
    later = bytes.fromhex(terms["later_estimate_hex"])
    return Correct(
        order.lot, terms["buffer_account"], absorber, terms["absorber_lot"] or None, terms["issuable_mg"], later
    )


def _hold(order: Order) -> Act:
    terms = order.terms
    return Hold(order.number, order.lot, order.source, order.asked_mg, terms["purpose"], terms["until_ms"])


def _post(order: Order) -> Act:
    named = order.terms["encumbrance"]
    return Post(named, order.lot, order.source, order.target, order.asked_mg, _contract(order))


def _void(order: Order) -> Act:
    return Void(order.terms["encumbrance"], order.lot, order.source)


def _close_account(order: Order) -> Act:
    return CloseAccount(order.source)


def _distribute(order: Order) -> Act:
    parts = tuple(order.parts.values_list("account_id", "quantity_mg"))
    return Distribute(order.lot, order.source, parts, list_hash(parts))


def _correspond_out(order: Order) -> Act:
    region = order.terms["region"]
    return CorrespondOut(order.number, order.lot, order.source, region, order.asked_mg, _basis_and_paper(order))


def _correspond_in(order: Order) -> Act:
    terms = order.terms
    return CorrespondIn(
        entry=order.number,
        lot=order.lot,
        account=order.source,
        region=terms["region"],
        foreign_entry=terms["foreign_entry"],
        quantity_mg=order.asked_mg,
        survey_hash=bytes.fromhex(terms["survey_hash_hex"]),
        method_hash=bytes.fromhex(terms["method_hash_hex"]),
        estimate_hash=bytes.fromhex(terms["estimate_hash_hex"]),
        proof_hash=_basis_and_paper(order),
    )


def _correspond_confirm(order: Order) -> Act:
    terms = order.terms
    return CorrespondConfirm(terms["encumbrance"], order.lot, order.source, terms["direction"], _basis_and_paper(order))


def _correspond_return(order: Order) -> Act:
    terms = order.terms
    return CorrespondReturn(terms["encumbrance"], order.lot, order.source, terms["direction"], _basis_and_paper(order))


def _basis_and_paper(order: Order) -> bytes:
    """The hash of an entry's document: number, who issued it, and the hash of the document itself."""
    return hash_words(b"", *(order.terms[name] for name in (*BASIS_WORDS, "paper_hex")))


def _contract(order: Order) -> bytes:
    return hash_words(b"", order.terms["exchange_certificate"], str(order.terms["price_fen_per_t"]))


def _basis(order: Order) -> bytes:
    return hash_words(b"", *(order.terms[name] for name in BASIS_WORDS))


_ACTS: Mapping[str, Callable[[Order], Act]] = {
    Order.Kind.TRANSFER: _transfer,
    Order.Kind.FREEZE: _freeze,
    Order.Kind.UNFREEZE: _unfreeze,
    Order.Kind.PLEDGE: _pledge,
    Order.Kind.RELEASE: _release,
    Order.Kind.FORECLOSE: _foreclose,
    Order.Kind.REVOKE: _revoke,
    Order.Kind.REVERSE: _reverse,
    Order.Kind.CORRECT: _correct,
    Order.Kind.HOLD: _hold,
    Order.Kind.POST: _post,
    Order.Kind.CORRESPOND_OUT: _correspond_out,
    Order.Kind.CORRESPOND_IN: _correspond_in,
    Order.Kind.CORRESPOND_CONFIRM: _correspond_confirm,
    Order.Kind.CORRESPOND_RETURN: _correspond_return,
    Order.Kind.DISTRIBUTE: _distribute,
    Order.Kind.CLOSE_ACCOUNT: _close_account,
    Order.Kind.VOID: _void,
}
