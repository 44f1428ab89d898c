"""Accounts by the thousand, opened on the ledger in one block, each with a holder of its own."""

from tanhui.core.ledger import OpenAccount
from tanhui.people.models import Organisation, Person
from tanhui.registry.models import Account
from tanhui.registry.services.booking import book, command, hash_words
from walk import AT

SALT = bytes(16)


def open_many(by: Person, count: int) -> list[str]:
    """Open this many accounts of buyers, and return their ids in order."""
    holders = Organisation.objects.bulk_create(
        Organisation(code=f"many-{number}", name_zh=f"第{number}户", name_en=f"Holder {number}")
        for number in range(count)
    )
    rows = [
        Account(
            account=f"BT-M-{number:06d}",
            kind="buyer",
            holder=holder,
            holder_hash_hex=hash_words(SALT, holder.code, holder.name_zh).hex(),
            salt_hex=SALT.hex(),
        )
        for number, holder in enumerate(holders)
    ]
    orders = [
        command(
            command_id=(10**6 + number).to_bytes(16, "big"),
            act=OpenAccount(row.account, row.kind, bytes.fromhex(row.holder_hash_hex)),
            by=by,
            reason="开户。",
            at=AT,
        )
        for number, row in enumerate(rows)
    ]
    assert all(answer.done for answer in book(orders, at=AT))
    Account.objects.bulk_create(rows)
    return [row.account for row in rows]
