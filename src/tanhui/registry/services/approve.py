"""Approve: the second person's signature. Only here is anything handed to the ledger.

Three steps, each whole by itself. The signature and the command in the writer's queue stand together. The writer
books or refuses. What follows (the project is issued, the retirement gets its certificate) is done once the ledger has
answered: here, or after a crash by the writer's program.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.certification.queries import latest_estimate, latest_survey
from tanhui.certification.services import begin_issue, end_issue
from tanhui.certification.services.rules import check_turn
from tanhui.core.ledger import Issue, Origin
from tanhui.kit.problems import Problem
from tanhui.land.queries import region
from tanhui.people.models import Organisation, Person
from tanhui.people.services import record
from tanhui.registry.certificates import certificate_of
from tanhui.registry.models import Account, Block, Lot, Order, OrderState, QueuedCommand, Retirement
from tanhui.registry.queries.accounts import open_account_of
from tanhui.registry.queries.entries import entries_of_command
from tanhui.registry.services.accounts import open_account
from tanhui.registry.services.acts import project_of
from tanhui.registry.services.booking import command, draw_salt
from tanhui.registry.services.follow_ups import follow_up, follows
from tanhui.registry.services.numbers import next_number
from tanhui.registry.services.ordered import act_of
from tanhui.registry.services.orders import lock_waiting
from tanhui.registry.services.words import BENEFICIARY_WORDS, STATEMENT_WORDS
from tanhui.registry.writer import queue
from tanhui.registry.writer.queue import Answer
from tanhui.registry.writer.sending import await_answers

FOLLOW_UP = "close_order"


def approve(*, number: str, by: Person, reason: str, at: datetime) -> Order:
    """Approve an order and have it booked. Approving it again returns it as it stands; nothing is booked twice.

    What the ledger refuses is written down with the order, which then is closed as refused. Where the writer does not
    answer in time the order is returned as `signed`: its command waits in the queue until the writer is back.
    Raises `unknown_order`, `same_person`, `order_decided`, `wrong_role`, and for the accounts of an issue
    `ledger_silent`, `writing_stopped`.
    """
    _open_accounts(number=number, by=by, at=at)
    order = _sign(number=number, by=by, reason=reason, at=at)
    if order.state == OrderState.SIGNED:
        queued = QueuedCommand.objects.get(command_hex=order.command_hex, follow_up=FOLLOW_UP)
        if await_answers([queued], at=at) is not None:
            follow_up(queued.pk)
        order.refresh_from_db()
    return order


@transaction.atomic
def _sign(*, number: str, by: Person, reason: str, at: datetime) -> Order:
    """Sign a waiting order and leave its command for the writer, both or neither."""
    order = lock_waiting(number=number, by=by)
    if order.state != OrderState.WAITING:
        return order
    if order.kind == Order.Kind.ISSUE:
        begin_issue(number=project_of(order).number, lot=order.lot, by=by, reason=reason, at=at)
    salt = draw_salt()
    act = _issue(order, by=by) if order.kind == Order.Kind.ISSUE else act_of(order, salt=salt)
    ordered = command(command_id=bytes.fromhex(order.command_hex), act=act, by=by, reason=reason, at=at)
    queue.put(ordered, at=at, follow_up=FOLLOW_UP, facts={"order": order.number, "salt_hex": salt.hex()})
    order.state, order.decided_by, order.decided_at, order.decision_reason = OrderState.SIGNED, by, at, reason
    order.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
    return order


@follows(FOLLOW_UP)
def _close(facts: Mapping[str, Any], answer: Answer) -> None:
    order = Order.objects.select_for_update(of=("self",)).select_related("decided_by").get(number=facts["order"])
    by, at, reason = order.decided_by, order.decided_at, order.decision_reason
    assert by is not None and at is not None  # noqa: PT018 - one condition: it was signed
    order.state = OrderState.DONE if answer.done else OrderState.REFUSED
    order.refusal = None if answer.done else {"code": answer.code, "params": dict(answer.params)}
    order.save(update_fields=["state", "refusal"])
    told = {"outcome": answer.code}
    record(by=by, act=f"approve_{order.kind}", subject=order.number, reason=reason, at=at, facts=told)
    if order.kind == Order.Kind.ISSUE:
        end_issue(number=project_of(order).number, issued=answer.done, at=at)
    if answer.done and order.kind == Order.Kind.RETIRE:
        _certify_retirement(order, salt=bytes.fromhex(facts["salt_hex"]), at=at)


def _open_accounts(*, number: str, by: Person, at: datetime) -> None:
    """Open the buffer's and the owner's account for an issue, where they are missing, before it is signed."""
    with transaction.atomic():
        order = lock_waiting(number=number, by=by)
    if order.state != OrderState.WAITING or order.kind != Order.Kind.ISSUE:
        return
    check_turn(project=project_of(order), act="approve_issue", by=by)
    here = region()
    assert here is not None
    signed: dict[str, Any] = {"region_code": here.code, "by": by, "at": at}
    try:
        open_account(holder=by.organisation, kind="buffer", reason="缓冲池账户", **signed)
        open_account(holder=project_of(order).owner, kind="owner", reason="项目业主账户", **signed)
    except Problem as problem:
        if problem.code not in {"ledger_silent", "writing_stopped"}:
            raise
        text = _("账本这会儿没有应答，账户还没开好，这一笔没有签。")
        raise Problem(problem.code, text, remedy=_("过一会儿再签一次。")) from problem


def _issue(order: Order, *, by: Person) -> Issue:
    project = project_of(order)
    survey, estimate = latest_survey(project), latest_estimate(project)
    assert survey is not None and estimate is not None  # noqa: PT018 - one condition: it was measured
    hashes = (bytes.fromhex(text) for text in (survey.root_hex, estimate.method_hash_hex, estimate.hash_hex))
    return Issue(
        lot=order.lot,
        owner=_open_account(project.owner, "owner"),
        buffer_account=_open_account(by.organisation, "buffer"),
        quantity_mg=order.asked_mg,
        buffer_mg=estimate.buffer_mg,
        origin=Origin(project.number, period_of(estimate.document), *hashes),
    )


def _open_account(holder: Organisation, kind: str) -> str:
    found = open_account_of(holder, kind)
    assert found is not None
    return found.account


def period_of(document: str) -> str:
    """Return the period as the ledger writes it: two dates with two dots between."""
    period = json.loads(document)["period"]
    return f"{period['from']}..{period['to']}"


def _certify_retirement(order: Order, *, salt: bytes, at: datetime) -> Retirement:
    here = region()
    assert here is not None
    entry = entries_of_command(order.command_hex).get()
    block = Block.objects.get(height=entry.height)
    assert entry.serial_first is not None
    assert entry.serial_last is not None
    retirement = Retirement(
        number=next_number("certificate", here.code, at.year),
        order=order,
        lot=Lot.objects.get(lot=order.lot),
        account=Account.objects.get(account=order.source),
        quantity_mg=order.asked_mg,
        purpose=order.terms["purpose"],
        **{name: order.terms[name] for name in (*BENEFICIARY_WORDS, *STATEMENT_WORDS)},
        salt_hex=salt.hex(),
        serial_first=entry.serial_first,
        serial_last=entry.serial_last,
        index=entry.index,
        retired_at=at,
    )
    retirement.certificate = certificate_of(retirement, height=block.height, root_hex=block.root_hex)
    retirement.certificate_sha256 = hashlib.sha256(retirement.certificate).hexdigest()
    retirement.save()
    return retirement
