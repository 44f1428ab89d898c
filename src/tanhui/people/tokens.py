"""Keys by which programs act for people: made and revoked by the person, counted by the minute."""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tanhui.kit.problems import NotFoundProblem, Problem
from tanhui.kit.turns import wait_turn
from tanhui.people.models import KeptAnswer, Person, Token, TokenScope
from tanhui.people.services import record

PREFIX = "tht_"
MOST_TOKENS = 20
MOST_CALLS = 120
"""Calls that a token may make in a minute."""
LONGEST_KEY = 100


class MadeToken(NamedTuple):
    """A token and its secret, which nobody can read again."""

    token: Token
    secret: str


@transaction.atomic
def make_token(*, name: str, scope: str, by: Person, reason: str, at: datetime) -> MadeToken:
    """Make a token for the person who asks. Raises `name_missing`, `scope_unknown`, `too_many_tokens`."""
    if not name.strip():
        raise Problem("name_missing", _("令牌要有一个名字，例如哪台平板。"), field="name")
    if scope not in TokenScope.values:
        raise Problem("scope_unknown", _("令牌能做什么，从列出的里面选。"), field="scope")
    if by.tokens.filter(revoked_at__isnull=True).count() >= MOST_TOKENS:
        text = _("已经有 %(most)s 个令牌。") % {"most": MOST_TOKENS}
        raise Problem("too_many_tokens", text, remedy=_("先作废不用的。"))
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        code="tk_" + secrets.token_hex(8),
        person=by,
        name=name.strip()[:80],
        scope=scope,
        secret_hex=_hash(secret),
        made_at=at,
    )
    record(by=by, act="make_token", subject=token.code, reason=reason, at=at, facts={"scope": scope})
    return MadeToken(token, secret)


@transaction.atomic
def revoke_token(*, code: str, by: Person, reason: str, at: datetime) -> Token:
    """Make a token of this person useless from now on; a second time changes nothing. Raises NotFoundProblem."""
    token = Token.objects.select_for_update().filter(code=code, person=by).first()
    if token is None:
        raise NotFoundProblem("token_not_found", _("没有这个令牌。"))
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        record(by=by, act="revoke_token", subject=token.code, reason=reason, at=at)
    return token


def tokens_of(person: Person) -> Sequence[Token]:
    return list(person.tokens.all())


def use_token(*, secret: str, at: datetime) -> Token | None:
    """Return the token of a secret and count the call; None for a secret that opens nothing.

    Raises `too_many_calls` beyond `MOST_CALLS` in a minute.
    """
    known = Token.objects.select_related("person__organisation").filter(secret_hex=_hash(secret))
    token = known.filter(revoked_at__isnull=True, person__is_active=True).first()
    if token is None:
        return None
    minute = at.replace(second=0, microsecond=0)
    rows = Token.objects.filter(pk=token.pk)
    if not rows.filter(minute_at=minute).update(calls=F("calls") + 1, used_at=at):
        rows.update(minute_at=minute, calls=1, used_at=at)
    if rows.values_list("calls", flat=True).get() > MOST_CALLS:
        text = _("一分钟里叫得太多了，最多 %(most)s 次。") % {"most": MOST_CALLS}
        raise Problem("too_many_calls", text, remedy=_("等到下一分钟再来；成批的数据一次送。"))
    return token


@transaction.atomic
def once(
    *, token: Token, key: str, asked: bytes, at: datetime, act: Callable[[], tuple[int, Mapping[str, Any]]]
) -> tuple[int, Mapping[str, Any]]:
    """Do an act once under a key and keep its answer; the same key with the same question gives the kept answer.

    Without a key the act is simply done. Raises `key_reused` for the same key with another question, `key_too_long`.
    """
    if not key:
        return act()
    if len(key) > LONGEST_KEY:
        text = _("Idempotency-Key 最多 %(most)s 个字符。") % {"most": LONGEST_KEY}
        raise Problem("key_too_long", text, field="Idempotency-Key")
    wait_turn(f"answer {token.code} {key}")
    asked_hex = hashlib.sha256(asked).hexdigest()
    kept = KeptAnswer.objects.filter(token=token, key=key).first()
    if kept is not None and kept.asked_hex != asked_hex:
        text = _("这个 Idempotency-Key 已经用在别的请求上。")
        raise Problem("key_reused", text, field="Idempotency-Key", remedy=_("换一个新的。"))
    if kept is not None:
        return kept.status, kept.body
    status, body = act()
    KeptAnswer.objects.create(token=token, key=key, asked_hex=asked_hex, status=status, body=dict(body), answered_at=at)
    return status, body


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
