"""Triage of many parcels as long work: what the table makes of each today, and one decision for all of them."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from tanhui.core.telling import Progress
from tanhui.core.triage import load_table
from tanhui.kit import clock
from tanhui.kit.jobs.kinds import JobKind, Stage, register
from tanhui.kit.jobs.models import Job
from tanhui.kit.jobs.services import keep_file
from tanhui.land.models import Parcel
from tanhui.land.models.triage import TriageOutcome
from tanhui.land.periods import Period
from tanhui.land.queries.triage import Assessment, assess, current_parcels, standing
from tanhui.land.services.triage import check_own, decide_triage
from tanhui.people.models import Person, Role

ASSESS, DECIDE = "assess_triage", "decide_triage"
KINDS = (ASSESS, DECIDE)
AT_ONCE = 300
"""So many parcels are assessed and decided in the request, in about two seconds; more of them by the worker."""
EVERYWHERE = "all"
CSV = "triage.csv"
_STAGES = (
    Stage("read", _("读小班和事实"), 10),
    Stage("overlap", _("查重叠"), 15),
    Stage("assess", _("逐个对照判定表"), 40),
)


class Choice(NamedTuple):
    """Which parcels, and when: named ones, those of a project, or all of a county or of the region."""

    codes: tuple[str, ...]
    project: str
    county: str
    period: Period

    def parcels(self, person: Person) -> QuerySet[Parcel]:
        """The parcels as they stand, in the order of their codes; an owner's choice of a county is of its own land."""
        found = Parcel.objects.select_related("county", "zone", "owner").filter(replaced_by=None).order_by("code")
        if self.county:
            own = found.filter(owner=person.organisation) if person.role == Role.OWNER else found
            return own if self.county == EVERYWHERE else own.filter(county_id=self.county)
        return found.filter(code__in=self.codes)

    def chosen(self, person: Person) -> list[Parcel]:
        """The same read. Raises `unknown_parcel` for a code that is none, `not_your_parcel` for land of others."""
        parcels = list(self.parcels(person)) if self.county else current_parcels(self.codes)
        check_own(parcels=parcels, by=person)
        return parcels

    def document(self) -> dict[str, Any]:
        days = [day.isoformat() for day in self.period]
        return {"codes": list(self.codes), "project": self.project, "county": self.county, "period": days}


def choice_of(job: Job) -> Choice:
    """What was chosen for a job."""
    told = job.arguments["choice"]
    first, last = (date.fromisoformat(day) for day in told["period"])
    return Choice(tuple(told["codes"]), told["project"], told["county"], (first, last))


def _chosen(job: Job, progress: Progress) -> tuple[list[Parcel], Choice, Person]:
    progress("read", 0, 1)
    choice, person = choice_of(job), Person.objects.get(username=job.asked_by)
    return choice.chosen(person), choice, person


def _assess(job: Job, progress: Progress) -> Mapping[str, Any]:
    parcels, choice, _person = _chosen(job, progress)
    today = clock.now().astimezone(clock.LOCAL).date()
    found = assess(parcels, choice.period, today=today, table=load_table(), progress=progress)
    before = dict(
        standing()
        .filter(period_from=choice.period[0], period_to=choice.period[1])
        .values_list("parcel_code", "outcome")
    )
    keep_file(job=job, name=CSV, content=_csv(found, before))
    outcomes: dict[str, list[int]] = {}
    for one in found:
        sums = outcomes.setdefault(str(one.decision.outcome), [0, 0])
        sums[0], sums[1] = sums[0] + 1, sums[1] + one.parcel.area_m2
    undecided = sum(before.get(one.parcel.code) != one.decision.outcome for one in found)
    counts = Counter(str(one.decision.outcome) for one in found)
    return {"outcomes": outcomes, "undecided": undecided, **_said(counts, "对照了", "Assessed")}


def _decide(job: Job, progress: Progress) -> Mapping[str, Any]:
    parcels, choice, person = _chosen(job, progress)
    reason = job.arguments["reason"]
    found = decide_triage(
        parcels=parcels,
        period=choice.period,
        by=person,
        reason=reason,
        at=clock.now(),
        most=len(parcels),
        progress=progress,
    )
    return _said(Counter(row.outcome for row in found), "判定了", "Decided")


def _said(counts: Counter[str], zh: str, en: str) -> dict[str, str]:
    """One sentence of how many went where, in both languages."""
    all_of = f"{sum(counts.values()):,}"
    said = {}
    for language, code, joint in (("zh", "zh-hans", "，"), ("en", "en", ", ")):
        with override(code):
            parts = joint.join(f"{TriageOutcome(outcome).label} {count:,}" for outcome, count in counts.items())
        said[language] = parts
    return {"said_zh": f"{zh} {all_of} 个小班：{said['zh']}。", "said_en": f"{en} {all_of} parcels: {said['en']}."}


def _csv(found: Sequence[Assessment], before: Mapping[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["parcel", "area_m2", "outcome", "decided"])
    for one in found:
        code = one.parcel.code
        writer.writerow([code, one.parcel.area_m2, str(one.decision.outcome), before.get(code, "")])
    return text.getvalue().encode()


def register_triage_jobs() -> None:
    """Make both kinds known; called as the site starts."""
    readers = frozenset({Role.OPERATOR, Role.ANALYST, Role.REVIEWER, Role.SUPERVISOR})
    stoppers = frozenset({Role.OPERATOR})
    register(JobKind(ASSESS, _STAGES, _assess, readers, stoppers))
    register(JobKind(DECIDE, (*_STAGES, Stage("write", _("写下判定"), 60)), _decide, readers, stoppers))
