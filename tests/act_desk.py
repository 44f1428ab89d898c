"""Orders of every kind with what they need, for tests: each method prepares one, `done` has it signed and booked."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.db import transaction

from standing import row_counts
from tanhui.certification.models import Estimate, MeasuredPlace, Project, Survey
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.people.models import Person
from tanhui.registry import services
from tanhui.registry.models import Lot, Order
from tanhui.registry.services import Basis, SentPaper
from tanhui.site.story import Chain
from walk import signature

T = 10**9
BASIS = Basis("包检冻〔2026〕12号", "包头市人民检察院")
PAPER = SentPaper("证明.pdf", b"%PDF-1.7 what the other registry says")
EVIDENCE = {"survey_hash_hex": "1a" * 32, "method_hash_hex": "2b" * 32, "estimate_hash_hex": "3c" * 32}
DEAL = {"exchange_certificate": "HX-2", "price_fen_per_t": 3800}
LATER_HEX = "ab" * 32
UNTIL = clock.now().replace(microsecond=0) + timedelta(days=60)
ENDS = {
    "unfreeze": "freeze", "release": "pledge", "foreclose": "pledge", "post": "hold", "void": "hold",
    "correspond_confirm": "correspond_out", "correspond_return": "correspond_out",
}  # fmt: skip
"""What an act ends."""
ENDED_AS = {"correspond_out": "entry"}
"""The name under which a service knows what it ends, where that is not the act that began it."""
SUPERVISED = frozenset({"freeze", "unfreeze"})
UNGROUNDED = frozenset({"hold", "post", "void", "close_account"})
"""Kinds that rest on no document of their own: holds and their ends, a deal with its certificate, a closing."""
UNMOVING = frozenset({"close_account"})
"""Kinds that move nothing."""

Request = Callable[..., Order]
REQUESTS: Mapping[str, Request] = {
    "freeze": services.request_freeze,
    "unfreeze": services.request_unfreeze,
    "pledge": services.request_pledge,
    "release": services.request_release,
    "foreclose": services.request_foreclosure,
    "revoke": services.request_revocation,
    "reverse": services.request_reversal,
    "correct": services.request_correction,
    "hold": services.request_hold,
    "post": services.request_posting,
    "void": services.request_void,
    "distribute": services.request_distribution,
    "correspond_out": services.request_departure,
    "correspond_in": services.request_arrival,
    "correspond_confirm": services.request_confirmation,
    "correspond_return": services.request_return,
    "close_account": services.request_closing,
}


def measured_again(
    lot: str, state: str = "certified", hash_hex: str = LATER_HEX, *, years: int = 3, moved_e6: int = 0
) -> str:
    """Have the plots of a lot measured again for a later time, in a project of its own; return the estimate's hash."""
    first = Lot.objects.get(lot=lot).project
    assert first is not None
    number = f"later-{hash_hex[:4]}"
    if not Project.objects.filter(number=number).exists():
        project = Project.objects.create(
            number=number,
            key=number,
            name_zh="后一轮",
            name_en="Later round",
            owner=first.owner,
            state=state,
            applied_at=UNTIL,
        )
        by = Person.objects.get(username="naren")
        survey = Survey.objects.create(
            project=project, revision=1, root_hex=hash_hex[::-1], booked_at=UNTIL, booked_by=by
        )
        for place in MeasuredPlace.objects.filter(survey__project=first):
            place.pk, place.survey = None, survey
            place.period_from, place.period_to = place.period_to, place.period_to + timedelta(days=365 * years)
            place.lat_e6 += moved_e6
            place.save()
        like = Estimate.objects.get(survey__project=first)
        like.pk, like.survey, like.hash_hex, like.issuable_mg = None, survey, hash_hex, 6_900 * T
        like.save()
    return hash_hex


def listed(*lines: tuple[str, str], heads: str = "账户,数量（吨）") -> bytes:
    """A list of who is to receive how much, as somebody sends it."""
    return "\n".join([heads, *(",".join(line) for line in lines)]).encode()


class ActDesk(NamedTuple):
    """Who there is and what they hold. Numbers make command ids: the same number is the same form."""

    people: Mapping[str, Any]
    lot: str
    owner: str
    buyer: str

    @classmethod
    def of(cls, chain: Chain, people: Mapping[str, Any]) -> "ActDesk":
        assert chain.lot is not None
        assert chain.transfer is not None
        return cls(people, chain.lot.lot, chain.transfer.source, chain.transfer.target)

    def maker(self, kind: str) -> Person:
        found: Person = self.people["gaojie" if kind in SUPERVISED else "wangqiang"]
        return found

    def checker(self, kind: str) -> Person:
        found: Person = self.people["xuerong" if kind in SUPERVISED else "wuyun"]
        return found

    def asked(self, kind: str, **changes: object) -> dict[str, Any]:
        """Return what an order of a kind asks for; what it ends is begun for it where it is not among the changes."""
        amount = {"lot": self.lot, "quantity_mg": 5 * T}
        payers = {"absorber": self.owner, "absorber_lot": ""}
        asked: Mapping[str, Callable[[], dict[str, Any]]] = {
            "freeze": lambda: {"account": self.owner, **amount},
            "unfreeze": dict,
            "pledge": lambda: {"source": self.owner, "pledgee": self.buyer, **amount},
            "release": lambda: {"quantity_mg": 2 * T},
            "foreclose": lambda: {"target": self.buyer, "quantity_mg": 2 * T},
            "revoke": lambda: {"source": self.owner, **amount},
            "reverse": lambda: {**amount, **payers},
            "correct": lambda: {
                "lot": self.lot, "issuable_mg": 7_000 * T, "later_estimate_hex": measured_again(self.lot), **payers
            },
            "hold": lambda: {"source": self.owner, "until": UNTIL, "purpose": "listing", **amount},
            "post": lambda: {"target": self.buyer, "quantity_mg": 2 * T, **DEAL},
            "void": dict,
            "distribute": lambda: {
                "lot": self.lot, "source": self.owner, "list_name": "list.csv", "again": False,
                "list_content": listed((self.buyer, "2"), (self.empty(), "3")),
            },
            "correspond_out": lambda: {"source": self.owner, "region": "CN-ORDOS", "paper": PAPER, **amount},
            "correspond_in": lambda: {
                "account": self.buyer, "region": "CN-ORDOS", "foreign_entry": "OR-O-7", "quantity_mg": 5 * T,
                "paper": PAPER, **EVIDENCE,
            },
            "correspond_confirm": lambda: {"paper": PAPER},
            "correspond_return": lambda: {"paper": PAPER},
            "close_account": lambda: {} if "account" in changes else {"account": self.empty()},
        }  # fmt: skip
        based = {} if kind in UNGROUNDED else {"basis": BASIS}
        ends = ENDS.get(kind, "")
        known_as = ENDED_AS.get(ends, ends)
        bound = {known_as: self.begun(ends)} if ends and known_as not in changes else {}
        return {**asked[kind](), **based, **bound, **changes}

    def empty(self, kind: str = "organiser") -> str:
        """Return an account in which nothing stands."""
        holder, by = self.people["heping"].organisation, self.people["batu"]
        return services.open_account(holder=holder, kind=kind, region_code="BT", **signature(by)).account

    def begun(self, kind: str) -> str:
        """Return the number of an encumbrance of this test, begun where there is none yet."""
        number = 900 + list(REQUESTS).index(kind)
        known = Order.objects.filter(command_hex=number.to_bytes(16, "big").hex()).first()
        return known.number if known else self.done(self.order(kind, number)).number

    def order(self, kind: str, number: int = 1, **changes: object) -> Order:
        """Prepare an order of a kind."""
        said: dict[str, Any] = {
            "region_code": "BT",
            "command_id": number.to_bytes(16, "big"),
            **signature(self.maker(kind), "材料齐全。"),
        }
        return REQUESTS[kind](**{**said, **self.asked(kind, **changes)})

    def approve(self, order: Order, **changes: object) -> Order:
        """Give the second signature."""
        signed: dict[str, Any] = {**signature(self.checker(order.kind), "核对无误。"), **changes}
        return services.approve(number=order.number, **signed)

    def done(self, order: Order) -> Order:
        """Give the second signature and see that the ledger booked it."""
        decided = self.approve(order)
        assert decided.state == "done", decided.refusal
        return decided

    def transfer(self, number: int = 800, **changes: object) -> Order:
        """Prepare a transfer from owner to buyer."""
        asked: dict[str, Any] = {
            "lot": self.lot,
            "source": self.owner,
            "target": self.buyer,
            "quantity_mg": T,
            "exchange_certificate": "HX-1",
            "price_fen_per_t": 3800,
            "region_code": "BT",
            "command_id": number.to_bytes(16, "big"),
            **signature(self.people["wangqiang"], "凭证已核对。"),
        }
        return services.request_transfer(**{**asked, **changes})


def expect_refusal(
    code: str, call: Callable[..., object], /, *arguments: object, field: str | None = None, **named: Any
) -> Problem:
    """Expect a problem, at a field if one is named, with a sentence, and nothing written."""
    before, states = row_counts(), list(Order.objects.values_list("number", "state"))
    with pytest.raises(Problem) as found, transaction.atomic():
        call(*arguments, **named)
    assert found.value.code == code
    assert str(found.value.message)
    assert (row_counts(), list(Order.objects.values_list("number", "state"))) == (before, states)
    assert field is None or found.value.field == field
    return found.value
