"""Approve: the second person's signature. Only here is anything booked on the ledger.

The order, the block, the balances and the certificate come into being in one transaction, or not at all.
"""

import hashlib
import json
from datetime import datetime

from django.db import transaction

from tanhui.certification.queries import latest_estimate, latest_survey
from tanhui.certification.services import record_issue
from tanhui.core.ledger import Act, Issue, Origin, Retire, Transfer
from tanhui.land.queries import region
from tanhui.people.models import Person
from tanhui.people.services import record
from tanhui.registry.certificates import certificate_of
from tanhui.registry.models import Account, Lot, Order, OrderState, Retirement
from tanhui.registry.services.accounts import open_account
from tanhui.registry.services.acts import project_of
from tanhui.registry.services.booking import Booked, book, command, draw_salt, hash_words
from tanhui.registry.services.numbers import next_number
from tanhui.registry.services.orders import lock_waiting
from tanhui.registry.services.words import BENEFICIARY_WORDS, STATEMENT_WORDS


@transaction.atomic
def approve(*, number: str, by: Person, reason: str, at: datetime) -> Order:
    """Approve an order and book it. Approving it again returns it as it stands; nothing is booked twice.

    What the ledger refuses is written down with the order, which then is closed as refused.
    Raises `unknown_order`, `same_person`, `order_decided`, `wrong_role`.
    """
    order = lock_waiting(number=number, by=by)
    if order.state != OrderState.WAITING:
        return order
    salt = draw_salt()
    act = _act_of(order, salt=salt, by=by, at=at)
    booked = book([command(command_id=bytes.fromhex(order.command_hex), act=act, by=by, reason=reason, at=at)], at=at)
    outcome = booked.outcomes[0]
    order.decided_by, order.decided_at, order.decision_reason = by, at, reason
    order.state = OrderState.DONE if outcome.done else OrderState.REFUSED
    order.refusal = None if outcome.done else {"code": outcome.code, "params": dict(outcome.params)}
    order.save(update_fields=["decided_by", "decided_at", "decision_reason", "state", "refusal"])
    record(
        by=by, act=f"approve_{order.kind}", subject=order.number, reason=reason, at=at, facts={"outcome": outcome.code}
    )
    if outcome.done:
        _follow_up(order, booked, salt=salt, by=by, reason=reason, at=at)
    return order


def _act_of(order: Order, *, salt: bytes, by: Person, at: datetime) -> Act:
    terms = order.terms
    if order.kind == Order.Kind.ISSUE:
        return _issue(order, by=by, at=at)
    if order.kind == Order.Kind.TRANSFER:
        contract = hash_words(b"", terms["exchange_certificate"], str(terms["price_fen_per_t"]))
        return Transfer(
            lot=order.lot,
            source=order.source,
            target=order.target,
            quantity_mg=order.quantity_mg,
            contract_hash=contract,
        )
    return Retire(
        lot=order.lot,
        account=order.source,
        quantity_mg=order.quantity_mg,
        purpose=terms["purpose"],
        beneficiary_hash=hash_words(salt, *(terms[name] for name in BENEFICIARY_WORDS)),
        statement_hash=hash_words(salt, *(terms[name] for name in STATEMENT_WORDS)),
    )


def _issue(order: Order, *, by: Person, at: datetime) -> Issue:
    project = project_of(order)
    survey, estimate, here = latest_survey(project), latest_estimate(project), region()
    assert survey is not None and estimate is not None and here is not None  # noqa: PT018 - one condition: it was measured
    buffer = open_account(
        holder=by.organisation, kind="buffer", region_code=here.code, by=by, reason="缓冲池账户", at=at
    )
    owner = open_account(holder=project.owner, kind="owner", region_code=here.code, by=by, reason="项目业主账户", at=at)
    hashes = (bytes.fromhex(text) for text in (survey.root_hex, estimate.method_hash_hex, estimate.hash_hex))
    return Issue(
        lot=order.lot,
        owner=owner.account,
        buffer_account=buffer.account,
        quantity_mg=order.quantity_mg,
        buffer_mg=estimate.buffer_mg,
        origin=Origin(project.number, period_of(estimate.document), *hashes),
    )


def period_of(document: str) -> str:
    """Return the period as the ledger writes it: two dates with two dots between."""
    period = json.loads(document)["period"]
    return f"{period['from']}..{period['to']}"


def _follow_up(order: Order, booked: Booked, *, salt: bytes, by: Person, reason: str, at: datetime) -> None:
    if order.kind == Order.Kind.ISSUE:
        record_issue(number=project_of(order).number, lot=order.lot, by=by, reason=reason, at=at)
    if order.kind == Order.Kind.RETIRE:
        _certify_retirement(order, booked, salt=salt, at=at)


def _certify_retirement(order: Order, booked: Booked, *, salt: bytes, at: datetime) -> Retirement:
    here = region()
    assert here is not None
    ((index, entry),) = booked.entries
    serials = entry.movement.serials
    assert serials is not None
    retirement = Retirement(
        number=next_number("certificate", here.code, at.year),
        order=order,
        lot=Lot.objects.get(lot=order.lot),
        account=Account.objects.get(account=order.source),
        quantity_mg=order.quantity_mg,
        purpose=order.terms["purpose"],
        **{name: order.terms[name] for name in (*BENEFICIARY_WORDS, *STATEMENT_WORDS)},
        salt_hex=salt.hex(),
        serial_first=serials.first,
        serial_last=serials.last,
        index=index,
        retired_at=at,
    )
    retirement.certificate = certificate_of(retirement, height=booked.height or 0, root_hex=booked.root_hex or "")
    retirement.certificate_sha256 = hashlib.sha256(retirement.certificate).hexdigest()
    retirement.save()
    return retirement
