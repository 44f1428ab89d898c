"""Issue a lot, transfer from it, retire from it. Two people each."""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.certification.models import Project
from tanhui.certification.queries import latest_estimate
from tanhui.certification.services import rules
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.people.models import Person
from tanhui.people.services import require_role
from tanhui.registry.models import Order
from tanhui.registry.services.basis import deal_terms, require_account, require_lot
from tanhui.registry.services.numbers import next_number
from tanhui.registry.services.orders import Draft, place

LONGEST_NAME, LONGEST_STATEMENT = 120, 400
LONGEST_ENGLISH_NAME, LONGEST_ENGLISH_STATEMENT = 160, 800


class RetirementWords(NamedTuple):
    """What a certificate says: what the tonnes were used for, for whom, and the statement. English may be left out."""

    name_zh: str
    beneficiary_zh: str
    statement_zh: str
    name_en: str = ""
    beneficiary_en: str = ""
    statement_en: str = ""

    def complete(self) -> "RetirementWords":
        """Return the words trimmed, Chinese standing in for missing English.

        Raises `name_missing`, `beneficiary_missing`, `statement_missing`, `text_too_long`.
        """
        said = RetirementWords(*(text.strip() for text in self))
        wanted = {
            "name_zh": ("name_missing", _("写明用在哪里，会印在证书上。")),
            "beneficiary_zh": ("beneficiary_missing", _("写明为谁注销。")),
            "statement_zh": ("statement_missing", _("写一句说明，会印在证书上。")),
        }
        for field, (code, sentence) in wanted.items():
            if not getattr(said, field):
                raise Problem(code, sentence, field=field)
        said._require_short()
        return said._replace(
            name_en=said.name_en or said.name_zh,
            beneficiary_en=said.beneficiary_en or said.beneficiary_zh,
            statement_en=said.statement_en or said.statement_zh,
        )

    def _require_short(self) -> None:
        """Raise `text_too_long` for what would not fit on the certificate."""
        limits = {"zh": (LONGEST_NAME, LONGEST_STATEMENT), "en": (LONGEST_ENGLISH_NAME, LONGEST_ENGLISH_STATEMENT)}
        for field, text in self._asdict().items():
            most = limits[field[-2:]]["statement" in field]
            if len(text) > most:
                raise Problem("text_too_long", _("这一格最多 %(most)s 个字。") % {"most": most}, field=field)


PURPOSES = ("event", "enterprise", "voluntary", "judicial", "compliance")


@transaction.atomic
def request_issue(*, number: str, region_code: str, command_id: bytes, by: Person, reason: str, at: datetime) -> Order:
    """Prepare the issue of a certified project whose notice has ended, in the quantity of its estimate.

    Raises `notice_running`, `wrong_step`, `same_person`, `order_waiting`.
    """
    project = rules.lock_project(number)
    known = Order.objects.filter(project=project, kind=Order.Kind.ISSUE, command_hex=command_id.hex()).first()
    if known is not None:
        require_role(by=by, roles=rules.ROLES["request_issue"])
        return known
    waiting = Order.objects.filter(project=project, kind=Order.Kind.ISSUE, state="waiting").first()
    if waiting is not None:
        text = _("这个项目的制发已经有人经办，等着复核：%(number)s。") % {"number": waiting.number}
        raise Problem("order_waiting", text)
    rules.check_turn(project=project, act="request_issue", by=by)
    assert project.notice_until is not None
    if at < project.notice_until:
        until = project.notice_until.astimezone(clock.LOCAL)
        text = _("公示到 %(until)s 才满，还不能制发。") % {"until": f"{until:%Y-%m-%d %H:%M}"}
        raise Problem("notice_running", text)
    estimate = latest_estimate(project)
    assert estimate is not None
    lot = next_number("lot", region_code, at.year)
    draft = Draft(
        Order.Kind.ISSUE, lot, estimate.issuable_mg, project_id=project.pk, terms={"buffer_mg": estimate.buffer_mg}
    )
    order = place(draft=draft, command_id=command_id, region_code=region_code, by=by, reason=reason, at=at)
    rules.leave_trail(project=project, act="request_issue", by=by, reason=reason, at=at, order=order.number)
    return order


@transaction.atomic
def request_transfer(
    *,
    lot: str,
    source: str,
    target: str,
    quantity_mg: int,
    exchange_certificate: str,
    price_fen_per_t: int,
    region_code: str,
    command_id: bytes,
    by: Person,
    reason: str,
    at: datetime,
) -> Order:
    """Prepare a transfer that was agreed at the exchange. Money never touches the registry; the price is noted.

    Raises `unknown_lot`, `unknown_account`, `same_account`, `exchange_certificate_missing`, `bad_price`.
    """
    require_lot(lot)
    require_account(source)
    require_account(target, field="target")
    if source == target:
        raise Problem("same_account", _("转出和转入是同一个账户。"), field="target")
    terms = deal_terms(exchange_certificate, price_fen_per_t)
    draft = Draft(Order.Kind.TRANSFER, lot, quantity_mg, source, target, terms=terms)
    return place(draft=draft, command_id=command_id, region_code=region_code, by=by, reason=reason, at=at)


@transaction.atomic
def request_retirement(
    *,
    lot: str,
    account: str,
    quantity_mg: int,
    purpose: str,
    words: RetirementWords,
    region_code: str,
    command_id: bytes,
    by: Person,
    reason: str,
    at: datetime,
) -> Order:
    """Prepare a retirement for a named purpose and beneficiary.

    Raises `unknown_lot`, `unknown_account`, `bad_purpose`, and what `RetirementWords.complete` raises.
    """
    require_lot(lot)
    require_account(account)
    if purpose not in PURPOSES:
        raise Problem("bad_purpose", _("没有这种用途。"), field="purpose")
    terms = {"purpose": purpose, **words.complete()._asdict()}
    draft = Draft(Order.Kind.RETIRE, lot, quantity_mg, account, terms=terms)
    return place(draft=draft, command_id=command_id, region_code=region_code, by=by, reason=reason, at=at)


def project_of(order: Order) -> Project:
    assert order.project is not None
    return order.project
