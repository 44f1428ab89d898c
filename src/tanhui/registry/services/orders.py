"""Orders: one person prepares a ledger act, another approves it, and only then is it booked.

An order carries the command id from the start, so that a form sent twice is one order, and an approval sent twice is
booked once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.kit.problems import NotFoundProblem, Problem
from tanhui.kit.turns import wait_turn
from tanhui.people.models import Person
from tanhui.people.services import record, require_role
from tanhui.registry.models import MOST_MG, Order, OrderState, Paper, Part
from tanhui.registry.recipients import Recipient
from tanhui.registry.services.basis import SentPaper
from tanhui.registry.services.foresight import require_possible
from tanhui.registry.services.numbers import next_number
from tanhui.registry.services.ordered import signers_of
from tanhui.registry.services.refusals import refusal_sentence


class Draft(NamedTuple):
    """What an order is about, before it has a number."""

    kind: str
    lot: str
    quantity_mg: int | None
    source: str = ""
    target: str = ""
    project_id: int | None = None
    terms: Mapping[str, object] | None = None
    recipients: Sequence[Recipient] = ()
    paper: SentPaper | None = None


def place(*, draft: Draft, command_id: bytes, region_code: str, by: Person, reason: str, at: datetime) -> Order:
    """Put an order up for approval. The same command id with the same content returns the order it made before.

    What the ledger would refuse now is refused here, with its code, but for what may still arrive: see `foresight`.
    It is called in a transaction: what was written before a refusal goes with it.
    """
    require_role(by=by, roles=signers_of(draft.kind))
    wait_turn(f"order {command_id.hex()}")
    known = Order.objects.filter(command_hex=command_id.hex()).first()
    if known is not None:
        return _same(known, draft)
    _require_quantity(draft.quantity_mg)
    order = Order(
        number=next_number("order", region_code, at.year),
        kind=draft.kind,
        project_id=draft.project_id,
        lot=draft.lot,
        source=draft.source,
        target=draft.target,
        quantity_mg=draft.quantity_mg,
        terms=dict(draft.terms or {}),
        command_hex=command_id.hex(),
        requested_by=by,
        requested_at=at,
        request_reason=reason,
    )
    order.save()
    Part.objects.bulk_create(
        Part(order=order, row=row, account_id=to, quantity_mg=mg) for row, to, mg in draft.recipients
    )
    if draft.paper is not None:
        Paper.objects.create(order=order, sha256=draft.paper.sha256, **draft.paper._asdict())
    if draft.kind != Order.Kind.ISSUE:
        require_possible(order, at=at)
    record(by=by, act=f"request_{draft.kind}", subject=order.number, reason=reason, at=at)
    return order


def _require_quantity(quantity_mg: int | None) -> None:
    if quantity_mg is None:
        return
    if quantity_mg <= 0:
        raise Problem("not_positive", _("数量要大于 0。"), field="quantity_t")
    if quantity_mg > MOST_MG:
        text = refusal_sentence("too_large", {"limit_mg": MOST_MG})
        raise Problem("too_large", text, field="quantity_t")


def _same(known: Order, draft: Draft) -> Order:
    before = Draft(known.kind, known.lot, known.quantity_mg, known.source, known.target, known.project_id, known.terms)
    # The terms have the hashes of list and paper.
    if before != draft._replace(terms=dict(draft.terms or {}), recipients=(), paper=None):
        text = _("这个编号的指令已经有了，内容不一样：%(number)s。") % {"number": known.number}
        raise Problem("id_reused_with_other_content", text, remedy=_("重新打开表单再填一次。"))
    return known


def lock_waiting(*, number: str, by: Person) -> Order:
    """Return an order, locked, for its second person.

    Raises `unknown_order`, `wrong_role`, `same_person`, `order_decided`.
    """
    order = _locked(number=number, by=by)
    if order.state == OrderState.WITHDRAWN:
        raise Problem("order_decided", _("%(number)s 已经退回，不能再复核。") % {"number": number})
    if order.requested_by_id == by.pk:
        text = _("经办和复核不能是同一个人：这笔是你经办的。")
        raise Problem("same_person", text, remedy=_("请另一位登记人员复核。"))
    return order


def _locked(*, number: str, by: Person) -> Order:
    order = Order.objects.select_for_update().filter(number=number).first()
    if order is None:
        raise NotFoundProblem("unknown_order", _("没有编号是 %(number)s 的指令。") % {"number": number})
    require_role(by=by, roles=signers_of(order.kind))
    return order


@transaction.atomic
def withdraw(*, number: str, by: Person, reason: str, at: datetime) -> Order:
    """Return a waiting order: nothing is booked, and the reason stays readable. Its maker or a checker may do it."""
    order = _locked(number=number, by=by)
    if order.state != OrderState.WAITING:
        raise Problem("order_decided", _("%(number)s 已经办结，不能再退回。") % {"number": number})
    order.state, order.decision_reason, order.decided_at = OrderState.WITHDRAWN, reason, at
    order.decided_by = None if order.requested_by_id == by.pk else by
    order.save(update_fields=["state", "decision_reason", "decided_at", "decided_by"])
    record(by=by, act="withdraw_order", subject=order.number, reason=reason, at=at)
    return order
