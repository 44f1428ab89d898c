"""A reviewer signs the report of a run: what was shown is what is signed."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.monitoring.models import Run, RunPaper, RunSignature
from tanhui.monitoring.papers.report import LANGUAGES, report_paper
from tanhui.monitoring.services.roles import ROLES
from tanhui.people.models import Person
from tanhui.people.services import record, require_role


@transaction.atomic
def sign_run(
    *, run: Run, result_hex: str, papers: Mapping[str, str], by: Person, reason: str, at: datetime
) -> RunSignature:
    """Sign a run. `result_hex` and `papers` (SHA-256 by language) are those that the reviewer was shown.

    With the first signature both papers are kept byte for byte. Raises `wrong_role`, `reason_missing`, `no_result`,
    `not_as_shown`, `signed_already`.
    """
    require_role(by=by, roles=ROLES["sign_run"])
    found = Run.objects.select_for_update().get(pk=run.pk)
    if not found.document:
        raise Problem("no_result", _("%(number)s 还没有结果。") % {"number": found.number})
    if found.signatures.filter(person=by).exists():
        raise Problem("signed_already", _("你已经签过这一份，不用再签。"))
    kept = _papers(found)
    hashes = {language: hashlib.sha256(content).hexdigest() for language, content in kept.items()}
    if (result_hex, dict(papers)) != (found.hash_hex, hashes):
        remedy = _("刷新页面，看过现在的报告再签。")
        raise Problem("not_as_shown", _("报告在你打开以后改过，没有签。"), remedy=remedy)
    signed = RunSignature.objects.create(
        run=found,
        person=by,
        signed_at=at,
        hash_hex=found.hash_hex,
        paper_zh_hex=hashes["zh"],
        paper_en_hex=hashes["en"],
        statement=reason.strip(),
    )
    for language, content in kept.items():
        RunPaper.objects.get_or_create(
            run=found, language=language, defaults={"content": content, "sha256": hashes[language]}
        )
    facts = {"result": found.hash_hex, "report_zh": hashes["zh"], "report_en": hashes["en"]}
    record(by=by, act="sign_run", subject=found.number, reason=reason, at=at, facts=facts)
    return signed


def _papers(run: Run) -> dict[str, bytes]:
    """Return the papers to sign: those of the first signature, or the report as it is now."""
    kept = {paper.language: bytes(paper.content) for paper in run.papers.all()}
    return kept or {language: report_paper(run, language) for language in LANGUAGES}
