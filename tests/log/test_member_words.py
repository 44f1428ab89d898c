"""What members say is English between programs and in the reader's language for people; codes stay codes."""

import re

import pytest

from tanhui.core.ledger import DONE, REFUSAL_CODES
from tanhui.witness import words
from tanhui.witness.words import OUTCOMES, RULES, say, spoken

CHINESE = re.compile(r"[\u4e00-\u9fff]")
FACTS = {
    "place": 7, "height": 3, "size": 12, "count": 2, "wanted": 5, "status": 404, "mg": 10**9, "rule": "leaf",
    "url": "https://log.example/checkpoint", "path": "entries/000.p/5", "name": "log.example", "lot": "BT-L-2026-0001",
    "source": "BT-A-000001/live", "target": "BT-A-000002/live", "act": "transfer", "id": "ab" * 16,
    "outcome": "insufficient_balance", "why": "leaf 4 is missing", "found": "nothing", "expected": "nothing",
    "number": 2, "key": "log.example+11111111+AAAA", "next": "log.example+22222222+BBBB", "day": 20784,
    "holdings": 9, "piles": 4, "root": "ab" * 32,
}  # fmt: skip


def blanks(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


@pytest.mark.parametrize("code", words._SENTENCES)
def test_every_sentence_is_understood_again_and_spoken_in_chinese(code: str):
    sentence = words._SENTENCES[code]
    assert blanks(sentence.en) == blanks(sentence.zh)
    facts = {name: FACTS[name] for name in blanks(sentence.en)}
    english = say(code, **facts)
    assert not CHINESE.search(english)
    chinese = spoken(english, "zh")
    assert CHINESE.search(chinese)
    assert chinese != english
    assert spoken(english, "en") == english
    plain = {name for name in facts if name not in {"why", "found", "expected", "rule", "outcome"}}
    assert all(str(facts[name]) in chinese for name in plain)


def test_every_outcome_and_every_way_to_break_a_rule_has_words_beside_its_code():
    assert list(OUTCOMES) == [DONE, *REFUSAL_CODES]
    for code, said in {**OUTCOMES, **RULES}.items():
        assert CHINESE.search(said), code
    assert set(RULES) == {"malformed_leaf", "header", "previous_root", "leaf", "day_end"}


def test_a_broken_rule_is_told_whole_with_both_sides_and_their_codes():
    ours = say("deed", act="transfer", id="ab" * 16, outcome="insufficient_balance")
    theirs = say("deed", act="transfer", id="ab" * 16, outcome="done")
    english = say("own", why=say("breaks", place=9, height=2, rule="leaf", found=theirs, expected=ours))
    assert english == (
        f"our own copy is damaged: leaf 9 in block 2, leaf: the log has transfer {'ab' * 16}: done, "
        f"the rules give transfer {'ab' * 16}: insufficient_balance"
    )
    assert spoken(english, "zh") == (
        f"自己的副本坏了：第 2 块第 9 条，不是规则给出的（leaf）：账本上是 指令 transfer {'ab' * 16}，已记账（done），"
        f"规则给出的是 指令 transfer {'ab' * 16}，余额不够（insufficient_balance）"
    )


@pytest.mark.parametrize("text", ["", "anything at all", "leaf x is missing", "<b>nothing</b>", "块"])
def test_what_a_stranger_says_stays_as_it_came(text: str):
    assert spoken(text, "zh") == text
