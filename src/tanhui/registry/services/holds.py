"""Hold for a listing, an auction or a reserve; post to who bought, void, and let holds expire whose time is over."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.core.ledger import Command, Expire, HoldPurpose, Role, Sort
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.people.models import Person
from tanhui.registry.models import Act, Encumbrance, Order, QueuedCommand
from tanhui.registry.services.basis import deal_terms, require_account, require_bound, require_lot
from tanhui.registry.services.orders import Draft, place
from tanhui.registry.writer import queue
from tanhui.registry.writer.sending import write_here

REGISTRY = "registry"
"""Who orders an expiry: nobody signs it again, since the end of a hold was signed with it."""
PURPOSES = (HoldPurpose.LISTING.value, HoldPurpose.AUCTION.value, HoldPurpose.RESERVE.value)
"""What can be held for here. A pledge in the making waits for linked acts, by which a hold becomes a pledge in one."""
MOST_EXPIRED = 500
HOUR_MS = 3_600_000


@transaction.atomic
def request_hold(
    *,
    lot: str,
    source: str,
    quantity_mg: int,
    purpose: str,
    until: datetime,
    region_code: str,
    command_id: bytes,
    by: Person,
    reason: str,
    at: datetime,
) -> Order:
    """Prepare a hold: live milligrams are set aside for a purpose until a time.

    Raises `wrong_role`, `unknown_lot`, `unknown_account`, `bad_hold_purpose`, `expiry_passed`, and the ledger's other
    refusals.
    """
    require_lot(lot)
    require_account(source)
    if purpose not in PURPOSES:
        raise Problem("bad_hold_purpose", _("选为什么占用：挂牌、竞价或备付。"), field="purpose")
    terms = {"purpose": purpose, "until_ms": clock.to_ms(until)}
    draft = Draft(Order.Kind.HOLD, lot, quantity_mg, source, terms=terms)
    return place(draft=draft, command_id=command_id, region_code=region_code, by=by, reason=reason, at=at)


@transaction.atomic
def request_posting(
    *,
    hold: str,
    target: str,
    quantity_mg: int,
    exchange_certificate: str,
    price_fen_per_t: int,
    region_code: str,
    command_id: bytes,
    by: Person,
    reason: str,
    at: datetime,
) -> Order:
    """Prepare that what is held, or a part of it, goes to who bought it. The deal is noted as that of a transfer.

    Raises `wrong_role`, `unknown_encumbrance`, `unknown_account`, `exchange_certificate_missing`, `bad_price`,
    `hold_expired`, `more_than_encumbered`, and the ledger's other refusals.
    """
    found = require_bound(hold, sort=Sort.HOLD)
    require_account(target, field="target")
    terms = {"encumbrance": hold, **deal_terms(exchange_certificate, price_fen_per_t)}
    draft = Draft(Order.Kind.POST, found.lot, quantity_mg, found.account, target, terms=terms)
    return place(draft=draft, command_id=command_id, region_code=region_code, by=by, reason=reason, at=at)


@transaction.atomic
def request_void(*, hold: str, region_code: str, command_id: bytes, by: Person, reason: str, at: datetime) -> Order:
    """Prepare the end of a hold before its time: all that it still holds becomes live again.

    Raises `wrong_role`, `unknown_encumbrance`, `encumbrance_ended`.
    """
    found = require_bound(hold, sort=Sort.HOLD)
    draft = Draft(Order.Kind.VOID, found.lot, None, found.account, terms={"encumbrance": hold})
    return place(draft=draft, command_id=command_id, region_code=region_code, by=by, reason=reason, at=at)


def expire_due(*, at: datetime) -> int:
    """Hand the expiry of every hold that has run out to the ledger, each once; return how many were handed in.

    Where no program serves as the writer, they are booked here.
    """
    with transaction.atomic():
        due = _due(at)
        for one in due:
            queue.put(_expiry(one, at), at=at)
    if due:
        write_here(at=at)
    return len(due)


def _due(at: datetime) -> list[Encumbrance]:
    """Holds that have run out and whose expiry is neither booked nor on its way."""
    over = Encumbrance.objects.filter(sort=Sort.HOLD.value, ended=False, until_ms__lte=clock.to_ms(at))
    found = {expiry_id(one.name, at).hex(): one for one in over.order_by("until_ms", "name")[:MOST_EXPIRED]}
    known = {
        *QueuedCommand.objects.filter(command_hex__in=list(found)).values_list("command_hex", flat=True),
        *Act.objects.filter(command_hex__in=list(found)).values_list("command_hex", flat=True),
    }
    return [one for command_hex, one in found.items() if command_hex not in known]


def _expiry(one: Encumbrance, at: datetime) -> Command:
    return Command(
        id=expiry_id(one.name, at),
        actor=REGISTRY,
        role=Role.OPERATOR.value,
        at_ms=one.until_ms,
        reason_hash=hashlib.sha256("到期".encode()).digest(),
        act=Expire(one.name, one.lot, one.account),
    )


def expiry_id(hold: str, at: datetime) -> bytes:
    """Return the id of the command that lets a hold expire: the same within an hour, so that it is booked once.

    An hour later it is another: a writer whose clock is slow has refused the first one for good.
    """
    return hashlib.sha256(f"tanhui expire\n{hold}\n{clock.to_ms(at) // HOUR_MS}".encode()).digest()[:16]
