"""Words and marks of field data: `{% load intake %}`."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanhui.monitoring.intake import grids, words
from tanhui.monitoring.models import Upload, UploadState
from tanhui.site.templatetags.tanhui import badge

register = template.Library()

FATES = {
    "survived": gettext_lazy("还活着"),
    "died": gettext_lazy("枯死"),
    "removed": gettext_lazy("采伐"),
    "missing": gettext_lazy("没找到"),
    "vanished": gettext_lazy("没有记录"),
    "ingrowth": gettext_lazy("进界"),
    "new": gettext_lazy("新号"),
    "revived": gettext_lazy("死而复生"),
    "gone_before": gettext_lazy("前一轮已死或已采"),
}
FATE_BADGES = {"survived": "go", "vanished": "due", "new": "due", "missing": "due", "ingrowth": "go", "revived": "due"}
STATE_BADGES = {
    UploadState.CHECKING: "go",
    UploadState.FAULTY: "stop",
    UploadState.READY: "wait",
    UploadState.BOOKED: "end",
    UploadState.DROPPED: "weak",
    UploadState.RETURNED: "due",
}


@register.filter
def table_word(file: str) -> str:
    return words.table_word(file)


@register.filter
def fate_word(fate: str) -> object:
    return FATES.get(fate, fate)


@register.simple_tag
def fate_badge(fate: str) -> SafeString:
    return badge(FATE_BADGES.get(fate, "wait"), str(FATES.get(fate, fate)))


@register.simple_tag
def fault_badge(severity: str) -> SafeString:
    return badge("stop", _("错")) if severity == "error" else badge("due", _("提醒"))


@register.simple_tag
def upload_badge(upload: Upload) -> SafeString:
    return badge(STATE_BADGES[UploadState(upload.state)], str(UploadState(upload.state).label))


@register.simple_tag
def upload_title(upload: Upload) -> str:
    """What of it matters most, as a sentence."""
    errors, warnings = upload.summary.get("errors", 0), upload.summary.get("warnings", 0)
    if upload.state == UploadState.BOOKED:
        return _("这份已经入库")
    if upload.state == UploadState.DROPPED:
        return _("这份放下了")
    if upload.state == UploadState.RETURNED:
        return _("这份退回了，没有入库")
    if upload.state == UploadState.CHECKING:
        return _("收好了，还没查完")
    if errors:
        return _("%(count)s 处要改，一格也没有入库") % {"count": errors}
    if warnings:
        return _("没有错，%(count)s 处提醒要看") % {"count": warnings}
    return _("没有错，等另一位入库")


@register.simple_tag
def cell_address(row: int, column: int) -> str:
    return grids.address(row, column)
