"""What is typed into the form of a design, or given to the command, as the request that the core takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import NamedTuple

from django.utils.translation import gettext as _

from tanhui.core.sampling import ALLOCATIONS, DesignRequest, Goal, KeptPlot, Schedule, StratumRequest
from tanhui.core.sampling.request import DOMAINS, EDGES, PLACEMENTS, TURNS
from tanhui.core.sampling.schedule import KINDS
from tanhui.kit.problems import Problem
from tanhui.monitoring.design.figures import QUANTITIES, STOCK
from tanhui.monitoring.design.sentences import bad_number
from tanhui.monitoring.design.strata import StratumLand

DEFAULTS: Mapping[str, str] = {
    "quantity": QUANTITIES[0],
    "number_by": "precision",
    "error_percent": "10",
    "confidence_percent": "90",
    "domain": "whole",
    "allocation": "neyman",
    "plots": "300",
    "placement": "systematic",
    "turn": "north",
    "edge": "inside",
    "least_distance_m": "100",
    "reserve_percent": "10",
    "schedule": "all",
    "every_years": "5",
    "rounds": "4",
    "panels": "5",
    "crews": "4",
    "qc_percent": "10",
}
CHOICES: Mapping[str, Sequence[str]] = {
    "quantity": QUANTITIES,
    "number_by": ("precision", "number"),
    "domain": DOMAINS,
    "allocation": ALLOCATIONS,
    "placement": PLACEMENTS,
    "turn": TURNS,
    "edge": EDGES,
    "schedule": KINDS,
}


class TypedStratum(NamedTuple):
    """One row of the table of strata, as text."""

    name: str
    mean: str
    sd: str
    cost: str
    layout: str
    source: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Everything that was typed: plain fields by name, and the rows of strata."""

    fields: Mapping[str, str]
    strata: Sequence[TypedStratum]

    def text(self, name: str) -> str:
        return self.fields.get(name, "").strip() or DEFAULTS.get(name, "")


def request_of(
    typed: Typed,
    land: Sequence[StratumLand],
    kept: Mapping[str, tuple[KeptPlot, ...]],
    *,
    outlines: bool,
    taken: Sequence[str] = (),
) -> DesignRequest:
    """The request that was typed. Raises a Problem that names the field. Without `outlines` it can only be counted.

    `taken` are the names of plots that the programme has had, which no new plot may be called by.
    """
    schedule = Schedule(
        _choice(typed, "schedule"),
        _whole(typed, "first_year"),
        _whole(typed, "every_years"),
        _whole(typed, "rounds"),
        _whole(typed, "panels") if _choice(typed, "schedule") == "panels" else 1,
    )
    by_number = _choice(typed, "number_by") == "number"
    known = {stratum.name: stratum for stratum in land}
    return DesignRequest(
        strata=tuple(_stratum(row, known, kept, _choice(typed, "quantity"), outlines=outlines) for row in typed.strata),
        goal=Goal(_percent(typed, "error_percent"), _percent(typed, "confidence_percent")),
        domain=_choice(typed, "domain"),
        allocation=_choice(typed, "allocation"),
        plots=_whole(typed, "plots") if by_number else None,
        quantity=_choice(typed, "quantity"),
        placement=_choice(typed, "placement"),
        turn=_choice(typed, "turn"),
        edge=_choice(typed, "edge"),
        least_distance_m=_whole(typed, "least_distance_m"),
        reserve_share=_percent(typed, "reserve_percent"),
        schedule=schedule,
        crews=_whole(typed, "crews"),
        qc_share=_percent(typed, "qc_percent"),
        seed=_whole(typed, "seed"),
        taken_names=tuple(sorted(taken)),
    )


def _stratum(
    row: TypedStratum,
    known: Mapping[str, StratumLand],
    kept: Mapping[str, tuple[KeptPlot, ...]],
    quantity: str,
    *,
    outlines: bool,
) -> StratumRequest:
    land = known.get(row.name)
    if land is None:
        message = _("土地里没有叫“%(name)s”的层。") % {"name": row.name[:60]}
        raise Problem("stratum_not_of_land", message, field="stratum", remedy=_("刷新页面，重新选土地。"))
    return StratumRequest(
        name=land.name,
        name_zh=land.name_zh,
        name_en=land.name_en,
        ecosystem=land.ecosystem,
        layout=row.layout,
        mean=_mean(row.mean, quantity, land),
        sd=_number(row.sd, "sd", land),
        cost=_number(row.cost or "1", "cost", land),
        source=row.source,
        parcels=land.parcels() if outlines else (),
        kept=kept.get(land.name, ()),
    )


def _mean(text: str, quantity: str, land: StratumLand) -> Fraction:
    """A stock is never below zero; a change may be, in a stratum."""
    mean = _number(text, "mean", land)
    if quantity == STOCK and mean < 0:
        message = _("层“%(stratum)s”的平均碳密度是负的：储量不会小于 0。") % {"stratum": land.name_zh}
        raise Problem(
            "mean_negative", message, field="mean", remedy=_("改成 0 或正数；要按变化设计，改“精度是对什么说的”。")
        )
    return mean


def _number(text: str, field: str, land: StratumLand) -> Fraction:
    if not text.strip():
        words = {"mean": _("平均值"), "sd": _("标准差"), "cost": _("费用")}
        message = _("层“%(stratum)s”没有填%(what)s。") % {"stratum": land.name_zh, "what": words[field]}
        raise Problem("figure_missing", message, field=field, remedy=_("填预调查、上一轮或同类地区的数。"))
    return _exact(text, field)


def _exact(text: str, field: str) -> Fraction:
    try:
        value = Decimal(text.strip().replace(",", "").replace("−", "-"))
    except InvalidOperation as error:
        raise bad_number(text, field) from error
    if not value.is_finite() or abs(value) > 10**12:
        raise bad_number(text, field)
    return Fraction(value)


def _percent(typed: Typed, name: str) -> Fraction:
    return _exact(typed.text(name).removesuffix("%"), name) / 100


def _whole(typed: Typed, name: str) -> int:
    value = _exact(typed.text(name), name)
    if value.denominator != 1:
        raise Problem(
            "not_whole",
            _("“%(text)s”不是整数。") % {"text": typed.text(name)[:40]},
            field=name,
            remedy=_("写整数，比如 5。"),
        )
    return int(value)


def _choice(typed: Typed, name: str) -> str:
    chosen = typed.text(name)
    if chosen not in CHOICES[name]:
        raise Problem("no_such_choice", _("没有这个选项。"), field=name, remedy=_("从列表里选。"))
    return chosen
