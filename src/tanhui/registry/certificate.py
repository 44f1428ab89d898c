"""The certificate of a retirement: one page a holder can frame and anyone can check.

Every figure on it comes from the journal entry it stands for; the page states which block, which entry and
which checkpoint. The rings are drawn from what makes the certificate unique, so no two look alike.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

from tanhui.kit.pdf import compile_pdf
from tanhui.kit.qr import qr_svg
from tanhui.kit.rings import rings_svg
from tanhui.kit.text import capital_tonnes, chinese_date, exact, spelled_tonnes

TEMPLATE = Path(__file__).with_name("papers") / "certificate.typ"
BEIJING = timezone(timedelta(hours=8))


class Arrived(NamedTuple):
    """Of a lot that another region issued: that region, its entry there, the hash of the estimate it was issued on."""

    region: str
    foreign_entry: str
    estimate_hash_hex: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """What a certificate says. Quantities in whole milligrams; `retired_at` knows its time zone.

    Of a lot that arrived from another region, `arrived` says so, and what was measured there stays out.
    """

    number: str
    beneficiary: str
    purpose_label: str
    purpose_text: str
    event: str
    claim: str
    quantity_mg: int
    lot: str
    project: str
    period_from: str = ""
    period_to: str = ""
    plots: int = 0
    uncertainty_percent: float | None = None
    confidence_percent: float = 0
    method: str = ""
    method_version: str = ""
    deduction: str = ""
    arrived: Arrived | None = None
    serial_first: int
    serial_last: int
    block_height: int
    leaf_index: int
    root_hex: str
    registry: str
    retired_at: datetime
    url: str
    specimen: bool = False
    beneficiary_note: str = ""
    book_name: str = ""
    witnesses: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.serial_last - self.serial_first + 1 != self.quantity_mg:
            raise ValueError("a certificate shows as many serial numbers as milligrams")
        if self.retired_at.tzinfo is None:
            raise ValueError("retired_at needs its time zone")


def certificate_pdf(facts: CertificateFacts, *, language: str) -> bytes:
    """One A4 landscape page in Chinese (`zh…`) or English; the same bytes for the same facts."""
    words = _ENGLISH if language.startswith("en") else _CHINESE
    return compile_pdf(TEMPLATE, {**_plain(facts, words), **_sentences(facts, words)})


def ring_hash(facts: CertificateFacts) -> str:
    """The hash the rings grow from: number, lot and serials, so page and paper draw the same tree."""
    own = f"{facts.number}\n{facts.lot}\n{facts.serial_first}\n{facts.serial_last}\n"
    return hashlib.sha256(own.encode()).hexdigest()


def _plain(facts: CertificateFacts, words: Mapping[str, str]) -> dict[str, object]:
    quantity = exact(facts.quantity_mg)
    return {
        "lang": words["lang"],
        "title": words["title"],
        "subtitle": words["subtitle"],
        "title-size": float(words["title_size"]),
        "title-tracking": float(words["title_tracking"]),
        "words-tracking": float(words["words_tracking"]),
        "label-width": float(words["label_width"]),
        "specimen": words["specimen"] if facts.specimen else "",
        "specimen-tracking": float(words["specimen_tracking"]),
        "number": facts.number,
        "number-label": words["number"],
        "kilograms": quantity.kilograms,
        "milligrams": quantity.milligrams if quantity.milligrams != "000 000" else "",
        "unit": "t CO₂e",
        "unit-name": words["unit_name"],
        "registry": facts.registry,
        "registry-label": words["registry"],
        "retired-at": f"{facts.retired_at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}",
        "seal": list("碳汇登记"),
        "scan": words["scan"],
        "scan-or": words["scan_or"],
        "scan-offline": words["scan_offline"],
        "url": facts.url,
        "qr": qr_svg(facts.url),
        "rings": rings_svg(ring_hash(facts), opacity=0.2),
    }


def _sentences(facts: CertificateFacts, words: Mapping[str, str]) -> dict[str, object]:
    day = facts.retired_at.astimezone(BEIJING)
    english = words is _ENGLISH
    date = f"{day.day} {day:%B %Y}" if english else chinese_date(day)
    amount = spelled_tonnes(facts.quantity_mg).capitalize() if english else capital_tonnes(facts.quantity_mg)
    book = facts.book_name or words["book"]
    return {
        "say": words["say"].format(date=date, book=book),
        "purpose": facts.event or facts.purpose_label,
        "words": words["words"].format(words=amount),
        "statement": " ".join(filter(None, (facts.purpose_text, words["final"])))
        if english
        else facts.purpose_text + words["final"],
        "rows": _rows(facts, words),
        "proof": _proof(facts, words),
    }


def _whence(facts: CertificateFacts, words: Mapping[str, str]) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    """Return two rows: where the lot is from, and how it was measured."""
    if facts.arrived:
        region, entry, hash_hex = facts.arrived
        return (
            ("from", facts.project, words["arrived"].format(lot=facts.lot, entry=entry)),
            ("measured", words["measured_there"].format(region=region), words["evidence"].format(hash=hash_hex[:16])),
        )
    error = facts.uncertainty_percent
    plots = words["plots"].format(plots=facts.plots)
    told = {"error": f"{error:.1f}", "level": f"{facts.confidence_percent:g}"} if error is not None else {}
    measured = plots + words["interval" if told else "no_interval"].format(**told)
    method = words["method"].format(method=facts.method, version=facts.method_version)
    return (
        ("from", facts.project, words["lot"].format(lot=facts.lot, since=facts.period_from, until=facts.period_to)),
        ("measured", measured, words["comma"].join(filter(None, (method, facts.deduction)))),
    )


def _rows(facts: CertificateFacts, words: Mapping[str, str]) -> list[dict[str, object]]:
    rows = (
        ("to", facts.beneficiary, facts.beneficiary_note),
        ("for", facts.purpose_label, words["claim"].format(claim=facts.claim) if facts.claim else ""),
        *_whence(facts, words),
        (
            "serials",
            f"{facts.serial_first:,}\n{facts.serial_last:,}",
            words["milligrams"].format(count=f"{facts.quantity_mg:,}"),
        ),
    )
    return [
        {"label": words[label], "strong": strong, "small": small, "mono": label == "serials"}
        for label, strong, small in rows
    ]


def _proof(facts: CertificateFacts, words: Mapping[str, str]) -> list[dict[str, str]]:
    root = facts.root_hex
    eights = f"{root[:8]} {root[8:16]} ⋯ {root[-16:-8]} {root[-8:]}"
    parts = [
        (words["block"].format(height=f"{facts.block_height:,}"), ""),
        (words["entry"].format(index=f"{facts.leaf_index:,}"), ""),
        (words["checkpoint"], eights),
    ]
    if facts.witnesses:
        parts.append((words["witnesses"].format(names=words["and"].join(facts.witnesses)), ""))
    return [{"label": label, "code": code} for label, code in parts]


_CHINESE = {
    "lang": "zh",
    "title": "碳汇注销证书",
    "subtitle": "Certificate of Carbon Sink Retirement",
    "title_size": "52",
    "title_tracking": "0.14",
    "words_tracking": "0.06",
    "label_width": "48",
    "specimen": "样本",
    "specimen_tracking": "0.4",
    "number": "编号",
    "unit_name": "吨二氧化碳当量",
    "registry": "登记机构",
    "scan": "扫码验证",
    "scan_or": "或在验证页输入编号。",
    "scan_offline": "断网可用证明文件验。",
    "book": "碳汇登记簿",
    "say": "兹证明下列碳汇量已于{date}在{book}注销，用于",
    "words": "大写：{words}",
    "final": "注销不可撤回，这些序号不再转让、质押，也不再支持别的主张。",
    "to": "受益方",
    "for": "用途",
    "from": "来自",
    "measured": "计量",
    "serials": "序号",
    "claim": "主张用语：{claim}",
    "lot": "批次 {lot}，{since} 至 {until}",
    "arrived": "批次 {lot}，对方编号 {entry}",
    "measured_there": "由外区 {region} 的登记机构计量和认定",
    "evidence": "估算哈希 {hash}…",
    "plots": "{plots} 块样地，",
    "interval": "误差 {error}%（{level}%）",
    "no_interval": "没有区间",
    "method": "{method} {version}",
    "comma": "，",
    "and": "、",
    "milligrams": "共 {count} 毫克",
    "block": "第 {height} 块",
    "entry": "账目 {index}",
    "checkpoint": "检查点",
    "witnesses": "见证 {names}",
}

_ENGLISH = {
    "lang": "en",
    "title": "Certificate of Retirement",
    "subtitle": "碳汇注销证书",
    "title_size": "42",
    "title_tracking": "0",
    "words_tracking": "0",
    "label_width": "76",
    "specimen": "SPECIMEN",
    "specimen_tracking": "0.14",
    "number": "No.",
    "unit_name": "tonnes of CO₂ equivalent",
    "registry": "Registry",
    "scan": "Scan to verify",
    "scan_or": "or enter the number on the verification page.",
    "scan_offline": "Offline, the proof file will do.",
    "book": "the carbon sink register",
    "say": "This certifies that the carbon sink below was retired in {book} on {date} for",
    "words": "{words}",
    "final": "Retirement is final: these serials can no longer be transferred, pledged or support another claim.",
    "to": "Beneficiary",
    "for": "Purpose",
    "from": "Origin",
    "measured": "Measured",
    "serials": "Serials",
    "claim": "Claim: {claim}",
    "lot": "Lot {lot}, {since} to {until}",
    "arrived": "Lot {lot}, entry {entry} there",
    "measured_there": "Measured and certified by the registry of {region}",
    "evidence": "Estimate {hash}…",
    "plots": "{plots} plots, ",
    "interval": "± {error}% ({level}%)",
    "no_interval": "no interval known",
    "method": "{method} {version}",
    "comma": ", ",
    "and": ", ",
    "milligrams": "{count} milligrams",
    "block": "Block {height}",
    "entry": "Entry {index}",
    "checkpoint": "Checkpoint",
    "witnesses": "Witnessed by {names}",
}
