"""Areas of land: `{% load areas %}`. Kept in square metres, read in hectares."""

from django import template

from tanhui.site.templatetags.tanhui import NOTHING

register = template.Library()
M2_PER_HA = 10_000


@register.filter
def hectares(area_m2: int | None) -> str:
    """934300 is written 93.43; 400 keeps its digits: 0.04."""
    return NOTHING if area_m2 is None else f"{area_m2 / M2_PER_HA:,.2f}"
