"""Triage as acts: tell facts with their papers, and decide where a parcel's period goes.

A decision is superseded, never changed. A CCER reserve takes the land for that period; the next decision lets it go.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import PurePath

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tanhui.core.telling import Progress, silent
from tanhui.core.triage import (
    FactFault,
    Outcome,
    Table,
    decision_document,
    document_hash,
    document_text,
    load_table,
    read_facts,
    table_files,
)
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.kit.turns import wait_turn
from tanhui.land.models import EvidenceFile, Hold, KeptTableFile, Parcel, Scheme, ToldFact, Triage
from tanhui.land.periods import check_period
from tanhui.land.queries.overlap import claim_of, find_clashes
from tanhui.land.queries.triage import REGISTER, Assessment, assess, standing
from tanhui.land.services.commit import TURN, commitment_of, refuse_clashes, release_land
from tanhui.land.wording_facts import fault_sentence
from tanhui.people.models import Person, Role
from tanhui.people.services import record, require_role

ROLES: Mapping[str, tuple[str, ...]] = {
    "tell_facts": (Role.OPERATOR, Role.ANALYST, Role.OWNER),
    "decide_triage": (Role.OPERATOR,),
}
PAPERS = frozenset({".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".zip", ".doc", ".docx", ".xls", ".xlsx", ".ofd"})
LARGEST_PAPER = 20 * 1024 * 1024
LONGEST_NOTE = 300
MOST_PARCELS = 5_000


@transaction.atomic
def keep_evidence(*, name: str, content: bytes, by: Person, at: datetime) -> EvidenceFile:
    """Keep a paper, once. Raises `wrong_role`, `paper_kind`, `paper_too_large`, `paper_empty`."""
    require_role(by=by, roles=ROLES["tell_facts"])
    if PurePath(name).suffix.lower() not in PAPERS:
        text = _("%(name)s 不是能收的证明材料。") % {"name": name}
        raise Problem("paper_kind", text, field="evidence", remedy=_("用 PDF、OFD、图片、Word、Excel 或 ZIP。"))
    if not content:
        raise Problem("paper_empty", _("%(name)s 是空的。") % {"name": name}, field="evidence")
    if len(content) > LARGEST_PAPER:
        text = _("%(name)s 超过 20 MB，没有收。") % {"name": name}
        raise Problem("paper_too_large", text, field="evidence", remedy=_("压缩以后再传，或者分成几份。"))
    sha256 = hashlib.sha256(content).hexdigest()
    wait_turn(f"evidence {sha256}")
    known = EvidenceFile.objects.filter(sha256=sha256).first()
    return known or EvidenceFile.objects.create(
        sha256=sha256, name=name[-200:], content=content, kept_at=at, kept_by=by
    )


@transaction.atomic
def tell_facts(
    *,
    parcels: Sequence[Parcel],
    period: tuple[date, date],
    facts: Mapping[str, str],
    note: str,
    evidence: EvidenceFile | None,
    by: Person,
    reason: str,
    at: datetime,
) -> int:
    """Write down facts of some parcels for a period; an empty value takes back what was told before.

    Owners tell of their own parcels only. Raises `wrong_role`, `not_your_parcel`, `no_parcels`, `no_facts`, `bad_fact`,
    `bad_period`. Returns how many facts were written.
    """
    require_role(by=by, roles=ROLES["tell_facts"])
    _check_parcels(parcels, period)
    check_own(parcels=parcels, by=by)
    _check_facts(facts, note)
    rows = [
        ToldFact(
            parcel_code=parcel.code,
            period_from=period[0],
            period_to=period[1],
            fact=fact,
            value=value.strip(),
            note=note.strip(),
            evidence=evidence,
            told_at=at,
            told_by=by,
        )
        for parcel in parcels
        for fact, value in facts.items()
    ]
    ToldFact.objects.bulk_create(rows)
    for parcel in parcels:
        record(by=by, act="tell_facts", subject=subject_of(parcel.code), reason=reason, at=at, facts=dict(facts))
    return len(rows)


def subject_of(code: str) -> str:
    """Return the name of a parcel in the trail."""
    return f"parcel {code}"[:80]


def check_own(*, parcels: Sequence[Parcel], by: Person) -> None:
    """Raise `not_your_parcel` where an owner speaks of land that is not its own."""
    strange = [parcel.code for parcel in parcels if by.role == Role.OWNER and parcel.owner_id != by.organisation_id]
    if strange:
        text = _("小班 %(code)s 不是你们单位的。") % {"code": strange[0]}
        raise Problem("not_your_parcel", text, field="parcels")


def _check_parcels(parcels: Sequence[Parcel], period: tuple[date, date], most: int = MOST_PARCELS) -> None:
    if not parcels:
        raise Problem("no_parcels", _("一个小班也没有选。"), field="parcels")
    if len(parcels) > most:
        facts = {"count": f"{len(parcels):,}", "most": f"{most:,}"}
        raise Problem("too_many_parcels", _("一次选了 %(count)s 个小班，最多 %(most)s 个。") % facts, field="parcels")
    check_period(period)


def _check_facts(facts: Mapping[str, str], note: str) -> None:
    if not facts:
        raise Problem("no_facts", _("一项事实也没有填。"), field="facts")
    if len(note.strip()) > LONGEST_NOTE:
        raise Problem("text_too_long", _("出处最多 %(most)s 个字。") % {"most": LONGEST_NOTE}, field="note")
    table = load_table()
    for name in facts:
        if name in table.facts and table.facts[name].given_by == REGISTER:
            raise Problem("register_fact", _("这一项登记簿自己知道，不由人填。"), field=name)
    try:
        read_facts(table.facts, facts)
    except FactFault as fault:
        raise Problem("bad_fact", fault_sentence(table, fault), field=fault.fact) from fault


@transaction.atomic
def decide_triage(
    *,
    parcels: Sequence[Parcel],
    period: tuple[date, date],
    by: Person,
    reason: str,
    at: datetime,
    table: Table | None = None,
    most: int = MOST_PARCELS,
    progress: Progress = silent,
) -> list[Triage]:
    """Decide where the period of each parcel goes, by the facts as they stand now. All or none.

    What would say the same as the standing decision is not written again. Raises `wrong_role`, `no_parcels`,
    `bad_period`, `reason_missing`, and `land_taken` where a CCER reserve meets land that a ticket has taken.
    """
    require_role(by=by, roles=ROLES["decide_triage"])
    _check_parcels(parcels, period, most)
    wait_turn(TURN)
    chosen = table or load_table()
    _keep_table(chosen)
    today = at.astimezone(clock.LOCAL).date()
    before = {
        triage.parcel_code: triage
        for triage in standing().filter(
            parcel_code__in=[parcel.code for parcel in parcels], period_from=period[0], period_to=period[1]
        )
    }
    decided = []
    for done, found in enumerate(assess(parcels, period, today=today, table=chosen, progress=progress)):
        progress("write", done, len(parcels))
        decided.append(_decide(found, chosen, before.get(found.parcel.code), by=by, reason=reason, at=at))
    return decided


def _decide(found: Assessment, table: Table, before: Triage | None, *, by: Person, reason: str, at: datetime) -> Triage:
    evidence = {name: known.references for name, known in found.known.items()}
    document = decision_document(table, found.facts, found.decision, parcel=found.parcel.code, evidence=evidence)
    text = document_text(document)
    if before is not None and before.hash_hex == document_hash(text) and before.parcel_id == found.parcel.pk:
        return before
    triage = Triage.objects.create(
        number=_next_number(at.year),
        parcel_code=found.parcel.code,
        parcel=found.parcel,
        period_from=found.period[0],
        period_to=found.period[1],
        revision=before.revision + 1 if before else 1,
        outcome=str(found.decision.outcome),
        table=table.id,
        table_version=table.version,
        table_hash_hex=table.hash,
        document=text,
        hash_hex=document_hash(text),
        decided_at=at,
        decided_by=by,
        reason=reason.strip(),
    )
    said = {"triage": triage.number, "outcome": triage.outcome, "hash": triage.hash_hex}
    record(by=by, act="decide_triage", subject=subject_of(triage.parcel_code), reason=reason, at=at, facts=said)
    _mark(triage, found, before, by=by, at=at)
    return triage


def _mark(triage: Triage, found: Assessment, before: Triage | None, *, by: Person, at: datetime) -> None:
    """Take the land for CCER where that was decided, and let go of what the decision before had taken."""
    if before is not None:
        release_land(reference=before.number, at=at)
    if found.decision.outcome != Outcome.CCER_RESERVE:
        return
    refuse_clashes(clashes=find_clashes([claim_of(found.parcel)], found.period, scheme=Scheme.CCER))
    commitment_of(
        found.parcel,
        scheme=Scheme.CCER,
        state=Hold.RESERVED,
        reference=triage.number,
        title=triage.number,
        period=found.period,
        by=by,
        at=at,
    ).save()


def _keep_table(table: Table) -> None:
    if KeptTableFile.objects.filter(hash_hex=table.hash).exists():
        return
    files = table_files(table.id, table.version)
    KeptTableFile.objects.bulk_create(
        KeptTableFile(table=table.id, hash_hex=table.hash, name=name, content=content)
        for name, content in files.items()
    )


def _next_number(year: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('land_triage_number')")
        (counter,) = cursor.fetchone()
    return f"T-{year}-{counter:06d}"
