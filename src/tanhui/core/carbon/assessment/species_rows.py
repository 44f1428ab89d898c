"""Estimates by species of the tree pool, within each scope.

Every plot whose trees are known takes part, with zero where the species does not grow. The mean is per hectare of all
strata whose trees are known, and so is the area: a species has no land of its own.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.assessment.domain_rows import domain_cells
from tanhui.core.carbon.assessment.figures import round_or_change
from tanhui.core.carbon.assessment.frame import Frame, Layer
from tanhui.core.carbon.assessment.plan import Plan
from tanhui.core.carbon.document_rows import Document
from tanhui.core.carbon.estimation import DomainEstimate, Sample, combined, simple
from tanhui.core.carbon.evaluate import Evaluation
from tanhui.core.carbon.sampling import Estimate
from tanhui.core.carbon.species import Shares, species_values
from tanhui.core.carbon.strata import CHANGE

_NOTHING = Fraction(0)


class Grown(NamedTuple):
    """A layer in a round or its change: its area, and by plot what it would hold of each species (tC)."""

    layer: Layer
    area_ha: Fraction
    plots: tuple[Mapping[str, Fraction], ...]


def species_rows(evaluation: Evaluation, frame: Frame, plan: Plan, confidence: Fraction) -> list[Document]:
    """Rows by species, scope and round or change; none where the plan does not ask or no tree is known by species."""
    if "species" not in plan.domains:
        return []
    values = species_values(evaluation.stocks)
    rows: list[Document] = []
    for when in frame.whens:
        grown = {layer.name: _grown(frame, layer, when, values) for layer in frame.layers}
        totals: dict[tuple[str, str], Estimate] = {}
        for scope in frame.scopes:
            known = [found for layer in frame.scope(scope) if (found := grown[layer.name]) is not None]
            for species in sorted({name for found in known for parts in found.plots for name in parts}):
                head: Document = {"by": "species", "domain": species, "scope": scope, "round": round_or_change(when)}
                estimate = _estimate(known, species, plan, totals)
                rows.append(head | domain_cells(estimate, confidence, when))
    return sorted(rows, key=lambda row: (str(row["domain"]), str(row["scope"]), str(row["round"])))


def _grown(frame: Frame, layer: Layer, when: str, values: Shares) -> Grown | None:
    """None where no plot's trees are known, or the area is not."""
    rounds = (frame.before, frame.after) if when == CHANGE else (int(when),)
    areas = [layer.areas_ha.get(number) if number is not None else None for number in rounds]
    area = frame.area_ha(layer, when)
    if area is None or None in areas:
        return None
    signs = (-1, 1) if when == CHANGE else (1,)
    factors = [sign * (amount or _NOTHING) for sign, amount in zip(signs, areas, strict=True)]
    plots = []
    for plot in layer.plots(when):
        parts = [values.get((plot, number or 0)) for number in rounds]
        if None not in parts:
            plots.append(_weighted([part or {} for part in parts], factors))
    return Grown(layer, area, tuple(plots)) if plots else None


def _weighted(parts: Sequence[Mapping[str, Fraction]], factors: Sequence[Fraction]) -> dict[str, Fraction]:
    held: dict[str, Fraction] = {}
    for part, factor in zip(parts, factors, strict=True):
        for species, amount in part.items():
            held[species] = held.get(species, _NOTHING) + amount * factor
    return held


def _estimate(
    known: Sequence[Grown], species: str, plan: Plan, totals: dict[tuple[str, str], Estimate]
) -> DomainEstimate:
    """`totals` keeps each layer's total, which several scopes share."""
    parts = []
    for found in known:
        key = found.layer.name, species
        if key not in totals:
            values = tuple(held.get(species, _NOTHING) for held in found.plots)
            totals[key] = simple(Sample(found.layer.name, values, found.layer.population))
        parts.append(totals[key])
    total = combined(parts, plan.counted_df)
    area = sum((found.area_ha for found in known), _NOTHING)
    per_ha = total.scaled(1 / area) if area else None
    plots = sum(species in held for found in known for held in found.plots)
    return DomainEstimate(total, Estimate(total.n, area, None, 0), per_ha, plots)
