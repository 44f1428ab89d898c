"""What can be said where strata were not measured in both compared rounds: which are missing, and the sum of the rest.

Page, workbook, report and check say it in the same words: a partial sum never stands without them.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tanhui.core.carbon.assessment.partial_rows import PARTIAL, partial_document
from tanhui.kit.text import estimate_text
from tanhui.monitoring.readout.names import Names

Document = Mapping[str, Any]
Row = dict[str, Any]


def partial_sum(document: Document, names: Names) -> Row | None:
    """The strata that have a change, their sum, and those that lack it; None for a whole and where all lack it."""
    found: Document | None = document.get(PARTIAL) or partial_document(
        document["evaluation"], document["plan"].get("df_rule")
    )
    if found is None:
        return None  # Documents made before they held this part are read the same way.
    kinds = {row["ecosystem"] for row in document["strata"] if row["stratum"] in found["strata"]}
    return {
        **found,
        "there": [names.say("stratum", code) for code in found["strata"]],
        "missing": [names.say("stratum", code) for code in found["missing_strata"]],
        "rounds": [row["round"] for row in document["evaluation"]["rounds"][-2:]],
        "ecosystem": min(kinds) if len(kinds) == 1 else "",
    }


def partial_value(document: Document, names: Names) -> str:
    """The partial sum in a few words for where a value stands; empty for a whole."""
    found = partial_sum(document, names)
    if found is None:
        return ""
    told = {
        "there": _("、").join(found["there"]),
        "value": estimate_text(found["removal_tco2e"], found["half_width_tco2e"]),
        "missing": _("、").join(found["missing"]),
    }
    return _("合计算不出；部分合计，只含%(there)s：%(value)s t CO₂e，缺%(missing)s") % told


def removal_said(document: Document, names: Names) -> str:
    """The removal with its unit; else the partial sum under its own name; else that there is none."""
    found = document["evaluation"]
    if found["removal_tco2e"] is not None:
        return f"{estimate_text(found['removal_tco2e'], found['half_width_tco2e'])} t CO₂e"
    return partial_value(document, names) or _("算不出")


def partial_notes(document: Document, names: Names) -> tuple[str, ...]:
    """What stands under every table with sums in it; nothing for a whole."""
    found = partial_sum(document, names)
    if found is None:
        return ()
    told = {
        "first": found["rounds"][0],
        "second": found["rounds"][1],
        "missing": _("、").join(found["missing"]),
        "area": f"{found['missing_area_ha']:,.1f}",
    }
    return (
        _("第 %(first)s 轮与第 %(second)s 轮之间缺这些层的变化，这里的数都不含：%(missing)s，共 %(area)s ha。") % told,
        _("部分合计不是整个计划的碳汇量，不能当合计用。"),
    )


def missing_by_domain(document: Document, names: Names, by: str) -> dict[str, str]:
    """Strata that are missing from the figures of each domain, by name. Of species, all that are missing."""
    found = partial_sum(document, names)
    if found is None:
        return {}
    said = dict(zip(found["missing_strata"], found["missing"], strict=True))
    of: dict[str, set[str]] = {}
    for row in document["plots"] if by != "species" else ():
        if row["stratum"] in said:
            of.setdefault(row[by], set()).add(said[row["stratum"]])
    codes = {row["domain"] for row in document["domains"] if row["by"] == by}
    everywhere = set(said.values()) if by == "species" else set()
    return {code: _("、").join(sorted(of.get(code, everywhere))) for code in codes}
