"""What a member says of a log: each sentence once, in English as it goes over the wire, and in Chinese for its reader.

Members and registries of any language talk to each other in the English sentences. Whoever shows one to a person puts
it into that person's language here; a sentence that is none of these stays as it came. Codes stay codes in both.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple


class _Sentence(NamedTuple):
    en: str
    zh: str


_SENTENCES: Final[Mapping[str, _Sentence]] = {
    "own": _Sentence("our own copy is damaged: {why}", "自己的副本坏了：{why}"),
    "breaks": _Sentence(
        "leaf {place} in block {height}, {rule}: the log has {found}, the rules give {expected}",
        "第 {height} 块第 {place} 条，{rule}：账本上是 {found}，规则给出的是 {expected}",
    ),
    "other_root": _Sentence(
        "block {height} from leaf {place} on has another root", "第 {height} 块从第 {place} 条起，根不同"
    ),
    "missing": _Sentence("leaf {place} is missing", "缺第 {place} 条"),
    "kept": _Sentence("the checkpoint kept for {size} leaves: {why}", "存着的 {size} 条时的检查点：{why}"),
    "own_root": _Sentence("{size} leaves do not give the root that the log had signed", "{size} 条算不出账本签过的根"),
    "two_histories": _Sentence(
        "two histories: for {size} leaves the log signed another root than the one replayed",
        "有两份历史：同样 {size} 条，账本签的根和重放得到的不同",
    ),
    "two_histories_handed": _Sentence(
        "two histories: the key was handed over at {size} leaves, and their root is another one",
        "有两份历史：换公钥的交接书写在 {size} 条时，那里的根和重放得到的不同",
    ),
    "not_handed": _Sentence("the key {key} did not sign that {next} follows it", "公钥 {key} 没有签过由 {next} 接任"),
    "strange_key": _Sentence("the key {key} is none of those that were handed over", "公钥 {key} 不在交接过的公钥里"),
    "other_hand_over": _Sentence(
        "hand-over {number} is not the one that the log showed before", "第 {number} 份交接书和账本先前给的不是同一份"
    ),
    "no_block": _Sentence(
        "no block ends after {size} leaves, and yet it signed so many", "没有哪一块止于第 {size} 条，它却签了这么多"
    ),
    "not_root": _Sentence(
        "its leaves do not give the root that it signed over {size} leaves", "它给的账算不出它在 {size} 条时签的根"
    ),
    "short": _Sentence("{path} has {count} leaves and not {wanted}", "{path} 有 {count} 条，不是 {wanted} 条"),
    "answers": _Sentence("{url} answers {status}", "{url} 答复 {status}"),
    "replaying": _Sentence("still replaying earlier blocks", "还在重放前面的块"),
    "origin": _Sentence("a checkpoint of {found}, not of {wanted}", "是 {found} 的检查点，不是 {wanted} 的"),
    "not_signed": _Sentence("the signature of {name} does not fit the text", "{name} 的签名对不上"),
    "deed": _Sentence("{act} {id}: {outcome}", "指令 {act} {id}，{outcome}"),
    "entry": _Sentence("{mg} mg of {lot} from {source} to {target}", "批次 {lot} 的 {mg} 毫克从 {source} 到 {target}"),
    "day_end": _Sentence(
        "day {day} ended after block {height} with {holdings} holdings in {piles} piles, root {root}",
        "第 {day} 天止于第 {height} 块，{holdings} 个余额分 {piles} 摞，根 {root}",
    ),
    "header": _Sentence("the header of block {height}", "第 {height} 块的块头"),
    "nothing": _Sentence("nothing", "没有"),
}
_SHAPES: Final = {
    "place": r"\d+", "number": r"\d+", "height": r"\d+", "size": r"\d+", "count": r"\d+", "wanted": r".+?",
    "status": r"\d+",
    "mg": r"\d+", "rule": r"\w+", "act": r"[a-z_]+", "id": r"[0-9a-f]{32}", "outcome": r"\w+", "url": r"\S+",
    "day": r"-?\d+", "holdings": r"\d+", "piles": r"\d+", "root": r"[0-9a-f]{64}",
    "path": r"\S+", "key": r"\S+", "next": r"\S+", "lot": r"\S+", "source": r"\S+", "target": r"\S+",
}  # fmt: skip
"""What can stand in a blank, where it is not any text."""

RULES: Final[Mapping[str, str]] = {
    "malformed_leaf": "读不懂",
    "header": "块头不合规则",
    "previous_root": "写的前一块的根不对",
    "leaf": "不是规则给出的",
    "day_end": "日结的数不对",
}
"""Of a broken rule: in which way, by its code."""

OUTCOMES: Final[Mapping[str, str]] = {
    "done": "已记账",
    "wrong_role": "身份不行",
    "unknown_account": "没有这个账户",
    "account_exists": "账号用过",
    "reserved_account": "账本自己的账号",
    "bad_account_kind": "没有这类账户",
    "wrong_account_kind": "账户种类不对",
    "unknown_lot": "没有这个批次",
    "lot_exists": "批次号用过",
    "origin_already_issued": "已经进过账",
    "not_positive": "数量不大于零",
    "too_large": "数量太大",
    "bad_buffer_share": "缓冲份额不对",
    "same_account": "给出和接收是一户",
    "insufficient_balance": "余额不够",
    "bad_purpose": "没有这种用途",
    "account_closed": "已销户",
    "account_not_empty": "账户里还有",
    "account_frozen": "账户冻结",
    "encumbrance_exists": "编号用过",
    "unknown_encumbrance": "没有这一笔",
    "encumbrance_differs": "绑定的不是它",
    "encumbrance_ended": "已经了结",
    "more_than_encumbered": "绑定的没有这么多",
    "bad_hold_purpose": "没有这种占用",
    "expiry_passed": "期限已过",
    "hold_not_postable": "不能成交",
    "hold_expired": "已经到期",
    "hold_not_expired": "还没到期",
    "wrong_buffer": "不是它的缓冲池",
    "no_absorber": "没有人补足",
    "more_than_stands": "批次没有这么多",
    "bad_correction": "更正的量不对",
    "repeated_recipient": "名单里重复",
    "wrong_day": "不是该结的那一天",
    "link_refused": "一组里有一笔办不了",
    "id_reused_with_other_content": "指令编号用过",
}
"""Every outcome that the ledger writes down, for the reader; its code stands beside it."""


def say(code: str, **facts: object) -> str:
    """Return a sentence in English, as it goes over the wire and into a member's book."""
    return _SENTENCES[code].en.format(**facts)


def spoken(text: str, language: str) -> str:
    """Return what a member said in the reader's language, `zh` or `en`; what is no sentence of a member as it came."""
    if language != "zh":
        return text
    for code, pattern in _PATTERNS.items():
        if found := pattern.fullmatch(text):
            facts = {name: _fact(name, value) for name, value in found.groupdict().items()}
            return _SENTENCES[code].zh.format(**facts)
    return text


def _fact(name: str, value: str) -> str:
    if name == "rule":
        return f"{RULES[value]}（{value}）" if value in RULES else value
    if name == "outcome":
        return f"{OUTCOMES[value]}（{value}）" if value in OUTCOMES else value
    return spoken(value, "zh") if name in {"why", "found", "expected"} else value


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", sentence)
    words = [
        f"(?P<{part}>{_SHAPES.get(part, '.+')})" if place % 2 else re.escape(part) for place, part in enumerate(parts)
    ]
    return re.compile("".join(words))


_PATTERNS: Final = {code: _pattern(sentence.en) for code, sentence in _SENTENCES.items()}
