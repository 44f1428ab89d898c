"""What is said of methods: faults of their files, names of tables, columns and pools, words of totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from tanhui.core.carbon.method import Flaw

FLAWS: dict[str, StrPromise] = {
    "file_missing": _("缺少 %(file)s。"),
    "file_unreadable": _("%(file)s 读不出来：%(cause)s。存成 UTF-8 再试。"),
    "row_ragged": _("%(file)s 第 %(row)s 行的格数和表头不一样。看看是不是多了或少了逗号。"),
    "column_missing": _("%(file)s 缺少“%(column)s”一列。"),
    "source_missing": _("%(file)s 第 %(row)s 行没有出处。每一行都要写明出处。"),
    "confidence_unknown": _("%(file)s 第 %(row)s 行，可信程度写的是“%(value)s”。能用的词：%(allowed)s。"),
    "number_invalid": _("%(file)s 第 %(row)s 行，%(column)s 写的是“%(value)s”，不是数。"),
    "number_missing": _("%(file)s 第 %(row)s 行，%(column)s 是空的，这一格必须填。"),
    "word_unknown": _("%(file)s 第 %(row)s 行，%(column)s 写的是“%(value)s”。能用的词：%(allowed)s。"),
    "outside_own_range": _("%(file)s 第 %(row)s 行，%(value)s 不在自己写的范围 %(low)s 到 %(high)s 之内。"),
    "name_twice": _("%(file)s 第 %(row)s 行，“%(value)s”这个名字前面已经用过。一个名字只能指一行。"),
    "reason_missing": _("%(file)s 第 %(row)s 行停用了，却没有在 note 里写为什么。"),
    "steps_unordered": _("%(file)s 的各级要从小到大，只有最后一级没有上限。"),
    "key_missing": _("%(file)s 缺少 %(column)s。"),
    "not_a_text": _("%(file)s 的 %(column)s 要写成一段文字。"),
    "not_a_list": _("%(file)s 的 %(column)s 要写成列表。"),
    "not_a_table": _("%(file)s 的 %(column)s 要写成一节。"),
    "pool_unknown": _("%(file)s 里的“%(value)s”不是碳库。碳库有：%(allowed)s。"),
    "source_unknown": _("%(file)s 里的“%(value)s”不是方法能读的表。能读的有：%(allowed)s。"),
    "parameter_missing": _("%(file)s 缺少这个方法要用的参数 %(value)s。"),
    "equation_unknown": _("%(file)s 里的 %(value)s 在方程表里没有启用的方程。"),
    "not_shipped": _("没有叫 %(value)s 的方法。"),
}
"""Faults of a method's files by code; parameters file, row and those of the fault."""

TABLES: dict[str, StrPromise] = {
    "method.toml": _("总则"),
    "formulas.csv": _("公式"),
    "parameters.csv": _("参数"),
    "deduction.csv": _("不确定性扣减"),
    "species.csv": _("树种与含碳率"),
    "equations.csv": _("乔木生物量方程"),
    "shrub_species.csv": _("灌木种"),
    "shrub_equations.csv": _("灌木生物量方程"),
    "volume.csv": _("蓄积量换算"),
    "expansion.csv": _("转换扩展系数，按蓄积分级"),
    "root_ratios.csv": _("根茎比，按生物量分级"),
    "litter_factors.csv": _("枯落物系数"),
    "factors.csv": _("缺省因子"),
    "bounds.csv": _("碳密度的合理范围"),
    "alternatives.csv": _("没有采用的值，供对照"),
    "defaults.csv": _("没有采用的缺省值，供对照"),
}
"""What the tables of a method are called."""

GROUPS: tuple[tuple[StrPromise, tuple[str, ...]], ...] = (
    (_("参数与扣减"), ("parameters.csv", "deduction.csv")),
    (_("乔木"), ("species.csv", "equations.csv", "volume.csv", "expansion.csv", "root_ratios.csv")),
    (_("灌木与枯落物"), ("shrub_species.csv", "shrub_equations.csv", "litter_factors.csv")),
    (_("草原因子"), ("factors.csv",)),
    (_("核查与对照"), ("bounds.csv", "alternatives.csv", "defaults.csv")),
)
"""Tables as a page groups them."""

STATUSES: dict[str, StrPromise] = {"in_force": _("已生效"), "trial": _("试用")}
SOIL_RULES: dict[str, StrPromise] = {"fixed_depth": _("固定深度为准"), "equal_mass": _("等土壤质量为准")}
DEDUCTIONS: dict[str, StrPromise] = {
    "half_width": _("扣半宽的份额"),
    "change": _("扣变化的份额"),
    "excess": _("扣半宽超出的部分"),
}
KINDS: dict[str, StrPromise] = {"added": _("新增"), "removed": _("去掉"), "changed": _("改了")}

TOTALS: dict[str, tuple[StrPromise, str]] = {
    "removal_tco2e": (_("碳汇量"), "t CO₂e"),
    "half_width_tco2e": (_("半宽"), "t CO₂e"),
    "uncertainty_percent": (_("相对误差"), "%"),
    "deducted_tco2e": (_("扣减"), "t CO₂e"),
    "issuable_t": (_("可制发"), "t"),
    "buffer_t": (_("缓冲池"), "t"),
}
"""The totals of a dry run and their units."""


def flaw_sentence(flaw: Flaw) -> str:
    return str(FLAWS[flaw.code]) % {"file": flaw.file, "row": flaw.row, **dict(flaw.params)}
