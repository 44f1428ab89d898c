"""Sentences for what a survey and its evaluation say in codes: faults of the data, reasons, flags.

Each sentence says what is wrong and how to mend it. Parameters are those of the fault (with file, row, column
and value) or of the note, put in by name: `FAULTS[code] % parameters`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrPromise

FAULTS: dict[str, StrPromise] = {
    "file_missing": _("缺少文件 %(file)s。补上这张表再传；没有的测量不用补，但分层、样地、到访三张表必须有。"),
    "file_empty": _("%(file)s 是空的。填好表头和数据再传。"),
    "not_utf8": _("%(file)s 第 %(row)s 行不是 UTF-8 编码，读不出来。在表格软件里另存为“CSV UTF-8”再传。"),
    "csv_broken": _("%(file)s 第 %(row)s 行起读不下去：%(cause)s。多半是引号没有成对，改好再传。"),
    "column_missing": _("%(file)s 缺少“%(column)s”一列。加上这一列；没有测的格子留空。"),
    "column_duplicate": _("%(file)s 里“%(column)s”一列出现了两次。留下对的那一列。"),
    "row_ragged": _("%(file)s 第 %(row)s 行有 %(found)s 格，表头有 %(expected)s 列。看看是不是多了或少了逗号。"),
    "key_blank": _("%(file)s 第 %(row)s 行，%(column)s 是空的。没有编号认不出这一行，填上它。"),
    "key_duplicate": _("%(file)s 第 %(row)s 行与第 %(first_row)s 行重复（%(column)s：%(value)s）。留下对的那一行。"),
    "stratum_unknown": _("%(file)s 第 %(row)s 行，层 %(value)s 不在分层表里。改编号，或在 strata.csv 加上这一层。"),
    "plot_unknown": _("%(file)s 第 %(row)s 行，样地 %(value)s 不在样地表里。改编号，或在 plots.csv 加上这块样地。"),
    "visit_unknown": _(
        "%(file)s 第 %(row)s 行，样地 %(plot)s 没有第 %(value)s 轮的到访记录。改轮次，或在 visits.csv 补上这次到访。"
    ),
    "visit_not_measured": _(
        "%(file)s 第 %(row)s 行，样地 %(plot)s 第 %(value)s 轮记为 %(status)s，却有测量值。改到访状态，或删去这一行。"
    ),
    "round_invalid": _("%(file)s 第 %(row)s 行，%(column)s %(value)s 不是轮次。轮次写 1、2、3。"),
    "number_invalid": _(
        "%(file)s 第 %(row)s 行，%(column)s %(value)s 不是数。只写数字和小数点，不带单位；没有测就留空。"
    ),
    "number_not_finite": _("%(file)s 第 %(row)s 行，%(column)s %(value)s 不是有限的数。没有测就留空。"),
    "number_out_of_range": _(
        "%(file)s 第 %(row)s 行，%(column)s %(value)s 超出可能的范围（%(low)s 到 %(high)s）。看看小数点和单位。"
    ),
    "word_unknown": _("%(file)s 第 %(row)s 行，%(column)s 写的是 %(value)s。能用的词：%(allowed)s。"),
    "value_missing": _("%(file)s 第 %(row)s 行，%(column)s 是空的，这一格必须填。"),
    "date_invalid": _(
        "%(file)s 第 %(row)s 行，%(column)s %(value)s 不是日期。写成 2026-08-31；只知道年份就写在 year 一列。"
    ),
    "date_missing": _("%(file)s 第 %(row)s 行没有日期也没有年份。填上其中一个。"),
    "date_disagrees": _("%(file)s 第 %(row)s 行，日期 %(value)s 和年份 %(year)s 不是同一年。改对其中一个。"),
    "round_order": _(
        "%(file)s 第 %(row)s 行，样地 %(plot)s 的后一轮 %(value)s 早于前一轮 %(before)s。看看轮次和日期是不是写反了。"
    ),
    "layer_order": _("%(file)s 第 %(row)s 行，土层上界 %(top_cm)s cm 不在下界 %(value)s cm 之上。改对深度。"),
    "layer_overlap": _(
        "%(file)s 第 %(row)s 行，土层从 %(value)s cm 开始，上一层到 %(above_bottom_cm)s cm 才结束。改成首尾相接。"
    ),
    "dbh_missing": _(
        "%(file)s 第 %(row)s 行，活立木没有胸径，也没有公布的生物量。填上胸径；没找到的树状态写 missing。"
    ),
    "expansion_missing": _("%(file)s 第 %(row)s 行，样地 %(plot)s 没有面积，这株树也没有每公顷株数。填上其中一个。"),
    "dbh_jump": _("%(file)s 第 %(row)s 行，胸径 %(value)s cm：是不是 %(suggestion_cm)s？上一轮是 %(before_cm)s。"),
    "dbh_shrank": _(
        "%(file)s 第 %(row)s 行，胸径 %(value)s cm，比上一轮的 %(before_cm)s cm 细了两成以上。核对是不是同一株。"
    ),
    "species_changed": _("%(file)s 第 %(row)s 行，树种 %(value)s，上一轮是 %(before)s。核对一下是哪一种。"),
    "tree_vanished": _(
        "%(file)s 第 %(row)s 行，样地 %(plot)s 的 %(value)s 号树第 %(round)s 轮没有记录。"
        "补上一行，状态写 dead、removed 或 missing。"
    ),
}
"""Faults of a survey by code; parameters file, row, column, value and those of the fault."""

REASONS: dict[str, StrPromise] = {
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
    "survey_warnings": _("调查里有 %(count)s 处值得再看一眼，都列在调查页上，没有一处被改动。"),
}
"""What a reader should know of an evaluation, by code."""

TABLES: dict[str, StrPromise] = {
    "strata.csv": _("分层"),
    "plots.csv": _("样地"),
    "visits.csv": _("到访"),
    "trees.csv": _("每木"),
    "stands.csv": _("林分"),
    "shrubs.csv": _("灌木"),
    "herbs.csv": _("草本"),
    "litter.csv": _("枯落物"),
    "deadwood.csv": _("枯死木"),
    "soil.csv": _("土壤"),
    "pools.csv": _("碳库"),
    "fluxes.csv": _("通量"),
    "pairs.csv": _("比较对"),
    "strata_totals.csv": _("各层总量"),
    "parameters.csv": _("参数"),
}
"""What the files of a survey are called on a page and in the Excel templates."""

POOLS: dict[str, StrPromise] = {
    "tree": _("乔木"),
    "shrub": _("灌木"),
    "herb": _("草本"),
    "litter": _("枯落物"),
    "deadwood": _("枯死木"),
    "soil": _("土壤"),
    "all": _("全部碳库"),
}
"""What pools are called."""

ECOSYSTEMS: dict[str, StrPromise] = {
    "forest": _("森林"),
    "shrubland": _("灌丛"),
    "grassland": _("草原"),
    "wetland": _("湿地"),
}
"""What ecosystems are called."""

STATUSES: dict[str, StrPromise] = {
    "measured": _("已测"),
    "inaccessible": _("去不了"),
    "lost": _("找不到"),
}
"""What became of a visit."""

COLUMNS: dict[str, StrPromise] = {
    "stratum": _("层"),
    "ecosystem": _("生态系统"),
    "area_ha": _("面积（ha）"),
    "weight": _("权重"),
    "estimation_unit": _("估计单元"),
    "note": _("备注"),
    "plot": _("样地"),
    "lon": _("经度"),
    "lat": _("纬度"),
    "plot_area_m2": _("样地面积（m²）"),
    "slope_deg": _("坡度（°）"),
    "forest_fraction": _("林地比例"),
    "round": _("轮次"),
    "year": _("年份"),
    "date": _("日期"),
    "status": _("状态"),
    "tree": _("树号"),
    "species": _("树种"),
    "dbh_cm": _("胸径（cm）"),
    "height_m": _("树高（m）"),
    "trees_per_ha": _("每公顷株数"),
    "aboveground_biomass_kg": _("地上生物量（kg）"),
    "origin": _("起源"),
    "age_a": _("年龄（a）"),
    "stems_per_ha": _("林分密度（株/ha）"),
    "mean_dbh_cm": _("平均胸径（cm）"),
    "mean_height_m": _("平均高（m）"),
    "volume_m3_ha": _("蓄积（m³/ha）"),
    "volume_m3": _("蓄积（m³）"),
    "plants_per_ha": _("每公顷丛数"),
    "crown_area_m2": _("冠幅面积（m²）"),
    "top_cm": _("上界（cm）"),
    "bottom_cm": _("下界（cm）"),
    "aboveground_dry_g_m2": _("地上干重（g/m²）"),
    "belowground_dry_g_m2": _("地下干重（g/m²）"),
    "error": _("误差"),
    "litter_dry_g_m2": _("枯落物干重（g/m²）"),
    "deadwood_dry_g_m2": _("枯死木干重（g/m²）"),
    "bulk_density_g_cm3": _("容重（g/cm³）"),
    "soc_g_kg": _("有机碳（g/kg）"),
    "gravel_fraction": _("砾石比例"),
    "bd_error": _("容重误差"),
    "soc_error": _("有机碳误差"),
    "pool": _("碳库"),
    "carbon_t_ha": _("碳密度（tC/ha）"),
    "se": _("标准误"),
    "gas": _("气体"),
    "flux_kg_ha_a": _("通量（kg/ha）"),
    "period": _("时段"),
    "pair": _("比较"),
    "from_plot": _("起点样地"),
    "from_round": _("起点轮次"),
    "to_plot": _("终点样地"),
    "to_round": _("终点轮次"),
    "years": _("间隔（a）"),
    "kind": _("类别"),
    "carbon_t": _("碳储量（tC）"),
    "a": _("系数 a"),
    "b": _("系数 b"),
    "carbon_fraction": _("含碳率"),
}
"""What columns are called on a page and in the Excel templates."""

_LABELS: dict[str, dict[str, StrPromise]] = {
    "file": TABLES,
    "column": COLUMNS,
    "pool": POOLS,
    "ecosystem": ECOSYSTEMS,
    "status": STATUSES,
}


def worded(params: Mapping[str, object]) -> dict[str, object]:
    """Parameters with our own words put in the language of the page; ids and numbers stay as they are."""
    return {name: _LABELS.get(name, {}).get(str(value), value) for name, value in params.items()}
