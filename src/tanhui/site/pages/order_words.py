"""What an order is called, what its button says, and why it may not be this person's to sign."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from tanhui.people.models import Role
from tanhui.registry.models import Order

TITLES: Mapping[str, object] = {
    "issue": _("制发批次 %(lot)s"),
    "transfer": _("流转登记，批次 %(lot)s"),
    "retire": _("注销，批次 %(lot)s"),
    "freeze": _("冻结，%(of)s"),
    "unfreeze": _("解冻 %(encumbrance)s"),
    "pledge": _("质押，批次 %(lot)s"),
    "release": _("解押 %(encumbrance)s"),
    "foreclose": _("处置质押 %(encumbrance)s"),
    "revoke": _("撤销，批次 %(lot)s"),
    "reverse": _("逆转，批次 %(lot)s"),
    "correct": _("更正，批次 %(lot)s"),
    "hold": _("占用，批次 %(lot)s"),
    "post": _("成交 %(encumbrance)s"),
    "void": _("撤回占用 %(encumbrance)s"),
    "distribute": _("分发，批次 %(lot)s"),
    "correspond_out": _("转出外区 %(region)s，批次 %(lot)s"),
    "correspond_in": _("外区 %(region)s 转入"),
    "correspond_confirm": _("外区确认 %(encumbrance)s"),
    "correspond_return": _("外区退回 %(encumbrance)s"),
    "close_account": _("销户 %(account)s"),
}
SIGN_WORDS: Mapping[str, object] = {
    "issue": _("签名并制发"),
    "transfer": _("签名并转让"),
    "retire": _("签名并注销"),
    "freeze": _("签名并冻结"),
    "unfreeze": _("签名并解冻"),
    "pledge": _("签名并质押"),
    "release": _("签名并解押"),
    "foreclose": _("签名并处置"),
    "revoke": _("签名并撤销"),
    "reverse": _("签名并逆转"),
    "correct": _("签名并更正"),
    "hold": _("签名并占用"),
    "post": _("签名并成交"),
    "void": _("签名并撤回占用"),
    "distribute": _("签名并分发"),
    "correspond_out": _("签名并转出"),
    "correspond_in": _("签名并转入"),
    "correspond_confirm": _("签名并确认"),
    "correspond_return": _("签名并退回"),
    "close_account": _("签名并销户"),
}
SOURCE_WORDS: Mapping[str, object] = {
    "pledge": _("出质人"),
    "release": _("出质人"),
    "foreclose": _("出质人"),
    "reverse": _("由谁补足"),
    "correct": _("由谁补足"),
    "distribute": _("付方"),
    "correspond_in": _("转入谁的账户"),
}
TARGET_WORDS: Mapping[str, object] = {"pledge": _("质权人"), "foreclose": _("归谁"), "post": _("谁买下")}
NOT_YOURS: Mapping[str, object] = {Role.OPERATOR: _("只有登记人员能复核。"), Role.SUPERVISOR: _("只有监督人员能复核。")}
YOUR_OWN: Mapping[str, object] = {
    Role.OPERATOR: _("这笔是你经办的，要由另一位登记人员复核。"),
    Role.SUPERVISOR: _("这笔是你经办的，要由另一位监督人员复核。"),
}


def order_title(order: Order) -> str:
    """Return one line that names an order."""
    of = _("批次 %(lot)s") % {"lot": order.lot} if order.lot else _("整个账户")
    told = {
        "lot": order.lot,
        "of": of,
        "region": order.terms.get("region", ""),
        "account": order.source,
        "encumbrance": order.terms.get("encumbrance", ""),
    }
    return str(TITLES[order.kind]) % told
