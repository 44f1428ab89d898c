"""What the choices of a design are called on pages, papers and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrPromise

WORDS: Mapping[str, Mapping[str, StrPromise]] = {
    "quantity": {"carbon_t_ha": _("碳密度，tC/ha"), "removal_tco2e_ha": _("两轮之间的碳汇量，tCO₂e/ha")},
    "number_by": {"precision": _("按要达到的精度算"), "number": _("直接给总数")},
    "domain": {"whole": _("全体合起来达到"), "ecosystem": _("每个生态系统各自达到")},
    "allocation": {
        "neyman": _("最优分配（面积 × 标准差）"),
        "proportional": _("按面积分配"),
        "cost": _("最优分配，兼顾费用"),
    },
    "placement": {"systematic": _("系统布点，随机起点"), "random": _("随机布点，最小间距")},
    "turn": {"north": _("网格正南北"), "random": _("网格方向随机")},
    "edge": {"inside": _("整块样地在界内"), "centre": _("中心在界内")},
    "schedule": {"all": _("每期全部复测"), "panels": _("分组轮换")},
    "source": {"parcels": _("小班"), "zones": _("发展片区（示意圆）"), "file": _("分层文件")},
    "by": {
        "ecosystem": _("按生态系统"),
        "zone": _("按生态系统和片区"),
        "county": _("按生态系统和旗县区"),
        "species": _("按生态系统和优势树种"),
        "stratum": _("按文件里的层"),
    },
    "role": {"sample": _("样地"), "reserve": _("备用样地")},
    "origin": {"drawn": _("新抽"), "kept": _("已有")},
}


def word(kind: str, value: str) -> str:
    return str(WORDS[kind][value])


def options(kind: str) -> list[tuple[str, str]]:
    """The choices of a field with their words, in order."""
    return [(value, str(said)) for value, said in WORDS[kind].items()]


def figures_said(source: str) -> str:
    """Where the figures of a stratum come from: `survey REVISION PLOTS` of the design, or by hand."""
    kind, *facts = source.split()
    if kind != "survey" or len(facts) != 2:  # noqa: PLR2004 - a revision and a number of plots
        return gettext("手填")
    return gettext("已入库数据第 %(revision)s 版，%(plots)s 块样地") % {"revision": facts[0], "plots": facts[1]}
