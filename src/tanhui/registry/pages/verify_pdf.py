"""A PDF on the page where anybody verifies: a certificate, a report of a project or of monitoring, or none of these."""

import hashlib
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tanhui.certification.models import Estimate
from tanhui.monitoring.models import RunPaper
from tanhui.people.queries import spoken
from tanhui.registry.models import Retirement
from tanhui.registry.pages.certificates import verdict_of

Row = dict[str, Any]


def pdf_answer(content: bytes) -> Row:
    """A paper is genuine when it is, byte for byte, one that was made and kept here."""
    digest = hashlib.sha256(content).hexdigest()
    return _certificate(digest) or _project_report(digest, content) or _signed_report(digest) or _unknown()


def _certificate(digest: str) -> Row | None:
    found = Retirement.objects.filter(certificate_sha256=digest).first()
    if found is None:
        return None
    ok = verdict_of(found)["ok"]
    title = _("证书 %(number)s，有效") if ok else _("证书 %(number)s 与账本对不上")
    checks = [
        {"code": "same_file", "ok": True, "sentence": _("文件和登记时出具的证书一个字节不差")},
        {"code": "in_ledger", "ok": ok, "sentence": _("证书上的每一项与账本一致")},
    ]
    return _answer(ok=ok, title=title % {"number": found.number}, checks=checks)


def _project_report(digest: str, content: bytes) -> Row | None:
    found = Estimate.objects.filter(Q(report_zh_sha256=digest) | Q(report_en=content)).first()
    if found is None:
        return None
    facts = {"number": found.survey.project.number, "revision": found.survey.revision}
    checks = [{"code": "same_file", "ok": True, "sentence": _("文件和测算时出具的报告一个字节不差")}]
    return _answer(ok=True, title=_("%(number)s 第 %(revision)s 版测算的监测报告") % facts, checks=checks)


def _signed_report(digest: str) -> Row | None:
    found = RunPaper.objects.filter(sha256=digest).select_related("run").first()
    if found is None:
        return None
    signatures = found.run.signatures.select_related("person")
    checks = [{"code": "same_file", "ok": True, "sentence": _("文件和评审签名时留存的报告一个字节不差")}]
    checks += [
        {
            "code": "signed",
            "ok": True,
            "sentence": _("%(name)s 于 %(day)s 签名")
            % {"name": spoken(signature.person), "day": f"{signature.signed_at:%Y-%m-%d}"},
        }
        for signature in signatures
    ]
    title = _("监测报告 %(number)s，已签名") % {"number": found.run.number}
    return _answer(ok=True, title=title, checks=checks)


def _unknown() -> Row:
    sentence = _(
        "没有一个字节不差的：它不是这里出具的证书，也不是签过名的报告。没签名的报告不留存；另存、打印过的文件字节也会变。"
    )
    checks = [{"code": "same_file", "ok": False, "sentence": sentence}]
    return _answer(ok=False, title=_("这里没有出具过这个 PDF"), checks=checks)


def _answer(*, ok: bool, title: str, checks: list[Row]) -> Row:
    return {"kind": "pdf", "ok": ok, "title": title, "checks": checks, "faults": []}
