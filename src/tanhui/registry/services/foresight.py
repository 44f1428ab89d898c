"""What the ledger would answer to an act as the tables stand now, by its own rules. Nothing is handed to it.

It is no promise: others may be booked until the act is. What the ledger then decides is what counts.
"""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from tanhui.core.ledger import Act
from tanhui.core.ledger.decision import Change, Refusal
from tanhui.core.ledger.draft import Draft
from tanhui.core.ledger.terms import END_BOOKS
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.kit.text import tonnes
from tanhui.registry.models import Block, Holding, Order
from tanhui.registry.queries.bindings import freeze_on
from tanhui.registry.services.ordered import act_of
from tanhui.registry.services.refusals import refusal_sentence
from tanhui.registry.wording import BOOK_WORDS
from tanhui.registry.writer.loading import load

MAY_STILL_COME = frozenset({"insufficient_balance"})
"""What is not refused beforehand: until the second signature something may arrive in the account."""

MOST_NAMED = 10
FIELD_OF = {
    "account_frozen": "source",
    "account_closed": "source",
    "wrong_account_kind": "source",
    "more_than_encumbered": "quantity_t",
    "more_than_stands": "quantity_t",
    "bad_correction": "issuable_t",
    "no_absorber": "source",
    "expiry_passed": "until",
    "hold_expired": "encumbrance",
    "hold_not_postable": "encumbrance",
    "encumbrance_ended": "encumbrance",
    "same_account": "target",
    "account_not_empty": "source",
    "origin_already_issued": "foreign_entry",
}
"""At which field of the form a refusal is shown. The others stand above the form."""


def foresee(act: Act, *, at: datetime) -> Change | Refusal:
    """Return what would be booked, or why not."""
    last = Block.objects.order_by("-height").values_list("time_ms", flat=True).first() or 0
    return act.decide(Draft(replace(load(act.reads()), time_ms=max(clock.to_ms(at), last))))


def require_possible(order: Order, *, at: datetime) -> None:
    """Raise the ledger's refusal of an order, unless it is one that may have gone by the time it is signed."""
    found = foresee(act_of(order), at=at)
    if isinstance(found, Refusal) and found.code not in MAY_STILL_COME:
        sentence = refusal_sentence(found.code, dict(found.params))
        raise Problem(found.code, sentence, field=FIELD_OF.get(found.code, ""), remedy=_remedy_of(found))


def _remedy_of(refusal: Refusal) -> str:
    """Return on what ground an account is frozen, or everything that still stands in it, where that is the refusal."""
    params = dict(refusal.params)
    if refusal.code == "account_not_empty":
        return _standing_in(str(params["account"]))
    if refusal.code != "account_frozen" or not (found := freeze_on(str(params["account"]), str(params["lot"]))):
        return ""
    told = {"name": found.name, "document": found.document, "authority": found.authority}
    return _("冻结 %(name)s：%(authority)s，%(document)s。") % told


def _standing_in(account: str) -> str:
    """Say what of which lots still stands in an account: the first few, and how many more there are."""
    rows = Holding.objects.filter(account=account).exclude(book__in=END_BOOKS).order_by("lot", "book")
    told = [
        _("批次 %(lot)s %(book)s %(quantity)s t")
        % {"lot": row.lot, "book": BOOK_WORDS[row.book], "quantity": tonnes(row.quantity_mg)}
        for row in rows[:MOST_NAMED]
    ]
    more = rows.count() - len(told)
    return _("还有：") + _("；").join([*told, *([_("另外 %(count)s 处") % {"count": more}] if more else [])]) + _("。")
