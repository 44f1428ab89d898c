"""The plan of a run in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tanhui.monitoring.readout import wording

Row = dict[str, Any]


def rounds_said(rounds: Sequence[int] | None) -> str:
    """Which rounds a plan compares."""
    if rounds is None:
        return _("最后两轮")
    return _("第 %(first)s 轮与第 %(second)s 轮") % {"first": rounds[0], "second": rounds[1]}


def plan_rows(plan: Mapping[str, Any]) -> list[Row]:
    """The plan in words, one row a field."""
    confidence = plan.get("confidence")
    rows = [
        (_("估计量"), wording.word(wording.ESTIMATORS, plan["estimator"])),
        (_("置信水平"), _("按方法") if confidence is None else f"{float(confidence) * 100:g}%"),
        (_("蒙特卡洛"), _("%(draws)s 次") % {"draws": f"{plan['draws']:,}"} if plan["draws"] else _("不做")),
        (_("种子"), str(plan["seed"])),
        (_("自由度"), _("%(rule)s（方法规定）") % {"rule": wording.word(wording.DF_RULES, plan["df_rule"])}),
        (_("只测了一轮的样地"), wording.word(wording.UNPAIRED, plan["unpaired"])),
        (_("有限总体校正"), _("做") if plan["finite_population"] else _("不做")),
        (_("样地不足的层"), _("并层") if plan["collapse"] else _("不并")),
        (_("分别汇总"), _("、").join(wording.word(wording.DIVISIONS, by) for by in plan["domains"]) or _("无")),
        (_("比较的轮次"), rounds_said(plan.get("rounds"))),
    ]
    return [{"name": name, "value": value} for name, value in rows]
