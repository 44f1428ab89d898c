"""What an order is called, what its button says, and why it may not be this person's to sign."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from tanhui.people.models import Role
from tanhui.registry.models import Order

TITLES: Mapping[str, object] = {
    "issue": _("制发批次 %(lot)s"),
    "transfer": _("流转登记，批次 %(lot)s"),
    "retire": _("注销，批次 %(lot)s"),
}
SIGN_WORDS: Mapping[str, object] = {
    "issue": _("签名并制发"),
    "transfer": _("签名并转让"),
    "retire": _("签名并注销"),
}
NOT_YOURS: Mapping[str, object] = {Role.OPERATOR: _("只有登记人员能复核。"), Role.SUPERVISOR: _("只有监督人员能复核。")}
YOUR_OWN: Mapping[str, object] = {
    Role.OPERATOR: _("这笔是你经办的，要由另一位登记人员复核。"),
    Role.SUPERVISOR: _("这笔是你经办的，要由另一位监督人员复核。"),
}


def order_title(order: Order) -> str:
    """Return one line that names an order."""
    return str(TITLES[order.kind]) % {"lot": order.lot}
