"""Sentences for what a survey's check says in codes: where it is, what is wrong, how to mend it.

Parameters are those of the fault with file, row, column and value, put in by name: `FAULTS[code] % parameters`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
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
    "stratum_unknown": _("%(file)s 第 %(row)s 行，层 %(value)s 不在分层表里。改编号，或在分层表加上这一层。"),
    "plot_unknown": _("%(file)s 第 %(row)s 行，样地 %(value)s 不在样地表里。改编号，或在样地表加上这块样地。"),
    "visit_unknown": _(
        "%(file)s 第 %(row)s 行，样地 %(plot)s 没有第 %(value)s 轮的到访记录。改轮次，或在到访表补上这次到访。"
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
        "%(file)s 第 %(row)s 行，活立木没有胸径，也没有公布的生物量。填上胸径；没找到的树，树况写明没找到。"
    ),
    "expansion_missing": _("%(file)s 第 %(row)s 行，样地 %(plot)s 没有面积，这株树也没有每公顷株数。填上其中一个。"),
    "dbh_jump": _("%(file)s 第 %(row)s 行，胸径 %(value)s cm：是不是 %(suggestion_cm)s？上一轮是 %(before_cm)s。"),
    "dbh_shrank": _(
        "%(file)s 第 %(row)s 行，胸径 %(value)s cm，比上一轮的 %(before_cm)s cm 细了两成以上。核对是不是同一株。"
    ),
    "species_changed": _("%(file)s 第 %(row)s 行，树种 %(value)s，上一轮是 %(before)s。核对一下是哪一种。"),
    "tree_vanished": _(
        "%(file)s 第 %(row)s 行，样地 %(plot)s 的 %(value)s 号树第 %(round)s 轮没有记录。"
        "补上一行，写明是枯死、已采伐还是没找到。"
    ),
    "tree_revived": _(
        "%(file)s 第 %(row)s 行，%(value)s 号树是活的，第 %(round)s 轮却记为 %(before)s。"
        "核对编号，或改对其中一轮的状态。"
    ),
    "height_doubtful": _(
        "%(file)s 第 %(row)s 行，树高 %(value)s m 与胸径 %(dbh_cm)s cm 对不上，其中一个多半写错了。"
        "看看小数点，胸径和树高是不是写反了。"
    ),
    "dbh_apart": _(
        "%(file)s 第 %(row)s 行，胸径 %(value)s cm：是不是 %(suggestion_cm)s？"
        "同一样地这个树种的其余各株在 %(low_cm)s 到 %(high_cm)s cm 之间。"
    ),
    "date_repeated": _(
        "%(file)s 第 %(row)s 行，样地 %(plot)s 第 %(round)s 轮的日期 %(value)s 与第 %(before)s 轮相同。"
        "看看是不是抄了上一轮的日期。"
    ),
    "soil_too_dense": _(
        "%(file)s 第 %(row)s 行，容重 %(value)s g/cm³ 偏大：有机碳 %(soc_g_kg)s g/kg 的土一般不到 %(limit)s。"
        "看看容重和有机碳的单位、小数点。"
    ),
    "soil_too_light": _(
        "%(file)s 第 %(row)s 行，容重 %(value)s g/cm³ 偏小：这样轻的土，有机碳不会只有 %(soc_g_kg)s g/kg。"
        "看看容重和有机碳的单位、小数点。"
    ),
}
"""Faults of a survey by code; parameters file, row, column, value and those of the fault."""

CAUSES: dict[str, StrPromise] = {
    "unexpected end of data": _("引号开了没有合上"),
    "line contains NUL": _("里面有空字符，不是文本"),
    "field larger than field limit (131072)": _("有一格长得离谱，像是引号没有合上"),
    "',' expected after '\"'": _("引号后面不是逗号"),
}
"""Why a CSV file cannot be read on, by what the reader says."""

INTAKE: dict[str, StrPromise] = {
    "heading_unit": _(
        "%(file)s 的“%(column)s”一列，表头写的单位是 %(value)s，这里要 %(unit)s。换算好再传，表头也改过来。"
    ),
    "cell_merged": _(
        "%(file)s 第 %(row)s 行，%(column)s 在合并单元格 %(range)s 里，读不出自己的值。拆开，每一格各写各的。"
    ),
    "formula_error": _("%(file)s 第 %(row)s 行，%(column)s 的公式算出了 %(value)s。改好公式，或者直接写数。"),
    "formula_not_calculated": _(
        "%(file)s 第 %(row)s 行，%(column)s 的公式还没有算过。用 Excel 打开、保存一次再传，或者直接写数。"
    ),
    "became_date": _(
        "%(file)s 第 %(row)s 行，%(column)s 被 Excel 当成了日期 %(value)s。把这一列设成文本，重写原来的字。"
    ),
    "other_programme": _("这份表是给 %(value)s 的，不是这个计划 %(programme)s 的。传到那一个计划，或下载这里的模板。"),
    "sheet_unknown": _("工作表“%(value)s”不是调查表，没有读。要读的话，改成模板里的表名，例如 每木。"),
    "file_left_out": _("文件 %(value)s 不是调查表，没有读。"),
    "sheet_without_heading": _("%(file)s 找不到表头，没有读。表头要在前十二行里，用模板里的字。"),
    "heading_unknown": _("%(file)s 的“%(value)s”一列不认识，原样留着，不参加计算。"),
    "heading_blank": _("%(file)s 有一列没有表头，这一列没有读。写上表头，或者删去这一列。"),
    "row_hidden": _("%(file)s 第 %(row)s 行是隐藏的，照样读了。不要的话删去它。"),
    "row_left_out": _("%(file)s 第 %(row)s 行“%(value)s”像是备注或合计，没有读。"),
    "read_as_gbk": _("%(file)s 不是 UTF-8，按 GBK 读的。看看汉字对不对；不对就另存为“CSV UTF-8”再传。"),
    "template_old": _("这份表是第 %(value)s 版的模板，现在是第 %(version)s 版。照样读了。"),
}
"""What can be wrong with a workbook itself, by code."""

MEANT: dict[str, StrPromise] = {
    "full_width": _("有全角的字符"),
    "blanks": _("数字中间有空格"),
    "comma": _("有逗号"),
    "unit": _("带了单位"),
    "words_around": _("写了别的字"),
    "digits": _("八位数字写的日期"),
    "serial": _("日期变成了 Excel 的序号"),
    "close": _("写法相近"),
    "spelling": _("只差写法或前面的零"),
    "decimal_point": _("小数点像是错了一位"),
}
"""By which sign it is seen what was meant."""
