"""A carbon method as a value: its pools, equations, factors and precision rule, each with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple


class Parameter(NamedTuple):
    """A number of a method with its provenance. `confidence` is found, memory-high/-med/-low or design."""

    name: str
    value: Fraction
    unit: str
    low: str
    high: str
    source: str
    confidence: str


class EcosystemRule(NamedTuple):
    """Pools of an ecosystem. `required` count and must be there; `reported` count where measured alike."""

    issued: bool
    required: tuple[str, ...]
    reported: tuple[str, ...]

    @property
    def pools(self) -> tuple[str, ...]:
        return self.required + self.reported


class Equation(NamedTuple):
    """Dry mass (kg) of one organ of a tree.

    power: a·x^b, exp: e^(a + b·ln x), with x = D²H (d2h) or D (d); ratio: b times the organs above ground.
    """

    species: str
    organ: str
    form: str
    variable: str
    a: str
    b: str
    dbh_cm: tuple[float, float]
    height_m: tuple[float, float]
    enabled: bool
    source: str
    confidence: str
    note: str


class Species(NamedTuple):
    """Which equations and carbon fraction a species name goes by."""

    name: str
    equation: str
    surrogate: bool
    carbon_fraction: Fraction
    source: str
    confidence: str


class VolumeFactors(NamedTuple):
    """Factors from stand volume to carbon: above-ground expansion, roots, basic density, carbon fraction."""

    species: str
    bef: Fraction
    root_ratio: Fraction
    density_t_m3: Fraction
    carbon_fraction: Fraction
    source: str
    confidence: str


class DeductionStep(NamedTuple):
    """Up to which uncertainty a share is deducted; no upper end is the rest, no share means nothing is issued."""

    to_percent: Fraction | None
    inclusive: bool
    share_percent: Fraction | None


class DeductionRule(NamedTuple):
    """Steps in rising order. `of` says of what the share is taken: half_width or change."""

    rule: str
    of: str
    steps: tuple[DeductionStep, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """One version of a method. `species` and `volumes` are keyed by every name that may be written, folded."""

    id: str
    version: str
    hash: str
    title_zh: str
    title_en: str
    summary_zh: str
    summary_en: str
    lineage: tuple[str, ...]
    full_text_at_hand: bool
    tree_route: str
    sources: tuple[str, ...]
    printed_error: bool
    stated_totals: bool
    ecosystems: Mapping[str, EcosystemRule]
    deduction: DeductionRule
    parameters: Mapping[str, Parameter]
    species: Mapping[str, Species]
    equations: Mapping[str, tuple[Equation, ...]]
    volumes: Mapping[str, VolumeFactors]

    def value(self, parameter: str) -> Fraction:
        return self.parameters[parameter].value

    def pools(self, ecosystem: str) -> tuple[str, ...]:
        rule = self.ecosystems.get(ecosystem)
        return rule.pools if rule else ()

    def issues(self, ecosystem: str) -> bool:
        rule = self.ecosystems.get(ecosystem)
        return rule is not None and rule.issued


def folded(name: str) -> str:
    """A species name as it is looked up: small letters, single spaces, × written as x."""
    return " ".join(name.replace("×", "x").casefold().split())
