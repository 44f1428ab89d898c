"""Pages for what went wrong outside any act: an address that is not there, a broken form, a fault of ours."""

import sys

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _

from tanhui.kit.outage import STATUS, outage_of
from tanhui.kit.problems import Problem
from tanhui.site.permissions import PUBLIC, READERS


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A page that is not there; to somebody signed in also one that is of another role."""
    if request.user.is_authenticated:
        remedy = _("看看网址有没有抄错。要办的事不归你，就请管这件事的人登录。")
        return _page(request, 404, "not_found", _("这里没有这一页，或者它不归你的职责看。"), remedy)
    return _page(request, 404, "not_found", _("这里没有这一页。"), _("看看网址有没有抄错，或者从首页找起。"))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A form that was not sent from a page of ours, or from one that somebody left open after signing out."""
    name = request.resolver_match.url_name if request.resolver_match else None
    if not request.user.is_authenticated and READERS.get(name or "") not in {None, PUBLIC}:
        message = _("这一步没有做：登录已经过期。")
        return _page(request, 403, "signed_out", message, _("重新登录，回到那一页再做一次。选过的文件要重新选。"))
    return _page(
        request,
        403,
        "forbidden",
        _("这一步没有做：页面放得太久，或者不是从本站打开的。"),
        _("退回上一页，刷新，再做一次。"),
    )


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: Django calls this in place of `forbidden`, with a reason that is for its developers."""
    return forbidden(request, PermissionDenied(reason))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400, "bad_request", _("送来的内容看不懂，什么都没有改。"), _("退回上一页再试一次。"))


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours, or a database that cannot; where it is away no page that asks it can be shown either."""
    outage = outage_of(sys.exception())
    if outage is not None:
        return _outage(request, outage)
    message = _("我们这边出错了。没有做完的都已退回，账没有动。")
    return _page(request, 500, "broken", message, _("过一会儿再试。再交一次不会记两次。"))


def _outage(request: HttpRequest, outage: Problem) -> HttpResponse:
    if outage.code == "database_away":
        return render_bare(request, outage)
    try:
        return _page(request, STATUS, outage.code, outage.message, outage.remedy)
    except DatabaseError:  # what a page is framed by may be written too, a session above all
        return render_bare(request, outage)


def render_bare(request: HttpRequest, outage: Problem) -> HttpResponse:
    """A page that asks no database anything."""
    page = get_template("outage.html").render({"problem": outage.document()})
    return HttpResponse(page, status=STATUS, headers={"Retry-After": "10"})


def _page(request: HttpRequest, status: int, code: str, message: str, remedy: str) -> HttpResponse:
    problem = {"code": code, "message": message, "field": "", "help": remedy}
    return render(request, "problem.html", {"status": status, "problem": problem}, status=status)
