"""Triage, an overlap and a list with an open question, for pages that are only looked at."""

from datetime import date

from django.urls import reverse

from parcels import PERIOD, keep_parcels
from tanhui.kit import clock
from tanhui.land.models import Commitment, EvidenceFile, Likeness, Triage
from tanhui.land.services.listings import import_listing
from tanhui.land.services.triage import decide_triage, keep_evidence, tell_facts

TOLD = {
    "tenure_document": "forest_right",
    "tenure_disputed": "no",
    "unlawful_change": "no",
    "harvest_lock": "yes",
    "other_scheme": "none",
    "obligation": "no",
}
LIST = (
    "项目编号,项目名称,项目业主,县,状态,计入期开始,计入期结束,边界\n"
    "C-1,固阳造林碳汇项目,{owner},固阳县,已登记项目,2021-01-01,2041-01-01,\n"
    "C-2,某县造林碳汇项目,某公司,,1,2021-01-01,2041-01-01,"
    '"POLYGON((110.035 41.002,110.06 41,110.06 41.02,110.035 41.012,110.035 41.002))"\n'
)


def keep_triage(people):
    """Four parcels of the state farm: one decided for a ticket with a paper, one that a list overlaps."""
    at = clock.now()
    parcels = keep_parcels(people)
    paper = keep_evidence(name="林权证.pdf", content=b"%PDF-1.7", by=people["zhaogang"], at=at)
    signed = {"by": people["surina"], "reason": "按材料填写。", "at": at}
    tell_facts(parcels=parcels, period=PERIOD, facts=TOLD, note="固林证 12 号", evidence=paper, **signed)
    listed = LIST.format(owner=people["zhaogang"].organisation.name_zh)
    import_listing(
        scheme="ccer", source="公示页", as_of=date(2026, 7, 19), name="ccer.csv", content=listed.encode(), **signed
    )
    decide_triage(parcels=parcels, period=PERIOD, **signed)
    return parcels


def triage_addresses(project):
    """One address for each name of triage."""
    period = [day.isoformat() for day in PERIOD]
    listed = Commitment.objects.get(title="某县造林碳汇项目")
    plain = ("triage_sums", "triages", "triage_many", "triages_csv", "triages_xlsx", "listings")
    return {
        **{name: reverse(name) for name in plain},
        "triage_table": reverse("triage_table", args=["1.0.0"]),
        "triage": reverse("triage", args=["A-1", *period]),
        "triage_json": reverse("triage_json", args=[Triage.objects.get(parcel_code="A-1").number]),
        "evidence": reverse("evidence", args=[EvidenceFile.objects.get().sha256]),
        "overlap": reverse("overlap", args=["A-4", *period, listed.pk]),
        "likeness": reverse("likeness", args=[Likeness.objects.get().pk]),
        "project_land": reverse("project_land", args=[project.number]),
    }
