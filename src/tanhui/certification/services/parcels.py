"""The land of a project: its parcels are chosen, reserved when it is accepted, and compared with what was measured."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.certification.dates import period_days
from tanhui.certification.models import Project, State
from tanhui.certification.services.rules import FROM_STATES, ROLES, leave_trail, lock_project
from tanhui.kit.problems import Problem
from tanhui.land.models import Commitment, Parcel, TriageOutcome
from tanhui.land.queries.listings import open_likenesses
from tanhui.land.queries.overlap import commitments_of
from tanhui.land.queries.triage import standing
from tanhui.land.services.commit import apply_for_land, check_land_free, reserve_land
from tanhui.land.services.triage import check_own
from tanhui.land.wording_triage import OUTCOMES
from tanhui.people.models import Person, Role
from tanhui.people.services import require_role

AREA_SLACK = 1.01
"""A survey rounds the areas of its strata: up to a hundredth more than the parcels is no claim on other land."""
M2_PER_HA = 10_000


@transaction.atomic
def choose_parcels(
    *, number: str, parcels: Sequence[Parcel], period: tuple[date, date], by: Person, reason: str, at: datetime
) -> Project:
    """Say which parcels a project stands on and for which period; choosing again takes the place of the choice before.

    Raises `wrong_role`, `wrong_step` once it is accepted, `not_your_organisation`, `not_your_parcel`, `no_parcels`,
    `bad_period`, `land_overlaps_itself`.
    """
    require_role(by=by, roles=ROLES["choose_parcels"])
    project = lock_project(number)
    if project.state not in FROM_STATES["choose_parcels"]:
        text = _("%(number)s 已经是“%(state)s”，小班不能再改。") % {
            "number": number,
            "state": State(project.state).label,
        }
        raise Problem("wrong_step", text, remedy=_("退回以后重新申请。"))
    if by.role == Role.OWNER and by.organisation_id != project.owner_id:
        raise Problem("not_your_organisation", _("只能为自己单位的项目选小班。"), field="parcels")
    check_own(parcels=parcels, by=by)
    apply_for_land(reference=number, title=project.name_zh, parcels=parcels, period=period, by=by, at=at)
    facts = {"parcels": len(parcels), "from": period[0].isoformat(), "to": period[1].isoformat()}
    leave_trail(project=project, act="choose_parcels", by=by, reason=reason, at=at, **facts)
    return project


def reserve_parcels(*, project: Project, survey_only: bool, at: datetime) -> int:
    """Make a project's land firm, once all of it may have a ticket. Called by `accept`. Returns how many parcels.

    Raises `parcels_missing` unless the project was said to have none, `not_for_ticket`, `likeness_open`, `land_taken`.
    """
    mine = commitments_of(project.number)
    if not mine:
        if survey_only:
            return 0
        text = _("这个项目还没有小班，查不了它的地有没有用过。")
        remedy = _("先选小班和监测期；确实没有小班的，写明“只按样地”再受理，公开页面会一直标着。")
        raise Problem("parcels_missing", text, field="parcels", remedy=remedy)
    _check_triage(mine)
    _check_likenesses(mine)
    return len(reserve_land(reference=project.number, at=at))


def _check_triage(mine: Sequence[Commitment]) -> None:
    """Every parcel's period has been triaged as open to a ticket."""
    period = {"period_from": mine[0].period_from, "period_to": mine[0].period_to}
    codes = [row.parcel_code for row in mine]
    outcomes = dict(standing().filter(parcel_code__in=codes, **period).values_list("parcel_code", "outcome"))
    wrong = [code for code in codes if outcomes.get(code) != TriageOutcome.TICKET]
    if not wrong:
        return
    outcome = outcomes.get(wrong[0])
    facts = {
        "count": len(wrong),
        "code": wrong[0],
        "said": OUTCOMES[outcome] if outcome else _("还没有判定"),
    }
    text = _("有 %(count)s 个小班的这一期没有判定为碳票，如 %(code)s：%(said)s。") % facts
    raise Problem("not_for_ticket", text, field="parcels", remedy=_("先在分级分类里判定，或者去掉这些小班。"))


def _check_likenesses(mine: Sequence[Commitment]) -> None:
    """Nobody has left open whether a project of another scheme stands on this land."""
    period = (mine[0].period_from, mine[0].period_to)
    found = open_likenesses([row.parcel for row in mine if row.parcel is not None], period)
    if found:
        facts = {"name": found[0].listed.name, "count": len(found)}
        text = _("公开清单里有 %(count)s 个项目名字相近，如“%(name)s”，还没有人定是不是同一块地。") % facts
        raise Problem("likeness_open", text, field="parcels", remedy=_("在公开清单页上逐个判定。"))


def check_measured_land(*, project: Project, document: Mapping[str, object]) -> None:
    """Compare what was measured with the project's parcels. A project without parcels has nothing to compare.

    Raises `outside_period`, `more_area_than_parcels`, `land_taken`.
    """
    mine = check_land_free(reference=project.number)
    if not mine:
        return
    measured = period_days(document)
    claimed = (mine[0].period_from, mine[0].period_to)
    if measured is not None and not claimed[0] <= measured[0] < measured[1] <= claimed[1]:
        facts = {"measured": _span(measured), "claimed": _span(claimed)}
        text = _("数据量的是 %(measured)s，项目的小班占的是 %(claimed)s，量的不能超出占的。") % facts
        raise Problem("outside_period", text, field="files", remedy=_("退回以后按量的时间重新选监测期。"))
    parcels_ha = sum(row.area_m2 or 0 for row in mine) / M2_PER_HA
    area_ha = document["area_ha"]
    if isinstance(area_ha, int | float) and area_ha > parcels_ha * AREA_SLACK:
        facts = {"measured": f"{area_ha:,.1f}", "parcels": f"{parcels_ha:,.1f}"}
        text = _("数据里的面积是 %(measured)s ha，项目的小班只有 %(parcels)s ha。") % facts
        raise Problem("more_area_than_parcels", text, field="files", remedy=_("核对各层面积，或者补选小班。"))


def _span(period: tuple[date, date]) -> str:
    return _("%(from)s 至 %(to)s") % {"from": period[0].isoformat(), "to": period[1].isoformat()}
