"""Revoke, reverse, correct: what was issued and is not there (any more) is taken back, and the lot stands for less."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.people.models import Person
from tanhui.registry.models import Lot, Order
from tanhui.registry.queries.remeasured import Remeasured, remeasured
from tanhui.registry.services.basis import Basis, buffer_of, require_account, require_lot
from tanhui.registry.services.orders import Draft, place


@transaction.atomic
def request_revocation(
    *,
    lot: str,
    source: str,
    quantity_mg: int,
    basis: Basis,
    region_code: str,
    command_id: bytes,
    by: Person,
    reason: str,
    at: datetime,
) -> Order:
    """Prepare that live milligrams which should not have been issued are taken out of an account; basis: the finding.

    Raises `wrong_role`, `unknown_lot`, `unknown_account`, what `Basis.complete` raises, and the ledger's refusals.
    """
    require_lot(lot)
    require_account(source)
    draft = Draft(Order.Kind.REVOKE, lot, quantity_mg, source, terms=basis.complete()._asdict())
    return place(draft=draft, command_id=command_id, region_code=region_code, by=by, reason=reason, at=at)


@transaction.atomic
def request_reversal(
    *,
    lot: str,
    quantity_mg: int,
    absorber: str,
    absorber_lot: str,
    basis: Basis,
    region_code: str,
    command_id: bytes,
    by: Person,
    reason: str,
    at: datetime,
) -> Order:
    """Prepare a reversal: the buffer share of the lot pays first, what it lacks the absorber (empty: nobody).

    The absorber pays out of `absorber_lot`; left out, out of the lot itself. Raises `wrong_role`, `unknown_lot`,
    `unknown_account`, `no_absorber`, what `Basis.complete` raises, and the ledger's other refusals.
    """
    found = require_lot(lot)
    terms = {**_payers(found, absorber, absorber_lot), **basis.complete()._asdict()}
    draft = Draft(Order.Kind.REVERSE, lot, quantity_mg, absorber, terms=terms)
    return place(draft=draft, command_id=command_id, region_code=region_code, by=by, reason=reason, at=at)


@transaction.atomic
def request_correction(
    *,
    lot: str,
    issuable_mg: int,
    later_estimate_hex: str,
    absorber: str,
    absorber_lot: str,
    basis: Basis,
    region_code: str,
    command_id: bytes,
    by: Person,
    reason: str,
    at: datetime,
) -> Order:
    """Prepare a correction: a later estimate, named by its SHA-256, gives the lot `issuable_mg` and not more.

    The estimate must be known: certified, or signed, for the same plots. What is too much is taken back; who pays is as
    in a reversal. Raises `wrong_role`, `unknown_lot`, `unknown_account`, `estimate_not_later`, `unknown_estimate`,
    `bad_correction`, what `Basis.complete` raises, and the ledger's other refusals.
    """
    found = require_lot(lot)
    payers = _payers(found, absorber, absorber_lot)
    later = _later_estimate(found, later_estimate_hex.strip().lower())
    terms = {
        **payers,
        **basis.complete()._asdict(),
        "issuable_mg": issuable_mg,
        "later_estimate_hex": later.hash_hex,
        "later_number": later.number,
    }
    draft = Draft(Order.Kind.CORRECT, lot, None, absorber, terms=terms)
    return place(draft=draft, command_id=command_id, region_code=region_code, by=by, reason=reason, at=at)


def _later_estimate(lot: Lot, hash_hex: str) -> Remeasured:
    """Return the later estimate of this hash. Raises `estimate_not_later`, `unknown_estimate`."""
    if hash_hex == lot.estimate_hash_hex:
        text = _("这是制发时的那份估算。更正要凭以后重测的估算。")
        raise Problem("estimate_not_later", text, field="later_estimate_hex")
    found = next((one for one in remeasured(lot.lot) if one.hash_hex == hash_hex), None)
    if found is None:
        text = _("批次 %(lot)s 的样地没有这份重测估算：只认已认定的项目，或签过名的监测结果。") % {"lot": lot.lot}
        raise Problem("unknown_estimate", text, field="later_estimate_hex", remedy=_("从列出的里面选一份。"))
    return found


def _payers(lot: Lot, absorber: str, absorber_lot: str) -> dict[str, object]:
    """Return who pays: the account with the buffer share of the lot, and out of which lot the absorber pays."""
    paid = ""
    if absorber:
        require_account(absorber)
        paid = require_lot(absorber_lot or lot.lot, field="absorber_lot").lot
    elif absorber_lot:
        raise Problem("no_absorber", _("选了由哪一批补足，还要选由谁补足。"), field="source")
    return {"buffer_account": buffer_of(lot).account, "absorber_lot": paid}
