"""What Excel is told of a column, so that it complains while somebody types: limits, words and lists."""

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from tanhui.core.carbon.survey import Column

DJANGO_LANGUAGE = {"zh": "zh-hans", "en": "en"}
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)


def validation(column: Column, cell: str, lists: Mapping[str, str], language: str) -> dict[str, Any] | None:
    """The validation of a column for XlsxWriter; `cell` is its first cell, `lists` the ranges of drop-downs by name.

    A list of names warns and lets new ones pass; a word or a number outside its limits is stopped.
    """
    with translation.override(DJANGO_LANGUAGE[language]):
        rule = _rule(column, cell, lists)
        if rule is None:
            return None
        return {"error_title": _("这一格填得不对"), "error_message": _message(column)[:255], **rule}


def _rule(column: Column, cell: str, lists: Mapping[str, str]) -> dict[str, Any] | None:
    if column.name in lists:
        strict = column.kind in {"word", "round"}
        return {"validate": "list", "source": lists[column.name], "error_type": "stop" if strict else "warning"}
    if column.kind == "number":
        return _number_rule(column, cell)
    if column.kind == "round":
        return {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": 9999}
    if column.kind == "year":
        return {"validate": "integer", "criteria": "between", "minimum": column.low, "maximum": column.high}
    if column.kind == "date":
        return {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY}
    return None


def _number_rule(column: Column, cell: str) -> dict[str, Any]:
    tests = [f"ISNUMBER({cell})"]
    if math.isfinite(column.low):
        tests.append(f"{cell}{'>' if column.above_low else '>='}{column.low:.15g}")
    if math.isfinite(column.high):
        tests.append(f"{cell}<={column.high:.15g}")
    return {"validate": "custom", "value": f"=AND({','.join(tests)})"}


def limits(column: Column) -> str:
    """The physical limits of a number in words; empty where there are none."""
    low, high = math.isfinite(column.low), math.isfinite(column.high)
    said = {"low": f"{column.low:g}", "high": f"{column.high:,.15g}"}
    if low and high:
        text = _("大于 %(low)s，到 %(high)s") if column.above_low else _("%(low)s 到 %(high)s")
        return text % said
    if low:
        return (_("大于 %(low)s") if column.above_low else _("不小于 %(low)s")) % said
    return ""


def _message(column: Column) -> str:
    if column.kind == "number":
        return _("只写数字和小数点，不带单位；没有量就空着。范围：%(limits)s。") % {
            "limits": limits(column) or _("任意数")
        }
    if column.kind == "round":
        return _("轮次写 1、2、3。")
    if column.kind == "year":
        return _("年份写四位数字。")
    if column.kind == "date":
        return _("日期写成 2026-08-31。")
    if column.kind == "word":
        return _("从下拉里选一个。")
    return _("下拉里没有这个名字。确实是新的就继续，不然看看是不是写错了。")
