"""Where orders begin: what this person may order, and everything that stands bound."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.kit import clock
from tanhui.kit.workplace import placed, unknown_act
from tanhui.people.models import Person, Role
from tanhui.people.signing import person_of
from tanhui.registry.queries.bindings import bindings, holds_are_due
from tanhui.registry.services import expire_due
from tanhui.registry.services.ordered import signers_of
from tanhui.site.pages.distributing import LEAD, TITLE
from tanhui.site.pages.order_forms import FORMS

ENDS = {
    "freeze": ("unfreeze",),
    "pledge": ("release", "foreclose"),
    "hold": ("post", "void"),
    "out": ("correspond_confirm", "correspond_return"),
    "in": ("correspond_confirm", "correspond_return"),
}
"""The kinds of order that end what binds."""


def orders_page(request: HttpRequest) -> HttpResponse:
    """List the kinds of order and what is bound; a POST lets holds expire that have run out."""
    if request.method != "POST":
        return _show(request)
    if request.POST.get("act") != "expire" or person_of(request).role != Role.OPERATOR:
        return _show(request, status=400, refused=unknown_act())
    count = expire_due(at=clock.now())
    messages.success(request, _("%(count)s 笔到期的占用已经交给账本，退回原账户。") % {"count": count})
    return redirect("orders")


def _show(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    person = person_of(request)
    context = {
        **placed("orders", (_("工作台"), reverse("desk")), (_("登记与绑定"), "")),
        "kinds": _kinds(person),
        "bindings": bindings(),
        "ends": {sort: [kind for kind in kinds if may(person, kind)] for sort, kinds in ENDS.items()},
        "due": person.role == Role.OPERATOR and holds_are_due(clock.now()),
        "refused": None,
        **more,
    }
    return render(request, "orders.html", context, status=status)


def _kinds(person: Person) -> list[dict[str, object]]:
    """What this person may order: transfers and retirements first, then the list of many, then the rest."""
    found = [
        {"url": reverse("order_new", args=[kind]), "title": form.title, "lead": form.lead}
        for kind, form in FORMS.items()
        if may(person, kind)
    ]
    if may(person, "distribute"):
        found.insert(2, {"url": reverse("distribution_new"), "title": TITLE, "lead": LEAD})
    return found


def may(person: Person, kind: str) -> bool:
    """Whether this person may prepare an order of a kind."""
    return person.role in signers_of(kind)
