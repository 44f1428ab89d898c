"""Entries with other regions: out, in, confirmed, returned. A tonne counts in one region; each step has its document.

The document itself is kept with the order; the ledger has one hash over its number, who issued it and its own hash.
"""

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.certification.models import Project
from tanhui.core.ledger import Sort
from tanhui.kit.problems import NotFoundProblem, Problem
from tanhui.kit.turns import wait_turn
from tanhui.people.models import Person
from tanhui.people.services import require_role
from tanhui.registry.models import Encumbrance, Lot, Order, OrderState, Paper
from tanhui.registry.services.basis import Basis, SentPaper, require_account, require_lot
from tanhui.registry.services.numbers import next_number
from tanhui.registry.services.ordered import signers_of
from tanhui.registry.services.orders import Draft, place

_REGION = re.compile(r"[A-Z0-9][A-Z0-9.-]{1,19}")
_ENTRY = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_HASH = re.compile(r"[0-9a-f]{64}")


@transaction.atomic
def request_departure(
    *,
    lot: str,
    source: str,
    region: str,
    quantity_mg: int,
    basis: Basis,
    paper: SentPaper,
    region_code: str,
    command_id: bytes,
    by: Person,
    reason: str,
    at: datetime,
) -> Order:
    """Prepare that live milligrams of an account set out for another region; they are held until it has answered.

    The basis is the agreement with that region. Raises `wrong_role`, `unknown_lot`, `unknown_account`, `bad_region`,
    `own_region`, `paper_missing`, `paper_too_large`, what `Basis.complete` raises, and the ledger's refusals.
    """
    require_lot(lot)
    require_account(source)
    terms = {"region": read_region(region, own=region_code), **_ground(basis, paper)}
    draft = Draft(Order.Kind.CORRESPOND_OUT, lot, quantity_mg, source, terms=terms, paper=paper.require())
    return place(draft=draft, command_id=command_id, region_code=region_code, by=by, reason=reason, at=at)


@transaction.atomic
def request_arrival(
    *,
    account: str,
    region: str,
    foreign_entry: str,
    quantity_mg: int,
    survey_hash_hex: str,
    method_hash_hex: str,
    estimate_hash_hex: str,
    basis: Basis,
    paper: SentPaper,
    region_code: str,
    command_id: bytes,
    by: Person,
    reason: str,
    at: datetime,
) -> Order:
    """Prepare that milligrams of another region arrive, as a lot of their own; held until that region has retired them.

    The basis is that region's proof, used once; the three hashes are those of its evidence. Raises `wrong_role`,
    `unknown_account`, `bad_region`, `own_region`, `bad_foreign_entry`, `bad_evidence_hash`, `proof_used`,
    `paper_missing`, `paper_too_large`, what `Basis.complete` raises, and the ledger's refusals.
    """
    require_role(by=by, roles=signers_of(Order.Kind.CORRESPOND_IN))  # first: a stranger is not told what has arrived
    require_account(account)
    asked = paper.require()
    wait_turn(f"arrival {asked.sha256}")
    known = Order.objects.filter(command_hex=command_id.hex()).first()
    terms = {
        "region": read_region(region, own=region_code),
        "foreign_entry": _read_entry(foreign_entry),
        **_evidence(survey_hash_hex, method_hash_hex, estimate_hash_hex),
        **_ground(basis, paper),
    }
    if known is None:
        _require_new(terms, asked)
    lot = known.lot if known else next_number("lot", region_code, at.year)
    draft = Draft(Order.Kind.CORRESPOND_IN, lot, quantity_mg, account, terms=terms, paper=asked)
    return place(draft=draft, command_id=command_id, region_code=region_code, by=by, reason=reason, at=at)


@transaction.atomic
def request_confirmation(
    *,
    entry: str,
    basis: Basis,
    paper: SentPaper,
    region_code: str,
    command_id: bytes,
    by: Person,
    reason: str,
    at: datetime,
) -> Order:
    """Prepare the end of an entry that came about: what went out is retired here, what came in is live here.

    The basis is the other region's confirmation. Raises `wrong_role`, `unknown_encumbrance`, `paper_missing`,
    `paper_too_large`, what `Basis.complete` raises, and the ledger's refusals.
    """
    draft = _ending(Order.Kind.CORRESPOND_CONFIRM, entry, basis, paper)
    return place(draft=draft, command_id=command_id, region_code=region_code, by=by, reason=reason, at=at)


@transaction.atomic
def request_return(
    *,
    entry: str,
    basis: Basis,
    paper: SentPaper,
    region_code: str,
    command_id: bytes,
    by: Person,
    reason: str,
    at: datetime,
) -> Order:
    """Prepare the end of an entry that did not come about: what went out is live here again, what came in is revoked.

    The basis is the other region's answer that it has not booked it and will not. Raises as `request_confirmation`.
    """
    draft = _ending(Order.Kind.CORRESPOND_RETURN, entry, basis, paper)
    return place(draft=draft, command_id=command_id, region_code=region_code, by=by, reason=reason, at=at)


def read_region(text: str, *, own: str) -> str:
    """Read the code of another region, in one spelling. Raises `bad_region`, `own_region`."""
    code = text.strip().upper()
    if not _REGION.fullmatch(code) or Project.objects.filter(number=code).exists():
        text = _("外区代码写 2 到 20 个大写字母、数字、点或短横，例如 CN-ORDOS。")
        raise Problem("bad_region", text, field="region")
    if code == own.upper():
        raise Problem("own_region", _("这是本区的代码。本区之内用流转。"), field="region")
    return code


def _ending(kind: str, entry: str, basis: Basis, paper: SentPaper) -> Draft:
    found = Encumbrance.objects.filter(name=entry, sort__in=[Sort.OUT.value, Sort.IN.value]).first()
    if found is None:
        text = _("没有编号 %(name)s 的跨区记录。从列出的里面选一笔。") % {"name": entry}
        raise NotFoundProblem("unknown_encumbrance", text, field="encumbrance")
    terms = {"encumbrance": entry, "direction": found.sort, **_ground(basis, paper)}
    return Draft(kind, found.lot, None, found.account, terms=terms, paper=paper.require())


def _ground(basis: Basis, paper: SentPaper) -> dict[str, str]:
    said, sent = basis.complete(), paper.require()
    return {**said._asdict(), "paper_name": sent.name, "paper_hex": sent.sha256}


def _read_entry(text: str) -> str:
    entry = text.strip()
    if not _ENTRY.fullmatch(entry):
        said = _("对方账上的编号看不懂：照对方的写，最多 64 个字母、数字和 . _ : -。")
        raise Problem("bad_foreign_entry", said, field="foreign_entry")
    return entry


def _evidence(*hashes_hex: str) -> dict[str, str]:
    names = ("survey_hash_hex", "method_hash_hex", "estimate_hash_hex")
    found = {name: text.strip().lower() for name, text in zip(names, hashes_hex, strict=True)}
    for name, text in found.items():
        if not _HASH.fullmatch(text):
            raise Problem("bad_evidence_hash", _("哈希是 64 位十六进制，从对方的批次页上抄下来。"), field=name)
    return found


def _require_new(terms: dict[str, str], paper: SentPaper) -> None:
    """Raise `proof_used` for a proof that another arrival rests on, or an entry that came under another region's name.

    The ledger refuses the same entry of the same region; here it is seen through a second spelling of the region.
    """
    standing = [OrderState.WAITING, OrderState.SIGNED, OrderState.DONE]
    used = Paper.objects.filter(sha256=paper.sha256, order__kind=Order.Kind.CORRESPOND_IN, order__state__in=standing)
    if first := used.select_related("order").first():
        text = _("这份证明已经用在 %(number)s 上，一份证明只转入一次。") % {"number": first.order.number}
        raise Problem("proof_used", text, field="paper")
    same = Lot.objects.filter(foreign_entry=terms["foreign_entry"], estimate_hash_hex=terms["estimate_hash_hex"])
    if lot := same.exclude(region=terms["region"]).exclude(region="").first():
        facts = {"entry": terms["foreign_entry"], "region": lot.region, "lot": lot.lot}
        text = _("编号 %(entry)s、同一份估算，已经从 %(region)s 转入，就是批次 %(lot)s。") % facts
        raise Problem("proof_used", text, field="region", remedy=_("核对外区代码：同一个地区只用一种写法。"))
