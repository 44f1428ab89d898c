"""The words of a result: scopes, divisions, pools, states of plots, estimators, sources of error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrPromise

    Words = Mapping[str, StrPromise]

ECOSYSTEMS: Words = {"forest": _("森林"), "shrubland": _("灌丛"), "grassland": _("草原"), "wetland": _("湿地")}
SCOPES: Words = {"issued": _("计入的各层"), **ECOSYSTEMS}
DIVISIONS: Words = {
    "zone": _("发展片区"),
    "county": _("旗县区"),
    "owner": _("权属单位"),
    "species": _("树种"),
}
POOLS: Words = {
    "tree": _("乔木"),
    "shrub": _("灌木"),
    "herb": _("草本"),
    "litter": _("枯落物"),
    "deadwood": _("枯死木"),
    "soil": _("土壤"),
    "all": _("计入的碳库"),
}
STATUSES: Words = {
    "counted": _("计入"),
    "unpaired": _("只测了一轮"),
    "not_measured": _("没有测到"),
    "not_computed": _("算不出"),
}
ESTIMATORS: Words = {
    "stratified": _("分层"),
    "simple": _("简单随机"),
    "post_stratified": _("事后分层"),
    "ratio": _("比估计"),
    "regression": _("回归估计"),
    "regression_residual": _("回归估计，残差方差"),
}
RULES: Words = {"fixed_depth": _("固定深度"), "equal_mass": _("等土壤质量")}
CONFIDENCES: Words = {
    "found": _("查到原文"),
    "memory-high": _("凭记忆，较可靠"),
    "memory-med": _("凭记忆，待核"),
    "memory-low": _("凭记忆，存疑"),
    "design": _("本系统的选择"),
    "published": _("公开发表"),
    "synthetic": _("为示范而编"),
}
SOURCE_KINDS: Words = {"parameter": _("参数"), "equation": _("方程"), "lineage": _("方法的来历")}
ERROR_KINDS: Words = {
    "sampling": _("抽样"),
    "measurement": _("测量"),
    "equation": _("方程"),
    "parameter": _("参数"),
}
ERROR_SOURCES: Words = {
    "sampling": _("抽样"),
    "printed_error": _("原文印出的误差"),
    "dbh": _("胸径测量"),
    "height": _("树高测量"),
    "stand_volume": _("林分蓄积"),
    "soil_bulk_density": _("土壤容重"),
    "soil_carbon": _("土壤有机碳测定"),
    "dry_mass": _("干重测定"),
    "equation_residual": _("方程残差"),
    "equation_coefficient": _("方程系数"),
    "carbon_fraction": _("含碳率"),
    "root_ratio": _("根茎比"),
    "wood_density": _("木材密度"),
    "expansion": _("扩展因子"),
    "derived_factor": _("推导的系数"),
}
UNPAIRED: Words = {"left_out": _("不计入变化"), "combined": _("与复测的合并估计")}
ALLOCATIONS: Words = {"neyman": _("最优分配"), "proportional": _("按面积分配")}
DF_RULES: Words = {"n_minus_m": _("样地数减层数"), "satterthwaite": _("萨特思韦特")}
WEAK = frozenset({"memory-med", "memory-low", "synthetic"})


def word(words: Words, code: str) -> str:
    """Return the word of a code; a code without one stands for itself."""
    return str(words.get(code, code))
