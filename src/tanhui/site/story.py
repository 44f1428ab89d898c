"""The main job, from survey files to a retired ticket, through the very services that the pages use.

Every act is done by another person with the right role. The job can be cut off at any point and run again: it looks
where each thing stands and goes on from there, and nothing is done twice.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tanhui.certification.models import Estimate, Project, State
from tanhui.certification.queries import latest_estimate
from tanhui.certification.services import accept, apply, certify, choose_parcels, measure, publish_notice, review
from tanhui.certification.services.measure import check_files
from tanhui.core.carbon.digest import survey_digest
from tanhui.kit import clock
from tanhui.land.models import Region
from tanhui.land.queries.triage import current_parcels
from tanhui.people.models import Person
from tanhui.registry.models import Lot, Order, OrderState, Retirement
from tanhui.registry.queries import buyer_account, live_mg, order_of_command, owner_account
from tanhui.registry.services import (
    RetirementWords,
    approve,
    open_account,
    request_issue,
    request_retirement,
    request_transfer,
)

OPEN_ORDERS = (OrderState.WAITING, OrderState.SIGNED)
"""Orders that a job which was cut off takes up again."""

MG_PER_T = 1_000_000_000
MEETING_MG = 42_680 * 1_000_000
MEETING = RetirementWords(
    name_zh="2026 年全市生态文明建设工作会议（示范）",
    name_en="City meeting on ecological work 2026 (demonstration)",
    beneficiary_zh="",
    statement_zh="抵消该会议经核算的碳足迹。示范数据，不作任何主张。",
    statement_en="Offsets the accounted footprint of this meeting. Demonstration only; no claim is made.",
)

Tell = Callable[[str, Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to run: the files of a survey, the names its project shall have, and the method if one is asked for.

    `parcels` and `period` are the land that the project chooses. Without them it stands on its plots alone, and all
    pages say so.
    """

    files: Mapping[str, bytes]
    name_zh: str
    name_en: str
    method: str | None = None
    synthetic_zh: str = ""
    synthetic_en: str = ""
    parcels: Sequence[str] = ()
    period: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """What came of it. Without a lot there was nothing to issue, and the estimate says why."""

    project: Project
    estimate: Estimate
    document: Mapping[str, Any]
    lot: Lot | None = None
    transfer: Order | None = None
    retirement: Retirement | None = None


def run(*, job: Job, region: Region, people: Mapping[str, Person], tell: Tell) -> Chain:
    """Run the job and tell each step as it is done.

    Raises SurveyFaults with all faults of the files, before anything is written; or a problem of one of the acts.
    """
    check_files(files=job.files, method=job.method)
    project, estimate = _measured(job, region, people, tell)
    document = json.loads(estimate.document)
    if estimate.outcome != "issuable":
        return Chain(project, estimate, document)
    _certified(project, people, tell)
    lot = _issued(project, region, people, tell)
    transfer = _transferred(lot, region, people, tell)
    retirement = _retired(lot, region, people, tell)
    return Chain(Project.objects.get(pk=project.pk), estimate, document, lot, transfer, retirement)


def _measured(job: Job, region: Region, people: Mapping[str, Person], tell: Tell) -> tuple[Project, Estimate]:
    owner = people["zhaogang"]
    project = apply(
        name_zh=job.name_zh,
        name_en=job.name_en,
        owner=owner.organisation,
        region_code=region.code,
        key=command_id(survey_digest(job.files).root_hex, f"apply {job.method or ''}").hex(),
        by=owner,
        reason="为这一监测期申请认定。",
        at=clock.now(),
        synthetic_zh=job.synthetic_zh,
        synthetic_en=job.synthetic_en,
    )
    tell("apply", {"project": project})
    project = _accepted(project, job, people)
    tell("accept", {"project": project, "parcels": len(job.parcels)})
    if project.state == State.ACCEPTED:
        measure(
            number=project.number,
            files=job.files,
            method=job.method,
            by=people["naren"],
            reason="两轮实测数据已核对，按方法计算。",
            at=clock.now(),
        )
        project.refresh_from_db()
    estimate = latest_estimate(project)
    assert estimate is not None
    tell("measure", {"project": project, "estimate": estimate, "document": json.loads(estimate.document)})
    return project, estimate


def _accepted(project: Project, job: Job, people: Mapping[str, Person]) -> Project:
    if project.state != State.APPLIED:
        return project
    if job.period is not None:
        choose_parcels(
            number=project.number,
            parcels=current_parcels(job.parcels),
            period=job.period,
            by=people["zhaogang"],
            reason="本项目的地，都已判定可以申请碳票。",
            at=clock.now(),
        )
    return accept(
        number=project.number,
        by=people["batu"],
        reason="材料齐全，予以受理。",
        at=clock.now(),
        survey_only=job.period is None,
    )


def _certified(project: Project, people: Mapping[str, Person], tell: Tell) -> None:
    number = project.number
    steps: tuple[tuple[str, State, str, str, Callable[..., Project], dict[str, int]], ...] = (
        ("review", State.MEASURED, "chenli", "抽查复算一致，同意认定。", review, {}),
        ("certify", State.REVIEWED, "surina", "评审通过，予以认定。", certify, {}),
        ("notice", State.CERTIFIED, "limin", "演示运行，公示 0 天。", publish_notice, {"days": 0}),
    )
    for name, state, person, reason, act, terms in steps:
        project.refresh_from_db()
        if project.state == state:
            act(number=number, by=people[person], reason=reason, at=clock.now(), **terms)
        tell(name, {"project": project, "person": people[person]})


def _issued(project: Project, region: Region, people: Mapping[str, Person], tell: Tell) -> Lot:
    found = Lot.objects.filter(project=project).first()
    project.refresh_from_db()
    if found is None or project.state != State.ISSUED:
        maker, checker = people["wangqiang"], people["wuyun"]
        order = request_issue(
            number=project.number,
            region_code=region.code,
            command_id=command_id(project.number, "issue"),
            by=maker,
            reason="公示期满，无异议。",
            at=clock.now(),
        )
        approve(number=order.number, by=checker, reason="经办与评审结论一致，同意制发。", at=clock.now())
        found = Lot.objects.get(project=project)
    tell("issue", {"lot": found})
    return found


def _transferred(lot: Lot, region: Region, people: Mapping[str, Person], tell: Tell) -> Order:
    key = command_id(lot.lot, "transfer")
    order = order_of_command(key)
    if order is None or order.state in OPEN_ORDERS:
        buyer = people["sunwei"].organisation
        target = buyer_account(buyer) or open_account(
            holder=buyer,
            kind="buyer",
            region_code=region.code,
            by=people["wangqiang"],
            reason="为购买方开户。",
            at=clock.now(),
        )
        source = owner_account(lot)
        order = request_transfer(
            lot=lot.lot,
            source=source.account,
            target=target.account,
            quantity_mg=_share_to_transfer(live_mg(source.account, lot.lot), order),
            exchange_certificate=f"DEMO-{lot.lot}",
            price_fen_per_t=3800,
            region_code=region.code,
            command_id=key,
            by=people["wangqiang"],
            reason="交易凭证已核对。",
            at=clock.now(),
        )
        order = approve(number=order.number, by=people["wuyun"], reason="凭证与指令一致，同意登记。", at=clock.now())
    tell("transfer", {"order": order})
    return order


def _share_to_transfer(live: int, order: Order | None) -> int:
    """Three tenths of what the owner holds, in whole tonnes where there are any."""
    if order is not None:
        return order.asked_mg
    share = live * 3 // 10
    return share // MG_PER_T * MG_PER_T or share


def _retired(lot: Lot, region: Region, people: Mapping[str, Person], tell: Tell) -> Retirement:
    key = command_id(lot.lot, "retire")
    order = order_of_command(key)
    if order is None or order.state in OPEN_ORDERS:
        account = buyer_account(people["sunwei"].organisation)
        assert account is not None
        quantity_mg = order.asked_mg if order else min(MEETING_MG, max(1, live_mg(account.account, lot.lot) // 2))
        order = request_retirement(
            lot=lot.lot,
            account=account.account,
            quantity_mg=quantity_mg,
            purpose="event",
            words=MEETING._replace(
                beneficiary_zh=people["heping"].organisation.name_zh,
                beneficiary_en=people["heping"].organisation.name_en,
            ),
            region_code=region.code,
            command_id=key,
            by=people["wangqiang"],
            reason="会议碳足迹已核算，申请抵消。",
            at=clock.now(),
        )
        order = approve(
            number=order.number, by=people["wuyun"], reason="用途与数量核对无误，同意注销。", at=clock.now()
        )
    retirement = Retirement.objects.select_related("lot", "order").get(order=order)
    tell("retire", {"retirement": retirement})
    return retirement


def command_id(subject: str, act: str) -> bytes:
    """Return the id of this job's command on a thing: the same each time, so that running again books nothing twice."""
    return hashlib.sha256(f"tanhui run\n{subject}\n{act}".encode()).digest()[:16]


def moment_text(moment: datetime) -> str:
    return f"{moment.astimezone(clock.LOCAL):%Y-%m-%d %H:%M:%S}"
