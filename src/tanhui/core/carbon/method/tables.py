"""The tables of a method: parameters, equations, species, factors, bounds, formulas, deduction steps."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.method.cells import YES_NO, Cells, Rows, by_name, grouped
from tanhui.core.carbon.method.faults import Flaw, flaw
from tanhui.core.carbon.method.head import DERIVED, Head
from tanhui.core.carbon.method.model import (
    Bound,
    ClassStep,
    DeductionRule,
    DeductionStep,
    Equation,
    Factor,
    Formula,
    LitterFactor,
    Parameter,
    ShrubEquation,
    ShrubSpecies,
    Species,
    VolumeFactors,
)

FACTOR_KINDS = ("soc_ref", "land_use", "management", "input")
ALWAYS = ("confidence_level", "buffer_ppm", "baseline_tco2e", "leakage_tco2e")
_POOL_SOURCES = {"litter.csv": "litter", "deadwood.csv": "deadwood", "herbs.csv": "herb", "shrubs.csv": "shrub"}


class MethodRows(NamedTuple):
    """All tables of a method but the deduction; a table that is not there is empty."""

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


def read_rows(tables: Rows, flaws: list[Flaw]) -> MethodRows:
    return MethodRows(
        parameters={row.text("name"): _parameter(row) for row in tables.get("parameters.csv", ())},
        species=by_name(tables.get("species.csv", ()), _species),
        equations=grouped(tables.get("equations.csv", ()), "species", _equation),
        volumes=by_name(tables.get("volume.csv", ()), _volume),
        shrub_species=by_name(tables.get("shrub_species.csv", ()), _shrub_species),
        shrub_equations=grouped(tables.get("shrub_equations.csv", ()), "species", _shrub_equation),
        litter=by_name(tables.get("litter_factors.csv", ()), _litter),
        expansion=_classes("expansion.csv", tables, flaws),
        root_ratios=_classes("root_ratios.csv", tables, flaws),
        factors=_factors(tables.get("factors.csv", ())),
        bounds=tuple(_bound(row) for row in tables.get("bounds.csv", ())),
        formulas=tuple(_formula(row) for row in tables.get("formulas.csv", ())),
    )


def _parameter(row: Cells) -> Parameter:
    value, low, high = row.number("value"), row.number("low"), row.number("high")
    if not low <= value <= high:
        row.fault("outside_own_range", value=row.text("value"), low=row.text("low"), high=row.text("high"))
    texts = (row.text("unit"), row.text("low"), row.text("high"))
    return Parameter(row.text("name"), value, *texts, *row.provenance())


def _equation(row: Cells) -> Equation:
    """A row of equations.csv; a disabled one may lack coefficients that could not be read in its source."""
    row.word("form", ("power", "exp", "ratio"))
    row.word("variable", ("d2h", "d", "above"))
    enabled = row.enabled()
    needed = ("b",) if row.text("form") == "ratio" else ("a", "b")
    for column in needed if enabled else ():
        row.number(column)
    dbh_cm = (float(row.number("dbh_low_cm")), float(row.number("dbh_high_cm")))
    height_m = (float(row.number("height_low_m")), float(row.number("height_high_m")))
    words = (row.text("species"), row.text("organ"), row.text("form"), row.text("variable"))
    numbers = (row.text("a"), row.text("b"))
    return Equation(*words, *numbers, dbh_cm, height_m, enabled, *row.provenance(), row.text("note"))


def _species(row: Cells) -> Species:
    surrogate = row.word("surrogate", YES_NO) == "yes"
    fraction = row.number("carbon_fraction")
    return Species(row.text("species"), row.text("equation"), surrogate, fraction, *row.provenance())


def _shrub_species(row: Cells) -> ShrubSpecies:
    surrogate = row.word("surrogate", YES_NO) == "yes"
    return ShrubSpecies(row.text("species"), row.text("equation"), surrogate, *row.provenance())


def _shrub_equation(row: Cells) -> ShrubEquation:
    words = (
        row.text("species"),
        row.word("part", ("above", "root", "total")),
        row.word("form", ("power", "linear")),
        row.word("variable", ("volume", "crown", "d2h")),
    )
    enabled = row.enabled()
    for column in ("a", "b") if enabled else ():
        row.number(column)
    limits = (row.optional("low"), row.optional("high"))
    return ShrubEquation(*words, row.text("a"), row.text("b"), *limits, enabled, *row.provenance(), row.text("note"))


def _volume(row: Cells) -> VolumeFactors:
    """A row of volume.csv; a species that goes by a group takes its factors from the tables by class."""
    group = row.text("group")
    read = row.optional if group else row.number
    factors = [read(name) or Fraction(0) for name in ("bef", "root_ratio", "density_t_m3")]
    fraction = row.number("carbon_fraction")
    return VolumeFactors(row.text("species"), factors[0], factors[1], factors[2], fraction, *row.provenance(), group)


def _litter(row: Cells) -> LitterFactor:
    for column in ("a", "b"):
        row.number(column)
    return LitterFactor(row.text("species"), row.text("a"), row.text("b"), *row.provenance())


def _classes(name: str, tables: Rows, flaws: list[Flaw]) -> dict[str, tuple[ClassStep, ...]]:
    """Factors by class of one group each, in rising order."""
    found = grouped(tables.get(name, ()), "group", _class_step)
    if not all(_rising([step.to for step in steps]) for steps in found.values()):
        flaws.append(flaw("steps_unordered", name))
    return found


def _class_step(row: Cells) -> ClassStep:
    return ClassStep(row.text("group"), row.optional("to"), row.number("value"), *row.provenance())


def _rising(ends: Sequence[Fraction | None]) -> bool:
    """Whether steps rise and only the last has no upper end."""
    known = [end for end in ends[:-1] if end is not None]
    return bool(ends) and ends[-1] is None and known == sorted(known) and len(known) == len(ends) - 1


def _factors(rows: Sequence[Cells]) -> dict[tuple[str, str], Factor]:
    """Default factors in use, by kind and key; rows that are not enabled are shown and never used."""
    found: dict[tuple[str, str], Factor] = {}
    for row in rows:
        kind, key = row.word("kind", FACTOR_KINDS), row.text("key")
        factor = Factor(kind, key, row.number("value"), row.number("error_percent"), *row.provenance())
        if not row.enabled():
            continue
        if (kind, key) in found:
            row.fault("name_twice", value=f"{kind} {key}")
        found[kind, key] = factor
    return found


def _bound(row: Cells) -> Bound:
    low, high = row.number("low"), row.number("high")
    if low > high:
        row.fault("outside_own_range", value=row.text("low"), low=row.text("low"), high=row.text("high"))
    place = (row.text("region"), row.text("ecosystem"), row.text("species"), row.text("pool"))
    return Bound(*place, low, high, *row.provenance())


def _formula(row: Cells) -> Formula:
    for column in ("name", "expression", "words_zh", "words_en"):
        if not row.text(column):
            row.fault("number_missing", column=column)
    words = (row.text("words_zh"), row.text("words_en"))
    return Formula(row.text("name"), row.text("expression"), *words, *row.provenance())


def read_deduction(rule: str, of: str, rows: Sequence[Cells], flaws: list[Flaw]) -> DeductionRule:
    steps = tuple(
        DeductionStep(
            row.optional("to_percent"), row.text("inclusive") == "yes", row.optional("share_percent"), *row.provenance()
        )
        for row in rows
    )
    if not _rising([step.to_percent for step in steps]):
        flaws.append(flaw("steps_unordered", "deduction.csv"))
    return DeductionRule(rule, of, steps)


def check_links(head: Head, rows: MethodRows) -> Iterator[Flaw]:
    """What a method names and does not have: parameters of its pools, equations of its species."""
    wanted = list(ALWAYS)
    wanted += [f"carbon_fraction_{pool}" for source, pool in _POOL_SOURCES.items() if source in head.sources]
    if DERIVED in head.sources:
        wanted += ["deadwood_share", "carbon_fraction_litter"]
    if "management.csv" in head.sources:
        wanted += ["transition_years", "factor_error_df"]
    yield from (
        flaw("parameter_missing", "parameters.csv", value=name) for name in wanted if name not in rows.parameters
    )
    yield from _lame("species.csv", {found.equation for found in rows.species.values()}, rows.equations)
    yield from _lame(
        "shrub_species.csv", {found.equation for found in rows.shrub_species.values()}, rows.shrub_equations
    )


def _lame(
    file: str, wanted: Iterable[str], equations: Mapping[str, Sequence[Equation] | Sequence[ShrubEquation]]
) -> Iterator[Flaw]:
    """Equations that a species goes by and that are not there, or all disabled."""
    for species in sorted(wanted):
        if not any(equation.enabled for equation in equations.get(species, ())):
            yield flaw("equation_unknown", file, value=species)
