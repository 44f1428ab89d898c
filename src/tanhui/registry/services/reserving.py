"""Hold a reserve, void it, and let holds expire whose time has run out."""

import hashlib
from datetime import datetime

from django.db import transaction

from tanhui.core.ledger import Command, Expire, HoldPurpose, Role, Sort
from tanhui.kit import clock
from tanhui.people.models import Person
from tanhui.registry.models import Act, Encumbrance, Order, QueuedCommand
from tanhui.registry.services.basis import require_account, require_bound, require_lot
from tanhui.registry.services.orders import Draft, place
from tanhui.registry.writer import queue
from tanhui.registry.writer.sending import write_here

REGISTRY = "registry"
"""Who orders an expiry: nobody signs it again, since the end of a hold was signed with it."""
MOST_EXPIRED = 500
HOUR_MS = 3_600_000


@transaction.atomic
def request_reserve(
    *,
    lot: str,
    source: str,
    quantity_mg: int,
    until: datetime,
    region_code: str,
    command_id: bytes,
    by: Person,
    reason: str,
    at: datetime,
) -> Order:
    """Prepare a reserve: live milligrams are set aside until a time.

    Raises `wrong_role`, `unknown_lot`, `unknown_account`, `expiry_passed`, and the ledger's other refusals.
    """
    require_lot(lot)
    require_account(source)
    terms = {"purpose": HoldPurpose.RESERVE.value, "until_ms": clock.to_ms(until)}
    draft = Draft(Order.Kind.HOLD, lot, quantity_mg, source, terms=terms)
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
