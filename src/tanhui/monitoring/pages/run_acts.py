"""What can be done on the page of a run: words beside the numbers, a signature, publishing."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.kit.workplace import unknown_act
from tanhui.monitoring.models import Run
from tanhui.monitoring.services import publish_run, remark_run, sign_run
from tanhui.people.signing import signed

Act = Callable[[HttpRequest, Run], str]


def act_on_run(request: HttpRequest, run: Run) -> Mapping[str, str] | None:
    """Do the act that a form asks for. Return what was refused, or None when it was done."""
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        return unknown_act()
    try:
        messages.success(request, act(request, run))
    except Problem as problem:
        return problem.document()
    return None


def _remark(request: HttpRequest, run: Run) -> str:
    posted = request.POST
    remark_run(run=run, deviations=posted.get("deviations", ""), quality=posted.get("quality", ""), **signed(request))
    return _("写好了，会印在报告上。")


def _sign(request: HttpRequest, run: Run) -> str:
    posted = request.POST
    shown = {"zh": posted.get("paper_zh", ""), "en": posted.get("paper_en", "")}
    sign_run(run=run, result_hex=posted.get("result", ""), papers=shown, **signed(request))
    return _("已签。签名、时间和三个摘要都在留痕里。")


def _publish(request: HttpRequest, run: Run) -> str:
    publish_run(run=run, **signed(request))
    return _("已公布。公开页上没有样地的位置。")


ACTS: Mapping[str, Act] = {"remark": _remark, "sign": _sign, "publish": _publish}
