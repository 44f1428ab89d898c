"""Open and close accounts of organisations: on the ledger an opaque id, here the name behind it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tanhui.core.ledger import AccountKind, OpenAccount
from tanhui.kit.problems import Problem
from tanhui.kit.turns import wait_turn
from tanhui.people.models import Organisation, Person, Role
from tanhui.people.services import record, require_role
from tanhui.registry.models import Account, Order, QueuedCommand
from tanhui.registry.queries.accounts import open_account_of
from tanhui.registry.services.basis import require_account
from tanhui.registry.services.booking import answered, command, draw_salt, hash_words
from tanhui.registry.services.follow_ups import follow_up, follows
from tanhui.registry.services.numbers import next_number
from tanhui.registry.services.orders import Draft, place
from tanhui.registry.services.refusals import refusal_sentence, refused
from tanhui.registry.writer import queue
from tanhui.registry.writer.queue import Answer

FOLLOW_UP = "name_account"


def open_account(
    *, holder: Organisation, kind: str, region_code: str, by: Person, reason: str, at: datetime
) -> Account:
    """Open an account of a kind for an organisation, once. Where the one it had was closed, it gets another.

    Raises `wrong_role`, `ledger_silent`, `writing_stopped`, or the ledger's refusal.
    """
    found = _asked(holder=holder, kind=kind, region_code=region_code, by=by, reason=reason, at=at)
    if isinstance(found, QueuedCommand):
        (answer,) = answered([found], at=at)
        follow_up(found.pk)
        if not answer.done:
            raise refused(answer)
        found.refresh_from_db(fields=["facts"])
        return Account.objects.get(account=found.facts["account"])
    return found


@transaction.atomic
def _asked(
    *, holder: Organisation, kind: str, region_code: str, by: Person, reason: str, at: datetime
) -> Account | QueuedCommand:
    """Return the account where it stands, or else the command that opens it, which is queued once."""
    require_role(by=by, roles=(Role.OPERATOR,))
    if kind not in frozenset(AccountKind):
        raise Problem("bad_account_kind", refusal_sentence("bad_account_kind", {"kind": kind}))
    wait_turn(f"account {holder.pk} {kind}")
    known = open_account_of(holder, kind)
    asked = QueuedCommand.objects.filter(
        follow_up=FOLLOW_UP, followed_up=False, facts__holder=holder.pk, facts__kind=kind
    ).first()
    if known is not None:
        return known
    if asked is not None:
        return asked
    salt = draw_salt()
    holder_hash = hash_words(salt, holder.code, holder.name_zh)
    account = next_number("account", region_code, at.year)
    act = OpenAccount(account=account, kind=kind, holder_hash=holder_hash)
    facts = {
        "account": account,
        "kind": kind,
        "holder": holder.pk,
        "holder_hash_hex": holder_hash.hex(),
        "salt_hex": salt.hex(),
        "by": by.pk,
        "reason": reason,
        "at": at.isoformat(),
    }
    ordered = command(command_id=draw_salt(), act=act, by=by, reason=reason, at=at)
    return queue.put(ordered, at=at, follow_up=FOLLOW_UP, facts=facts)


@follows(FOLLOW_UP)
def _name(facts: Mapping[str, Any], answer: Answer) -> None:
    if not answer.done:
        return
    by, at = Person.objects.get(pk=facts["by"]), datetime.fromisoformat(facts["at"])
    record(by=by, act="open_account", subject=facts["account"], reason=facts["reason"], at=at)
    Account.objects.create(
        account=facts["account"],
        kind=facts["kind"],
        holder_id=facts["holder"],
        holder_hash_hex=facts["holder_hash_hex"],
        salt_hex=facts["salt_hex"],
    )


@transaction.atomic
def request_closing(
    *, account: str, region_code: str, command_id: bytes, by: Person, reason: str, at: datetime
) -> Order:
    """Prepare the closing of an account for good: empty, but for what was retired or revoked in it, and not frozen.

    Raises `wrong_role`, `unknown_account`, `account_closed`, `account_not_empty`, `account_frozen`.
    """
    require_account(account)
    draft = Draft(Order.Kind.CLOSE_ACCOUNT, "", None, account)
    return place(draft=draft, command_id=command_id, region_code=region_code, by=by, reason=reason, at=at)
