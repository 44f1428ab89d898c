"""Words and marks of what binds: `{% load orders %}`."""

from collections.abc import Mapping, Sequence

from django import template
from django.utils.translation import gettext_lazy as _

from tanhui.registry.queries.bindings import MOST_BINDINGS
from tanhui.registry.wording import HOLD_PURPOSES

register = template.Library()

SORTS = {
    "freeze": _("冻结"),
    "pledge": _("质押"),
    "hold": _("占用"),
    "out": _("转出外区"),
    "in": _("外区转入"),
}
BADGES = {"freeze": "due", "pledge": "bound"}
FOUND = {
    "lot": _("批次"),
    "certificate": _("注销证书"),
    "project": _("项目"),
    "account": _("登记账户"),
    "command": _("指令"),
    "root": _("树根"),
    "evidence": _("制发依据"),
    "block": _("区块"),
    "serial": _("已注销的序号"),
    "serial_away": _("转往外区的序号"),
    "serial_free": _("没有注销的序号"),
}


@register.filter
def is_cut(rows: Sequence[object]) -> bool:
    """Whether a list of what binds may have more than it shows."""
    return len(rows) >= MOST_BINDINGS


@register.filter
def sort_word(code: str) -> object:
    return SORTS.get(code, code)


@register.filter
def hold_purpose_word(code: str) -> object:
    return HOLD_PURPOSES.get(code, code)


@register.filter
def sort_badge(code: str) -> str:
    """The badge of what binds: due for a freeze, bound for a pledge, wait for what only waits."""
    return BADGES.get(code, "wait")


@register.filter
def of_sort(ends: Mapping[str, Sequence[str]], sort: str) -> Sequence[str]:
    """The kinds of order by which something of this sort ends."""
    return ends.get(sort, ())


@register.filter
def found_word(code: str) -> object:
    return FOUND[code]
