"""What an order carries: the list of a distribution, page by page and whole, and the document of an entry."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from tanhui.people.queries import spoken
from tanhui.registry.models import Order, Paper, Part
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


def paper_file(request: HttpRequest, number: str) -> HttpResponse:
    """The document that an entry with another region rests on, byte for byte; to be saved and not shown."""
    found = Paper.objects.filter(order=order_numbered(number)).first()
    if found is None:
        raise Http404
    answer = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=found.name) or "attachment"
    return answer


def parts_csv(request: HttpRequest, number: str) -> HttpResponse:
    """The list as it is kept: the very bytes whose SHA-256 stands on the ledger."""
    order = order_numbered(number)
    if order.kind != Order.Kind.DISTRIBUTE:
        raise Http404
    answer = HttpResponse(list_bytes(order.parts.values_list("account_id", "quantity_mg")), content_type="text/csv")
    answer["Content-Disposition"] = f'attachment; filename="{order.number}.csv"'
    return answer
