"""Orders of every kind on a working day: forms, what waits for a signature, a lot from elsewhere, a closed account."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from looked_at import Scene

from act_desk import PAPER, ActDesk, listed
from registry.many import open_many
from tanhui.registry.services import SentPaper
from tanhui.site import story

CONFIRMED = SentPaper("鄂尔多斯确认书.pdf", b"%PDF-1.7 confirmed")


def act_scenes(people: Mapping[str, Any], chain: story.Chain) -> dict[str, Scene]:
    """Put up orders of the kinds that have pages of their own, and book what it takes to show the rest."""
    acts = ActDesk.of(chain, people)
    closed = acts.empty()
    acts.done(acts.order("close_account", 500, account=closed))
    acts.done(acts.order("hold", 501))
    acts.done(acts.order("pledge", 502))
    names = open_many(people["batu"], 120)
    shares = acts.order("distribute", 503, list_content=listed(*((name, "1.25") for name in names)))
    arrived = acts.done(acts.order("correspond_in", 504))
    acts.done(acts.order("correspond_confirm", 505, entry=arrived.number, paper=CONFIRMED))
    waiting = acts.order("correspond_in", 506, paper=CONFIRMED, foreign_entry="OR-O-8")
    acts.done(acts.order("correspond_out", 507, paper=PAPER))
    return {
        "orders": Scene(reverse("orders"), "batu"),
        "hold": Scene(reverse("order_new", args=["hold"]), "batu"),
        "post": Scene(reverse("order_new", args=["post"]), "batu"),
        "correct": Scene(reverse("order_new", args=["correct"]), "batu"),
        "arrival": Scene(reverse("order_new", args=["correspond_in"]), "batu"),
        "distribution": Scene(reverse("distribution_new"), "batu"),
        "order-distribution": Scene(reverse("order", args=[shares.number]), "wuyun"),
        "order-arrival": Scene(reverse("order", args=[waiting.number]), "wuyun"),
        "lot-elsewhere": Scene(reverse("lot", args=[arrived.lot])),
        "account": Scene(reverse("account", args=[acts.owner]), "zhaogang"),
        "account-closed": Scene(reverse("account", args=[closed]), "batu"),
    }
