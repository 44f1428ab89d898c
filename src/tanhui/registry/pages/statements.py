"""The statement of an account: what it holds, what is bound, every movement, on the page and to take away."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.kit.workplace import placed
from tanhui.people.queries import spoken
from tanhui.people.signing import person_of
from tanhui.registry.log.backing import backers
from tanhui.registry.models import LedgerAccount, Order, OrderState
from tanhui.registry.pages.downloads import csv_answer
from tanhui.registry.pages.movements import COLUMNS, key_of, movement_rows
from tanhui.registry.queries import BOOKS, checkpoint
from tanhui.registry.queries.bindings import bindings, freeze_on
from tanhui.registry.queries.days import balance_proof, day_words, end_of, last_closed
from tanhui.registry.queries.entries import LARGE_PAGE, LATEST, account_entries, all_of_account
from tanhui.registry.queries.statements import account_for, all_held_by, held_by, sums_of

LONGEST_LOT = 64


def account_page(request: HttpRequest, account: str) -> HttpResponse:
    """Show an account to its holder, the registry or supervision."""
    found = account_for(person_of(request), account)
    page = account_entries(account, before=key_of(request, "before", LATEST))
    held, sums_mg = held_by(account, after=request.GET.get("lots", "")[:LONGEST_LOT]), sums_of(account)
    context = {
        **placed("accounts", (_("工作台"), reverse("desk")), (_("登记账户"), ""), (account, "")),
        "account": {
            "account": account,
            "kind": found.kind,
            "name": spoken(found.holder),
            **_closing(account),
        },
        "book_codes": BOOKS,
        "held": [{"lot": row.lot, "books_mg": row.books_mg, "total_mg": row.total_mg} for row in held.rows],
        "held_after": held.after,
        "sums_mg": sums_mg,
        "total_mg": sum(sums_mg),
        "bindings": bindings(account=account),
        "stopped": freeze_on(account, "") is not None,
        "movements": movement_rows(page.entries, backers()),
        "older": page.before,
        "checkpoint": checkpoint(),
        "proven_day": _proven_day(),
    }
    return render(request, "account.html", context)


def _closing(account: str) -> dict[str, Any]:
    """Say whether an account is closed, and since when."""
    closed = LedgerAccount.objects.filter(account=account, closed=True).exists()
    order = Order.objects.filter(kind=Order.Kind.CLOSE_ACCOUNT, state=OrderState.DONE, source=account).first()
    return {"closed": closed, "closed_at": order.decided_at if closed and order else None}


def account_csv(request: HttpRequest, account: str) -> StreamingHttpResponse:
    """Every movement of an account, to the milligram, the latest first, as a table to download."""
    found = account_for(person_of(request), account)
    rows = ([getattr(entry, column) for column in COLUMNS] for entry in all_of_account(found.account))
    return csv_answer(found.account, COLUMNS, rows)


def account_proof(request: HttpRequest, account: str) -> HttpResponse:
    """The proof of what an account held when the last day ended that was closed, for its holder to show to others."""
    found = account_for(person_of(request), account)
    answer = HttpResponse(balance_proof(found.account).to_json(), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{found.account}.proof.json"'
    return answer


def _proven_day() -> str:
    """Return the last day that was closed, as people write it; nothing before the first one."""
    closed = last_closed()
    return day_words(end_of(closed).day) if closed else ""


def account_json(request: HttpRequest, account: str) -> JsonResponse:
    """What an account holds and its movements, for programs; `next` is the address of the movements before these.

    Further pages have no holdings: those stand on the first, all of them.
    """
    found = account_for(person_of(request), account)
    before = key_of(request, "before", LATEST)
    page = account_entries(account, before=before, most=LARGE_PAGE)
    content: dict[str, Any] = {
        "account": found.account,
        "kind": found.kind,
        "holdings": [
            {"lot": row.lot, **{book: str(mg) for book, mg in zip(BOOKS, row.books_mg, strict=True)}}
            for row in (all_held_by(account) if before == LATEST else ())
        ],
        "movements": [
            {
                column: str(value) if column.endswith("_mg") else value
                for column in COLUMNS
                if (value := getattr(entry, column)) is not None
            }
            for entry in page.entries
        ],
        "next": f"{reverse('account_json', args=[account])}?before={page.before}" if page.before else None,
    }
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
