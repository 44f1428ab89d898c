"""The words printed on field sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrPromise

WORDS: Mapping[str, StrPromise] = {
    "title": _("样地调查表"),
    "plot": _("样地"),
    "stratum": _("层"),
    "parcel": _("小班"),
    "place": _("经纬度 EPSG:4490"),
    "grid": _("平面坐标"),
    "crew": _("外业组"),
    "qc": _("质量复查"),
    "reserve": _("替补次序"),
    "round": _("轮次"),
    "date": _("日期"),
    "people": _("调查人"),
    "slope": _("坡度"),
    "aspect": _("坡向"),
    "photos": _("照片号"),
    "state": _("状态：□ 已测 □ 进不去 □ 找不到"),
    "layout": _("样地样式"),
    "slope_table": _("坡地量距：水平距离不变，沿坡要量（m）"),
    "side": _("边长"),
    "radius": _("半径"),
    "trees": _("每木检尺"),
    "tree": _("树号"),
    "species": _("树种"),
    "before_dbh": _("上轮胸径 cm"),
    "before_height": _("上轮树高 m"),
    "dbh": _("胸径 cm"),
    "height": _("树高 m"),
    "tree_state": _("状态"),
    "tree_states": _("状态：活 枯 伐 进（新进）缺（找不到）"),
    "herbs": _("草本与枯落物"),
    "quadrat": _("样方"),
    "fresh": _("鲜重 g"),
    "dry": _("干重 g"),
    "litter": _("枯落物干重 g"),
    "cover": _("盖度 %"),
    "plant_height": _("平均高 cm"),
    "soil": _("土壤"),
    "layer": _("层次 cm"),
    "bulk": _("容重 g/cm³"),
    "organic": _("有机碳 g/kg"),
    "gravel": _("砾石 体积比"),
    "sample_number": _("样品号"),
    "note": _("备注"),
    "area": _("面积"),
}
