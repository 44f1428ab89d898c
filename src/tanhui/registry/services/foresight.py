"""What the ledger would answer to an act as the tables stand now, by its own rules. Nothing is handed to it.

It is no promise: others may be booked until the act is. What the ledger then decides is what counts.
"""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from tanhui.core.ledger import Act
from tanhui.core.ledger.decision import Change, Refusal
from tanhui.core.ledger.draft import Draft
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.registry.models import Block, Order
from tanhui.registry.queries.bindings import freeze_on
from tanhui.registry.services.ordered import act_of
from tanhui.registry.services.refusals import refusal_sentence
from tanhui.registry.writer.loading import load

MAY_STILL_COME = frozenset({"insufficient_balance"})
"""What is not refused beforehand: until the second signature something may arrive in the account."""

FIELD_OF = {
    "account_frozen": "source",
    "account_closed": "source",
    "wrong_account_kind": "source",
    "more_than_encumbered": "quantity_t",
    "more_than_stands": "quantity_t",
    "bad_correction": "issuable_t",
    "no_absorber": "source",
    "expiry_passed": "until",
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
        raise Problem(found.code, sentence, field=FIELD_OF.get(found.code, ""), remedy=_document_of(found))


def _document_of(refusal: Refusal) -> str:
    """Return on what ground an account is frozen, where that is the refusal."""
    params = dict(refusal.params)
    if refusal.code != "account_frozen" or not (found := freeze_on(str(params["account"]), str(params["lot"]))):
        return ""
    told = {"name": found.name, "document": found.document, "authority": found.authority}
    return _("冻结 %(name)s：%(authority)s，%(document)s。") % told
