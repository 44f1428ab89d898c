"""How many plots the next round needs for a wanted precision, from what varied in this one.

The variance within strata of the stock of the last round, and of the change where there is one, goes into the
formulas of the sampling design: finite population, optimal or proportional allocation, t iterated, at least three
plots a stratum. Plots that stand already count; the stock asks how many to visit, the change how many to revisit.
"""

from fractions import Fraction

from tanhui.core.carbon.assessment.frame import ISSUED, Frame, Layer
from tanhui.core.carbon.assessment.plan import Plan
from tanhui.core.carbon.document_rows import Document, number
from tanhui.core.carbon.estimation import Sample, simple
from tanhui.core.carbon.strata import CHANGE
from tanhui.core.sampling.plan import SizePlan, plan_for_precision
from tanhui.core.sampling.refusal import DesignRefusal
from tanhui.core.sampling.strata import Goal, StratumFacts
from tanhui.core.units import M2_PER_HA


def next_round_rows(frame: Frame, plan: Plan, confidence: Fraction) -> list[Document]:
    """A row for the stock and one for the change, over the issued strata, or over all where none is issued on."""
    layers = frame.scope(ISSUED) or frame.layers
    if frame.after is None or not layers:
        return []
    whens = [("stock", str(frame.after))] + ([("change", CHANGE)] if frame.before is not None else [])
    goal = Goal(plan.precision_percent / 100, confidence)
    return [{"of": of, **_row(frame, layers, when, goal, plan.allocation)} for of, when in whens]


def _row(frame: Frame, layers: tuple[Layer, ...], when: str, goal: Goal, allocation: str) -> Document:
    head: Document = {
        "precision_percent": number(goal.relative_error * 100),
        "confidence": number(goal.confidence),
        "allocation": allocation,
        "plots_now": sum(len(layer.plots(when)) for layer in layers),
    }
    facts = [_facts(frame, layer, when) for layer in layers]
    known = [fact for fact in facts if fact is not None]
    if len(known) < len(facts):
        return head | _nothing("stratum_facts_missing")
    try:
        planned = plan_for_precision(tuple(known), goal, allocation)
    except DesignRefusal as refusal:
        return head | _nothing(refusal.code)
    return head | _planned(planned, {layer.name: len(layer.plots(when)) for layer in layers})


def _nothing(reason: str) -> Document:
    return {"reason": reason, "plots": None, "expected_percent": None, "strata": []}


def _planned(planned: SizePlan, now: dict[str, int]) -> Document:
    rows = [
        {
            "stratum": stratum.name,
            "plots_now": now[stratum.name],
            "plots": count,
            "mean_tc_ha": number(stratum.mean),
            "sd_tc_ha": number(stratum.sd),
            "population": stratum.population,
        }
        for stratum, count in zip(planned.strata, planned.counts, strict=True)
    ]
    error = planned.expected_error
    return {
        "reason": None,
        "plots": planned.plots,
        "expected_percent": number(None if error is None else error * 100),
        "strata": rows,
    }


def _facts(frame: Frame, layer: Layer, when: str) -> StratumFacts | None:
    """What the next round can be planned with; None where area, plot size or a variance is lacking."""
    area, plots = frame.area_ha(layer, when), layer.plots(when)
    if not area or layer.plot_area_m2 is None or len(plots) < 2:  # noqa: PLR2004 - a variance needs two
        return None
    found = simple(Sample(layer.name, tuple(layer.values[when][plot] for plot in plots)))
    sd = (found.se or 0.0) * len(plots) ** 0.5
    return StratumFacts(layer.name, int(area * M2_PER_HA), layer.plot_area_m2, found.value, Fraction(f"{sd:.9g}"))
