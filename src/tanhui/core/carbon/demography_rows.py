"""The components of change of the trees as plain rows, for a document, a page or a sheet."""

from collections.abc import Iterator
from fractions import Fraction

from tanhui.core.carbon.demography import COMPONENTS, QUANTITIES, Demography, Flow, PlotChange, demography
from tanhui.core.carbon.document_rows import Document, mean_years, number
from tanhui.core.carbon.sampling import Estimate
from tanhui.core.carbon.stocks import Stocks
from tanhui.core.carbon.trees import TREE_BY_TREE

_UNITS = {
    "stems_ha": ("stems/ha", "stems"),
    "biomass_t_ha": ("t/ha", "t"),
    "carbon_t_ha": ("tC/ha", "tC"),
}


def demography_document(stocks: Stocks) -> Document | None:
    """What became of the trees between the compared rounds; None where there is one round, or no trees are weighed.

    `plots`: stock in both rounds; `changes`: a row for each plot and component that has trees; `strata` and `total`:
    mean and total by component and quantity, with standard error and the half-width at the method's confidence.
    """
    by_tree = stocks.survey.has("trees.csv") and stocks.method.tree_route in TREE_BY_TREE
    if stocks.before is None or stocks.after is None or not by_tree:
        return None
    found = demography(stocks.survey, stocks.method, stocks.before, stocks.after)
    confidence = stocks.method.value("confidence_level")
    return {
        "before": found.before,
        "after": found.after,
        "years": number(mean_years(stocks)),
        "coverage": found.coverage,
        "plots": [_plot_row(change) for change in found.plots],
        "changes": [row for change in found.plots for row in _change_rows(change)],
        "strata": list(_stratum_rows(found, confidence)),
        "total": list(_total_rows(found, confidence)),
        "left_out": list(found.left_out),
    }


def _plot_row(change: PlotChange) -> Document:
    return {"plot": change.plot, **_flow("before_", change.before), **_flow("after_", change.after)}


def _change_rows(change: PlotChange) -> Iterator[Document]:
    for component in COMPONENTS:
        if change.trees[component]:
            flow = _flow("", change.components[component])
            yield {"plot": change.plot, "component": component, "trees": change.trees[component], **flow}


def _flow(prefix: str, flow: Flow) -> Document:
    return {prefix + quantity: number(value) for quantity, value in zip(QUANTITIES, flow, strict=True)}


def _stratum_rows(found: Demography, confidence: Fraction) -> Iterator[Document]:
    for stratum in found.strata:
        for (component, quantity), mean in stratum.means.items():
            total = stratum.total(component, quantity)
            named = {"stratum": stratum.stratum, "component": component, "quantity": quantity, "plots": stratum.plots}
            yield {
                **named,
                **_part(mean, confidence, ("mean", "se", "half_width")),
                "unit": _UNITS[quantity][0],
                **_part(total, confidence, ("total", "total_se", "total_half_width")),
                "total_unit": _UNITS[quantity][1],
            }


def _total_rows(found: Demography, confidence: Fraction) -> Iterator[Document]:
    for component in COMPONENTS:
        for quantity in QUANTITIES:
            total = found.total(component, quantity)
            if total is not None:
                sums = _part(total, confidence, ("total", "total_se", "total_half_width"))
                yield {"component": component, "quantity": quantity, **sums, "total_unit": _UNITS[quantity][1]}


def _part(estimate: Estimate | None, confidence: Fraction, names: tuple[str, str, str]) -> Document:
    if estimate is None:
        return dict.fromkeys(names)
    amounts = (estimate.value, estimate.se, estimate.half_width(confidence))
    return {name: number(amount) for name, amount in zip(names, amounts, strict=True)}
