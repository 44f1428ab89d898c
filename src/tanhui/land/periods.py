"""Monitoring periods: from a first day up to a last one."""

from datetime import date

from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem

Period = tuple[date, date]


def check_period(period: Period) -> None:
    """Raise `bad_period` unless the last day is later than the first."""
    if period[0] >= period[1]:
        text = _("监测期的最后一天没有晚于第一天：看看两个日期是不是写反了。")
        raise Problem("bad_period", text, field="period_from")
