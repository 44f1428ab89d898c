"""Do a run: read the booked survey, assess it, keep the document with its hash. Done by the worker."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanhui.core.canonical import canonical_json
from tanhui.core.carbon import method_files, method_hash
from tanhui.core.carbon.assessment.assess import HASH, STAGES
from tanhui.core.carbon.assessment.partial_rows import PARTIAL
from tanhui.core.recompute.compute import READ, NotComputable, compute
from tanhui.core.telling import Progress
from tanhui.kit.jobs.kinds import JobKind, Stage
from tanhui.kit.jobs.models import Job
from tanhui.kit.problems import Problem
from tanhui.kit.text import estimate_text
from tanhui.monitoring.models import Run
from tanhui.monitoring.queries import booked_files
from tanhui.monitoring.services.roles import ROLES
from tanhui.monitoring.services.run_ask import KIND
from tanhui.people.models import Role

_STAGES: Mapping[str, tuple[str | Promise, int]] = {
    READ: (gettext_lazy("读入并核对外业数据"), 10),
    "evaluate": (gettext_lazy("逐株生物量、土层和碳库"), 20),
    "domains": (gettext_lazy("按片区、旗县、权属汇总"), 15),
    "series": (gettext_lazy("各轮次排成序列"), 10),
    "estimators": (gettext_lazy("换几种估计量比一比"), 10),
    "effects": (gettext_lazy("面积效应与密度效应分开"), 5),
    "uncertainty": (gettext_lazy("误差的各个来源"), 10),
    "draws": (gettext_lazy("蒙特卡洛抽样"), 60),
    "next_round": (gettext_lazy("下一轮要多少样地"), 5),
}
_PLAIN_WEIGHT = 10
WRITE = "write"


def run_stages() -> tuple[Stage, ...]:
    """The stages of a run, in their order: reading, those of the core, writing."""
    stages = [Stage(code, *_STAGES.get(code, (code, _PLAIN_WEIGHT))) for code in (READ, *STAGES)]
    return (*stages, Stage(WRITE, gettext_lazy("写出结果与提示"), 5))


def do_run(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Compute the result of the run that this job is for, and keep it. Raises `method_changed`, `not_computable`."""
    run = Run.objects.select_related("survey").get(job=job)
    method = method_files(run.method, run.method_version)
    if method_hash(method) != run.method_hash_hex:
        raise Problem(
            "method_changed",
            _("这台机器上的 %(method)s 与申请时的不是同一份。") % {"method": f"{run.method} {run.method_version}"},
            remedy=_("请运维换回原来的程序版本，或者按现在的方法另算一次。"),
        )
    try:
        document = compute(booked_files(run.survey), method, run.plan, progress)
    except NotComputable as fault:
        text = _("读不出%(part)s：%(why)s") % {"part": fault.part, "why": fault.why}
        raise Problem("not_computable", text, remedy=_("修订数据后另算一次。")) from fault
    progress(WRITE, 0, 1)
    _keep(run, document)
    return _said(document)


@transaction.atomic
def _keep(run: Run, document: Mapping[str, Any]) -> None:
    """Keep the result once. The row's own rule refuses to change one that is there."""
    Run.objects.filter(pk=run.pk, document="").update(
        document=canonical_json(document).decode(), hash_hex=document[HASH]
    )


def _said(document: Mapping[str, Any]) -> dict[str, str]:
    """The result in one sentence, for the note that the job ends in."""
    found = document["evaluation"]
    removal, half = found["removal_tco2e"], found["half_width_tco2e"]
    count = len(found["reasons"]) + len(found["flags"]) + len(document["notes"])  # as the page lists them
    if PARTIAL in document:
        partly = document[PARTIAL]
        value = estimate_text(partly["removal_tco2e"], partly["half_width_tco2e"])
        there, missing = len(partly["strata"]), len(partly["missing_strata"])
        return {
            "said_zh": f"合计算不出；{there} 层的部分合计 {value} t CO₂e，缺 {missing} 层。有 {count} 条提示。",
            "said_en": f"No total; partial sum of {there} strata {value} t CO₂e, {missing} missing. {count} flags.",
        }
    if removal is None:
        return {
            "said_zh": f"碳汇量算不出，有 {count} 条提示说明原因。",
            "said_en": f"No removal; {count} flags say why.",
        }
    value = estimate_text(removal, half)
    if not count:
        return {"said_zh": f"{value} t CO₂e，没有提示。", "said_en": f"{value} t CO₂e, no flags."}
    return {
        "said_zh": f"{value} t CO₂e，有 {count} 条提示。",
        "said_en": f"{value} t CO₂e, {count} flag{'s' if count > 1 else ''}.",
    }


RUN_KIND = JobKind(
    KIND,
    run_stages(),
    do_run,
    readers=frozenset({Role.OPERATOR, Role.ANALYST, Role.REVIEWER, Role.SUPERVISOR}),
    stoppers=frozenset(ROLES["stop_run"]),
)
