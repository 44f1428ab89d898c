"""A carbon method as a value: its pools, equations, factors and rules, each row with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

IN_FORCE, TRIAL = "in_force", "trial"
FIXED_DEPTH, EQUAL_MASS = "fixed_depth", "equal_mass"
N_MINUS_M, SATTERTHWAITE = "n_minus_m", "satterthwaite"
DF_RULES = (N_MINUS_M, SATTERTHWAITE)
WEAK = frozenset({"memory-low", "memory-med"})


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
    """Pools of an ecosystem. `required` count and must be there; `reported` count where measured alike.

    `issued` says whether the ecosystem counts in the total of the whole area.
    """

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


class ShrubEquation(NamedTuple):
    """Dry mass (g) of a part of one shrub: power a·x^b or linear a·x + b, with x = V (m³), C (m²) or D²H.

    `part` is above, root or total. `low` and `high` bound x where the source prints the range of its plants.
    """

    species: str
    part: str
    form: str
    variable: str
    a: str
    b: str
    low: Fraction | None
    high: Fraction | None
    enabled: bool
    source: str
    confidence: str
    note: str


class ShrubSpecies(NamedTuple):
    """Which shrub equations a name goes by."""

    name: str
    equation: str
    surrogate: bool
    source: str
    confidence: str


class VolumeFactors(NamedTuple):
    """Factors from stand volume to carbon: above-ground expansion, roots, basic density, carbon fraction.

    `group` leads to the tables by class of stock (BCEF) and of biomass (R), where the method uses those.
    """

    species: str
    bef: Fraction
    root_ratio: Fraction
    density_t_m3: Fraction
    carbon_fraction: Fraction
    source: str
    confidence: str
    group: str = ""


class ClassStep(NamedTuple):
    """A factor up to a bound of its class variable; no bound is the rest."""

    group: str
    to: Fraction | None
    value: Fraction
    source: str
    confidence: str


class LitterFactor(NamedTuple):
    """Litter as a share of tree biomass: a·e^(b·B) percent, B above-ground biomass in t/ha."""

    species: str
    a: str
    b: str
    source: str
    confidence: str


class Factor(NamedTuple):
    """A default factor of IPCC: `kind` soc_ref, land_use, management or input; ± in percent of two sd."""

    kind: str
    key: str
    value: Fraction
    error_percent: Fraction
    source: str
    confidence: str


class Bound(NamedTuple):
    """Plausible carbon densities (tC/ha) of a pool, by ecosystem and dominant species; * is any."""

    region: str
    ecosystem: str
    species: str
    pool: str
    low: Fraction
    high: Fraction
    source: str
    confidence: str


class Formula(NamedTuple):
    """A formula and what it says in words."""

    name: str
    expression: str
    words_zh: str
    words_en: str
    source: str
    confidence: str


class DeductionStep(NamedTuple):
    """Up to which uncertainty a share is deducted; no upper end is the rest, no share means nothing is issued."""

    to_percent: Fraction | None
    inclusive: bool
    share_percent: Fraction | None
    source: str = ""
    confidence: str = ""


class DeductionRule(NamedTuple):
    """Steps in rising order. `of` says of what the share is taken: half_width, change, or excess.

    excess: of that part of the half-width which goes beyond the step before.
    """

    rule: str
    of: str
    steps: tuple[DeductionStep, ...]


class SoilRule(NamedTuple):
    """Which figure of soil carbon decides, and no deeper than what; the other figure stands beside it."""

    decides: str
    depth_cm: Fraction | None


@dataclass(frozen=True, slots=True)
class Method:
    """One version of a method. Tables keyed by species hold every name that may be written, folded.

    `format` 1 is that of the first methods; its documents stay as they were. A method on `trial` may be run and
    compared, and never issued on. Without `tickets` it monitors and reports. `df_rule` says how degrees of freedom are
    counted over strata; a method that does not say counts n − M, as AR-TOOL14 and all first methods do.
    """

    id: str
    version: str
    hash: str
    format: int
    status: str
    tickets: bool
    title_zh: str
    title_en: str
    summary_zh: str
    summary_en: str
    scope_zh: str
    scope_en: str
    lineage: tuple[str, ...]
    full_text_at_hand: bool
    tree_route: str
    shrub_route: str
    sources: tuple[str, ...]
    printed_error: bool
    stated_totals: bool
    soil: SoilRule
    df_rule: str
    ecosystems: Mapping[str, EcosystemRule]
    deduction: DeductionRule
    parameters: Mapping[str, Parameter]
    species: Mapping[str, Species]
    equations: Mapping[str, tuple[Equation, ...]]
    volumes: Mapping[str, VolumeFactors]
    shrub_species: Mapping[str, ShrubSpecies]
    shrub_equations: Mapping[str, tuple[ShrubEquation, ...]]
    litter: Mapping[str, LitterFactor]
    expansion: Mapping[str, tuple[ClassStep, ...]]
    root_ratios: Mapping[str, tuple[ClassStep, ...]]
    factors: Mapping[tuple[str, str], Factor]
    bounds: tuple[Bound, ...]
    formulas: tuple[Formula, ...]

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
