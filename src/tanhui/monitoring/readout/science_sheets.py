"""Tables of what lies behind a result: intervals, sources of error with their sizes, the trees between two rounds."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tanhui.core.carbon.demography import COMPONENTS
from tanhui.kit.sheets import Sheet
from tanhui.monitoring.readout.contributions import contributions, sources_words
from tanhui.monitoring.readout.demography import COMPONENT_WORDS, demography
from tanhui.monitoring.readout.laid import Spec, laid
from tanhui.monitoring.readout.names import Names
from tanhui.monitoring.readout.rates import rate_rows
from tanhui.monitoring.readout.spread import interval_rows
from tanhui.monitoring.readout.wording import word

Document = Mapping[str, Any]


def interval_sheet(document: Document) -> Sheet:
    rows = [{**row, "used": _("进扣减") if row["used"] else _("不进扣减")} for row in interval_rows(document)]
    spec: Spec = (
        ("name", _("区间"), None),
        ("level_percent", _("置信水平，%"), 1),
        ("low", _("下限，t CO₂e"), 1),
        ("value", _("中间，t CO₂e"), 1),
        ("high", _("上限，t CO₂e"), 1),
        ("half_width", _("半宽，t CO₂e"), 1),
        ("percent", _("相对误差，%"), 1),
        ("used", _("票的扣减"), None),
        ("note", _("说明"), None),
    )
    return laid("intervals", _("区间：抽样与合成"), spec, rows)


def contribution_sheet(document: Document, names: Names) -> Sheet:
    """Each source with its share, and the sizes of error that were assumed for it."""
    rows = [
        {
            **row,
            "rates": _("；").join(rate["line"] for rate in row["rates"]),
            "confidence": _("；").join(rate["confidence_said"] for rate in row["rates"]),
            "from": _("；").join(rate["source"] for rate in row["rates"]),
        }
        for row in contributions(document, names)
    ]
    spec: Spec = (
        ("name", _("误差来源"), None),
        ("kind_said", _("种类"), None),
        ("percent", _("占总方差，%"), 1),
        ("se_tco2e", _("标准误，t CO₂e"), 1),
        ("rates", _("假定的误差"), None),
        ("confidence", _("把握"), None),
        ("from", _("来源"), None),
    )
    return laid("contributions", sources_words(document)[0], spec, rows)


def rate_sheet(document: Document) -> Sheet:
    rows = [{**row, "weak": _("证据偏弱") if row["weak"] else ""} for row in rate_rows(document)]
    spec: Spec = (
        ("said", _("误差"), None),
        ("value", _("取值"), 2),
        ("unit", _("单位"), None),
        ("reading", _("怎么读"), None),
        ("low", _("可能低到"), None),
        ("high", _("可能高到"), None),
        ("source", _("来源"), None),
        ("confidence_said", _("把握"), None),
        ("weak", _("证据"), None),
        ("name", _("代码"), None),
    )
    return laid("rates", _("假定的误差"), spec, rows)


def component_sheet(document: Document, names: Names) -> Sheet:
    """The components of change, their sum, and the change of stock that it must equal."""
    found = demography(document, names)
    rows = list(found["rows"]) if found else []
    if found and found["total_tc"] is not None:
        rows += [
            {"name": _("各项之和"), "carbon_tc": found["total_tc"]},
            {"name": _("两轮储量之差"), "carbon_tc": found["net_tc"]},
        ]
    spec: Spec = (
        ("name", _("树的去向"), None),
        ("trees", _("样地里的株数"), 0),
        ("stems", _("全部面积的株数"), 0),
        ("carbon_tc", _("碳，tC"), 1),
        ("half_width_tc", _("区间半宽，tC"), 1),
    )
    return laid("demography", _("树的去向"), spec, rows)


def stratum_component_sheet(document: Document, names: Names) -> Sheet:
    found = demography(document, names)
    spec: Spec = (
        ("name", _("层"), None),
        ("plots", _("样地数"), 0),
        *((name, _("%(component)s，tC/ha") % {"component": word(COMPONENT_WORDS, name)}, 3) for name in COMPONENTS),
        ("sum_tc_ha", _("各项之和，tC/ha"), 3),
        ("net_tc_ha", _("两轮储量之差，tC/ha"), 3),
    )
    return laid("demography_strata", _("各层树的去向"), spec, found["strata"] if found else [])


def tree_sheet(trees: Sequence[Mapping[str, Any]]) -> Sheet:
    spec: Spec = (
        ("plot", _("样地"), None),
        ("round", _("轮次"), 0),
        ("tree", _("树号"), None),
        ("species", _("树种"), None),
        ("kind_said", _("为什么要看"), None),
        ("said", _("说明"), None),
        ("line", _("trees.csv 的行"), 0),
    )
    return laid("trees", _("值得再看的树"), spec, trees)
