"""Sentences for what a result says in codes: reasons and flags of an evaluation, notes of an assessment.

Each sentence says what is wrong and how to mend it. Parameters are those of the note, put in
by name: `REASONS[code] % parameters`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

REASONS: dict[str, StrPromise] = {
    "method_on_trial": _("方法 %(method)s %(version)s 还在试用，可以演算、比较，不能据此制发。换用已生效的版本。"),
    "method_for_monitoring": _("方法 %(method)s 只监测、只报告，不制票。要制发，换一个能制票的方法。"),
    "one_round_only": _("只测了一轮，算不出变化。再测一轮同样的样地。"),
    "no_repeat_visits": _("这些层没有两轮都测过的样地：%(strata)s。到原来的样地复测。"),
    "space_for_time": _("资料只拿不同地方代替不同时间（%(pairs)s 组）。可以看，不能据此制发。"),
    "area_unknown": _("这些层没有面积：%(strata)s。在 strata.csv 填上 area_ha。"),
    "pool_missing": _("方法要的碳库没有两轮都测：%(pool)s（%(strata)s）。补上测量，或换一个方法。"),
    "ecosystem_not_covered": _("这个方法不管 %(ecosystem)s：%(strata)s。把这些层移出项目，或换一个方法。"),
    "wetland_monitoring_only": _("全部 %(strata)s 个层都是湿地。湿地只监测、只报告，没有制票的依据。"),
    "fluxes_only": _("只有通量，没有碳储量（%(rows)s 行）。通量不是储量变化，两轮都要测碳库。"),
    "species_without_equation": _(
        "树种 %(species)s 没有可用的方程：%(trees)s 株，%(plots)s 块样地。改树种名，或给方法补上方程。"
    ),
    "height_missing": _("%(species)s 有 %(trees)s 株缺少算生物量要用的胸径或树高，涉及 %(plots)s 块样地。补测或补填。"),
    "tree_biomass_missing": _(
        "%(trees)s 株活立木没有公布的生物量，涉及 %(plots)s 块样地。补上，或换用树种方程的方法。"
    ),
    "volume_without_factors": _("树种 %(species)s 没有蓄积换算系数。在 parameters.csv 带上系数，或改树种名。"),
    "factor_missing": _("层 %(stratum)s 的状况 %(state)s 没有缺省因子（%(factor)s）。改状况，或给方法补上这个因子。"),
    "stratum_not_computable": _(
        "这些层的变化算不出来：%(strata)s。两轮测的内容不同，或者有树、有土层算不了；看提示里写的是哪一样。"
    ),
    "too_few_plots": _("这些层可比的样地不到 %(least)s 块：%(strata)s。一块样地看不出抽样误差，加样地。"),
    "no_sampling_variance": _("没有抽样方差，所以没有区间，也就不能制发。每层至少两块复测样地，或给出印明的误差。"),
    "removal_not_positive": _("两轮之间没有增加：%(removal_tco2e)s t CO₂e。没有可以制发的碳汇量。"),
    "too_uncertain": _(
        "相对误差 %(uncertainty_percent)s%%，到了 %(limit_percent)s%% 就不能制发。大约再加 %(more_plots)s 块样地。"
    ),
    "less_than_one_tonne": _("扣减以后不到一吨：%(net_tco2e)s t CO₂e。制发只取整吨。"),
}
"""What stands against issuing, by code."""

FLAGS: dict[str, StrPromise] = {
    "full_text_not_at_hand": _("方法 %(method)s 所依据的标准没有拿到全文，参数各有出处，拿到后可以换。"),
    "low_confidence_parameter": _("参数 %(parameter)s 证据偏弱：%(source)s。"),
    "printed_error_used": _("这些层用来源印出的误差作抽样误差：%(strata)s。"),
    "stated_stock_used": _("这些层以清查公布的碳储量为准：%(strata)s。"),
    "equation_out_of_range": _(
        "%(species)s 有 %(trees)s 株超出方程范围（%(limits)s），涉及 %(plots)s 块样地。照算，没有改动。"
    ),
    "equation_disabled": _("%(species)s 有停用的方程（%(organs)s）：印出的系数可疑，改用另外的方程或根茎比。"),
    "surrogate_equation": _("%(species)s 没有自己的方程，%(trees)s 株借用 %(equation)s 的。"),
    "shrub_without_equation": _(
        "灌木 %(species)s 没有可用的方程，%(rows)s 行算不了，涉及 %(plots)s 块样地：%(names)s。"
        "填干重，或给方法补上方程。"
    ),
    "shrub_size_missing": _(
        "灌木 %(species)s 有 %(rows)s 行缺冠幅、高度或丛数，涉及 %(plots)s 块样地：%(names)s。补测或补填。"
    ),
    "shrub_out_of_range": _(
        "灌木 %(species)s 有 %(rows)s 行超出方程的范围，涉及 %(plots)s 块样地：%(names)s。照算，没有改动。"
    ),
    "density_out_of_bounds": _(
        "%(ecosystem)s的%(pool)s碳密度不在 %(low)s–%(high)s tC/ha 之间，%(plots)s 块样地：%(names)s。"
        "核对原始记录；照算，没有改动。"
    ),
    "plots_not_revisited": _("%(plots)s 块样地只测了一轮，不计入变化：%(names)s。"),
    "plots_not_measured": _("%(plots)s 次到访没有测成，样地去不了或找不到。"),
    "measured_differently": _("层 %(stratum)s 的 %(pool)s 两轮测的内容不同，没有比较。"),
    "pool_partly_measured": _("层 %(stratum)s 的 %(pool)s 只有部分样地测了，没有计入。"),
    "gravel_not_measured": _("%(layers)s 个土层没有测砾石，按没有砾石算，土壤碳可能偏高。"),
    "soil_depth_cut": _("%(plots)s 块样地两轮取土深度不同，按共同的深度截断。"),
    "soil_profile_incomplete": _("%(plots)s 块样地的土壤剖面有缺层或缺值，只算到缺口为止：%(names)s。"),
    "soil_rule_decides": _(
        "这些层按固定深度和按等土壤质量算，正负号不同：%(strata)s。两个数都列出，制发按方法的规则。"
    ),
    "area_changed": _("这些层两轮的面积不同：%(strata)s。面积的变化和密度的变化分开列出。"),
    "wetland_reported_only": _("这些湿地层只报告，不计入制发量：%(strata)s。"),
    "flux_not_annual": _("%(rows)s 行通量不是整年的，没有换算成年值。"),
    "flux_incomplete": _("没有测 %(gases)s，通量平衡不完整，涉及 %(plots)s 块样地：%(names)s。没有用缺省值代替。"),
    "survey_warnings": _("调查里有 %(count)s 处值得再看一眼，都列在调查页上，没有一处被改动。"),
}
"""What a reader should know of an evaluation, by code."""

ESTIMATOR_REASONS: dict[str, StrPromise] = {
    "no_plots": _("没有可用的样地。"),
    "area_unknown": _("有的层没有面积。在 strata.csv 填上 area_ha。"),
    "area_changed": _("有的层两轮面积不同，这种估计量只认面积不变的层。"),
    "one_plot": _("有的层只有一块样地，没有方差，所以没有区间。"),
    "auxiliary_missing": _("没有辅助变量。在 plots.csv 和 strata.csv 填上它。"),
    "auxiliary_not_usable": _("辅助变量用不上：样地太少，或者各块样地的值都一样。"),
}
"""Why an estimator gives no figure, by code."""

NEXT_ROUND: dict[str, StrPromise] = {
    "stratum_facts_missing": _("有的层没有面积、没有样地面积，或者不到两块样地，看不出差别有多大。"),
    "area_unknown": _("有的层没有面积。"),
    "confidence_out_of_range": _("置信水平不在 50% 与 100% 之间。"),
    "cost_not_positive": _("有的层一块样地的费用不大于零。"),
    "design_too_large": _("要的样地太多，一个外业季做不完。放宽想要的误差，或者直接定样地数。"),
    "error_out_of_range": _("想要的相对误差不在 0 与 100% 之间。"),
    "mean_not_positive": _("平均值不大于零，相对误差没有意义。变化接近零的时候，直接定样地数。"),
    "no_strata": _("没有层。"),
    "no_variance": _("各块样地的值都一样，看不出要多少块。"),
    "plots_too_few": _("样地数不够每层最少的块数。"),
    "plots_too_many": _("有的层放不下这么多样地。"),
    "sd_negative": _("有的层标准差是负的。"),
    "stratum_repeated": _("有两个层同名。"),
}
"""Why the next round's plots cannot be said, by code."""

NOTES: dict[str, StrPromise] = {
    "strata_joined": _("样地不到两块的层并在一起算：%(strata)s，合起来 %(plots)s 块。并法在测之前就定了，不看测值。"),
    "stratum_without_partner": _(
        "层 %(strata)s 可比的样地不到两块，也没有同类的层可并，所以没有区间。下一轮加样地，或者补测。"
    ),
}
"""What a reader should know of an assessment, by code."""


def reason_of(sentences: dict[str, StrPromise], code: str | None) -> str:
    """Return the sentence of a code, or nothing where there is no code."""
    return "" if code is None else str(sentences.get(code, code.replace("_", " ")))
