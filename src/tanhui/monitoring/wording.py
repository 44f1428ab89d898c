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
