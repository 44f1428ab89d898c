"""`tanhui verify`: check an audit file, a recompute file, or the proof of one act: no database, no network.

Without a file it writes one from the database of this installation first, as its tables stand, and checks that.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import translation

from tanhui.cli.continues import verify_continues
from tanhui.cli.proof import is_proof, verify_proof
from tanhui.cli.recompute import is_recompute, verify_recompute_path
from tanhui.cli.words import django_language, speak_without_settings
from tanhui.core.audit import AuditReport, verify_audit
from tanhui.core.ledger import Malformed, VerifyingKey

if TYPE_CHECKING:
    from tanhui.registry.side_tables import SideFault

WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "good": "成立",
        "bad": "不成立",
        "sum": "全部成立：{checks} 项检查。",
        "first": "第一处不对：",
        "more": "还有 {count} 处：",
        "side": "账外：指令、注销、户名和文件，与账本一致",
        "side_fault": "{table} 的 {row}，{column} 与账本上写的不一样",
        "missing": "没有这个文件：{path}",
        "other": "{path} 不是能验的文件。能验的有：账本文件（.sqlite）、证明文件（.proof.json）、"
        "重算文件（.tanhui.zip）。PDF 在网站的“验证”页上验。",
        "bad_key": "给的公钥不是公钥，没有验证。要抄全“名称+编号+公钥”三段，网站的“验证”页上有。",
    },
    "en": {
        "good": "holds",
        "bad": "fails",
        "sum": "All holds: {checks} checks.",
        "first": "First fault:",
        "more": "{count} more:",
        "side": "beside the ledger: orders, retirements, names and papers agree with it",
        "side_fault": "{table}, row {row}: {column} is not what the ledger says",
        "missing": "There is no such file: {path}",
        "other": "{path} is none of the files that can be verified: audit files (.sqlite), proofs (.proof.json), "
        "recompute files (.tanhui.zip). A PDF is verified on the page Verify.",
        "bad_key": "The key is no public key; nothing was verified. Copy all of name+id+key from the page Verify.",
    },
}
SHOWN_FAULTS = 20
OTHER_KINDS = (
    b"PK",
    b"%PDF",
    b"\xff\xd8",
    b"\x89PNG",
    b"{",
    b"<",
    b"\xef\xbb\xbf",
    b"\xd0\xcf\x11\xe0",
    b"Rar!",
    b"7z",
)
"""How files begin that are certainly no audit file, damaged or not: archives, papers, pictures, text."""
HEAD_BYTES = 512
"""As much of a file as shows whether it is text: the head of an audit file always has bytes of zero."""
GOOD, BAD, UNREADABLE = 0, 1, 2


def verify(options: argparse.Namespace) -> int:
    """Verify a file, or the database of this installation. Returns 0 when everything holds, 1 at a fault."""
    if options.file is None:
        return _verify_database(options)
    speak_without_settings()
    return verify_path(Path(options.file), options)


def verify_path(path: Path, options: argparse.Namespace) -> int:
    """Check a file and print what was checked, and the first fault by name."""
    words = WORDS[options.language]
    if not path.is_file():
        print(words["missing"].format(path=path))
        return UNREADABLE
    if options.key is not None and not _is_key(options.key):
        print(words["bad_key"])
        return UNREADABLE
    if is_recompute(path):
        return verify_recompute_path(path, options)
    if is_proof(path):
        return verify_proof(path, options)
    if _is_other(path):
        print(words["other"].format(path=path))
        return UNREADABLE
    with translation.override(django_language(options.language)):
        report = verify_audit(path, options.key)
        for line in report_lines(report, options.language):
            print(line)
    if options.json:
        content = json.dumps(as_document(report), ensure_ascii=False, indent=1) + "\n"
        Path(options.json).write_text(content, encoding="utf-8")
    outcomes = [verify_continues(path, Path(older), options.language) for older in options.continues]
    return max(GOOD if report.ok else BAD, *outcomes, GOOD)


def report_lines(report: AuditReport, language: str) -> Iterator[str]:
    """Yield one line a check, then the faults, the most telling first."""
    from tanhui.registry.wording import AUDIT_FAULTS, CHECKS

    words = WORDS[language]
    for check in report.checks:
        counted = "".join(f"  {name} {value:,}" for name, value in check.params if isinstance(value, int))
        yield f"{words['good'] if check.ok else words['bad']}  {CHECKS[check.code]}{counted}"
    if report.ok:
        yield words["sum"].format(checks=len(report.checks))
        return
    for index, fault in enumerate(report.faults[:SHOWN_FAULTS]):
        if index == 0:
            yield words["first"]
        if index == 1:
            yield words["more"].format(count=len(report.faults) - 1)
        yield f"  {str(AUDIT_FAULTS[fault.code]) % fault.words()}  [{fault.code} {fault.where}]"


def _is_other(path: Path) -> bool:
    """Whether a file is certainly no audit file: another kind by its first bytes, or text."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return head.startswith(OTHER_KINDS) or (bool(head) and b"\0" not in head)


def _is_key(text: str) -> bool:
    try:
        VerifyingKey.parse(text)
    except Malformed:
        return False
    return True


def as_document(report: AuditReport) -> dict[str, object]:
    """Return the report for programs."""
    return {
        "ok": report.ok,
        "checks": [{"code": check.code, "ok": check.ok, **dict(check.params)} for check in report.checks],
        "faults": [
            {"code": fault.code, "table": fault.where.table, "row": list(fault.where.row), **dict(fault.params)}
            for fault in report.faults
        ],
    }


def _verify_database(options: argparse.Namespace) -> int:
    from tanhui.cli import django_setup

    django_setup()
    from tanhui.cli.commands import prepare
    from tanhui.registry.audit import write_audit_file

    prepare()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        write_audit_file(path)
        outcome = verify_path(path, options)
    return max(outcome, _verify_side_tables(options.language))


def _verify_side_tables(language: str) -> int:
    """Hold what stands beside the ledger against it: orders, retirements, names, papers."""
    from tanhui.registry.side_tables import side_faults

    faults = list(side_faults())
    for line in side_lines(faults, language):
        print(line)
    return BAD if faults else GOOD


def side_lines(faults: Sequence["SideFault"], language: str) -> Iterator[str]:
    """Yield one line for what stands beside the ledger, then the rows that differ."""
    words = WORDS[language]
    yield f"{words['bad'] if faults else words['good']}  {words['side']}"
    for fault in faults[:SHOWN_FAULTS]:
        yield f"  {words['side_fault'].format(**fault._asdict())}  [side_row_differs {fault.table}[{fault.row}]]"
