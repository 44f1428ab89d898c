"""Say why no design can be made, in the reader's language: what is wrong, where, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from tanhui.kit.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django_stubs_ext import StrPromise

    from tanhui.core.sampling import DesignRefusal

REFUSED: Mapping[str, tuple[StrPromise, StrPromise, str]] = {
    "area_unknown": (_("层“%(stratum)s”没有面积，算不出要多少块样地。"), _("换一层有边界的土地。"), "stratum"),
    "confidence_out_of_range": (
        _("可靠性 %(percent)s%% 不行：要从 50%% 到 100%% 以下。"),
        _("通常用 90%% 或 95%%。"),
        "confidence_percent",
    ),
    "cost_not_positive": (_("层“%(stratum)s”的单块费用要大于 0。"), _("填一块样地的费用，单位各层一致就行。"), "cost"),
    "crews_not_positive": (_("外业组数 %(crews)s 不行：要从 1 到 %(most)s。"), _("改组数。"), "crews"),
    "design_too_large": (
        _("这样要 %(plots)s 块样地，一次最多设计 %(most)s 块。"),
        _("放宽相对误差，或者分成几个设计。"),
        "error_percent",
    ),
    "error_out_of_range": (
        _("相对误差 %(percent)s%% 不行：要大于 0，不超过 100%%。"),
        _("通常用 10%%。"),
        "error_percent",
    ),
    "land_empty": (
        _("层“%(stratum)s”里的“%(parcel)s”没有面，布不了样地。"),
        _("检查文件里这一块的图形。"),
        "stratum",
    ),
    "land_too_wide": (
        _("土地从东经 %(west)s° 到 %(east)s°，超出一个投影带（%(most)s°）。"),
        _("把这一层按东西分成两层。"),
        "stratum",
    ),
    "layout_unknown": (_("没有叫“%(layout)s”的样地样式。"), _("从列表里选一种。"), "layout"),
    "mean_not_positive": (
        _("预计平均值是 %(mean)s，相对误差无从谈起：平均值要大于 0。"),
        _("填上一轮或预调查的平均值；要按变化量设计而变化接近 0 时，直接给样地总数。"),
        "mean",
    ),
    "no_room": (
        _("层“%(stratum)s”（%(area_ha)s ha）放不下 %(plots)s 块样地：间距 %(distance_m)s m 时只放得下 %(placed)s 块。"),
        _("把最小间距降到 %(likely_m)s m 左右，减少样地，或者改为“中心在内”。"),
        "least_distance_m",
    ),
    "no_strata": (_("一层也没有，没法设计。"), _("先选土地：小班、片区，或者传一个分层文件。"), "stratum"),
    "no_variance": (
        _("各层的标准差都是 0，算不出样地数。"),
        _("填预调查或上一轮的标准差；没有就先按平均值的 30%% 估。"),
        "sd",
    ),
    "panels_do_not_fit": (
        _("%(panels)s 组轮换放不进 %(years)s 年的周期：组数要从 2 到周期年数。"),
        _("减少组数或拉长周期。"),
        "panels",
    ),
    "plots_too_few": (
        _("%(plots)s 块样地不够：%(strata)s 层，每层至少 3 块，连同已有样地至少要 %(least)s 块。"),
        _("增加样地，或者把层合并。"),
        "plots",
    ),
    "plots_too_many": (
        _("层“%(stratum)s”要 %(plots)s 块样地，而土地一块挨一块也只放得下 %(most)s 块。"),
        _("减少样地，用小一些的样地，或者把这一层并入别的层。"),
        "plots",
    ),
    "qc_share_out_of_range": (
        _("质量复查的比例 %(percent)s%% 不行：要从 5%% 到 50%%。"),
        _("通常是 5%% 到 10%%。"),
        "qc_percent",
    ),
    "reserve_share_out_of_range": (
        _("备用样地的比例 %(percent)s%% 不行：要从 0 到 100%%。"),
        _("通常是 10%% 到 20%%。"),
        "reserve_percent",
    ),
    "schedule_out_of_range": (
        _("复测安排不行：第一年要在 %(first)s 到 %(last)s 之间，周期 1 到 %(years)s 年，轮数 1 到 %(rounds)s。"),
        _("改年份、周期或轮数。"),
        "first_year",
    ),
    "sd_negative": (_("层“%(stratum)s”的标准差是 %(sd)s，不能小于 0。"), _("改标准差。"), "sd"),
    "seed_out_of_range": (_("随机种子 %(seed)s 不行：要从 0 到 9223372036854775807 的整数。"), _("改种子。"), "seed"),
    "spacing_negative": (_("最小间距 %(metres)s m 不能小于 0。"), _("改间距。"), "least_distance_m"),
    "stratum_repeated": (_("层“%(stratum)s”出现了两次。"), _("留下一个。"), "stratum"),
    "stratum_without_land": (_("层“%(stratum)s”没有土地。"), _("去掉这一层，或者给它边界。"), "stratum"),
}
"""Sentence, remedy and field of every refusal of `core.sampling`."""


def refusal_problem(refusal: DesignRefusal, names: Mapping[str, str] | None = None) -> Problem:
    """The refusal as a problem that a door can show; strata by what they are called."""
    sentence, remedy, field = REFUSED[refusal.code]
    facts = {name: _spoken(value) for name, value in refusal.facts.items()}
    if names and facts.get("stratum"):
        facts["stratum"] = names.get(facts["stratum"], facts["stratum"])
    if refusal.code == "plots_too_many" and not facts["stratum"]:
        sentence = _("要 %(plots)s 块样地，而全部土地一块挨一块也只放得下 %(most)s 块。")
    if refusal.code == "no_room" and not refusal.facts["likely_m"]:
        remedy = _("间距再小，样地就会重叠，或者也放不下：减少样地，用小一些的样地，或者改为“中心在内”。")
    return Problem(refusal.code, str(sentence) % facts, field=field, remedy=str(remedy) % facts)


class Called(Protocol):
    """A stratum with its names."""

    @property
    def name(self) -> str: ...
    @property
    def name_zh(self) -> str: ...
    @property
    def name_en(self) -> str: ...


def spoken_strata(strata: Iterable[Called]) -> dict[str, str]:
    """What strata are called in the reader's language, by their names in the design."""
    english = (get_language() or "").startswith("en")
    return {stratum.name: stratum.name_en if english else stratum.name_zh for stratum in strata}


def _spoken(value: object) -> str:
    """Numbers without useless zeros."""
    return f"{value:,.10g}" if isinstance(value, float) else str(value)


def bad_number(text: str, field: str) -> Problem:
    """The problem of a cell that is no number."""
    sentence = gettext("“%(text)s”不是数字。") % {"text": text[:40]}
    return Problem("bad_number", sentence, field=field, remedy=gettext("写普通数字，比如 12.5。"))
