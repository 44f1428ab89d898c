"""What the area did and what the density did to a change of stock, said in one sentence."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tanhui.monitoring.readout.names import Names
from tanhui.monitoring.readout.rows import effect_rows


def effects_sentence(document: Mapping[str, Any], names: Names) -> str:
    """Say both effects of the whole; nothing where no area changed or where there is no whole."""
    whole = next((row for row in effect_rows(document, names) if not row["name"]), None)
    if whole is None:
        return ""
    told = {
        "before": f"{whole['area_before_ha']:,.1f}",
        "after": f"{whole['area_after_ha']:,.1f}",
        "change": _signed(whole["change_tc"]),
        "area": _signed(whole["area_effect_half_tc"]),
        "density": _signed(whole["density_effect_half_tc"]),
    }
    return (
        _(
            "面积从 %(before)s ha 变到 %(after)s ha。储量变化 %(change)s tC，"
            "其中面积带来 %(area)s tC，密度带来 %(density)s tC。"
        )
        % told
    )


def _signed(value: float) -> str:
    return f"{value:+,.0f}".replace("-", "−")
