"""What went wrong with a witness, in words: one place for every code."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FAULT_WORDS: Final[Mapping[str, str | Promise]] = {
    "absent": _("没有答复。会再问。"),
    "not_yet": _("说还不能签。会再问。"),
    "unknown_log": _("不认识这本账或它的公钥。请它把账本公钥加上。"),
    "bad_answer": _("答复不合规定，没有采用。"),
    "no_signature": _("答复里没有它的签名。"),
    "bad_signature": _("签名不成立，没有收下。"),
    "other_size": _("签的是另一个检查点，没有收下。"),
    "clock": _("签名上的时间和这里差十分钟以上。"),
    "fork_ahead": _("它签过的账比这里的长：可能有另一份历史。"),
    "fork_same_size": _("同样长的账，它见过另一个根：可能有另一份历史。"),
    "other_history": _("它说这个检查点接不上它签过的那一个：可能有另一份历史。"),
    "rule_refused": _("它重放时有一条账不合规则，拒绝签名。"),
}
"""The last four are alarms. Which they are is said in `queries.ALARMS`."""


def fault_words(code: str) -> str | Promise:
    return FAULT_WORDS.get(code, code)
