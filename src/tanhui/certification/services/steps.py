"""The short acts: apply, accept, review, certify, publish the notice, give back, and noting that a lot was issued."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tanhui.certification.models import Estimate, Project, State, Survey
from tanhui.certification.services.parcels import reserve_parcels
from tanhui.certification.services.places import check_free
from tanhui.certification.services.rules import ROLES, check_turn, leave_trail, lock_project
from tanhui.kit.problems import Problem
from tanhui.kit.turns import wait_turn
from tanhui.land.services.commit import check_land_free, issue_on_land, release_land, take_back_issue
from tanhui.people.models import Organisation, Person, Role
from tanhui.people.services import require_role

LONGEST_NOTICE_DAYS = 60


@transaction.atomic
def apply(
    *,
    name_zh: str,
    name_en: str,
    owner: Organisation,
    region_code: str,
    key: str,
    by: Person,
    reason: str,
    at: datetime,
    synthetic_zh: str = "",
    synthetic_en: str = "",
) -> Project:
    """Open a project for its owner; the same key again returns the project that it opened.

    Raises `name_missing`, `wrong_role`, `not_your_organisation`.
    """
    require_role(by=by, roles=ROLES["apply"])
    wait_turn(f"apply {key}")
    known = Project.objects.filter(key=key).first()
    if known is not None:
        return known
    if by.role == Role.OWNER and by.organisation_id != owner.pk:
        raise Problem("not_your_organisation", _("只能为自己的单位申请。"), field="owner")
    if not name_zh.strip():
        raise Problem("name_missing", _("项目要有一个名字。"), field="name_zh")
    project = Project.objects.create(
        number=_next_number(region_code, at.year),
        key=key,
        name_zh=name_zh.strip(),
        name_en=name_en.strip() or name_zh.strip(),
        owner=owner,
        applied_at=at,
        synthetic_zh=synthetic_zh,
        synthetic_en=synthetic_en,
    )
    leave_trail(project=project, act="apply", by=by, reason=reason, at=at)
    return project


@transaction.atomic
def accept(*, number: str, by: Person, reason: str, at: datetime, survey_only: bool = False) -> Project:
    """Accept the application: tenure and papers are in order, and the land is free and may have a ticket.

    Without parcels a project is accepted only as `survey_only`: the places of its plots are then all that is compared.
    Raises `parcels_missing`, `not_for_ticket`, `likeness_open`, `land_taken`.
    """
    project = lock_project(number)
    check_turn(project=project, act="accept", by=by)
    parcels = reserve_parcels(project=project, survey_only=survey_only, at=at)
    return _move(number=number, act="accept", to=State.ACCEPTED, by=by, reason=reason, at=at, parcels=parcels)


@transaction.atomic
def review(*, number: str, by: Person, reason: str, at: datetime, estimate_hash: str | None = None) -> Project:
    """Sign the expert review of the latest estimate.

    `estimate_hash` names the estimate that the reviewer was shown. Raises `nothing_to_issue` when there is nothing to
    certify, `estimate_changed` when the survey was measured anew in the meantime.
    """
    project = lock_project(number)
    check_turn(project=project, act="review", by=by)
    estimate = _shown_estimate(project, estimate_hash)
    if estimate.outcome != "issuable":
        text = _("这一期没有可以制发的量，评审不能签。理由都在监测报告里。")
        raise Problem("nothing_to_issue", text, remedy=_("退回项目，或者补了样地再算一次。"))
    return _move(
        number=number, act="review", to=State.REVIEWED, by=by, reason=reason, at=at, estimate_hash=estimate.hash_hex
    )


@transaction.atomic
def certify(*, number: str, by: Person, reason: str, at: datetime, estimate_hash: str | None = None) -> Project:
    """Decide that the reviewed estimate is certified. Raises `estimate_changed` as `review` does, and `land_taken`."""
    project = lock_project(number)
    check_turn(project=project, act="certify", by=by)
    _shown_estimate(project, estimate_hash)
    check_land_free(reference=number)
    return _move(number=number, act="certify", to=State.CERTIFIED, by=by, reason=reason, at=at)


def _shown_estimate(project: Project, estimate_hash: str | None) -> Estimate:
    """Return the latest estimate, if it is the one that was shown."""
    estimate: Estimate = project.surveys.order_by("-revision").select_related("estimate")[0].estimate
    if estimate_hash is not None and estimate_hash != estimate.hash_hex:
        text = _("你看过之后又重新算了一次，数字变了，没有签。")
        raise Problem("estimate_changed", text, remedy=_("刷新页面，看过新的数再签。"))
    return estimate


@transaction.atomic
def publish_notice(*, number: str, days: int, by: Person, reason: str, at: datetime) -> Project:
    """Put the decision on public notice for a number of days. Zero days are said as such wherever the notice shows."""
    if not 0 <= days <= LONGEST_NOTICE_DAYS:
        text = _("公示天数是 %(days)s，应在 0 到 %(most)s 之间。") % {"days": days, "most": LONGEST_NOTICE_DAYS}
        raise Problem("bad_notice_days", text, field="days")
    project = lock_project(number)
    check_turn(project=project, act="publish_notice", by=by)
    project.notice_from, project.notice_until = at, at + timedelta(days=days)
    project.save(update_fields=["notice_from", "notice_until"])
    return _move(number=number, act="publish_notice", to=State.ON_NOTICE, by=by, reason=reason, at=at, days=days)


@transaction.atomic
def give_back(*, number: str, by: Person, reason: str, at: datetime) -> Project:
    """Return the project to its owner: a final state, with the reason for everyone to read. Its land is free again."""
    project = lock_project(number)
    require_role(by=by, roles=ROLES["give_back"])
    if project.state in {State.ISSUING, State.ISSUED, State.RETURNED}:
        raise Problem("wrong_step", _("这个项目已经签名制发或者办结，不能再退回。"))
    project.state = State.RETURNED
    project.save(update_fields=["state"])
    release_land(reference=number, at=at)
    leave_trail(project=project, act="give_back", by=by, reason=reason, at=at)
    return project


def begin_issue(*, number: str, lot: str, by: Person, reason: str, at: datetime) -> Project:
    """Note that the issue of this project is signed and on its way to the ledger. Called by the registry as it signs.

    The last look at what has been issued already is taken here, one issue at a time: by the places of plots, and by
    the land of parcels. For all others this project counts as issued from here on.
    Raises `already_certified`, `land_taken`.
    """
    wait_turn("issue")
    survey = Survey.objects.filter(project__number=number).order_by("-revision")[0]
    check_free(survey=survey, states=[State.ISSUING, State.ISSUED])
    issue_on_land(reference=number, at=at)
    return _move(number=number, act="approve_issue", to=State.ISSUING, by=by, reason=reason, at=at, lot=lot)


def end_issue(*, number: str, issued: bool, at: datetime) -> None:
    """Note what the ledger answered: the lot is issued, or refused, and then the project is on notice as before."""
    project = lock_project(number)
    project.state = State.ISSUED if issued else State.ON_NOTICE
    project.save(update_fields=["state"])
    if not issued:
        take_back_issue(reference=number, at=at)


def _move(*, number: str, act: str, to: State, by: Person, reason: str, at: datetime, **facts: object) -> Project:
    project = lock_project(number)
    check_turn(project=project, act=act, by=by)
    project.state = to
    project.save(update_fields=["state"])
    leave_trail(project=project, act=act, by=by, reason=reason, at=at, **facts)
    return project


def _next_number(region_code: str, year: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('certification_project_number')")
        (serial,) = cursor.fetchone()
    return f"{region_code}-P-{year}-{serial:04d}"
