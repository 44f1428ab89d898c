"""The list of a distribution on its order's page: so many lines at a time, and the whole as a table to take away."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from tanhui.people.queries import spoken
from tanhui.registry.models import Order, Part
from tanhui.registry.pages.movements import key_of
from tanhui.registry.queries.accounts import order_numbered
from tanhui.registry.recipients import list_bytes

PAGE = 50


def parts_of(request: HttpRequest, order: Order) -> dict[str, Any]:
    """Return a page of the list, for orders that have one. Pages turn by row."""
    if order.kind != Order.Kind.DISTRIBUTE:
        return {"parts": None}
    after = key_of(request, "after", 0)
    found = list(
        Part.objects.filter(order=order, row__gt=after).select_related("account__holder").order_by("row")[: PAGE + 1]
    )
    rows = [
        {"row": part.row, "account": part.account_id, "name": spoken(part.account.holder), "mg": part.quantity_mg}
        for part in found[:PAGE]
    ]
    more = found[PAGE - 1].row if len(found) > PAGE else None
    return {"parts": rows, "parts_after": more, "parts_first": after == 0}


def parts_csv(request: HttpRequest, number: str) -> HttpResponse:
    """The list as it is kept: the very bytes whose SHA-256 stands on the ledger."""
    order = order_numbered(number)
    if order.kind != Order.Kind.DISTRIBUTE:
        raise Http404
    answer = HttpResponse(list_bytes(order.parts.values_list("account_id", "quantity_mg")), content_type="text/csv")
    answer["Content-Disposition"] = f'attachment; filename="{order.number}.csv"'
    return answer
