"""Requests of designs on the demonstration region, as they are typed."""

from django.urls import reverse

from tanhui.kit import clock
from tanhui.monitoring.design.strata import land_of
from tanhui.monitoring.design.typed import Typed, TypedStratum, request_of
from tanhui.monitoring.services import draw_design

LAYOUTS = {"forest": "tree-20x20", "grassland": "herb-10x10", "wetland": "marsh-10x10"}


def typed(land, **fields):
    """The form filled in: 30 ± 12 in every stratum, from 2027 on, seed 7, unless something else is said."""
    rows = [TypedStratum(stratum.name, "30", "12", "", LAYOUTS[stratum.ecosystem], "hand") for stratum in land.strata]
    return Typed({"first_year": "2027", "seed": "7", **fields}, rows)


def zone_request(kept=None, taken=(), **fields):
    """A design of three strata on the zones of the region."""
    land = land_of("zones", "ecosystem")
    return request_of(typed(land, **fields), land.strata, kept or {}, outlines=True, taken=taken)


def keep_design(programme, people):
    """One design of a programme, so that the pages of designs have something to show."""
    draw_design(programme=programme, request=zone_request(), by=people["naren"], reason="示范。", at=clock.now())


def design_addresses(programme):
    """One address for each page of a design."""
    return {
        **{name: reverse(name, args=[programme.number]) for name in ("design_new", "design_preview")},
        **{name: reverse(name, args=[programme.number, 1]) for name in ("design", "design_plots")},
        "design_file": reverse("design_file", args=[programme.number, 1, "plots.csv"]),
    }
