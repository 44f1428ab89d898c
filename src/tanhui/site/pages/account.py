"""The accounts of the ledger: who has one, and opening one for an organisation."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.kit.workplace import placed
from tanhui.land.queries import region
from tanhui.people.models import Organisation, Role
from tanhui.people.queries import organisation, organisations_with_role
from tanhui.people.signing import person_of, signed
from tanhui.registry.queries import accounts
from tanhui.registry.queries.accounts import AccountPage, closed_among, kinds_open_of, live_sums_mg
from tanhui.registry.queries.looking import found_accounts
from tanhui.registry.services import open_account

# The role of an organisation's people decides the kind of its account; a buffer is opened with the first lot.
SHOWN, LONGEST = 50, 64
KINDS = {Role.BUYER: "buyer", Role.OWNER: "owner", Role.ORGANISER: "organiser"}


def accounts_page(request: HttpRequest) -> HttpResponse:
    """List the accounts; a POST opens one."""
    if request.method != "POST":
        return _show(request)
    here = region()
    assert here is not None
    try:
        holder, kind = _chosen(request.POST.get("holder", ""))
        opened = open_account(holder=holder, kind=kind, region_code=here.code, **signed(request))
    except Problem as problem:
        return _show(request, status=409, refused=problem.document(), reason=request.POST.get("reason", ""))
    messages.success(request, _("%(account)s 已开户。") % {"account": opened.account})
    return redirect("accounts")


def _chosen(text: str) -> tuple[Organisation, str]:
    """Read `kind:code` of the form. Raises `unknown_holder`."""
    kind, _colon, code = text.partition(":")
    holder = organisation(code)
    if holder is None or kind not in KINDS.values():
        raise Problem("unknown_holder", _("没有选开户的单位。"), field="holder")
    return holder, kind


def _show(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:LONGEST]
    page = AccountPage(found_accounts(text, most=SHOWN), None) if text else accounts(after=_after(request), most=SHOWN)
    live = live_sums_mg([row.account for row in page.accounts])
    closed = closed_among([row.account for row in page.accounts])
    context = {
        **placed("accounts", (_("工作台"), reverse("desk")), (_("登记账户"), "")),
        "q": text,
        "accounts": [
            {
                "account": row.account,
                "kind": row.kind,
                "name_zh": row.holder.name_zh,
                "name_en": row.holder.name_en,
                "live_mg": live.get(row.account, 0),
                "closed": row.account in closed,
            }
            for row in page.accounts
        ],
        "accounts_after": page.after,
        "without": _without() if person_of(request).role == Role.OPERATOR else [],
        "refused": None,
        **more,
    }
    return render(request, "accounts.html", context, status=status)


def _after(request: HttpRequest) -> str:
    return request.GET.get("after", "")[:LONGEST]


def _without() -> list[dict[str, str]]:
    """Organisations whose people could have an account of a kind, and have none."""
    could = [(kind, holder) for role, kind in KINDS.items() for holder in organisations_with_role(role)]
    have = kinds_open_of([holder.pk for _kind, holder in could])
    return [
        {"value": f"{kind}:{holder.code}", "kind": kind, "name_zh": holder.name_zh, "name_en": holder.name_en}
        for kind, holder in could
        if (kind, holder.pk) not in have
    ]
