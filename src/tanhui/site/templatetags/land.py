"""The words of land in templates: `{% load land %}`."""

from collections.abc import Mapping
from typing import Any

from django import template

from tanhui.land import wording
from tanhui.land.models import Defect
from tanhui.land.wording import area_words, code_name, column_title, system_name

register = template.Library()
register.filter("area_words", area_words)
register.filter("column_title", column_title)
register.filter("system_name", system_name)


@register.filter
def named_code(code: str, column: str) -> str:
    """`parcel.species|named_code:"species"` is 杨 or poplar."""
    return code_name(column, code) if code else ""


@register.filter
def defect_word(code: str) -> object:
    return wording.DEFECTS.get(code, code)


@register.filter
def defect_advice(code: str) -> object:
    return wording.ADVICE.get(code, "")


@register.filter
def defect_more(defect: Defect) -> str:
    return wording.defect_sentence(defect.code, defect.facts)


@register.filter
def area_before(defect: Defect) -> str:
    """The area as drawn, where it is one: the loops of a crossed boundary cancel out, and their signed sum is none."""
    told = wording.cancelled(defect.code, defect.before_m2, defect.after_m2)
    return told or ("—" if defect.before_m2 is None else f"{defect.before_m2:,}")


@register.filter
def remedy_word(remedy: str) -> object:
    return wording.REMEDIES.get(remedy, remedy)


@register.filter
def remedy_badge(remedy: str) -> str:
    return wording.REMEDY_BADGES.get(remedy, "wait")


@register.filter
def import_badge(state: str) -> str:
    return wording.STATE_BADGES.get(state, "wait")


@register.filter
def change_word(change: str) -> object:
    return wording.CHANGES.get(change, change)


@register.filter
def change_badge(change: str) -> str:
    return wording.CHANGE_BADGES.get(change, "wait")


@register.filter
def difference_word(name: str) -> object:
    return wording.DIFFERENCES.get(name, name)


@register.filter
def works_badge(state: str) -> str:
    return wording.WORKS_BADGES.get(state, "wait")


@register.filter
def unit_word(unit: str) -> object:
    return wording.UNITS.get(unit, unit)


@register.filter
def at(table: Mapping[str, Any], key: str) -> Any:  # noqa: ANN401 - whatever the table holds
    """The value of a key that the template has in a variable."""
    return table.get(key, "")
