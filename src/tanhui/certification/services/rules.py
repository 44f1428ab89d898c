"""Who may do which act when: the order of the states, the roles, and that no person does two acts of one project."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from tanhui.certification.models import Project, State
from tanhui.kit import clock
from tanhui.kit.problems import NotFoundProblem, Problem
from tanhui.people.models import Person, Role
from tanhui.people.queries import spoken, trail
from tanhui.people.services import record, require_role

ROLES: Mapping[str, tuple[str, ...]] = {
    "apply": (Role.OWNER, Role.OPERATOR),
    "choose_parcels": (Role.OWNER, Role.OPERATOR),
    "accept": (Role.OPERATOR,),
    "measure": (Role.ANALYST,),
    "review": (Role.REVIEWER,),
    "certify": (Role.OPERATOR,),
    "publish_notice": (Role.OPERATOR,),
    "request_issue": (Role.OPERATOR,),
    "approve_issue": (Role.OPERATOR,),
    "give_back": (Role.OPERATOR, Role.REVIEWER),
}
FROM_STATES: Mapping[str, tuple[str, ...]] = {
    "choose_parcels": (State.APPLIED,),
    "accept": (State.APPLIED,),
    "measure": (State.ACCEPTED, State.MEASURED),
    "review": (State.MEASURED,),
    "certify": (State.REVIEWED,),
    "publish_notice": (State.CERTIFIED,),
    "request_issue": (State.ON_NOTICE,),
    "approve_issue": (State.ON_NOTICE,),
    "give_back": (State.APPLIED, State.ACCEPTED, State.MEASURED, State.REVIEWED, State.CERTIFIED, State.ON_NOTICE),
}


def lock_project(number: str) -> Project:
    """Return the project, locked until the end of the transaction: two people at once act one after the other."""
    found = Project.objects.select_for_update().filter(number=number).first()
    if found is None:
        raise NotFoundProblem("unknown_project", _("没有编号是 %(number)s 的项目。") % {"number": number})
    return found


def check_turn(*, project: Project, act: str, by: Person) -> None:
    """Raise unless this act is due on this project and this person may do it."""
    require_role(by=by, roles=ROLES[act])
    if project.state not in FROM_STATES[act]:
        due = _("、").join(str(State(state).label) for state in FROM_STATES[act])
        facts = {"number": project.number, "state": State(project.state).label, "due": due}
        text = _("%(number)s 现在是“%(state)s”，这一步要在“%(due)s”之后做。什么都没有改。") % facts
        raise Problem("wrong_step", text, remedy=_("刷新页面，看它到哪一步了。"))
    check_apart(project=project, act=act, by=by)


def check_apart(*, project: Project, act: str, by: Person) -> None:
    """Raise `same_person` when this person has already done another act on this project."""
    for entry in trail(project.number):
        if entry.person_id == by.pk and entry.act != act:
            facts = {"name": spoken(by), "date": f"{entry.at.astimezone(clock.LOCAL):%Y-%m-%d}"}
            text = _("%(name)s 在 %(date)s 已经办过这个项目的另一步。每一步要由不同的人来做。") % facts
            raise Problem("same_person", text, remedy=_("请同岗位的另一个人来做。"))


def leave_trail(*, project: Project, act: str, by: Person, reason: str, at: datetime, **facts: object) -> None:
    record(by=by, act=act, subject=project.number, reason=reason, at=at, facts=facts)
