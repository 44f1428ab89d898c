"""The form of a distribution: send a list, see all its faults or what it comes to, put it up for the second person.

Nothing is kept between the two steps: the list as it was read goes back and forth with the form, and is read again.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanhui.kit.problems import Problem
from tanhui.kit.workplace import placed, unknown_act
from tanhui.land.queries import region
from tanhui.people.signing import posted_command, signed
from tanhui.registry.queries.accounts import live_mg
from tanhui.registry.recipients import FaultyListProblem, Recipient, each_part, list_bytes, read_recipients
from tanhui.registry.services import request_distribution
from tanhui.registry.services.basis import require_account, require_lot
from tanhui.registry.services.booking import draw_salt
from tanhui.registry.services.distributing import content_of, earlier
from tanhui.site.pages.looking import beside_of, field_rows, named, unresolved
from tanhui.site.pages.order_forms.fields import Field, account_field, basis_fields, basis_of, lot_field

TITLE = gettext_lazy("登记分发")
LEAD = gettext_lazy("一个账户的一批，按名单分给很多户，最多 2,000 户。由另一位登记人员复核签名，才会记账。")
FILE_FIELD = "list_file"
FIELDS = {"file": FILE_FIELD}
SHOWN = 20


class SentList(NamedTuple):
    """A list as it came: its name, and its bytes."""

    name: str
    content: bytes


def distribution_page(request: HttpRequest) -> HttpResponse:
    """Show the form; a POST shows what a list comes to, or puts it up for the second person."""
    if request.method != "POST":
        return _show(request, request.GET.dict())
    values = named(_fields(), request.POST.dict())
    step, sent = {"look": _look, "place": _place}.get(values.get("act", "")), _sent(request)
    if step is None:
        return _show(request, values, status=400, refused=unknown_act())
    if unclear := unresolved(_fields(), values):
        return _show(request, values, status=409, errors=unclear, **_kept(values, sent))
    try:
        return step(request, values, _require(sent))
    except FaultyListProblem as faulty:
        return _show(request, values, status=422, refused=faulty.document(), faults=faulty.faults)
    except Problem as problem:
        errors = {FIELDS.get(problem.field, problem.field): problem.message} if problem.field else {}
        kept = {} if problem.field == "file" else _kept(values, sent)
        return _show(request, values, status=409, errors=errors, refused=problem.document(), **kept)


def _sent(request: HttpRequest) -> SentList | None:
    """Return the list: a file that was chosen just now, or else the one that the form carries along."""
    if sent := request.FILES.get(FILE_FIELD):
        return SentList(str(sent.name), sent.read())
    kept = request.POST.get("list", "")
    return SentList(request.POST.get("list_name", "") or "list.csv", kept.encode()) if kept else None


def _require(sent: SentList | None) -> SentList:
    if sent is None:
        raise Problem("no_files", _("没有收到名单。"), field="file", remedy=_("选一个 .csv 或 .xlsx 文件。"))
    return sent


def _kept(values: Mapping[str, str], sent: SentList | None) -> dict[str, Any]:
    """Return the list for a form that is shown again, and what it comes to, as far as that can be told.

    A list that cannot be read is not kept: it is sent again once it is mended.
    """
    if sent is None:
        return {}
    with suppress(Problem):
        return _preview(values, sent)
    with suppress(Problem):
        return _carried(sent, _read(values, sent))
    return {}


def _look(request: HttpRequest, values: Mapping[str, str], sent: SentList) -> HttpResponse:
    return _show(request, values, **_preview(values, sent))


def _preview(values: Mapping[str, str], sent: SentList) -> dict[str, Any]:
    """Return what a list comes to: how many receive how much, what is left to the giver, who gave the same before."""
    lot, source = values.get("lot", ""), values.get("source", "")
    require_lot(lot)
    require_account(source)
    found = _read(values, sent)
    total_mg, there_mg = sum(one.quantity_mg for one in found), live_mg(source, lot)
    return {
        "preview": {
            "count": len(found),
            "total_mg": total_mg,
            "before_mg": there_mg,
            "after_mg": there_mg - total_mg,
            "first": found[:SHOWN],
            "more": max(0, len(found) - SHOWN),
            "earlier": earlier(lot=lot, source=source, content_hex=content_of(tuple(each_part(found)))),
        },
        **_carried(sent, found),
    }


def _read(values: Mapping[str, str], sent: SentList) -> Sequence[Recipient]:
    return read_recipients(name=sent.name, content=sent.content, source=values.get("source", ""))


def _carried(sent: SentList, found: Sequence[Recipient]) -> dict[str, str]:
    """Return the list as the form carries it along."""
    parts = tuple(each_part(found))
    return {"list": list_bytes(parts).decode(), "list_name": f"{sent.name.rpartition('.')[0] or sent.name}.csv"}


def _place(request: HttpRequest, values: Mapping[str, str], sent: SentList) -> HttpResponse:
    here = region()
    assert here is not None
    order = request_distribution(
        lot=values.get("lot", ""),
        source=values.get("source", ""),
        list_name=sent.name,
        list_content=sent.content,
        again=values.get("again") == "yes",
        basis=basis_of(values),
        region_code=here.code,
        command_id=posted_command(request),
        **signed(request),
    )
    messages.success(request, _("%(number)s 已提交，等第二个人复核。") % {"number": order.number})
    return redirect("order", number=order.number)


def _fields() -> list[Field]:
    hint = _("第一行是表头：“账户”（或“单位”）和“数量”，吨。CSV 或 Excel。")
    return [
        lot_field(),
        account_field("source", _("付方")),
        *basis_fields(_("分发的依据文号")),
        Field(FILE_FIELD, _("名单"), hint, kind="file", pattern=".csv,.xlsx,.xls", required=False, across=True),
    ]


def _show(
    request: HttpRequest,
    values: Mapping[str, str],
    *,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    **more: object,
) -> HttpResponse:
    told = errors or {}
    context = {
        **placed("orders", (_("工作台"), reverse("desk")), (_("登记与绑定"), reverse("orders")), (str(TITLE), "")),
        "title": TITLE,
        "lead": LEAD,
        "fields": field_rows(_fields(), values, told, open_choice=request.method == "POST"),
        "holdings": beside_of(values),
        "values": values,
        "errors": told,
        "refused": None,
        "faults": (),
        "preview": None,
        "command": values.get("command") or draw_salt().hex(),
        **more,
    }
    return render(request, "order_distribute.html", context, status=status)
