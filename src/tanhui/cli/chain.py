"""Tell the chain as it is made: each act, by whom, with its numbers; then the papers and what was verified."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tanhui.certification.sentences import reason_row
from tanhui.cli.verify import report_lines
from tanhui.core.audit import AuditReport, verify_audit
from tanhui.core.carbon.survey import Fault
from tanhui.kit.problems import Problem
from tanhui.kit.text import tonnes
from tanhui.monitoring.sentences import fault_sentence
from tanhui.registry.audit import write_audit_file
from tanhui.registry.models import Account
from tanhui.registry.queries import receipt_of
from tanhui.registry.writer.signing import public_key
from tanhui.site.story import Chain

MG_PER_T = 1_000_000_000
SHOWN_FAULTS = 200


class Papers(NamedTuple):
    """What the job leaves in its folder."""

    report: Path
    document: Path
    certificate: Path | None = None
    proof: Path | None = None
    audit: Path | None = None


LINES: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "apply": "申请　　{number}　{name}，业主 {owner}",
        "accept": "受理　　{land}",
        "parcels": "材料齐全，{count} 个小班都可以申请碳票，没有和别处重叠",
        "survey_only": "材料齐全；没有小班，只按样地的位置比对",
        "measure": "监测核算　{plots} 块样地，{trees} 株次；方法 {method}",
        "estimate": "　　　　碳汇量 {removal} ± {half} t CO₂e（{level}% 区间，相对误差 {percent}%），扣减 {deducted} t",
        "no_interval": "　　　　碳汇量 {removal} t CO₂e，没有区间",
        "no_number": "　　　　算不出碳汇量",
        "review": "专家评审　{name} 签字",
        "certify": "认定　　{name}",
        "notice": "公示　　0 天（命令行运行不等候；正式项目按天数公示）",
        "issue": "制发　　批次 {lot}：{issued} t，其中缓冲池 {buffer} t",
        "transfer": "流转　　{quantity} t → {target}，凭证 {certificate}",
        "retire": "注销　　{quantity} t，用于“{statement}”，证书 {number}，序号 {first}–{last}",
        "papers": "文件　　{path}",
        "nothing": "没有可以制发的量。原因：",
        "faults": "{count} 处要改，什么都没有写入：",
        "more": "……还有 {count} 处",
        "verify": "验证",
    },
    "en": {
        "apply": "applied    {number}  {name}, owner {owner}",
        "accept": "accepted   {land}",
        "parcels": "papers complete; {count} parcels may have a ticket and overlap nothing",
        "survey_only": "papers complete; no parcels, only the places of the plots are compared",
        "measure": "measured   {plots} plots, {trees} tree records; method {method}",
        "estimate": "           removal {removal} ± {half} t CO₂e ({level}% interval, {percent}%), less {deducted} t",
        "no_interval": "           removal {removal} t CO₂e, no interval",
        "no_number": "           no removal can be computed",
        "review": "reviewed   signed by {name}",
        "certify": "certified  {name}",
        "notice": "on notice  0 days (the command line does not wait; real projects stay their days)",
        "issue": "issued     lot {lot}: {issued} t, of which {buffer} t buffer",
        "transfer": "transfer   {quantity} t → {target}, certificate {certificate}",
        "retire": "retired    {quantity} t for “{statement}”, certificate {number}, serials {first}–{last}",
        "papers": "file       {path}",
        "nothing": "Nothing to issue. Why:",
        "faults": "{count} to mend; nothing was written:",
        "more": "… and {count} more",
        "verify": "verified",
    },
}


class Speaker:
    """Prints the chain in one language."""

    def __init__(self, language: str) -> None:
        self.lines = LINES[language]
        self.language = language

    def say(self, line: str, **facts: object) -> None:
        print(self.lines[line].format(**facts), flush=True)

    def tell(self, step: str, facts: Mapping[str, Any]) -> None:
        """Print one step of the job."""
        if step == "measure":
            self._tell_estimate(facts["document"])
        elif step == "accept":
            land = self.lines["parcels" if facts["parcels"] else "survey_only"].format(count=facts["parcels"])
            self.say("accept", land=land)
        else:
            self.say(step, **_facts(step, facts, self.language))

    def _tell_estimate(self, document: Mapping[str, Any]) -> None:
        method = document["method"]
        title = method["title_zh" if self.language == "zh" else "title_en"]
        named, percent = f"{title} {method['version']}", document["uncertainty_percent"]
        self.say("measure", plots=document["plots"], trees=f"{document['trees']:,}", method=named)
        if document["removal_tco2e"] is None:
            self.say("no_number")
        elif document["half_width_tco2e"] is None:
            self.say("no_interval", removal=f"{document['removal_tco2e']:,.0f}")
        else:
            self.say(
                "estimate",
                removal=f"{document['removal_tco2e']:,.0f}",
                half=f"{document['half_width_tco2e']:,.0f}",
                level=f"{100 * document['confidence_level']:g}",
                percent="—" if percent is None else f"{percent:.1f}",
                deducted=f"{document['deduction']['deducted_tco2e'] or 0:,.0f}",
            )

    def faults(self, faults: Sequence[Fault]) -> None:
        """Print all faults of a survey: file, row, column, value and how to mend."""
        self.say("faults", count=len(faults))
        for fault in faults[:SHOWN_FAULTS]:
            print(f"  {fault_sentence(fault)}  [{fault.code}]")
        if len(faults) > SHOWN_FAULTS:
            self.say("more", count=len(faults) - SHOWN_FAULTS)

    def problem(self, problem: Problem) -> None:
        print(f"{problem.message} {problem.remedy}  [{problem.code}]")

    def nothing_to_issue(self, document: Mapping[str, Any]) -> None:
        self.say("nothing")
        for reason in document["reasons"]:
            told = reason_row(reason)
            print(f"  · {told['sentence']}  [{told['code']}]")

    def papers(self, papers: Papers) -> None:
        for path in papers:
            if path is not None:
                self.say("papers", path=path)

    def verify(self, audit: Path | None) -> bool:
        """Verify the audit file with the core alone and print what was checked."""
        assert audit is not None
        report: AuditReport = verify_audit(audit, str(public_key()))
        print(self.lines["verify"])
        for line in report_lines(report, self.language):
            print(f"  {line}")
        return report.ok


def _facts(step: str, facts: Mapping[str, Any], language: str) -> dict[str, object]:
    name = f"name_{language}"
    if step == "apply":
        project = facts["project"]
        owner = getattr(project.owner, name)
        return {"number": project.number, "name": getattr(project, name), "owner": owner}
    if step in {"review", "certify", "notice"}:
        return {"name": getattr(facts["person"], name)}
    if step == "issue":
        lot = facts["lot"]
        return {"lot": lot.lot, "issued": tonnes(lot.issued_mg), "buffer": tonnes(lot.buffer_mg)}
    if step == "transfer":
        order = facts["order"]
        told = {"quantity": tonnes(order.quantity_mg), "target": _holder_name(order.target, name)}
        return told | {"certificate": order.terms["exchange_certificate"]}
    retired = facts["retirement"]
    return {
        "quantity": tonnes(retired.quantity_mg),
        "statement": getattr(retired, name),
        "number": retired.number,
        "first": f"{retired.serial_first:,}",
        "last": f"{retired.serial_last:,}",
    }


def _holder_name(account: str, name: str) -> str:
    """Return who holds an account, and its number."""
    return f"{getattr(Account.objects.select_related('holder').get(account=account).holder, name)} {account}"


def write_papers(made: Chain, folder: Path) -> Papers:
    """Write report, estimate, certificate and audit file into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    report, document = folder / "report.pdf", folder / "report.json"
    report.write_bytes(bytes(made.estimate.report_zh))
    content = json.dumps(made.document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    document.write_text(content, encoding="utf-8")
    if made.retirement is None:
        return Papers(report, document)
    number, audit = made.retirement.number, folder / "audit.sqlite"
    certificate, proof = folder / f"{number}.pdf", folder / f"{number}.proof.json"
    certificate.write_bytes(bytes(made.retirement.certificate))
    proof.write_text(receipt_of(made.retirement.order.command_hex).to_json(), encoding="utf-8")
    write_audit_file(audit)
    return Papers(report, document, certificate, proof, audit)


def summary(made: Chain, *, verified: bool | None) -> dict[str, object]:
    """Return the chain in one small object: the last line of `make demo SERVE=0`."""
    document = made.document
    return {
        "plots": document["plots"],
        "removal_tco2e": document["removal_tco2e"],
        "uncertainty_percent": document["uncertainty_percent"],
        "issued_t": made.lot.issued_mg / MG_PER_T if made.lot else 0,
        "buffer_t": made.lot.buffer_mg / MG_PER_T if made.lot else 0,
        "transferred_t": made.transfer.asked_mg / MG_PER_T if made.transfer else 0,
        "retired_t": made.retirement.quantity_mg / MG_PER_T if made.retirement else 0,
        "verified": bool(verified),
        "project": made.project.number,
        "lot": made.lot.lot if made.lot else None,
        "certificate": made.retirement.number if made.retirement else None,
    }


def as_document(made: Chain, *, verified: bool | None) -> dict[str, object]:
    """Return the estimate's document with the chain beside it: what `--json` writes."""
    return {**made.document, "chain": summary(made, verified=verified)}
