"""Gather what a retirement certificate says: from the journal, the lot and the estimate behind it."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import override

from tanhui.certification.queries import document_of, latest_estimate
from tanhui.land.queries import region
from tanhui.monitoring.readout.spread import confidence_percent
from tanhui.registry.certificate import Arrived, CertificateFacts, certificate_pdf
from tanhui.registry.models import Lot, Retirement
from tanhui.registry.queries.corresponding import names_of_lot
from tanhui.registry.wording import PURPOSES


def certificate_of(retirement: Retirement, *, height: int, root_hex: str) -> bytes:
    """Return the certificate as a PDF in Chinese, with its English title: one page, the same bytes each time."""
    with override("zh-hans"):
        return certificate_pdf(facts_of(retirement, height=height, root_hex=root_hex), language="zh")


def facts_of(retirement: Retirement, *, height: int, root_hex: str) -> CertificateFacts:
    here = region()
    assert here is not None
    return CertificateFacts(
        number=retirement.number,
        beneficiary=retirement.beneficiary_zh,
        purpose_label=str(PURPOSES[retirement.purpose]),
        purpose_text=retirement.statement_zh,
        event=retirement.name_zh,
        claim=f"基于{here.name_zh}林草碳票的抵消",
        quantity_mg=retirement.quantity_mg,
        lot=retirement.lot.lot,
        project=names_of_lot(retirement.lot)[0],
        **_measured(retirement.lot),
        serial_first=retirement.serial_first,
        serial_last=retirement.serial_last,
        block_height=height,
        leaf_index=retirement.index,
        root_hex=root_hex,
        registry=here.bureau_zh,
        retired_at=retirement.retired_at,
        url=f"{settings.SITE_URL}/certificates/{retirement.number}/",
        specimen=here.demonstration,
    )


def _measured(lot: Lot) -> dict[str, Any]:
    """Return what was measured for a lot; of one from another region, where that stands."""
    if lot.project is None:
        return {"arrived": Arrived(lot.region, lot.foreign_entry, lot.estimate_hash_hex)}
    estimate = latest_estimate(lot.project)
    assert estimate is not None
    document = document_of(estimate)
    return {
        "period_from": document["period"]["from"],
        "period_to": document["period"]["to"],
        "plots": document["plots"],
        "uncertainty_percent": document["uncertainty_percent"],
        "confidence_percent": confidence_percent(document),
        "method": document["method"]["title_zh"],
        "method_version": document["method"]["version"],
        "deduction": _deduction(document),
    }


def _deduction(document: Mapping[str, Any]) -> str:
    deducted = document["deduction"]["deducted_tco2e"]
    return f"已扣减 {deducted:,.0f} t" if deducted else "无须扣减"
