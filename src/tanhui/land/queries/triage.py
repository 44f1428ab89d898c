"""What is known of a parcel's period, and what was decided: facts with their papers, decisions by revision."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from tanhui.core.geometry.overlap import largest_piece_m2
from tanhui.core.telling import Progress, silent
from tanhui.core.triage import Decision, FactFault, Table, decide, load_table, parse_table, read_facts
from tanhui.core.triage.values import Value
from tanhui.kit.problems import NotFoundProblem
from tanhui.land.models import Ecosystem, Hold, KeptTableFile, Parcel, Scheme, ToldFact, Triage
from tanhui.land.periods import Period
from tanhui.land.queries.overlap import Clash, claim_of, find_clashes

PERSON, PARCEL, REGISTER = "person", "parcel", "register"


class Known(NamedTuple):
    """A fact with where it comes from: a person (with note and paper), the parcel table, or the register."""

    value: str
    giver: str
    told: ToldFact | None = None

    @property
    def references(self) -> list[str]:
        """What stands behind it, for the document: the hash of a paper, a note."""
        if self.told is None:
            return []
        paper = [f"sha256:{self.told.evidence_id}"] if self.told.evidence_id else []
        return [*paper, *([self.told.note] if self.told.note else [])]


class Assessment(NamedTuple):
    """A decision not yet taken: the facts as they stand today and what the table makes of them."""

    parcel: Parcel
    period: Period
    known: Mapping[str, Known]
    facts: Mapping[str, Value]
    decision: Decision
    clashes: tuple[Clash, ...]


def current_parcel(code: str) -> Parcel:
    """Return the parcel of this code as the latest import has it. Raises `unknown_parcel`."""
    found = Parcel.objects.select_related("county", "zone", "owner").filter(code=code, replaced_by=None).first()
    if found is None:
        raise NotFoundProblem("unknown_parcel", _("没有小班 %(code)s。") % {"code": code})
    return found


def current_parcels(codes: Sequence[str]) -> list[Parcel]:
    """Return the parcels of these codes, in the order of their codes. Raises `unknown_parcel` naming the missing."""
    wanted = sorted(set(codes))
    found = list(
        Parcel.objects.select_related("county", "zone", "owner")
        .filter(code__in=wanted, replaced_by=None)
        .order_by("code")
    )
    if missing := sorted(set(wanted) - {parcel.code for parcel in found}):
        said = _("、").join(missing[:5])
        more = _("等 %(count)s 个") % {"count": len(missing)} if len(missing) > 5 else ""  # noqa: PLR2004 - as many as fit a line
        text = _("没有小班 %(codes)s%(more)s。") % {"codes": said, "more": more}
        raise NotFoundProblem("unknown_parcel", text, field="codes", remedy=_("核对小班号，或者先导入小班。"))
    return found


def standing() -> QuerySet[Triage]:
    """Return the decisions that count: of each parcel's period the highest revision."""
    later = Triage.objects.filter(
        parcel_code=OuterRef("parcel_code"),
        period_from=OuterRef("period_from"),
        period_to=OuterRef("period_to"),
        revision__gt=OuterRef("revision"),
    )
    return Triage.objects.filter(~Exists(later))


def revisions(code: str, period: Period) -> list[Triage]:
    """Return all decisions of one parcel's period, the latest first."""
    found = Triage.objects.select_related("decided_by__organisation", "parcel")
    return list(found.filter(parcel_code=code, period_from=period[0], period_to=period[1]).order_by("-revision"))


def told_facts(codes: Sequence[str], period: Period) -> dict[str, dict[str, ToldFact]]:
    """Return by parcel and fact what was told last. What was taken back is not there."""
    found: dict[str, dict[str, ToldFact]] = {code: {} for code in codes}
    rows = ToldFact.objects.select_related("told_by", "evidence").defer("evidence__content")
    for row in rows.filter(parcel_code__in=codes, period_from=period[0], period_to=period[1]).order_by("id"):
        found[row.parcel_code][row.fact] = row
    return {code: {name: row for name, row in told.items() if row.value} for code, told in found.items()}


def assess(
    parcels: Sequence[Parcel],
    period: Period,
    *,
    today: date,
    table: Table | None = None,
    progress: Progress = silent,
) -> list[Assessment]:
    """Say what the table makes of each parcel today. Nothing is written."""
    chosen = table or load_table()
    codes = [parcel.code for parcel in parcels]
    told = told_facts(codes, period)
    progress("overlap", 0, 1)
    clashes = clashes_by_parcel(parcels, period)
    found = []
    for done, parcel in enumerate(parcels):
        progress("assess", done, len(parcels))
        found.append(_assess(parcel, period, chosen, today=today, told=told[parcel.code], clashes=clashes[parcel.code]))
    return found


def _assess(
    parcel: Parcel,
    period: Period,
    table: Table,
    *,
    today: date,
    told: Mapping[str, ToldFact],
    clashes: Sequence[Clash],
) -> Assessment:
    known = {
        **{name: Known(value, PARCEL) for name, value in parcel_facts(parcel, table).items()},
        **{name: Known(row.value, PERSON, row) for name, row in told.items() if name in table.facts},
        "period_from": Known(period[0].isoformat(), REGISTER),
        "period_to": Known(period[1].isoformat(), REGISTER),
        "assessed_on": Known(today.isoformat(), REGISTER),
        "overlap_found": Known(overlap_word(clashes, parcel.code), REGISTER),
    }
    facts = read_facts(table.facts, {name: fact.value for name, fact in known.items() if name in table.facts})
    return Assessment(parcel, period, known, facts, decide(table, facts), tuple(clashes))


def parcel_facts(parcel: Parcel, table: Table) -> dict[str, str]:
    """Return what the parcel table itself says. What it leaves open is left out."""
    found = {"continuous_area_m2": f"{largest_piece_m2(bytes(parcel.geometry)):.0f}"}
    for code in (parcel.land_class, parcel.survey_class):
        if code in table.land_classes:
            found["land_class"] = table.land_classes[code]
            break
    if parcel.ecosystem or parcel.wetland_type:
        found["wetland"] = "yes" if parcel.wetland_type or parcel.ecosystem == Ecosystem.WETLAND else "no"
    if parcel.public_welfare is not None:
        found["public_welfare_forest"] = "yes" if parcel.public_welfare else "no"
    return found


def clashes_by_parcel(parcels: Sequence[Parcel], period: Period) -> dict[str, list[Clash]]:
    """Return by parcel what stands on it in this time. A CCER mark of its own triage is no stranger."""
    own = set(
        Triage.objects.filter(
            parcel_code__in=[parcel.code for parcel in parcels], period_from=period[0], period_to=period[1]
        ).values_list("number", flat=True)
    )
    found: dict[str, list[Clash]] = {parcel.code: [] for parcel in parcels}
    for clash in find_clashes([claim_of(parcel) for parcel in parcels], period):
        if clash.reference not in own:
            found[clash.ours].append(clash)
    return found


def overlap_word(clashes: Sequence[Clash], code: str) -> str:
    """Return the word of the fact `overlap_found`: the hardest of what counts."""
    words = {_word(clash, code) for clash in clashes if clash.counts}
    return next((word for word in ("ticket", "other", "own_ticket", "ccer") if word in words), "none")


def _word(clash: Clash, code: str) -> str:
    if clash.scheme == Scheme.CCER:
        return "ccer"
    if clash.scheme != Scheme.TICKET or clash.state == Hold.LISTED:
        return "other"
    return "own_ticket" if clash.theirs == code and clash.whole_period else "ticket"


def kept_table(hash_hex: str) -> Table:
    """Return the table that a decision was taken with, as it was kept. Raises NotFoundProblem."""
    files = {row.name: bytes(row.content) for row in KeptTableFile.objects.filter(hash_hex=hash_hex)}
    if not files:
        raise NotFoundProblem("unknown_table", _("没有留存这一版判定表。"))
    return parse_table(files)


class Change(NamedTuple):
    """What another table would make of a decision's own facts."""

    triage: Triage
    outcome: str
    conditions: tuple[tuple[str, str, str], ...]


def dry_run(triages: Sequence[Triage], table: Table) -> list[Change]:
    """Apply another table to the facts of standing decisions. Returns those whose outcome or any verdict differs.

    Conditions are (name, verdict then, verdict now); one that is not in the other table has an empty verdict there.
    """
    found = []
    for triage in triages:
        document = json.loads(triage.document)
        told = {name: value for name, value in document["facts"].items() if name in table.facts}
        decision = decide(table, read_known(table, told))
        before = {name: verdict for route in document["routes"] for name, verdict in route["conditions"].items()}
        after = {row.condition: str(row.verdict) for route in decision.routes for row in route.findings}
        differing = tuple(
            (name, before.get(name, ""), after.get(name, ""))
            for name in dict.fromkeys([*after, *before])
            if before.get(name, "") != after.get(name, "")
        )
        if differing or decision.outcome != triage.outcome:
            found.append(Change(triage, str(decision.outcome), differing))
    return found


def read_known(table: Table, told: Mapping[str, str | None]) -> dict[str, Value]:
    """Read facts one by one: a value that this table does not know is not known under it."""
    found: dict[str, Value] = {}
    for name, text in told.items():
        try:
            found |= read_facts(table.facts, {name: text})
        except FactFault:
            continue
    return found


def document_of(triage: Triage) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads(triage.document)
    return loaded
