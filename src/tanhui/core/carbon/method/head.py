"""The head of a method, method.toml: what it is, what it counts, and by which rules."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.method.faults import Flaw, flaw
from tanhui.core.carbon.method.model import (
    DF_RULES,
    EQUAL_MASS,
    FIXED_DEPTH,
    IN_FORCE,
    N_MINUS_M,
    TRIAL,
    EcosystemRule,
    SoilRule,
)
from tanhui.core.carbon.survey.schema import FILES, POOLS

HEAD = "method.toml"
TREE_ROUTES = ("published", "equation", "equation_and_root_ratio", "volume", "volume_by_class", "none")
SHRUB_ROUTES = ("mass", "cover")
DEDUCTIONS = ("half_width", "change", "excess")
DERIVED = "derived"
"""The source of pools that follow from the tree pool by a factor."""


class Head(NamedTuple):
    """What method.toml says."""

    id: str
    version: str
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
    deduction_rule: str
    deduction_of: str


class _Reader:
    """The entries of a TOML table; what is missing or of another kind becomes a flaw."""

    def __init__(self, entries: Mapping[str, object], flaws: list[Flaw]) -> None:
        self.entries, self.flaws = entries, flaws

    def text(self, key: str, default: str | None = None) -> str:
        value = self.entries.get(key, default)
        if isinstance(value, str) and (value or default is not None):
            return value
        code = "not_a_text" if key in self.entries else "key_missing"
        self.flaws.append(flaw(code, HEAD, column=key))
        return ""

    def word(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        value = self.text(key, default)
        if value and value not in allowed:
            self.flaws.append(flaw("word_unknown", HEAD, column=key, value=value, allowed=", ".join(allowed)))
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.entries.get(key)
        if isinstance(value, list):
            return tuple(str(entry) for entry in value)
        self.flaws.append(flaw("not_a_list" if key in self.entries else "key_missing", HEAD, column=key))
        return ()

    def truth(self, key: str, *, default: bool | None = None) -> bool:
        if key not in self.entries and default is None:
            self.flaws.append(flaw("key_missing", HEAD, column=key))
        return bool(self.entries.get(key, default))

    def table(self, key: str, *, optional: bool = False) -> "_Reader":
        value = self.entries.get(key, {} if optional else None)
        if not isinstance(value, dict):
            self.flaws.append(flaw("not_a_table" if key in self.entries else "key_missing", HEAD, column=key))
            value = {}
        return _Reader(value, self.flaws)


def read_head(entries: Mapping[str, object], flaws: list[Flaw]) -> Head:
    """The head; a method of format 2 must also say where it is valid, its soil rule and whether it gives tickets.

    `[sampling] df_rule` may be left out in either format: degrees of freedom are n − M then.
    """
    head = _Reader(entries, flaws)
    newer = entries.get("format", 1) != 1
    old = None if newer else ""
    deduction = head.table("deduction")
    return Head(
        id=head.text("id"),
        version=head.text("version"),
        format=2 if newer else 1,
        status=head.word("status", (IN_FORCE, TRIAL), None if newer else IN_FORCE),
        tickets=head.truth("tickets", default=None if newer else True),
        title_zh=head.text("title_zh"),
        title_en=head.text("title_en"),
        summary_zh=head.text("summary_zh"),
        summary_en=head.text("summary_en"),
        scope_zh=head.text("scope_zh", old),
        scope_en=head.text("scope_en", old),
        lineage=head.texts("lineage"),
        full_text_at_hand=head.truth("full_text_at_hand"),
        tree_route=head.word("tree_route", TREE_ROUTES),
        shrub_route=head.word("shrub_route", SHRUB_ROUTES, "mass"),
        sources=_sources(head),
        printed_error=head.truth("printed_error"),
        stated_totals=head.truth("stated_totals"),
        soil=_soil(head.table("soil", optional=not newer), None if newer else FIXED_DEPTH),
        df_rule=head.table("sampling", optional=True).word("df_rule", DF_RULES, N_MINUS_M),
        ecosystems=_ecosystems(head.table("ecosystems")),
        deduction_rule=deduction.text("rule"),
        deduction_of=deduction.word("of", DEDUCTIONS),
    )


def _sources(head: _Reader) -> tuple[str, ...]:
    found = head.texts("sources")
    known = (*FILES, DERIVED)
    head.flaws += [
        flaw("source_unknown", HEAD, value=source, allowed=", ".join(known)) for source in found if source not in known
    ]
    return found


def _soil(rule: _Reader, default: str | None) -> SoilRule:
    depth = rule.entries.get("depth_cm")
    decides = rule.word("decides", (FIXED_DEPTH, EQUAL_MASS), default)
    return SoilRule(decides, None if depth is None else Fraction(str(depth)))


def _ecosystems(rules: _Reader) -> dict[str, EcosystemRule]:
    found: dict[str, EcosystemRule] = {}
    for name in rules.entries:
        rule = rules.table(name)
        found[name] = EcosystemRule(rule.truth("issued"), rule.texts("required"), rule.texts("reported"))
        rules.flaws += [
            flaw("pool_unknown", HEAD, value=pool, allowed=", ".join(POOLS))
            for pool in found[name].pools
            if pool not in POOLS
        ]
    return found
