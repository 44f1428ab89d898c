"""The words of facts: what a value is called, and what is wrong with one that cannot be."""

from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanhui.core.triage import Fact, FactFault, Table
from tanhui.core.triage.values import words_of


def english() -> bool:
    return (get_language() or "").startswith("en")


def label_of(fact: Fact) -> str:
    return fact.label_en if english() else fact.label_zh


def document_of_fact(fact: Fact) -> str:
    return fact.document_en if english() else fact.document_zh


def value_words(fact: Fact, value: str | None) -> str:
    """Return a value as a reader sees it: the word in the reader's language, or the number with its unit."""
    if value is None or value == "":
        return ""
    for word in words_of(fact):
        if word.code == value:
            return word.name_en if english() else word.name_zh
    return quantity_words(fact, value) if fact.kind == "number" else value


def quantity_words(fact: Fact, said: str) -> str:
    """Return a number of a fact as a reader sees it, thousands by comma, with its unit: 1,924,304 m²."""
    return f"{Decimal(said):,f} {unit_of(fact)}".strip()


def unit_of(fact: Fact) -> str:
    """Return the unit of a fact as a reader sees it."""
    return {"m2": "m²"}.get(fact.unit, fact.unit)


def fault_sentence(table: Table, fault: FactFault) -> str:
    """Return what is wrong with a value, and what it may be."""
    fact = table.facts.get(fault.fact)
    facts = {"fact": label_of(fact) if fact else fault.fact, "value": fault.value}
    sentences = {
        "unknown_fact": _("判定表里没有“%(fact)s”这一项。"),
        "unknown_word": _("“%(fact)s”填了“%(value)s”，只能是：%(words)s。"),
        "not_a_number": _("“%(fact)s”填了“%(value)s”，应该是一个数。"),
        "negative_number": _("“%(fact)s”填了“%(value)s”，不能小于 0。"),
        "not_a_date": _("“%(fact)s”填了“%(value)s”，应该是日期，如 2021-04-01。"),
    }
    words = _("、").join(value_words(fact, code) for code in fault.words) if fact else ""
    return sentences[fault.code] % {**facts, "words": words}
