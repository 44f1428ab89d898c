"""Changing the key of the ledger: a new one made outside the database, a hand-over signed by both.

At any point at which a program may die, either the old key signs or the new one. A secret that was made and never
handed over to stays behind as a file that nobody uses.
"""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.core.ledger import Checkpoint, HandOver, Malformed, SigningKey, VerifyingKey, read_link, sign_hand_over
from tanhui.core.ledger.note import is_signed
from tanhui.kit import clock, keys
from tanhui.kit.problems import Problem
from tanhui.people.models import Person, Role
from tanhui.people.services import checked_reason, record, require_role
from tanhui.registry import models
from tanhui.registry.suite import suite
from tanhui.registry.writer import signing
from tanhui.registry.writer.journal import last_block

MAY_CHANGE_KEYS = (Role.SUPERVISOR.value,)
SUBJECT = "ledger"


def rotate_key(*, by: Person, reason: str, at: datetime) -> models.HandOver:
    """Make a new key and hand the ledger over to it; the old one signs along until it is retired.

    Raises `wrong_role`, `reason_missing`, `reason_unprintable`, `ledger_key_missing`, `ledger_key_differs`,
    `key_still_leaving`.
    """
    said = _allowed(by, reason)
    with transaction.atomic():
        signing.hold_signing()
        block, old = last_block(), signing.signing_key()
        signing.require_own(block)
        if signing.leaving_key() is not None:
            raise Problem(
                "key_still_leaving",
                _("上一把密钥还在一起签，先让它退下，再换下一把。"),
                remedy="tanhui ledger key retire",
            )
        new = _new_key()
        statement = _statement(block, old.public, new.public, by=by, reason=said, at=at)
        return _hand_over(statement, new, old, by)


def replace_key(*, lost: str, by: Person, reason: str, at: datetime) -> models.HandOver:
    """Make a new key where the old one is lost, or must not be used any more. The new one alone signs that it follows.

    Nobody outside follows this by himself: they are told the new key by other ways. `lost` is the public key as it was
    published. Raises `wrong_role`, `reason_missing`, `reason_unprintable`, `not_the_lost_key`, `key_not_lost`.
    """
    said = _allowed(by, reason)
    with transaction.atomic():
        signing.hold_signing()
        block, old = last_block(), _lost_key(lost)
        _require_last(old, block)
        if signing.secret_of(old) is not None:
            raise Problem(
                "key_not_lost",
                _("这把密钥还在：它自己能签交接书。"),
                remedy=_("换密钥：tanhui ledger key rotate。被偷了的，先把它从 keys 里拿走，再来。"),
            )
        new = _new_key()
        return _hand_over(_statement(block, old, new.public, by=by, reason=said, at=at), new, None, by)


def retire_key(*, by: Person, reason: str, at: datetime, destroyed: bool = False) -> Path:
    """End the time in which the old key signs along: its secret is put aside, or destroyed.

    Returns where it lies, or lay. Raises `wrong_role`, `reason_missing`, `reason_unprintable`, `no_key_to_retire`.
    """
    said = _allowed(by, reason)
    last = signing.last_hand_over()
    old = VerifyingKey.parse(last.old_vkey) if last else None
    secret = signing.secret_of(old) if old else None
    aside = keys.retired_file(settings.HOME, old.id.hex()) if old else None
    if old is None or aside is None or (secret is None and not (destroyed and aside.exists())):
        raise Problem("no_key_to_retire", _("没有要退下的密钥。"), remedy=_("先换密钥：tanhui ledger key rotate"))
    signing.signing_key()  # the new one must be at hand before the old one goes
    facts = {"key": str(old), "destroyed": destroyed}
    record(by=by, act="retire_ledger_key", subject=SUBJECT, reason=said, at=at, facts=facts)
    if secret is not None:
        keys.put_aside(settings.HOME, old.id.hex(), secret.seed)
    if destroyed:
        keys.destroy(aside)
    return aside


def _allowed(by: Person, reason: str) -> str:
    require_role(by=by, roles=MAY_CHANGE_KEYS)
    said = checked_reason(reason=reason)
    if not said.isprintable():
        raise Problem("reason_unprintable", _("理由要公开签名，只能写一行字。"), field="reason")
    return said


def _new_key() -> SigningKey:
    new = SigningKey(settings.REGISTRY_NAME, keys.draw_seed(), suite())
    keys.keep_ledger_seed(settings.HOME, new.public.id.hex(), new.seed)
    return new


def _statement(
    block: models.Block | None, old: VerifyingKey, new: VerifyingKey, *, by: Person, reason: str, at: datetime
) -> HandOver:
    size, root = (block.size, bytes.fromhex(block.root_hex)) if block else (0, suite().empty_root)
    checkpoint = Checkpoint(settings.REGISTRY_NAME, size, root)
    return HandOver(checkpoint, old, new, clock.to_ms(at), f"person-{by.pk}", reason)


def _hand_over(statement: HandOver, new: SigningKey, old: SigningKey | None, by: Person) -> models.HandOver:
    """Write the hand-over down: with this commit the new key is the one that signs."""
    note = sign_hand_over(statement, new, old)
    read_link(note)  # what nobody could read is never written down
    last, at = signing.last_hand_over(), clock.from_ms(statement.at_ms)
    facts = {"old": str(statement.old), "new": str(statement.new), "size": statement.checkpoint.size}
    act = "rotate_ledger_key" if old else "replace_ledger_key"
    record(by=by, act=act, subject=SUBJECT, reason=statement.reason, at=at, facts=facts)
    return models.HandOver.objects.create(
        number=last.number + 1 if last else 1,
        size=statement.checkpoint.size,
        old_vkey=str(statement.old),
        new_vkey=str(statement.new),
        note=note,
        at=at,
    )


def _lost_key(lost: str) -> VerifyingKey:
    try:
        return VerifyingKey.parse(lost)
    except Malformed as fault:
        raise _not_it(str(fault)) from fault


def _require_last(old: VerifyingKey, block: models.Block | None) -> None:
    """Raise `not_the_lost_key` unless this is the last key that is known: by the last hand-over, or the last block."""
    last = signing.last_hand_over()
    known = last.new_vkey == str(old) if last else block is not None and is_signed(block.checkpoint, old)
    if not known:
        raise _not_it(str(old))


def _not_it(why: str) -> Problem:
    return Problem(
        "not_the_lost_key",
        _("最后一块不是这把公钥签的：%(why)s") % {"why": why},
        remedy=_("从以前的账本文件、证明或“验证”页上抄全账本公钥，写在 --old 后面。"),
    )
