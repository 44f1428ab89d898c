"""Gather what a retirement certificate says: from the journal, the lot and the estimate behind it."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import override

from tanhui.certification.queries import document_of, latest_estimate
from tanhui.land.queries import region
from tanhui.monitoring.readout.spread import confidence_percent
from tanhui.registry.certificate import CertificateFacts, certificate_pdf
from tanhui.registry.models import Retirement
from tanhui.registry.wording import PURPOSES


def certificate_of(retirement: Retirement, *, height: int, root_hex: str) -> bytes:
    """Return the certificate as a PDF in Chinese, with its English title: one page, the same bytes each time."""
    with override("zh-hans"):
        return certificate_pdf(facts_of(retirement, height=height, root_hex=root_hex), language="zh")


def facts_of(retirement: Retirement, *, height: int, root_hex: str) -> CertificateFacts:
    project = retirement.lot.project
    estimate, here = latest_estimate(project), region()
    assert estimate is not None and here is not None  # noqa: PT018 - a lot was measured, in a region
    document = document_of(estimate)
    return CertificateFacts(
        number=retirement.number,
        beneficiary=retirement.beneficiary_zh,
        purpose_label=str(PURPOSES[retirement.purpose]),
        purpose_text=retirement.statement_zh,
        event=retirement.name_zh,
        claim=f"基于{here.name_zh}林草碳票的抵消",
        quantity_mg=retirement.quantity_mg,
        lot=retirement.lot.lot,
        project=project.name_zh,
        period_from=document["period"]["from"],
        period_to=document["period"]["to"],
        plots=document["plots"],
        uncertainty_percent=document["uncertainty_percent"],
        confidence_percent=confidence_percent(document),
        method=document["method"]["title_zh"],
        method_version=document["method"]["version"],
        deduction=_deduction(document),
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


def _deduction(document: Mapping[str, Any]) -> str:
    deducted = document["deduction"]["deducted_tco2e"]
    return f"已扣减 {deducted:,.0f} t" if deducted else "无须扣减"
