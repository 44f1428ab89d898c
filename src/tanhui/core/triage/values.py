"""Facts as they are written and as they are compared: words, yes or no, exact numbers, days."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from tanhui.core.triage.model import Fact, Word

Value = str | Fraction | date
YES_NO = (Word("yes", "是", "yes"), Word("no", "否", "no"))
LONGEST_NUMBER = 30


class FactFault(ValueError):  # noqa: N818 - the same word as for methods and surveys
    """A value that a fact cannot have. Codes: unknown_fact, unknown_word, not_a_number, negative_number, not_a_date."""

    def __init__(self, code: str, fact: str, value: str, words: Iterable[str] = ()) -> None:
        super().__init__(f"{code}: {fact} = {value!r}")
        self.code, self.fact, self.value, self.words = code, fact, value, tuple(words)


def words_of(fact: Fact) -> tuple[Word, ...]:
    return YES_NO if fact.kind == "yes_no" else fact.words


def read_value(fact: Fact, text: str) -> Value:
    """Return the value of a fact from its text. Raises FactFault."""
    said = text.strip()
    if fact.kind == "number":
        return _number(fact, said)
    if fact.kind == "date":
        return _day(fact, said)
    known = [word.code for word in words_of(fact)]
    if said not in known:
        raise FactFault("unknown_word", fact.name, said, known)
    return said


def read_facts(facts: Mapping[str, Fact], given: Mapping[str, str | None]) -> dict[str, Value]:
    """Return the values of all facts that are given; an empty text is a fact that is not known. Raises FactFault."""
    found: dict[str, Value] = {}
    for name in sorted(given):
        text = given[name]
        if name not in facts:
            raise FactFault("unknown_fact", name, text or "")
        if text is not None and text.strip():
            found[name] = read_value(facts[name], text)
    return found


def written(value: Value | None) -> str | None:
    """Return a value as a document writes it: 400, 399.5, 2021-04-01, yes."""
    if isinstance(value, Fraction):
        return str(value.numerator) if value.denominator == 1 else _decimal(value)
    return value.isoformat() if isinstance(value, date) else value


def _number(fact: Fact, said: str) -> Fraction:
    plain = said.replace(",", "").removesuffix("%").strip()
    if len(plain) > LONGEST_NUMBER or not plain.isascii() or not plain.lstrip("-").replace(".", "", 1).isdigit():
        raise FactFault("not_a_number", fact.name, said)
    value = Fraction(plain)
    if value < 0:
        raise FactFault("negative_number", fact.name, said)
    return value


def _day(fact: Fact, said: str) -> date:
    try:
        return date.fromisoformat(said.replace("/", "-"))
    except ValueError as error:
        raise FactFault("not_a_date", fact.name, said) from error


def _decimal(value: Fraction) -> str:
    """Numbers come from decimals, so they end: at most as many digits as were typed."""
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    whole = str(int(value * 10**digits)).rjust(digits + 1, "0")
    return f"{whole[:-digits]}.{whole[-digits:]}"
