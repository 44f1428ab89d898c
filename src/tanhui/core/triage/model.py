"""A decision table as a value: the facts that it asks for, its conditions and parameters, each with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Outcome(StrEnum):
    """Where a parcel's period goes: exactly one of these."""

    CCER_RESERVE = "ccer_reserve"
    TICKET = "ticket"
    MONITORING_ONLY = "monitoring_only"


class Route(StrEnum):
    """The two ways to a credit, in the order in which they are asked."""

    CCER = "ccer"
    TICKET = "ticket"


class Verdict(StrEnum):
    MET = "met"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Word(NamedTuple):
    """One of the answers that a fact may have."""

    code: str
    name_zh: str
    name_en: str


class Fact(NamedTuple):
    """What is asked about a parcel's period. `kind` is word, yes_no, number or date; `document` settles it.

    `given_by` says who knows it: a person, the parcel table, or the register itself.
    """

    name: str
    kind: str
    unit: str
    words: tuple[Word, ...]
    label_zh: str
    label_en: str
    document_zh: str
    document_en: str
    given_by: str
    source: str
    confidence: str


class Parameter(NamedTuple):
    """A number, day or word of the table that may be set otherwise, with its provenance."""

    name: str
    value: str
    unit: str
    text_zh: str
    text_en: str
    source: str
    confidence: str


class Test(NamedTuple):
    """What is asked of a fact. `wanted` is as written, parameters put in."""

    fact: str
    test: str
    wanted: str


class Condition(NamedTuple):
    """One condition of a route. With a `when`, it is asked only where that holds. Examples are values of its fact."""

    name: str
    route: Route
    group: str
    test: Test
    when: Test | None
    text_zh: str
    text_en: str
    example_met: str
    example_failed: str
    source: str
    confidence: str


class Group(NamedTuple):
    """Conditions of which one is enough."""

    name: str
    title_zh: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Table:
    """One version of a decision table. `land_classes` turns codes of parcel tables into words of `land_class`."""

    id: str
    version: str
    hash: str
    title_zh: str
    title_en: str
    summary_zh: str
    summary_en: str
    rules_zh: tuple[str, ...]
    rules_en: tuple[str, ...]
    lineage: tuple[str, ...]
    full_text_at_hand: bool
    facts: Mapping[str, Fact]
    conditions: tuple[Condition, ...]
    groups: Mapping[str, Group]
    parameters: Mapping[str, Parameter]
    land_classes: Mapping[str, str]

    def of_route(self, route: Route) -> tuple[Condition, ...]:
        return tuple(condition for condition in self.conditions if condition.route == route)


class TableFault(ValueError):  # noqa: N818 - the same word as for methods and surveys
    """A table file that cannot be used; says which file and why."""
