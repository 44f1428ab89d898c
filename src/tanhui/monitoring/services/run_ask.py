"""Ask for a run: one method on one booked survey, as planned."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.core.carbon import MethodFault, Plan, PlanFault, load_method, parse_survey
from tanhui.core.carbon.method import Method
from tanhui.kit.jobs.models import Job, JobState
from tanhui.kit.jobs.services import ask_job
from tanhui.kit.problems import Problem
from tanhui.kit.turns import wait_turn
from tanhui.monitoring.models import BookedSurvey, Run, RunRemark
from tanhui.monitoring.plan_wording import plan_field, plan_range
from tanhui.monitoring.queries.programmes import booked_files
from tanhui.monitoring.services.roles import ROLES
from tanhui.people.models import Person
from tanhui.people.services import record, require_role

KIND = "run"
LONGEST_TEXT = 5000


@transaction.atomic
def ask_run(
    *,
    survey: BookedSurvey,
    method: str,
    plan: Mapping[str, Any],
    key: str,
    by: Person,
    reason: str,
    at: datetime,
    deviations: str = "",
    quality: str = "",
) -> Run:
    """Ask for a run of `id@version`, or of an id's latest version; the same key again returns the first run.

    Raises `wrong_role`, `reason_missing`, `unknown_method`, `bad_plan`, `already_run`, `text_too_long`.
    """
    require_role(by=by, roles=ROLES["ask_run"])
    wait_turn(f"ask_run {survey.pk}")
    if known := Run.objects.select_related("job").filter(key=key).first():
        return known
    planned = _plan(plan, chosen := _method(method))
    _refuse_rounds(survey, planned)
    _refuse_again(survey, chosen, planned)
    run = Run.objects.create(
        number=(number := _next_number(survey)),
        key=key,
        survey=survey,
        method=chosen.id,
        method_version=chosen.version,
        method_hash_hex=chosen.hash,
        plan=planned,
        job=_job(survey, chosen, number, by, at),
        reason=reason,
        asked_at=at,
        asked_by=by,
    )
    if deviations.strip() or quality.strip():
        write_remark(run, deviations, quality, by, at)
    record(by=by, act="ask_run", subject=number, reason=reason, at=at, facts=_facts(run))
    return run


def _facts(run: Run) -> dict[str, Any]:
    method = f"{run.method}@{run.method_version}"
    return {"survey": run.survey.root_hex, "revision": run.survey.revision, "method": method, "plan": run.plan}


def _job(survey: BookedSurvey, method: Method, number: str, by: Person, at: datetime) -> Job:
    programme = survey.programme
    return ask_job(
        kind=KIND,
        key=f"run-{number}",
        subject=number,
        title=(f"{programme.name_zh}：{method.title_zh}", f"{programme.name_en}: {method.title_en}"),
        page=reverse("run", args=[programme.number, number]),
        asked_by=by.username,
        at=at,
    )


def write_remark(run: Run, deviations: str, quality: str, by: Person, at: datetime) -> RunRemark:
    """Write what the analyst says of a run, in the transaction of whoever calls. Raises `text_too_long`."""
    for field, text in (("deviations", deviations), ("quality", quality)):
        if len(text) > LONGEST_TEXT:
            facts = {"length": len(text), "most": LONGEST_TEXT}
            raise Problem("text_too_long", _("写了 %(length)s 个字，最多 %(most)s 个。") % facts, field=field)
    return RunRemark.objects.create(
        run=run, deviations=deviations.strip(), quality=quality.strip(), written_at=at, written_by=by
    )


def _method(named: str) -> Method:
    name, _at, version = named.partition("@")
    try:
        return load_method(name, version or None)
    except MethodFault as fault:
        text = _("没有 %(method)s 这个方法。") % {"method": named or "—"}
        raise Problem("unknown_method", text, field="method", remedy=_("从列表里选一个。")) from fault


def _plan(plan: Mapping[str, Any], method: Method) -> dict[str, Any]:
    """Return the plan in full, every field named: what is not said today may have another default tomorrow."""
    try:
        planned = _counted(Plan.from_document(plan).under(method), method)
    except PlanFault as fault:
        named = {"field": plan_field(fault.field), "value": fault.value}
        text = _("“%(field)s”不能是 %(value)s。") % named
        raise Problem("bad_plan", text, field=fault.field, remedy=plan_range(fault.field)) from fault
    return planned.document()


def _counted(plan: Plan, method: Method) -> Plan:
    """Return the plan, if it counts degrees of freedom as the method does: that is no choice of a single run."""
    if plan.df_rule != method.df_rule:
        raise PlanFault("df_rule", plan.df_rule)
    return plan


def _refuse_rounds(survey: BookedSurvey, plan: Mapping[str, Any]) -> None:
    """Rounds that the plan names are there in the revision that is computed."""
    if "rounds" not in plan:
        return
    known = parse_survey(booked_files(survey)).rounds
    if not set(plan["rounds"]) <= set(known):
        told = {"rounds": _rounds(plan["rounds"]), "revision": survey.revision, "known": _rounds(known)}
        text = _("要比较第 %(rounds)s 轮，第 %(revision)s 次修订里测过的是第 %(known)s 轮。") % told
        raise Problem("bad_plan", text, field="rounds", remedy=_("从测过的轮次里选两轮，或者换一次修订。"))


def _rounds(numbers: Iterable[int]) -> str:
    return _("、").join(map(str, numbers))


def _refuse_again(survey: BookedSurvey, method: Method, plan: dict[str, Any]) -> None:
    """The same inputs give the same numbers: a second run of them would only be a second number for one result."""
    asked = Run.objects.filter(survey=survey, method_hash_hex=method.hash).select_related("job")
    ended = {JobState.FAILED, JobState.STOPPED}
    same = [run for run in asked if json.loads(json.dumps(plan)) == run.plan and run.job.state not in ended]
    if same:
        text = _("同样的数据、方法和计划已经有了：%(number)s。同样的输入只会给同样的数。") % {"number": same[0].number}
        raise Problem("already_run", text, remedy=_("要比较，就换一个方法、种子或估计量。"))


def _next_number(survey: BookedSurvey) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('monitoring_run_number')")
        (counter,) = cursor.fetchone()
    region, _sep, rest = survey.programme.number.partition("-MP-")
    return f"{region}-MR-{rest[:4]}-{counter:04d}"
