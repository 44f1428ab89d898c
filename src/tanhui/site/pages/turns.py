"""Whose turn it is: which act is due on a project or an order, and whether this person may do it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanhui.certification.models import Project, State
from tanhui.certification.queries import latest_estimate, projects
from tanhui.certification.services.rules import check_apart
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.people.models import Person, Role
from tanhui.people.queries import spoken
from tanhui.people.services import require_role
from tanhui.registry.models import Order, OrderState
from tanhui.registry.queries.accounts import waiting_orders
from tanhui.registry.services.ordered import signers_of
from tanhui.site.pages.order_words import order_title
from tanhui.site.pages.turns_monitoring import monitoring_for
from tanhui.site.pages.waiting import Waiting

DUE: Mapping[str, str] = {
    State.APPLIED: "accept",
    State.ACCEPTED: "measure",
    State.MEASURED: "review",
    State.REVIEWED: "certify",
    State.CERTIFIED: "publish_notice",
    State.ON_NOTICE: "request_issue",
}
DOER: Mapping[str, str] = {
    "accept": Role.OPERATOR,
    "measure": Role.ANALYST,
    "review": Role.REVIEWER,
    "certify": Role.OPERATOR,
    "publish_notice": Role.OPERATOR,
    "request_issue": Role.OPERATOR,
    "approve_issue": Role.OPERATOR,
}


class Turn(NamedTuple):
    """The act that is due, whether it is this person's, and if not, why not."""

    act: str
    mine: bool
    sentence: str
    why_not: str


def turn_of(project: Project, person: Person) -> Turn:
    """Return the act that is due on a project, seen by this person."""
    act = DUE.get(project.state, "")
    if project.state == State.ISSUING:
        return Turn("", False, "", _("制发已经签名，等账本记账。"))
    if not act:
        return Turn("", False, "", _("这个项目已经办结。"))
    if act == "request_issue" and waiting_issue(project):
        act = "approve_issue"
    why_not = _why_not(project, act, person) or _not_yet(project, act)
    return Turn(act, not why_not, sentence_of(act), why_not)


def sentence_of(act: str) -> str:
    sentences = {
        "accept": _("看权属和材料，受理这份申请。"),
        "measure": _("把外业数据传上来，按方法计算。"),
        "review": _("看数据、方法和误差，签署评审意见。"),
        "certify": _("评审已签，决定是否认定。"),
        "publish_notice": _("认定后公示，期满才能制发。"),
        "request_issue": _("公示期满，核对无误后申请制发。"),
        "approve_issue": _("另一位登记人员已经申请，等你复核签名。"),
    }
    return sentences[act]


def _why_not(project: Project, act: str, person: Person) -> str:
    try:
        require_role(by=person, roles=(DOER[act],))
        check_apart(project=project, act=act, by=person)
    except Problem as problem:
        return problem.message
    return ""


def _not_yet(project: Project, act: str) -> str:
    if act == "review":
        estimate = latest_estimate(project)
        if estimate is not None and estimate.outcome != "issuable":
            return _("这一期没有可以制发的量：退回项目，或者补了样地再算。")
    if act == "request_issue" and project.notice_until and clock.now() < project.notice_until:
        until = project.notice_until.astimezone(clock.LOCAL)
        return _("公示到 %(until)s 才满。") % {"until": f"{until:%Y-%m-%d %H:%M}"}
    return ""


def waiting_issue(project: Project) -> Order | None:
    return Order.objects.filter(project=project, kind=Order.Kind.ISSUE, state=OrderState.WAITING).first()


def waiting_for(person: Person) -> Sequence[Waiting]:
    """Return what waits for this person, the oldest first: in the order in which it came."""
    if not person.is_authenticated:
        return []
    return [*_projects_for(person), *_orders_for(person), *monitoring_for(person)]


def _projects_for(person: Person) -> list[Waiting]:
    english = get_language() == "en"
    return [
        Waiting(
            reverse("work_project", args=[project.number]),
            project.name_en if english else project.name_zh,
            turn.sentence,
            project.number,
        )
        for project in reversed(projects(*DUE))
        if (turn := turn_of(project, person)).mine
    ]


def _orders_for(person: Person) -> list[Waiting]:
    return [
        Waiting(
            reverse("order", args=[order.number]),
            order_title(order),
            _("%(name)s 已经经办，等你复核签名。") % {"name": spoken(order.requested_by)},
            order.number,
        )
        for order in waiting_orders()
        if order.kind != Order.Kind.ISSUE
        and person.role in signers_of(order.kind)
        and order.requested_by_id != person.pk
    ]
