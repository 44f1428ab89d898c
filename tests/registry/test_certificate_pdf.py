import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from tanhui.kit.text import capital_tonnes
from tanhui.registry.certificate import CertificateFacts, certificate_pdf, ring_hash

FACTS = CertificateFacts(
    number="BT-2026-000318",
    beneficiary="会议主办单位",
    beneficiary_note="由鹿城会展服务中心代办",
    purpose_label="活动中和",
    purpose_text="抵消该会议经核算的全部碳足迹：交通 19.862，电力 12.051，合计 42.680 t。",
    event="2026 年全市生态文明建设工作会议",
    claim="基于包头林草碳票的抵消",
    quantity_mg=42_680_000_000,
    lot="GY-F-2025-01",
    project="固阳县国营林场林地碳汇",
    period_from="2021-07",
    period_to="2025-07",
    plots=37,
    uncertainty_percent=12.676,
    confidence_percent=90,
    method="baotou-stock-difference",
    method_version="1.0.0",
    deduction="已扣减 6%",
    serial_first=9_375_580_320_001,
    serial_last=9_418_260_320_000,
    block_height=18_121,
    leaf_index=1_281_377,
    root_hex="9f3c71e05a0d8e42" + "0" * 32 + "6bb1c7f9b2d408aa",
    registry="包头市林业和草原局",
    book_name="包头林草碳票登记簿",
    retired_at=datetime(2026, 11, 18, 7, 42, 7, tzinfo=UTC),
    url="https://tanhui.example/zs/BT-2026-000318",
    witnesses=("鹿城银行", "北方财险"),
)
LONG = "内蒙古自治区包头市固阳县与达尔罕茂明安联合旗国有林场草场联合经营碳汇能力巩固提升行动"


def read(facts: CertificateFacts, language: str = "zh-hans") -> tuple[int, str]:
    """Pages, and the text with line ends and letter spacing taken out."""
    pages = PdfReader(io.BytesIO(certificate_pdf(facts, language=language))).pages
    return len(pages), "".join(pages[0].extract_text().split())


def test_one_page_a4_landscape():
    pages = PdfReader(io.BytesIO(certificate_pdf(FACTS, language="zh-hans"))).pages
    assert len(pages) == 1
    assert float(pages[0].mediabox.width) == pytest.approx(297 / 25.4 * 72, abs=0.1)
    assert float(pages[0].mediabox.height) == pytest.approx(210 / 25.4 * 72, abs=0.1)


@pytest.mark.parametrize(
    "said",
    [
        "碳汇注销证书",
        "CertificateofCarbonSinkRetirement",
        "编号BT-2026-000318",
        "42.680tCO2e",
        "大写：肆拾贰吨陆佰捌拾千克整",
        "二〇二六年十一月十八日在包头林草碳票登记簿注销，用于2026年全市生态文明建设工作会议",
        "受益方会议主办单位由鹿城会展服务中心代办",
        "用途活动中和主张用语：基于包头林草碳票的抵消",
        "批次GY-F-2025-01，2021-07至2025-07",
        "37块样地，误差12.7%（90%）",
        "baotou-stock-difference1.0.0，已扣减6%",
        "9,375,580,320,0019,418,260,320,000共42,680,000,000毫克",
        "包头市林业和草原局2026-11-1815:42:07",
        "第18,121块账目1,281,377检查点9f3c71e05a0d8e42⋯6bb1c7f9b2d408aa见证鹿城银行、北方财险",
        "这些序号不再转让、质押，也不再支持别的主张",
        "https://tanhui.example/zs/BT-2026-000318",
    ],
)
def test_the_certificate_says(said: str):
    assert said in read(FACTS)[1]


def test_english():
    pages, text = read(FACTS, "en")
    assert pages == 1
    for said in (
        "CertificateofRetirement",
        "碳汇注销证书",
        "Forty-twotonnessixhundredandeightykilogramsexactly",
        "on18November2026for",
        "37plots,±12.7%(90%)",
        "Block18,121Entry1,281,377",
        "Retirementisfinal",
    ):
        assert said in text
    assert "大写" not in text


def test_the_date_is_the_day_in_beijing():
    late = replace(FACTS, retired_at=datetime(2026, 12, 31, 16, 0, 1, tzinfo=UTC))
    text = read(late)[1]
    assert "二〇二七年一月一日" in text
    assert "2027-01-0100:00:01" in text


def test_the_same_facts_give_the_same_bytes():
    assert certificate_pdf(FACTS, language="zh") == certificate_pdf(replace(FACTS), language="zh-hans")
    assert certificate_pdf(FACTS, language="zh") != certificate_pdf(replace(FACTS, plots=36), language="zh")


def test_a_specimen_is_marked():
    assert "样本" not in read(FACTS)[1]
    assert "样本" in read(replace(FACTS, specimen=True))[1]
    assert "SPECIMEN" in read(replace(FACTS, specimen=True), "en")[1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_long_names_wrap_and_stay_on_the_page(language: str):
    facts = replace(
        FACTS,
        event=LONG * 2,
        beneficiary=LONG,
        beneficiary_note=LONG,
        project=LONG,
        claim=LONG,
        purpose_text=FACTS.purpose_text * 4,
        registry=LONG[:30],
        witnesses=("鹿城银行", "北方财险", "市计量中心") * 4,
    )
    pages, text = read(facts, language)
    assert pages == 1
    assert text.count(LONG) == 6
    assert "42.680" in text
    assert inside_the_page(facts, language)


def inside_the_page(facts: CertificateFacts, language: str) -> bool:
    """Where each piece of text starts, in points from the lower left corner."""
    page = PdfReader(io.BytesIO(certificate_pdf(facts, language=language))).pages[0]
    starts: list[tuple[float, float]] = []

    def visit(text: str, matrix: list[float], text_matrix: list[float], *_font: object) -> None:
        x, y = text_matrix[4], text_matrix[5]
        if text.strip():
            starts.append((matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]))

    page.extract_text(visitor_text=visit)
    return len(starts) > 20 and all(20 < x < 822 and 20 < y < 575 for x, y in starts)


def test_milligrams_are_shown_when_there_are_any():
    quantity = 12_345_678_901_234_567
    facts = replace(FACTS, quantity_mg=quantity, serial_first=1, serial_last=quantity)
    text = read(facts)[1]
    assert "12,345,678.901234567" in text
    assert capital_tonnes(quantity) in text
    assert "000000t" not in read(FACTS)[1]


def test_without_an_interval_it_says_so():
    text = read(replace(FACTS, uncertainty_percent=None))[1]
    assert "37块样地，没有区间" in text
    assert "误差" not in text


def test_a_purpose_without_an_event_stands_in_its_place():
    text = read(replace(FACTS, event="", purpose_label="自愿注销"))[1]
    assert "注销，用于自愿注销42.680" in text


def test_rings_depend_on_number_lot_and_serials_alone():
    assert ring_hash(FACTS) == ring_hash(replace(FACTS, event="别的", specimen=True))
    assert ring_hash(FACTS) != ring_hash(replace(FACTS, number="BT-2026-000319"))


def test_serials_must_count_the_milligrams():
    with pytest.raises(ValueError, match="serial"):
        replace(FACTS, serial_last=FACTS.serial_last + 1)


def test_a_time_needs_its_zone():
    with pytest.raises(ValueError, match="zone"):
        replace(FACTS, retired_at=datetime(2026, 11, 18))  # noqa: DTZ001 - that is the point
