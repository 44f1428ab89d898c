"""The words of lists: what their states are called, and what is wrong with a row."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanhui.core.triage.listing import ListingFault

STATUSES = {
    "announced": gettext_lazy("公示项目"),
    "registered": gettext_lazy("已登记项目"),
    "removal_announced": gettext_lazy("公示减排量"),
    "removal_registered": gettext_lazy("已登记减排量"),
    "issued": gettext_lazy("已签发"),
}


def listing_fault_sentence(fault: ListingFault) -> str:
    """Return what is wrong and how to mend it."""
    sentences = {
        "no_heading": _("第一行里没有“项目名称”这一栏：第一行要是栏名。"),
        "no_rows": _("只有栏名，没有项目。"),
        "name_missing": _("这一行没有项目名称。"),
        "unknown_status": _(
            "不认识这个状态，只能是：公示项目、已登记项目、公示减排量、已登记减排量、已签发，或 1 到 5。"
        ),
        "bad_date": _("不是日期，应该像 20240301 或 2024-03-01。"),
        "bad_number": _("不是吨数，应该是 0 以上的数。"),
        "bad_boundary": _("不是边界，应该是 WKT 或 GeoJSON 的面，用经纬度。"),
        "period_reversed": _("结束不晚于开始。"),
        "twice": _("和前面一行是同一个项目，去掉一行。"),
        "too_long": _("这一格太长。"),
    }
    return sentences[fault.code]


def listing_fault_row(fault: ListingFault) -> dict[str, Any]:
    return {
        "file": _("清单"),
        "row": fault.row,
        "column": fault.column,
        "value": fault.value,
        "sentence": listing_fault_sentence(fault),
        "code": fault.code,
        "severity": "error",
    }
