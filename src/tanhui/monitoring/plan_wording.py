"""The fields of a plan as forms and refusals name them, and what each may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanhui.core.carbon.assessment.plan import MOST_SEED

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_FROM_LIST = gettext_lazy("从列表里选一个。")
_YES_OR_NO = gettext_lazy("只能是或否。")
FIELDS: dict[str, tuple[StrPromise, StrPromise]] = {
    "seed": (gettext_lazy("种子"), gettext_lazy("写 0 到 %(most)s 之间的整数。")),
    "draws": (gettext_lazy("蒙特卡洛抽样次数"), gettext_lazy("写 0 到 1,000,000 之间的整数；0 就不做。")),
    "estimator": (gettext_lazy("估计量"), _FROM_LIST),
    "confidence": (gettext_lazy("置信水平"), gettext_lazy("写 50 到 99.9 之间的百分数，空着就按方法。")),
    "df_rule": (gettext_lazy("自由度"), gettext_lazy("自由度怎么数由方法规定，计划里不用写。")),
    "domains": (gettext_lazy("分别汇总"), gettext_lazy("从片区、旗县、权属、树种里选，一种选一次。")),
    "finite_population": (gettext_lazy("有限总体校正"), _YES_OR_NO),
    "collapse": (gettext_lazy("样地不足的层"), _YES_OR_NO),
    "unpaired": (gettext_lazy("只测了一轮的样地"), _FROM_LIST),
    "precision_percent": (gettext_lazy("下一轮想要的相对误差"), gettext_lazy("写 0.1 到 100 之间的百分数。")),
    "allocation": (gettext_lazy("下一轮怎样分配"), _FROM_LIST),
    "rounds": (gettext_lazy("比较的轮次"), gettext_lazy("选两个测过的轮次，早的在前；不选就比最后两轮。")),
}
"""The name of each field and its range, by the code of the field."""


def plan_field(code: str) -> str:
    """Return the name of a field; one that no plan has stands by its code."""
    return str(FIELDS[code][0]) if code in FIELDS else code


def plan_range(code: str) -> str:
    """Say what a field may be."""
    if code not in FIELDS:
        return _("计划里没有这一项，去掉它。")
    return str(FIELDS[code][1]) % {"most": f"{MOST_SEED:,}"}
