"""From what is typed to the request of a design: its land, the plots that stand, its outlines; and a limit in time."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanhui.core.sampling import DesignRefusal, DesignRequest, KeptPlot, SizePlan, plan_sizes
from tanhui.core.telling import Progress
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.monitoring.design.figures import kept_by_stratum, known_plots, located, plot_names
from tanhui.monitoring.design.sentences import refusal_problem, spoken_strata
from tanhui.monitoring.design.strata import GROUPINGS, Land, land_of, parcels_known
from tanhui.monitoring.design.typed import DEFAULTS, Typed, TypedStratum, request_of
from tanhui.monitoring.models import Programme
from tanhui.monitoring.queries import design_land, latest_survey

READ_LAND, READ_PLOTS, COUNT, READ_OUTLINES = "read_land", "read_plots", "count", "read_outlines"
KEPT_FIELDS = (*DEFAULTS, "source", "by", "land", "keep", "first_year", "seed")
AT_ONCE_PARCELS, AT_ONCE_PLOTS = 10_000, 500
"""So many are drawn in the request, in about two seconds; more of either by the worker."""
REQUEST_LIMIT = timedelta(seconds=5)
"""A count or a draw that takes longer does not hold up whoever asked."""
_SLOW = {
    READ_LAND: (
        gettext_lazy("读土地的边界"),
        gettext_lazy("把细碎的图斑合并，或者简化边界再传。"),
    ),
    READ_PLOTS: (
        gettext_lazy("从已入库的数据里找已有样地"),
        gettext_lazy("不勾“留用已有样地”就不用找；再数一次通常快得多。"),
    ),
    COUNT: (
        gettext_lazy("按公式一块一块地试"),
        gettext_lazy("放宽相对误差，把小层合并，或者直接给样地总数。"),
    ),
}


class TimeLimitError(Exception):
    """More time went by than a request has. `stage` is the one that took most of it."""

    def __init__(self, stage: str, seconds: float) -> None:
        super().__init__(stage)
        self.stage, self.seconds = stage, seconds


class Watch:
    """Listens to work in a request: raises TimeLimitError once more time than `limit` has gone by."""

    def __init__(self, limit: timedelta) -> None:
        self.begun = self.last = clock.now()
        self.limit, self.stage = limit, ""
        self.spent: dict[str, timedelta] = {}

    def __call__(self, stage: str, _done: int, _of: int) -> None:
        now = clock.now()
        if self.stage:
            self.spent[self.stage] = self.spent.get(self.stage, timedelta()) + now - self.last
        self.stage, self.last = stage, now
        if now - self.begun > self.limit:
            longest = max(self.spent, key=lambda name: self.spent[name], default=stage)
            raise TimeLimitError(longest, (now - self.begun).total_seconds())


def chosen(fields: Mapping[str, str]) -> tuple[str, str]:
    """The source of land and the grouping that are asked for, or those that are there."""
    source = fields.get("source") or ("parcels" if parcels_known() else "zones")
    by = fields.get("by") or GROUPINGS.get(source, ("",))[0]
    return source, by


def land_asked(
    found: Programme, fields: Mapping[str, str], progress: Progress
) -> tuple[Land, Mapping[str, tuple[KeptPlot, ...]]]:
    """The land that is asked for, and the plots on it that stand already, where they are to stay."""
    progress(READ_LAND, 0, 1)
    land = land_of(*chosen(fields), design_land(found, fields.get("land", "")))
    progress(READ_PLOTS, 0, 1)
    survey = latest_survey(found)
    if survey is None or fields.get("keep") != "on":
        return land, {}
    known = known_plots(survey)
    return land, kept_by_stratum(known, located(known, land))


def request_asked(found: Programme, typed: Typed, progress: Progress) -> DesignRequest:
    """The whole request, with outlines. Raises a Problem that names the field."""
    land, kept = land_asked(found, typed.fields, progress)
    progress(READ_OUTLINES, 0, 1)
    return request_of(typed, land.strata, kept, outlines=True, taken=plot_names(found))


def counted(
    typed: Typed, land: Land, kept: Mapping[str, tuple[KeptPlot, ...]], progress: Progress
) -> Sequence[tuple[str, SizePlan]]:
    """The plots of each domain that what is typed asks for. Raises a Problem that says what stands against it."""
    (pulse := partial(progress, COUNT, 0, 1))()
    asked = request_of(typed, land.strata, kept, outlines=False)
    try:
        return plan_sizes(asked, {stratum.name: stratum.area_m2 for stratum in land.strata}, pulse)
    except DesignRefusal as refusal:
        raise refusal_problem(refusal, spoken_strata(land.strata)) from refusal


def is_large(land: Land, plans: Sequence[tuple[str, SizePlan]]) -> bool:
    """Whether a draw of so many plots on this land takes longer than a request should."""
    plots = sum(plan.plots for _domain, plan in plans)
    return sum(stratum.pieces for stratum in land.strata) > AT_ONCE_PARCELS or plots > AT_ONCE_PLOTS


def too_long(slow: TimeLimitError) -> Problem:
    """What is said of a count that was given up: how long, what took it, and what helps."""
    what, remedy = _SLOW.get(slow.stage, _SLOW[READ_LAND])
    told = {"seconds": f"{slow.seconds:.0f}", "what": what}
    message = _("数了 %(seconds)s 秒还没有数完，停下了。最久的是%(what)s。") % told
    helped = _("%(remedy)s不想等，直接抽出样地：在后台数和抽，进度看得见。") % {"remedy": remedy}
    return Problem("count_too_long", message, remedy=helped)


def written(typed: Typed) -> dict[str, Any]:
    """What was typed, as a job keeps it."""
    fields = {name: typed.fields[name] for name in KEPT_FIELDS if name in typed.fields}
    return {"fields": fields, "strata": [list(row) for row in typed.strata]}


def read_back(kept: Mapping[str, Any]) -> Typed:
    """The same read back."""
    return Typed(kept["fields"], [TypedStratum(*row) for row in kept["strata"]])
