"""What is asked of an assessment: seed, draws, estimator, confidence, domains, rounds. Part of the result's hash."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

from tanhui.core.carbon.method import Method
from tanhui.core.carbon.method.model import DF_RULES, N_MINUS_M
from tanhui.core.carbon.survey import Survey

DOMAINS = ("zone", "county", "owner", "species")
ESTIMATORS = ("stratified", "simple", "post_stratified", "ratio", "regression", "regression_residual")
UNPAIRED = ("left_out", "combined")
ALLOCATIONS = ("neyman", "proportional")
MOST_DRAWS = 1_000_000
MOST_SEED = 2**63 - 1


class PlanFault(ValueError):  # noqa: N818 - the same word as for surveys and methods
    """A plan that cannot be followed. `field` names what is wrong, `value` what stood there."""

    def __init__(self, field: str, value: object) -> None:
        super().__init__(f"{field}: {value!r}")
        self.field, self.value = field, value


@dataclass(frozen=True, slots=True)
class Plan:
    """How to assess. Everything but the seed has a default.

    `draws` of the Monte Carlo; 0 leaves it out. `confidence` None is the method's. How degrees of freedom are counted
    is the method's to say: `df_rule` is None until `under` has written the method's rule into the plan; plans of the
    first runs name n − M themselves, which is the rule of their methods. `unpaired` says what becomes of plots seen in
    one round only: left out of the change, or combined with it (sampling with partial replacement).
    `precision_percent` is the half-width wanted of the next round. `rounds` are the two to compare; None, the last two,
    is not written into the document, so that plans from before the choice read, and hash, as they did.
    Raises PlanFault.
    """

    seed: int
    draws: int = 10_000
    estimator: str = "stratified"
    confidence: Fraction | None = None
    df_rule: str | None = None
    domains: tuple[str, ...] = DOMAINS
    finite_population: bool = False
    collapse: bool = True
    unpaired: str = "left_out"
    precision_percent: Fraction = Fraction(10)
    allocation: str = "neyman"
    rounds: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        checks = (
            ("seed", _whole(self.seed) and 0 <= self.seed <= MOST_SEED),
            ("draws", _whole(self.draws) and 0 <= self.draws <= MOST_DRAWS),
            ("estimator", self.estimator in ESTIMATORS),
            ("confidence", self.confidence is None or _between(self.confidence, Fraction(1, 2), Fraction(999, 1000))),
            ("df_rule", self.df_rule is None or self.df_rule in DF_RULES),
            ("domains", set(self.domains) <= set(DOMAINS) and len(set(self.domains)) == len(self.domains)),
            ("finite_population", isinstance(self.finite_population, bool)),
            ("collapse", isinstance(self.collapse, bool)),
            ("unpaired", self.unpaired in UNPAIRED),
            ("precision_percent", _between(self.precision_percent, Fraction(1, 10), Fraction(100))),
            ("allocation", self.allocation in ALLOCATIONS),
            ("rounds", self.rounds is None or _pair(self.rounds)),
        )
        for field, holds in checks:
            if not holds:
                raise PlanFault(field, getattr(self, field))

    @property
    def counted_df(self) -> str:
        """The rule of degrees of freedom; a plan that no method was asked for counts n − M."""
        return self.df_rule or N_MINUS_M

    def under(self, method: Method) -> "Plan":
        """The plan with the method's rule of degrees of freedom in it; one that a plan names already stands."""
        return replace(self, df_rule=self.df_rule or method.df_rule)

    def document(self) -> dict[str, object]:
        """The plan as plain values; fractions as decimal text."""
        document = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        if self.rounds is None:
            del document["rounds"]
        return document

    def compared(self, survey: Survey) -> tuple[int, int] | None:
        """The pair to compare, None for the last two. Raises PlanFault for a round that nobody measured."""
        if self.rounds is not None and not set(self.rounds) <= set(survey.rounds):
            raise PlanFault("rounds", list(self.rounds))
        return self.rounds

    @classmethod
    def from_document(cls, document: Mapping[str, object]) -> "Plan":
        """The plan that `document()` wrote; what is not named has its default. Raises PlanFault."""
        known = {field.name for field in fields(cls)}
        for name in sorted(set(document) - known):
            raise PlanFault(name, document[name])
        if "seed" not in document:
            raise PlanFault("seed", None)
        values: dict[str, Any] = {name: _read(name, value) for name, value in document.items()}
        return cls(**values)  # __post_init__ checks every field


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _pair(value: object) -> bool:
    """Whether these are two rounds, the earlier first."""
    match value:
        case tuple((first, second)):
            return _whole(first) and _whole(second) and bool(first < second)
    return False


def _between(value: object, low: Fraction, high: Fraction) -> bool:
    return isinstance(value, Fraction) and low <= value <= high


def _plain(value: object) -> object:
    if isinstance(value, Fraction):
        return f"{float(value):.12g}"
    return list(value) if isinstance(value, tuple) else value


def _read(name: str, value: object) -> object:
    if name in {"confidence", "precision_percent"} and value is not None:
        try:
            return Fraction(str(value))
        except (ValueError, ZeroDivisionError):
            raise PlanFault(name, value) from None
    if name == "rounds" and value is not None:
        return tuple(value) if isinstance(value, list | tuple) else value
    if name == "domains":
        if not isinstance(value, list | tuple):
            raise PlanFault(name, value)
        return tuple(str(entry) for entry in value)
    return value
