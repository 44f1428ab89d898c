"""Freeze and unfreeze: ordered and signed by supervision alone, on a legal document."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.core.ledger import Sort
from tanhui.kit.problems import Problem
from tanhui.people.models import Person
from tanhui.registry.models import Order
from tanhui.registry.services.basis import Basis, require_account, require_bound, require_lot
from tanhui.registry.services.orders import Draft, place


@transaction.atomic
def request_freeze(
    *,
    account: str,
    lot: str,
    quantity_mg: int | None,
    basis: Basis,
    region_code: str,
    command_id: bytes,
    by: Person,
    reason: str,
    at: datetime,
) -> Order:
    """Prepare a freeze: of a whole account, of all it has of one lot, or of an amount of that lot.

    Without a lot (empty) it reaches the whole account, without a quantity everything. Raises `wrong_role`,
    `unknown_account`, `unknown_lot`, `lot_missing`, what `Basis.complete` raises, and the ledger's refusals.
    """
    require_account(account)
    if lot:
        require_lot(lot)
    elif quantity_mg is not None:
        raise Problem("lot_missing", _("冻结一定数量，要选是哪一批的。"), field="lot")
    draft = Draft(Order.Kind.FREEZE, lot, quantity_mg, account, terms=basis.complete()._asdict())
    return place(draft=draft, command_id=command_id, region_code=region_code, by=by, reason=reason, at=at)


@transaction.atomic
def request_unfreeze(
    *, freeze: str, basis: Basis, region_code: str, command_id: bytes, by: Person, reason: str, at: datetime
) -> Order:
    """Prepare the lifting of one freeze, as a whole. Others on the same account stay.

    Raises `wrong_role`, `unknown_encumbrance`, what `Basis.complete` raises, and the ledger's refusals.
    """
    found = require_bound(freeze, sort=Sort.FREEZE)
    terms = {"encumbrance": freeze, **basis.complete()._asdict()}
    draft = Draft(Order.Kind.UNFREEZE, found.lot, None, found.account, terms=terms)
    return place(draft=draft, command_id=command_id, region_code=region_code, by=by, reason=reason, at=at)
