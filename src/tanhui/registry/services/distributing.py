"""Distribute out of one account to many: a list that is booked as a whole or not at all."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.kit.turns import wait_turn
from tanhui.people.models import Person
from tanhui.people.services import require_role
from tanhui.registry.models import Order, OrderState
from tanhui.registry.recipients import each_part, list_bytes, list_hash, read_recipients
from tanhui.registry.services.basis import Basis, require_account, require_lot
from tanhui.registry.services.ordered import signers_of
from tanhui.registry.services.orders import Draft, place

STANDING = (OrderState.WAITING, OrderState.SIGNED, OrderState.DONE)


@transaction.atomic
def request_distribution(
    *,
    lot: str,
    source: str,
    list_name: str,
    list_content: bytes,
    again: bool,
    basis: Basis,
    region_code: str,
    command_id: bytes,
    by: Person,
    reason: str,
    at: datetime,
) -> Order:
    """Prepare a distribution of one lot out of one account, to everybody on a list (CSV or Excel, at most 2,000).

    A list that was distributed before out of the same is refused unless `again` says that it is meant. Raises
    `wrong_role`, `unknown_lot`, `unknown_account`, `faulty_list` with every fault, `already_distributed`, what
    `Basis.complete` raises, and the ledger's refusals.
    """
    require_role(by=by, roles=signers_of(Order.Kind.DISTRIBUTE))  # first: a stranger is not told who gave what
    require_lot(lot)
    require_account(source)
    recipients = read_recipients(name=list_name, content=list_content, source=source)
    parts = tuple(each_part(recipients))
    content_hex = content_of(parts)
    wait_turn(f"distribution {content_hex}")
    if not again:
        _require_new(earlier(lot=lot, source=source, content_hex=content_hex, command_id=command_id))
    terms = {
        "list_hex": list_hash(parts).hex(),
        "content_hex": content_hex,
        "receivers": len(parts),
        "list_name": list_name[-120:],
        **basis.complete()._asdict(),
    }
    draft = Draft(
        Order.Kind.DISTRIBUTE, lot, sum(mg for _account, mg in parts), source, terms=terms, recipients=recipients
    )
    return place(draft=draft, command_id=command_id, region_code=region_code, by=by, reason=reason, at=at)


def _require_new(known: Order | None) -> None:
    if known is not None:
        facts = {"number": known.number, "state": known.get_state_display()}
        text = _("同样的名单、批次和付方，已经办过：%(number)s，%(state)s。") % facts
        raise Problem("already_distributed", text, field="again", remedy=_("真要再发一次，就勾上“再发一次”。"))


def content_of(parts: tuple[tuple[str, int], ...]) -> str:
    """Return the hash by which two lists are the same, in whatever order."""
    return hashlib.sha256(list_bytes(sorted(parts))).hexdigest()


def earlier(*, lot: str, source: str, content_hex: str, command_id: bytes = b"") -> Order | None:
    """Return an order that stands and gives the same to the same out of the same."""
    found = Order.objects.filter(
        kind=Order.Kind.DISTRIBUTE, lot=lot, source=source, state__in=STANDING, terms__content_hex=content_hex
    )
    return found.exclude(command_hex=command_id.hex()).first()
