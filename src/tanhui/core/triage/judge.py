"""Judge one condition: met, failed, unknown or not applicable.

An unknown fact makes a condition unknown. Where it is not known whether the condition is asked at all, it is met if
it would be met anyway, and unknown otherwise.
"""

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

from tanhui.core.triage.model import Condition, Test, Verdict
from tanhui.core.triage.values import Value

Facts = Mapping[str, Value]


def judge(condition: Condition, facts: Facts) -> Verdict:
    """Return the verdict on one condition."""
    asked = Verdict.MET if condition.when is None else holds(condition.when, facts)
    if asked == Verdict.FAILED:
        return Verdict.NOT_APPLICABLE
    verdict = holds(condition.test, facts)
    if asked == Verdict.UNKNOWN and verdict == Verdict.FAILED:
        return Verdict.UNKNOWN
    return verdict


def holds(test: Test, facts: Facts) -> Verdict:
    """Return met, failed or unknown."""
    value = facts.get(test.fact)
    if value is None:
        return Verdict.UNKNOWN
    answer = TESTS[test.test](value, test.wanted, facts)
    if answer is None:
        return Verdict.UNKNOWN
    return Verdict.MET if answer else Verdict.FAILED


def _is(value: Value, wanted: str, _facts: Facts) -> bool:
    return value in wanted.split("|")


def _at_least(value: Value, wanted: str, _facts: Facts) -> bool:
    return _number(value) >= Fraction(wanted)


def _at_most(value: Value, wanted: str, _facts: Facts) -> bool:
    return _number(value) <= Fraction(wanted)


def _less_than(value: Value, wanted: str, _facts: Facts) -> bool:
    return _number(value) < Fraction(wanted)


def _not_before(value: Value, wanted: str, _facts: Facts) -> bool:
    return _day(value) >= date.fromisoformat(wanted)


def _not_after(value: Value, wanted: str, _facts: Facts) -> bool:
    return _day(value) <= date.fromisoformat(wanted)


def _not_after_assessment(value: Value, _wanted: str, facts: Facts) -> bool | None:
    today = facts.get("assessed_on")
    return None if today is None else _day(value) <= _day(today)


def _within_years_of_assessment(value: Value, wanted: str, facts: Facts) -> bool | None:
    """The day lies no more than so many years before the day of the decision."""
    today = facts.get("assessed_on")
    return None if today is None else _day(value) >= years_after(_day(today), -int(wanted))


def _within_years_of_period(value: Value, wanted: str, facts: Facts) -> bool | None:
    """The last day lies no more than so many years after the first."""
    first = facts.get("period_from")
    return None if first is None else _day(value) <= years_after(_day(first), int(wanted))


def years_after(day: date, years: int) -> date:
    """Return the same day of another year; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _number(value: Value) -> Fraction:
    assert isinstance(value, Fraction)
    return value


def _day(value: Value) -> date:
    assert isinstance(value, date)
    return value


TESTS: Mapping[str, Callable[[Value, str, Facts], bool | None]] = {
    "is": _is,
    "at_least": _at_least,
    "at_most": _at_most,
    "less_than": _less_than,
    "not_before": _not_before,
    "not_after": _not_after,
    "not_after_assessment": _not_after_assessment,
    "within_years_of_assessment": _within_years_of_assessment,
    "within_years_of_period": _within_years_of_period,
}
KINDS: Mapping[str, frozenset[str]] = {
    "is": frozenset({"word", "yes_no"}),
    **dict.fromkeys(("at_least", "at_most", "less_than"), frozenset({"number"})),
    **dict.fromkeys(
        (
            "not_before",
            "not_after",
            "not_after_assessment",
            "within_years_of_assessment",
            "within_years_of_period",
        ),
        frozenset({"date"}),
    ),
}
"""Of which kind a fact must be for a test."""
