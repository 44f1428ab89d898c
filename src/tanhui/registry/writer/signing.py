"""The keys that sign: which one now, whether the one before it still signs along, and the lock between the two.

The database names the key, by the last hand-over; its secret lies in a file below TANHUI_HOME. So a change of keys is
the one commit of the hand-over: before it the old key signs, after it the new one. Whoever signs a block holds
the lock shared to the end of his transaction, and a hand-over holds it alone. So no block falls between two keys.
"""

from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from tanhui.core.ledger import SUITES, Checkpoint, KeyChain, SigningKey, Suite, VerifyingKey, parse_checkpoint
from tanhui.core.ledger.note import is_signed, split_note
from tanhui.kit import keys
from tanhui.kit.problems import Problem
from tanhui.registry.models import Block, HandOver
from tanhui.registry.suite import suite
from tanhui.registry.writer.asking import ask

SIGNING: Final = 0x7A6E68756903
"""The lock between those who sign and those who change the key."""


def signing_key() -> SigningKey:
    """Return the key that signs the ledger now. Raises `ledger_key_missing` where its secret is not at hand.

    An installation without blocks and without a key gets one.
    """
    return _key_after(last_hand_over())


def public_key() -> VerifyingKey:
    """Return the public half of the key that signs now. Raises `ledger_key_missing` before the first change of keys."""
    last = last_hand_over()
    return VerifyingKey.parse(last.new_vkey) if last else signing_key().public


def leaving_key() -> SigningKey | None:
    """Return the key before the present one, as long as its secret is at hand: then it signs each checkpoint too."""
    return _key_before(last_hand_over())


def _key_after(last: HandOver | None) -> SigningKey:
    if last is not None:
        found = secret_of(VerifyingKey.parse(last.new_vkey))
        if found is None:
            raise _missing(last.new_vkey)
        return found
    if not keys.has_ledger_seed(settings.HOME) and Block.objects.exists():
        raise _missing(settings.REGISTRY_NAME)
    return SigningKey(settings.REGISTRY_NAME, keys.ledger_seed(settings.HOME), suite())


def _key_before(last: HandOver | None) -> SigningKey | None:
    return secret_of(VerifyingKey.parse(last.old_vkey)) if last else None


def secret_of(key: VerifyingKey) -> SigningKey | None:
    """Return the secret half of a key, if it is at hand."""
    able = (SigningKey(key.name, seed, key.suite) for seed in keys.ledger_seeds(settings.HOME, key.id.hex()))
    return next((one for one in able if one.public == key), None)


def sign_block(checkpoint: Checkpoint) -> str:
    """Sign the checkpoint of a block that the caller's transaction adds: with the key, and the leaving one as well."""
    ask("SELECT pg_advisory_xact_lock_shared(%s)", SIGNING)
    ((number,),) = ask("SELECT COALESCE(max(number), 0) FROM registry_handover")
    key, leaving = _signers(number, settings.HOME, (settings.REGISTRY_NAME, suite().name), keys.stamp(settings.HOME))
    text = checkpoint.text()
    return key.sign(text) + (leaving.line(text) if leaving else "")


@lru_cache(maxsize=2)
def _signers(_number: int, _home: Path, _named: tuple[str, str], _stamp: int) -> tuple[SigningKey, SigningKey | None]:
    """Read who signs after the last hand-over. Read anew after a hand-over, or when the folder of keys has changed."""
    last = last_hand_over()
    return _key_after(last), _key_before(last)


def hold_signing() -> None:
    """Keep everybody from signing blocks until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SIGNING])


def last_hand_over() -> HandOver | None:
    return HandOver.objects.order_by("-number").first()


def hand_over_notes() -> tuple[str, ...]:
    """Return all hand-overs, the first one first."""
    return tuple(HandOver.objects.order_by("number").values_list("note", flat=True))


def key_chain() -> KeyChain:
    """Return all keys of this ledger; what is trusted is the present one."""
    return KeyChain.read(public_key(), hand_over_notes())


def vouched(block: Block) -> str:
    """Return the checkpoint of a block, signed by the present key too where an earlier one signed it.

    So whoever knows the present key alone can read every checkpoint that we show.
    """
    last = last_hand_over()
    if last is None or block.size > last.size:
        return block.checkpoint
    return block.checkpoint + _key_after(last).line(split_note(block.checkpoint)[0])


def key_for(note: str) -> VerifyingKey:
    """Return the key to check a note from anybody with: the present one, or the one of its time.

    The latter only where this very checkpoint stands in our journal: an earlier key may be in strange hands by now.
    Raises Malformed.
    """
    text, _signatures = split_note(note)
    chain = key_chain()
    block = Block.objects.filter(size=parse_checkpoint(text).size).first()
    ours = block is not None and split_note(block.checkpoint)[0] == text
    return chain.at(block.size) if block and ours and not is_signed(note, chain.newest) else chain.newest


def require_suite(block: Block | None) -> None:
    """Raise `ledger_suite_differs` where the settings name another suite than the one that the ledger began with."""
    begun = _suite_of(block) if block else None
    if begun is not None and begun is not suite():
        raise Problem(
            "ledger_suite_differs",
            _("这本账从第一块起用的是 %(begun)s，设置里写的是 %(given)s。一本账的算法定了就不换。")
            % {"begun": begun.name, "given": suite().name},
            remedy=f"TANHUI_SUITE={begun.name}",
        )


def _suite_of(block: Block) -> Suite | None:
    """Return the suite of this ledger, told by its keys: by the last hand-over, or by who signed the block.

    Nothing where the key that signed it is not at hand.
    """
    last = last_hand_over()
    if last is not None:
        return VerifyingKey.parse(last.new_vkey).suite
    if not keys.has_ledger_seed(settings.HOME):
        return None
    seed = keys.ledger_seed(settings.HOME)
    able = (SigningKey(settings.REGISTRY_NAME, seed, one) for one in SUITES.values())
    return next((one.suite for one in able if is_signed(block.checkpoint, one.public)), None)


def require_own(block: Block | None) -> None:
    """Raise `ledger_key_differs` where the key at hand is not the one that signed the last block of the ledger.

    And `ledger_suite_differs`, see `require_suite`.
    """
    require_suite(block)
    last = last_hand_over()
    if block is None or (last is not None and block.size <= last.size):
        return
    if not is_signed(block.checkpoint, _key_after(last).public):
        raise Problem(
            "ledger_key_differs",
            _("第 %(height)s 块不是手里这把账本密钥签的，不能接着记账。") % {"height": block.height},
            remedy=_("把原来的 keys 文件夹放回 TANHUI_HOME；真丢了，照运维手册换一把。"),
        )


def _missing(vkey: str) -> Problem:
    return Problem(
        "ledger_key_missing",
        _("账本的密钥不在：%(key)s。没有它不能签名，账照常能查。") % {"key": vkey},
        remedy=_("把原来的 keys 文件夹放回 TANHUI_HOME；真丢了，照运维手册换一把。"),
    )
