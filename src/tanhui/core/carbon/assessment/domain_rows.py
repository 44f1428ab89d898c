"""Estimates by domain: zone, county, owner (columns of plots.csv) within each scope."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from tanhui.core.carbon.assessment.figures import figure, removal, round_or_change
from tanhui.core.carbon.assessment.frame import Frame, Layer
from tanhui.core.carbon.assessment.plan import Plan
from tanhui.core.carbon.document_rows import Document, number
from tanhui.core.carbon.estimation import DomainEstimate, DomainSample, domain_estimate
from tanhui.core.carbon.survey import Survey

OF_PLOTS = ("zone", "county", "owner")


def places(survey: Survey, column: str) -> dict[str, str]:
    """The domain of every plot; empty where no plot names one. A plot without a name is in the domain ""."""
    table = survey.table("plots.csv")
    names = table.text(column)
    return dict(zip(table.text("plot"), names, strict=True)) if any(names) else {}


def domain_rows(survey: Survey, frame: Frame, plan: Plan, confidence: Fraction) -> list[Document]:
    """Rows by domain, scope and round or change. A domain in which no plot lies has no row."""
    rows: list[Document] = []
    for by in (column for column in OF_PLOTS if column in plan.domains):
        domain_of = places(survey, by)
        for domain in sorted(set(domain_of.values())):
            inside = frozenset(plot for plot, name in domain_of.items() if name == domain)
            for scope, when, found in _estimates(frame, inside, plan):
                head: Document = {"by": by, "domain": domain, "scope": scope, "round": round_or_change(when)}
                rows.append(head | domain_cells(found, confidence, when))
    return rows


def _estimates(frame: Frame, inside: frozenset[str], plan: Plan) -> Iterator[tuple[str, str, DomainEstimate]]:
    for scope in frame.scopes:
        for when in frame.whens:
            samples = domain_samples(frame, frame.scope(scope), when, inside)
            found = domain_estimate(samples, plan.counted_df) if samples is not None else None
            if found is not None:
                yield scope, when, found


def domain_samples(
    frame: Frame, layers: Sequence[Layer], when: str, inside: frozenset[str]
) -> list[DomainSample] | None:
    """Plots of the layers with zero outside the domain; None where an area is not known."""
    samples = []
    for layer in layers:
        plots, area = layer.plots(when), frame.area_ha(layer, when)
        if not plots or inside.isdisjoint(plots):
            continue
        expanded = {plot: frame.expanded(layer, plot, when) for plot in plots}
        if area is None or None in expanded.values():
            return None
        values = tuple((expanded[plot] or Fraction(0)) if plot in inside else Fraction(0) for plot in plots)
        areas = tuple(area if plot in inside else Fraction(0) for plot in plots)
        samples.append(DomainSample(layer.name, values, areas, layer.population))
    return samples


def domain_cells(found: DomainEstimate, confidence: Fraction, when: str) -> Document:
    return {
        "plots": found.plots,
        "area_ha": number(found.area_ha.value),
        "area_se_ha": number(found.area_ha.se),
        **figure(found.per_ha, found.total, confidence),
        **removal(found.per_ha, found.total, confidence, when),
    }
