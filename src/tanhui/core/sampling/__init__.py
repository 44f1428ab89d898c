"""Sampling design: how many plots a precision asks for, how they are shared among strata, and where they lie."""

from tanhui.core.sampling.document import design_document, design_hash
from tanhui.core.sampling.draw import DesignPlot, SamplingDesign, draw_design, plan_sizes
from tanhui.core.sampling.ground import Ground, LandParcel, area_of, lay_ground
from tanhui.core.sampling.layouts import Layout, layout, layouts, layouts_of, slope_distance_m
from tanhui.core.sampling.plan import SizePlan, expected_error, plan_for_number, plan_for_precision
from tanhui.core.sampling.progress import STAGES
from tanhui.core.sampling.refusal import REFUSALS, DesignRefusal
from tanhui.core.sampling.request import DesignRequest, KeptPlot, StratumRequest
from tanhui.core.sampling.schedule import Schedule
from tanhui.core.sampling.strata import ALLOCATIONS, Goal, StratumFacts

__all__ = [
    "ALLOCATIONS",
    "REFUSALS",
    "STAGES",
    "DesignPlot",
    "DesignRefusal",
    "DesignRequest",
    "Goal",
    "Ground",
    "KeptPlot",
    "LandParcel",
    "Layout",
    "SamplingDesign",
    "Schedule",
    "SizePlan",
    "StratumFacts",
    "StratumRequest",
    "area_of",
    "design_document",
    "design_hash",
    "draw_design",
    "expected_error",
    "lay_ground",
    "layout",
    "layouts",
    "layouts_of",
    "plan_for_number",
    "plan_for_precision",
    "plan_sizes",
    "slope_distance_m",
]
