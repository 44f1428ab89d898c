"""Open an account for an organisation: on the ledger an opaque id, here the name behind it."""

from datetime import datetime

from django.db import transaction

from tanhui.core.ledger import OpenAccount
from tanhui.people.models import Organisation, Person, Role
from tanhui.people.services import record, require_role
from tanhui.registry import store
from tanhui.registry.models import Account
from tanhui.registry.services.booking import book, command, draw_salt, hash_words
from tanhui.registry.services.numbers import next_number
from tanhui.registry.services.refusals import refused


@transaction.atomic
def open_account(
    *, holder: Organisation, kind: str, region_code: str, by: Person, reason: str, at: datetime
) -> Account:
    """Open an account of a kind for an organisation, once. Raises `wrong_role` or the ledger's refusal."""
    require_role(by=by, roles=(Role.OPERATOR,))
    # Two people at once: the second waits for the first and finds the account.
    store.lock_writer()
    known = Account.objects.filter(holder=holder, kind=kind).first()
    if known is not None:
        return known
    salt = draw_salt()
    holder_hash = hash_words(salt, holder.code, holder.name_zh)
    account = next_number("account", region_code, at.year)
    act = OpenAccount(account=account, kind=kind, holder_hash=holder_hash)
    booked = book([command(command_id=draw_salt(), act=act, by=by, reason=reason, at=at)], at=at)
    if not booked.outcomes[0].done:
        raise refused(booked.outcomes[0])
    record(by=by, act="open_account", subject=account, reason=reason, at=at)
    return Account.objects.create(
        account=account, kind=kind, holder=holder, holder_hash_hex=holder_hash.hex(), salt_hex=salt.hex()
    )
