"""The audit file to download, and the page where anybody verifies a certificate or a file."""

import difflib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tanhui.core.audit import AuditReport, verify_audit
from tanhui.core.ledger import BadProof, BadSignature, Malformed, Receipt, read_receipt
from tanhui.core.ledger.balance import is_balance
from tanhui.core.recompute import is_recompute_file
from tanhui.kit.text import tonnes
from tanhui.monitoring.pages.recompute import recompute_answer
from tanhui.registry.audit import write_audit_file
from tanhui.registry.models import Retirement
from tanhui.registry.pages.certificates import verdict_of
from tanhui.registry.pages.lots import spoken_name
from tanhui.registry.pages.verify_balance import balance_answer
from tanhui.registry.pages.verify_pdf import pdf_answer
from tanhui.registry.queries.search import slips_of
from tanhui.registry.wording import AUDIT_FAULTS, CHECKS
from tanhui.registry.writer.signing import key_for, public_key

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

Row = dict[str, Any]
LARGEST_FILE = 256 * 1024 * 1024
NEAR = 0.7


def audit_file(request: HttpRequest) -> FileResponse:
    """The whole ledger as one file that checks itself with `tanhui verify`. It goes out from a disk, piece by piece."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tanhui-ledger.sqlite"
        write_audit_file(path)
        content = path.open("rb")  # the folder goes, what is open stays until it is sent
    return FileResponse(content, as_attachment=True, filename=path.name, content_type="application/vnd.sqlite3")


def verify_page(request: HttpRequest) -> HttpResponse:
    """Look a certificate up by its number, or check an uploaded file. Nothing that is uploaded is kept."""
    number = request.GET.get("number", "").strip().upper()[:40]
    found = Retirement.objects.filter(number=number).select_related("order").first() if number else None
    context: Row = {
        "nav": "verify",
        "number": number,
        "found": _found(found) if found else None,
        "missing": bool(number) and found is None,
        "nearest": _nearest(number) if number and found is None else "",
        "report": None,
        "problem": None,
        "vkey": str(public_key()),
    }
    sent = request.FILES.get("file")
    if request.method == "POST":
        context |= _checked(sent) if sent else {"problem": _no_file()}
    return render(request, "verify.html", context, status=422 if context["problem"] else 200)


def _found(found: Retirement) -> Row:
    return {
        "number": found.number,
        "name": spoken_name(found),
        "quantity_mg": found.quantity_mg,
        "retired_at": found.retired_at,
        "lot": found.lot_id,
        "ok": verdict_of(found)["ok"],
    }


def _nearest(number: str) -> str:
    return next(iter(difflib.get_close_matches(number, slips_of(number), n=1, cutoff=NEAR)), "")


def _no_file() -> Row:
    return {"code": "no_file", "message": _("没有收到文件。"), "help": _("选一个文件再试。")}


def _checked(sent: "UploadedFile[bytes]") -> Row:
    if (sent.size or 0) > LARGEST_FILE:
        return {
            "problem": {
                "code": "file_too_large",
                "message": _("文件超过 256 MB。"),
                "help": _("用离线程序验：tanhui verify 文件"),
            }
        }
    content = sent.read()
    about = {"name": str(sent.name), "bytes": len(content)}
    if content.startswith(b"%PDF"):
        return {"report": {**about, **pdf_answer(content)}}
    if content.startswith(b"SQLite format 3"):
        return {"report": {**about, **_audit(verify_audit(content, str(public_key()), alone=True))}}
    if is_recompute_file(content):
        return recompute_answer(content, about)
    if content.lstrip()[:1] == b"{":
        told = balance_answer(content) if is_balance(content) else _proof(content)
        return {"report": {**about, **told}}
    return {
        "problem": {
            "code": "unknown_file",
            "message": _("认不出这是什么文件。"),
            "help": _("能验的有四种：账本文件（.sqlite）、证书 PDF、证明文件（.proof.json）、重算文件（.zip）。"),
        }
    }


def _audit(report: AuditReport) -> Row:
    return {
        "kind": "audit",
        "ok": report.ok,
        "title": _("账本文件，每一项都对得上") if report.ok else _("账本文件有对不上的地方"),
        "checks": [
            {"code": check.code, "ok": check.ok, "sentence": str(CHECKS[check.code])} for check in report.checks
        ],
        "faults": [
            {"code": fault.code, "where": str(fault.where), "sentence": str(AUDIT_FAULTS[fault.code]) % fault.words()}
            for fault in report.faults
        ],
    }


def _proof(content: bytes) -> Row:
    try:
        receipt = Receipt.from_json(content.decode())
        reading = read_receipt(receipt, key_for(receipt.checkpoint))
    except (Malformed, BadSignature, BadProof, UnicodeDecodeError) as fault:
        return {
            "kind": "proof",
            "ok": False,
            "title": _("证明不成立"),
            "checks": [{"code": "proof", "ok": False, "sentence": _("证明文件与签过名的账本对不上")}],
            "faults": [{"code": type(fault).__name__, "where": "", "sentence": str(fault)}],
        }
    quantity_mg = sum(entry.movement.quantity_mg for entry in reading.entries)
    facts = {"height": f"{reading.height:,}", "quantity": tonnes(quantity_mg)}
    return {
        "kind": "proof",
        "ok": True,
        "title": _("成立：这一笔记在第 %(height)s 块，%(quantity)s t") % facts,
        "checks": [{"code": "proof", "ok": True, "sentence": _("这一笔在登记机构签过名的账本里，路径完整")}],
        "faults": [],
    }
