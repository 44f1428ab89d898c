"""A design as one document: plain values, the same bytes for the same request. It closes with `design_hash`."""

from fractions import Fraction

from tanhui.core.canonical import Document, hash_without
from tanhui.core.sampling.chance import RULE
from tanhui.core.sampling.draw import SAMPLE, DesignPlot, SamplingDesign, StratumDesign
from tanhui.core.sampling.grid import Grid
from tanhui.core.sampling.plan import SizePlan
from tanhui.core.sampling.projection import CM_PER_M, E7
from tanhui.core.sampling.request import DesignRequest
from tanhui.core.sampling.strata import LEAST_PER_STRATUM, expected_mean

FORMAT = "tanhui-design-1"
M2_PER_HA = 10_000


def design_document(design: SamplingDesign) -> Document:
    """Everything about a design but the outlines of its land, which `land_hash` stands for."""
    document: Document = {
        "format": FORMAT,
        "request": _request(design.request),
        "sizes": [_size(domain, plan) for domain, plan in design.plans],
        "strata": [_stratum(stratum) for stratum in design.strata],
        "plots": [_plot(design.request, plot) for plot in design.plots],
        "qc": [{"year": year, "plots": list(names)} for year, names in design.qc],
        "sample": sum(plot.role == SAMPLE for plot in design.plots),
        "reserve": sum(plot.role != SAMPLE for plot in design.plots),
        "area_ha": number(Fraction(sum(one.ground.area_m2 for one in design.strata), M2_PER_HA)),
    }
    return document | {"design_hash": design_hash(document)}


def design_hash(document: Document) -> str:
    """SHA-256 of a design's document without the hash it may carry."""
    return hash_without(document, "design_hash")


def number(value: Fraction | float | None) -> float | None:
    """A quantity to twelve significant digits; zero has no sign."""
    return None if value is None else float(f"{float(value):.12g}") + 0.0


def _request(request: DesignRequest) -> Document:
    return {
        "relative_error": number(request.goal.relative_error),
        "confidence": number(request.goal.confidence),
        "domain": request.domain,
        "allocation": request.allocation,
        "plots_given": request.plots,
        "least_per_stratum": LEAST_PER_STRATUM,
        "quantity": request.quantity,
        "placement": request.placement,
        "turn": request.turn,
        "edge": request.edge,
        "least_distance_m": request.least_distance_m,
        "reserve_share": number(request.reserve_share),
        "schedule": request.schedule._asdict(),
        "crews": request.crews,
        "qc_share": number(request.qc_share),
        "seed": request.seed,
        "taken_names": sorted(request.taken_names),
        "chance": RULE,
    }


def _size(domain: str, plan: SizePlan) -> Document:
    """The sum of one domain with every step of it."""
    size = plan.size
    return {
        "domain": domain,
        "plots": plan.plots,
        "mean": number(expected_mean(plan.strata)),
        "error_abs": number(size.error_abs) if size else None,
        "formula_plots": size.plots if size else None,
        "steps": [
            {"df": step.df, "t": step.t, "exact": number(step.exact), "plots": step.plots}
            for step in (size.steps if size else ())
        ],
        "expected_error": number(plan.expected_error),
        "strata": [facts.name for facts in plan.strata],
    }


def _stratum(stratum: StratumDesign) -> Document:
    asked, ground, facts = stratum.asked, stratum.ground, stratum.facts
    return {
        "stratum": asked.name,
        "name_zh": asked.name_zh,
        "name_en": asked.name_en,
        "ecosystem": asked.ecosystem,
        "layout": dict(stratum.layout.document()),
        "parcels": ground.parcels,
        "area_m2": ground.area_m2,
        "land_hash": ground.land_hash,
        "epsg": ground.epsg,
        "population": facts.population,
        "mean": number(asked.mean),
        "sd": number(asked.sd),
        "cost": number(asked.cost),
        "source": asked.source,
        "sample": stratum.sample,
        "kept": len(asked.kept),
        "reserve": stratum.reserve,
        "grid": _grid(stratum.grid),
        # Equal within a stratum: the share of its land that lies in a plot, and the land that a plot stands for.
        "inclusion_probability": number(stratum.sample * facts.plot_area_m2 / ground.area_m2),
        "weight_ha": number(Fraction(ground.area_m2, M2_PER_HA * stratum.sample)),
    }


def _grid(grid: Grid | None) -> Document | None:
    if grid is None:
        return None
    return {
        "spacing_m": grid.spacing_cm / CM_PER_M,
        "start": list(grid.start),
        "turn_deg": grid.turn.tenths_deg / 10,
        "points_on_land": grid.points_on_land,
        "points_fitting": grid.points_fitting,
    }


def _plot(request: DesignRequest, plot: DesignPlot) -> Document:
    sampled = plot.role == SAMPLE
    return {
        "plot": plot.name,
        "stratum": plot.stratum,
        "parcel": plot.parcel,
        "role": plot.role,
        "origin": plot.origin,
        "order": plot.order,
        "lon": plot.lon_e7 / E7,
        "lat": plot.lat_e7 / E7,
        "epsg": plot.epsg,
        "east_m": plot.east_cm / CM_PER_M,
        "north_m": plot.north_cm / CM_PER_M,
        "panel": plot.panel + 1 if sampled else None,
        "years": list(request.schedule.years(plot.panel)) if sampled else [],
        "crew": plot.crew if sampled else None,
    }
