"""Pledge, release, foreclose: for owner and pledgee, whose contract or word is the document that each rests on."""

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
def request_pledge(
    *,
    lot: str,
    source: str,
    pledgee: str,
    quantity_mg: int,
    basis: Basis,
    region_code: str,
    command_id: bytes,
    by: Person,
    reason: str,
    at: datetime,
) -> Order:
    """Prepare a pledge of live milligrams of `source` for the account of the pledgee; the basis is their contract.

    Raises `wrong_role`, `unknown_lot`, `unknown_account`, `same_account`, what `Basis.complete` raises, and the
    ledger's refusals.
    """
    require_lot(lot)
    require_account(source)
    require_account(pledgee, field="target")
    if source == pledgee:
        raise Problem("same_account", _("出质人和质权人是同一个账户。"), field="target")
    draft = Draft(Order.Kind.PLEDGE, lot, quantity_mg, source, pledgee, terms=basis.complete()._asdict())
    return place(draft=draft, command_id=command_id, region_code=region_code, by=by, reason=reason, at=at)


@transaction.atomic
def request_release(
    *,
    pledge: str,
    quantity_mg: int,
    basis: Basis,
    region_code: str,
    command_id: bytes,
    by: Person,
    reason: str,
    at: datetime,
) -> Order:
    """Prepare the release of a pledge, of all or a part; the basis is the pledgee's word.

    Raises `wrong_role`, `unknown_encumbrance`, what `Basis.complete` raises, and the ledger's refusals.
    """
    found = require_bound(pledge, sort=Sort.PLEDGE)
    terms = {"encumbrance": pledge, **basis.complete()._asdict()}
    draft = Draft(Order.Kind.RELEASE, found.lot, quantity_mg, found.account, terms=terms)
    return place(draft=draft, command_id=command_id, region_code=region_code, by=by, reason=reason, at=at)


@transaction.atomic
def request_foreclosure(
    *,
    pledge: str,
    target: str,
    quantity_mg: int,
    basis: Basis,
    region_code: str,
    command_id: bytes,
    by: Person,
    reason: str,
    at: datetime,
) -> Order:
    """Prepare that pledged milligrams go to `target`: the pledgee, or who bought them. The basis is the title.

    Raises `wrong_role`, `unknown_encumbrance`, `unknown_account`, what `Basis.complete` raises, and the ledger's
    refusals.
    """
    found = require_bound(pledge, sort=Sort.PLEDGE)
    require_account(target, field="target")
    terms = {"encumbrance": pledge, **basis.complete()._asdict()}
    draft = Draft(Order.Kind.FORECLOSE, found.lot, quantity_mg, found.account, target, terms=terms)
    return place(draft=draft, command_id=command_id, region_code=region_code, by=by, reason=reason, at=at)
