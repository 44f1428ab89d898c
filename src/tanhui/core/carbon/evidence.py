"""How sure the numbers are that a result rests on: for each pool of a stratum the weakest row of the method it used.

A mark travels with the result, so that a reader meets it where the figure is and not only on the method's page.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tanhui.core.carbon.method import Method
from tanhui.core.carbon.method.model import folded
from tanhui.core.carbon.shrubs import plant_equations
from tanhui.core.carbon.stocks import Stocks
from tanhui.core.carbon.strata import ALL, StratumResult
from tanhui.core.carbon.survey import Stratum

STRENGTH = ("found", "memory-high", "design", "memory-med", "memory-low")
"""Marks from the surest to the weakest."""


class Evidence(NamedTuple):
    """The weakest row behind a pool of a domain."""

    domain: str
    pool: str
    name: str
    source: str
    confidence: str


Row = tuple[str, str, str]
"""Name, source and confidence of a row of the method."""


def evidence(stocks: Stocks, results: Sequence[StratumResult]) -> tuple[Evidence, ...]:
    """Weakest rows by stratum and pool, by stratum over its pools, and over the strata in scope."""
    found: list[Evidence] = []
    scope: list[Evidence] = []
    for result in results:
        rows = [_weakest(result.stratum.name, pool, _used(stocks, result.stratum, pool)) for pool in result.pools]
        own = [row for row in rows if row is not None]
        own += _over(result.stratum.name, own)
        found += own
        scope += own if result.in_scope else []
    by_pool = {row.pool: [other for other in scope if other.pool == row.pool] for row in scope}
    whole = [_worst(rows)._replace(domain=ALL) for rows in by_pool.values()]
    return (*sorted(whole), *found)


def weaker(first: str, second: str) -> bool:
    return STRENGTH.index(first) > STRENGTH.index(second)


def _over(domain: str, rows: Sequence[Evidence]) -> list[Evidence]:
    return [_worst(rows)._replace(domain=domain, pool=ALL)] if rows else []


def _worst(rows: Iterable[Evidence]) -> Evidence:
    return max(rows, key=lambda row: (STRENGTH.index(row.confidence), row.name))


def _weakest(domain: str, pool: str, rows: Iterable[Row]) -> Evidence | None:
    known = [Evidence(domain, pool, *row) for row in rows]
    return _worst(known) if known else None


def _used(stocks: Stocks, stratum: Stratum, pool: str) -> Iterator[Row]:
    """The rows of the method that the densities of a pool went through; printed figures went through none."""
    plots = {plot.name for plot in stocks.plots_of(stratum)}
    found = {density.coverage for at, density in stocks.densities.items() if at.plot in plots and at.pool == pool}
    method = stocks.method
    if found == {"as printed"}:
        return
    if pool == "soil":
        yield from _factor_rows(stocks, stratum)
    elif any("a share of" in coverage for coverage in found):
        yield from _derived_rows(method, pool)
    elif pool == "tree":
        yield from _tree_rows(stocks, plots)
    elif pool == "shrub":
        yield from _shrub_rows(stocks, plots, found)
    else:
        yield from _parameters(method, f"carbon_fraction_{pool}")


def _parameters(method: Method, *names: str) -> Iterator[Row]:
    for name in names:
        if name in method.parameters:
            row = method.parameters[name]
            yield row.name, row.source, row.confidence


def _derived_rows(method: Method, pool: str) -> Iterator[Row]:
    if pool == "deadwood":
        yield from _parameters(method, "deadwood_share")
        return
    yield from _parameters(method, "carbon_fraction_litter")
    yield from ((row.species, row.source, row.confidence) for row in method.litter.values())


def _tree_rows(stocks: Stocks, plots: set[str]) -> Iterator[Row]:
    method = stocks.method
    yield from _parameters(method, "carbon_fraction_tree", "root_intercept", "root_slope")
    for name in sorted(_names(stocks, "trees.csv", plots)):
        species = method.species.get(folded(name))
        if species is None:
            continue
        yield species.name, species.source, species.confidence
        for row in method.equations.get(species.equation, ()):
            if row.enabled:
                yield f"{row.species} {row.organ}", row.source, row.confidence
    for name in sorted(_names(stocks, "stands.csv", plots)):
        yield from _volume_rows(method, name)


def _volume_rows(method: Method, name: str) -> Iterator[Row]:
    factors = method.volumes.get(folded(name))
    if factors is None:
        return
    yield factors.species, factors.source, factors.confidence
    for table in (method.expansion, method.root_ratios):
        yield from ((f"{row.group}", row.source, row.confidence) for row in table.get(factors.group, ()))


def _shrub_rows(stocks: Stocks, plots: set[str], coverages: set[str]) -> Iterator[Row]:
    method = stocks.method
    if method.shrub_route == "cover":
        cover = ("shrub_to_forest_ratio", "forest_biomass_t_ha", "shrub_root_ratio", "carbon_fraction_shrub")
        yield from _parameters(method, *cover)
        return
    split = "carbon_fraction_shrub_above" in method.parameters
    names = ("carbon_fraction_shrub_above", "carbon_fraction_shrub_root") if split else ("carbon_fraction_shrub",)
    yield from _parameters(method, *names)
    if any("by equation" in coverage for coverage in coverages):
        species = _names(stocks, "shrubs.csv", plots) | _names(stocks, "shrub_plants.csv", plots)
        for name in sorted(species):
            for row in plant_equations(method, name):
                yield f"{row.species} {row.part}", row.source, row.confidence


def _factor_rows(stocks: Stocks, stratum: Stratum) -> Iterator[Row]:
    """Default factors of the states that a stratum was in; measured soil goes through no row."""
    if not stocks.method.factors:
        return
    table = stocks.survey.table("management.csv")
    columns = [table.text(name) for name in ("stratum", "climate", "soil", "land_use", "management", "input")]
    keys = set()
    for name, climate, soil, land_use, management, given in zip(*columns, strict=True):
        if name == stratum.name:
            keys |= {("soc_ref", f"{climate}/{soil}"), ("land_use", land_use)}
            keys |= {("management", management), ("input", given or "medium")}
    for key in sorted(keys & set(stocks.method.factors)):
        row = stocks.method.factors[key]
        yield f"{row.kind} {row.key}", row.source, row.confidence


def _names(stocks: Stocks, file: str, plots: set[str]) -> set[str]:
    table = stocks.survey.table(file)
    return {species for plot, species in zip(table.text("plot"), table.text("species"), strict=True) if plot in plots}
