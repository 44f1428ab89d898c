"""The tables of a result to take away: heads in the reader's language with units, numbers with all their digits."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tanhui.kit.sheets import Sheet
from tanhui.monitoring.readout import rows as read
from tanhui.monitoring.readout.flags import flag_rows
from tanhui.monitoring.readout.laid import Spec, laid
from tanhui.monitoring.readout.names import Names
from tanhui.monitoring.readout.partial import missing_by_domain, partial_notes, partial_sum
from tanhui.monitoring.readout.science_sheets import (
    component_sheet,
    contribution_sheet,
    interval_sheet,
    rate_sheet,
    stratum_component_sheet,
    tree_sheet,
)
from tanhui.monitoring.readout.span import years_rule
from tanhui.monitoring.readout.wording import (
    CONFIDENCES,
    DIVISIONS,
    ECOSYSTEMS,
    ESTIMATORS,
    POOLS,
    RULES,
    SCOPES,
    SOURCE_KINDS,
    STATUSES,
    word,
)
from tanhui.monitoring.result_wording import ESTIMATOR_REASONS, reason_of

Document = Mapping[str, Any]
Row = Mapping[str, Any]


def sheets(document: Document, names: Names, *, places: bool, trees: Sequence[Row] = ()) -> list[Sheet]:
    """Return all tables of a result. With `places`, plots and doubtful `trees` stand there one by one."""
    found = [strata_sheet(document, names), *domain_sheets(document, names), pool_sheet(document)]
    found += [stock_sheet(document), change_sheet(document), *_if_any(effect_sheet(document, names))]
    found += _if_any(estimator_sheet(document), next_round_sheet(document, names), soil_sheet(document, names))
    found += _if_any(interval_sheet(document), contribution_sheet(document, names), rate_sheet(document))
    found += _if_any(component_sheet(document, names), stratum_component_sheet(document, names))
    if places:
        found.insert(0, plot_sheet(document, names))
        found += _if_any(tree_sheet(trees))
    return [*found, flag_sheet(document, names), source_sheet(document)]


def plot_sheet(document: Document, names: Names) -> Sheet:
    spec: Spec = (
        ("plot", _("样地"), None),
        ("stratum_name", _("层"), None),
        ("ecosystem", _("生态系统"), None),
        ("zone_name", _("发展片区"), None),
        ("county_name", _("旗县区"), None),
        ("owner", _("权属单位"), None),
        ("lon", _("经度，°"), 5),
        ("lat", _("纬度，°"), 5),
        ("status", _("状态"), None),
        ("before_t_ha", _("前一轮，tC/ha"), 2),
        ("after_t_ha", _("后一轮，tC/ha"), 2),
        ("after_se_t_ha", _("后一轮的测量和方程误差（标准误），tC/ha"), 2),
        ("change_t_ha", _("变化，tC/ha"), 2),
        ("change_se_t_ha", _("变化的测量和方程误差（标准误），tC/ha"), 2),
        ("removal_tco2e_ha", _("碳汇量，t CO₂e/ha"), 2),
    )
    said = [
        {**row, "ecosystem": word(ECOSYSTEMS, row["ecosystem"]), "status": word(STATUSES, row["status"])}
        for row in read.plot_rows(document, names)
    ]
    return laid("plots", _("样地"), spec, said)


def strata_sheet(document: Document, names: Names) -> Sheet:
    rows = [{**row, "ecosystem": word(ECOSYSTEMS, row["ecosystem"])} for row in read.strata_rows(document, names)]
    total = read.strata_total(document)
    if total is not None:
        rows.append({**total, "stratum": "", "name": _("合计"), "ecosystem": ""})
    partly = partial_sum(document, names)
    if partly is not None:
        rows.append({"name": _("合计：算不出")})
        rows.append(
            {**partly, "n": partly["plots"], "name": _("部分合计，只含测到的层"), "stratum": "", "ecosystem": ""}
        )
    spec: Spec = (("name", _("层"), None), ("stratum", _("编号"), None), ("ecosystem", _("生态系统"), None))
    spec = (*spec, ("area_ha", _("面积，ha"), 1), ("n", _("样地数"), 0), *_densities())
    return laid("strata", _("分层"), spec, rows, partial_notes(document, names))


def domain_sheets(document: Document, names: Names) -> list[Sheet]:
    return [domain_sheet(document, names, by) for by in read.domain_kinds(document)]


def domain_sheet(document: Document, names: Names, by: str) -> Sheet:
    """All scopes of one division under each other."""
    missing = missing_by_domain(document, names, by)
    rows = [
        {**row, "scope": word(SCOPES, scope), "missing": missing.get(row["domain"], "")}
        for scope in read.scopes(document)
        for row in read.domain_rows(document, names, by, scope)
    ]
    spec: Spec = (
        ("name", word(DIVISIONS, by), None),
        ("domain", _("编号"), None),
        ("scope", _("范围"), None),
        ("plots", _("样地数"), 0),
        ("area_ha", _("估计面积，ha"), 1),
    )
    spec = (*spec, *_densities(), *((("missing", _("没有算进的层"), None),) if missing else ()))
    title = _("按%(division)s") % {"division": word(DIVISIONS, by)}
    return laid(by, title, spec, rows, partial_notes(document, names))


def _densities() -> Spec:
    return (
        ("first_tc_ha", _("前一轮，tC/ha"), 2),
        ("second_tc_ha", _("后一轮，tC/ha"), 2),
        ("mean", _("变化，tC/ha"), 3),
        ("half_width", _("变化的区间半宽，tC/ha"), 3),
        ("df", _("自由度"), 0),
        ("removal_tco2e", _("碳汇量，t CO₂e"), 1),
        ("half_width_tco2e", _("碳汇量的区间半宽，t CO₂e"), 1),
        ("uncertainty_percent", _("相对误差，%"), 1),
    )


def pool_sheet(document: Document) -> Sheet:
    rows = [{**row, "name": word(POOLS, row["pool"])} for row in read.pool_rows(document)]
    spec: Spec = (
        ("name", _("碳库"), None),
        ("first_tc_ha", _("前一轮，tC/ha"), 2),
        ("second_tc_ha", _("后一轮，tC/ha"), 2),
        ("mean", _("变化，tC/ha"), 3),
        ("se", _("标准误，tC/ha"), 3),
        ("half_width", _("变化的区间半宽，tC/ha"), 3),
    )
    return laid("pools", _("碳库"), spec, rows)


def stock_sheet(document: Document) -> Sheet:
    rows = [
        {**row, "name": word(SCOPES, scope)}
        for scope in read.scopes(document)
        for row in read.series_rows(document, scope)
    ]
    spec: Spec = (
        ("name", _("范围"), None),
        ("round", _("轮次"), 0),
        ("date_from", _("外业自"), None),
        ("date_to", _("外业至"), None),
        ("n", _("样地数"), 0),
        ("mean", _("碳密度，tC/ha"), 2),
        ("half_width", _("碳密度的区间半宽，tC/ha"), 2),
        ("total", _("碳储量，tC"), 0),
        ("total_half_width", _("碳储量的区间半宽，tC"), 0),
        ("uncertainty_percent", _("相对误差，%"), 1),
    )
    return laid("stocks", _("各轮碳储量"), spec, rows)


def change_sheet(document: Document) -> Sheet:
    rows = [
        {**row, "name": word(SCOPES, scope)}
        for scope in read.scopes(document)
        for row in read.change_rows(document, scope)
    ]
    spec: Spec = (
        ("name", _("范围"), None),
        ("from_round", _("从第几轮"), 0),
        ("to_round", _("到第几轮"), 0),
        ("from", _("从哪一天"), None),
        ("to", _("到哪一天"), None),
        ("years", _("年数"), 2),
        ("n", _("样地数"), 0),
        ("mean", _("变化，tC/ha"), 3),
        ("half_width", _("变化的区间半宽，tC/ha"), 3),
        ("removal_tco2e", _("碳汇量，t CO₂e"), 1),
        ("removal_half_width_tco2e", _("碳汇量的区间半宽，t CO₂e"), 1),
        ("removal_tco2e_a", _("每年，t CO₂e/a"), 1),
    )
    days = _("从哪一天到哪一天，都是那一轮外业的最后一天。")
    return laid("changes", _("轮次之间的变化"), spec, rows, (days + years_rule(document),) if rows else ())


def effect_sheet(document: Document, names: Names) -> Sheet:
    rows = [{**row, "name": row["name"] or _("合计")} for row in read.effect_rows(document, names)]
    spec: Spec = (
        ("name", _("层"), None),
        ("area_before_ha", _("前一轮面积，ha"), 1),
        ("area_after_ha", _("后一轮面积，ha"), 1),
        ("density_before_tc_ha", _("前一轮，tC/ha"), 2),
        ("density_after_tc_ha", _("后一轮，tC/ha"), 2),
        ("area_effect_tc", _("面积效应，tC"), 0),
        ("density_effect_tc", _("密度效应，tC"), 0),
        ("both_effect_tc", _("两者交互，tC"), 0),
        ("change_tc", _("变化，tC"), 0),
    )
    return laid("effects", _("面积效应与密度效应"), spec, rows)


def estimator_sheet(document: Document) -> Sheet:
    rows = [
        {
            **row,
            "name": word(ESTIMATORS, row["estimator"]),
            "scope": word(SCOPES, scope),
            "chosen": _("选用") if row["chosen"] else "",
            "reason": reason_of(ESTIMATOR_REASONS, row["reason"]),
        }
        for scope in read.scopes(document)
        for row in read.estimator_rows(document, scope)
    ]
    spec: Spec = (
        ("scope", _("范围"), None),
        ("name", _("估计量"), None),
        ("chosen", _("选用"), None),
        ("n", _("样地数"), 0),
        ("df", _("自由度"), 0),
        ("removal_tco2e", _("碳汇量，t CO₂e"), 1),
        ("removal_half_width_tco2e", _("碳汇量的区间半宽，t CO₂e"), 1),
        ("uncertainty_percent", _("相对误差，%"), 1),
        ("reason", _("算不出的原因"), None),
    )
    return laid("estimators", _("估计量"), spec, rows)


def next_round_sheet(document: Document, names: Names) -> Sheet:
    found = read.next_round(document)
    rows = [{**row, "name": names.say("stratum", row["stratum"])} for row in found["strata"]] if found else []
    spec: Spec = (
        ("name", _("层"), None),
        ("plots_now", _("这一轮样地数"), 0),
        ("plots", _("下一轮样地数"), 0),
        ("mean_tc_ha", _("均值，tC/ha"), 2),
        ("sd_tc_ha", _("标准差，tC/ha"), 2),
    )
    return laid("next_round", _("下一轮的样地数"), spec, rows)


def soil_sheet(document: Document, names: Names) -> Sheet:
    rows = [
        {
            **row,
            "name": _("合计") if row["domain"] == "all" else names.say("stratum", row["domain"]),
            "rule": word(RULES, row["rule"]),
        }
        for row in document["evaluation"]["soil_rules"]
    ]
    spec: Spec = (
        ("name", _("层"), None),
        ("rule", _("规则"), None),
        ("mean", _("变化，tC/ha"), 3),
        ("half_width", _("变化的区间半宽，tC/ha"), 3),
        ("removal_tco2e", _("碳汇量，t CO₂e"), 1),
        ("half_width_tco2e", _("碳汇量的区间半宽，t CO₂e"), 1),
    )
    return laid("soil", _("土壤：固定深度与等土壤质量"), spec, rows)


def flag_sheet(document: Document, names: Names) -> Sheet:
    spec: Spec = (("sentence", _("提示"), None), ("where", _("在哪里"), None), ("code", _("代码"), None))
    return laid("flags", _("提示"), spec, flag_rows(document, names))


def source_sheet(document: Document) -> Sheet:
    rows = [
        {
            **row,
            "kind": word(SOURCE_KINDS, row["kind"]),
            "confidence": word(CONFIDENCES, row["confidence"]) if row.get("confidence") else "",
        }
        for row in document["evaluation"]["sources"]
    ]
    spec: Spec = (
        ("kind", _("种类"), None),
        ("name", _("名称"), None),
        ("value", _("取值"), 6),
        ("unit", _("单位"), None),
        ("source", _("来源"), None),
        ("confidence", _("把握"), None),
    )
    return laid("sources", _("参数与来源"), spec, rows)


def _if_any(*found: Sheet) -> list[Sheet]:
    return [sheet for sheet in found if sheet.rows]
