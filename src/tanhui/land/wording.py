"""The words of land: what a defect is called and what to do about it, what a column means, how an area is written."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tanhui.core.geometry.systems import central_meridian, is_numbered, is_three_degree
from tanhui.land.mapping.lists import PARCEL_FIELDS, columns, decode, fields

DEFECTS = {
    "no_geometry": gettext_lazy("没有图形"),
    "unreadable": gettext_lazy("图形读不出来"),
    "not_polygon": gettext_lazy("不是面"),
    "not_finite": gettext_lazy("坐标不是数"),
    "no_area": gettext_lazy("没有面积"),
    "outside_region": gettext_lazy("不在本区域"),
    "same_shape": gettext_lazy("和别的图斑完全相同"),
    "code_missing": gettext_lazy("没有小班号"),
    "code_repeated": gettext_lazy("编号重复"),
    "unclosed": gettext_lazy("边界没有闭合"),
    "z_values": gettext_lazy("带高程"),
    "lines_dropped": gettext_lazy("面里混着线或点"),
    "repeated_points": gettext_lazy("有重复的点"),
    "ring_order": gettext_lazy("环的方向反了"),
    "self_intersection": gettext_lazy("边界自相交"),
    "bad_holes": gettext_lazy("洞的位置不对"),
    "bad_parts": gettext_lazy("一块套在另一块里"),
    "tiny_pieces": gettext_lazy("有不到 1 平方米的碎块或小洞"),
    "holes": gettext_lazy("有洞"),
    "sliver": gettext_lazy("又细又小"),
    "overlap": gettext_lazy("和别的图斑重叠"),
    "edge_of_region": gettext_lazy("在区域边上"),
    "area_differs": gettext_lazy("文件里的面积和图形对不上"),
    "value_unread": gettext_lazy("属性值看不懂"),
    "place_code_missing": gettext_lazy("没有编号"),
    "place_code_odd": gettext_lazy("编号不像编号"),
    "place_code_repeated": gettext_lazy("编号重复"),
    "name_missing": gettext_lazy("没有名称"),
    "ecosystem_missing": gettext_lazy("没有生态系统"),
    "county_unknown": gettext_lazy("说不出在哪个旗县区"),
    "overlaps_standing": gettext_lazy("和现有的重叠"),
}
ADVICE = {
    "no_geometry": gettext_lazy("在 GIS 软件里补画边界，或者删掉这一行。"),
    "unreadable": gettext_lazy("在 GIS 软件里重画这个图斑，另存再传。"),
    "not_polygon": gettext_lazy("小班要是面：检查导出时选的图层。"),
    "not_finite": gettext_lazy("坐标里有空值或无穷大，重画这个图斑。"),
    "no_area": gettext_lazy("面积不到 1 平方米，多半是画错的碎屑，删掉。"),
    "outside_region": gettext_lazy("离本区域边界 5 公里以上：看看是不是别处的图斑，或者坐标错了。"),
    "same_shape": gettext_lazy("同一块地画了两次，留一个。"),
    "code_missing": gettext_lazy("补上小班号；字段名不同的，在“字段”里指给我。"),
    "code_repeated": gettext_lazy("每个编号只能有一个小班：改编号，或者把几块合成一个多部件图斑。"),
    "self_intersection": gettext_lazy("看面积前后差多少；差得多，就在 GIS 软件里按实地改。"),
    "bad_holes": gettext_lazy("看面积前后差多少；差得多，就在 GIS 软件里按实地改。"),
    "bad_parts": gettext_lazy("看面积前后差多少；差得多，就在 GIS 软件里按实地改。"),
    "overlap": gettext_lazy("重叠的地会被两个小班各算一次：在 GIS 软件里裁开。"),
    "area_differs": gettext_lazy("以图形在椭球面上的面积为准；文件里的数留在属性里。"),
    "value_unread": gettext_lazy("这个值不用，原样留在属性里。"),
    "place_code_missing": gettext_lazy("补上片区编号或行政区代码；字段名不同的，在“字段”里指给我。"),
    "place_code_odd": gettext_lazy("片区编号最多 20 个字，旗县区用行政区代码的数字。"),
    "place_code_repeated": gettext_lazy("几块是一个片区或旗县区的，合成一个多部件图斑；不是的，改编号。"),
    "name_missing": gettext_lazy("新的片区或旗县区要有名称：补上，或者在“字段”里指给我。"),
    "ecosystem_missing": gettext_lazy("新的片区要写森林、灌丛、草原或湿地；全都一样的，可以在选择里定。"),
    "county_unknown": gettext_lazy("在文件里写明旗县区，或者先导入旗县区的边界。"),
    "overlaps_standing": gettext_lazy("重叠的地归两处：在 GIS 软件里裁开，或者把邻近的一起导入。"),
}
REMEDIES = {
    "refused": gettext_lazy("不能入库"),
    "asked": gettext_lazy("修好了，面积变了，要你认可"),
    "mended": gettext_lazy("已修好，面积不变"),
    "kept": gettext_lazy("照原样留着"),
}
REMEDY_BADGES = {"refused": "stop", "asked": "due", "mended": "go", "kept": "wait"}
STATE_BADGES = {"uploaded": "wait", "asking": "due", "checked": "go", "imported": "end", "dropped": "end"}
WORKS_BADGES = {"planned": "wait", "under_way": "go", "done": "end", "closed": "end"}
CHANGES = {
    "new": gettext_lazy("新的"),
    "changed": gettext_lazy("要改的"),
    "gone": gettext_lazy("要结束的"),
    "same": gettext_lazy("不变的"),
}
CHANGE_BADGES = {"new": "go", "changed": "due", "gone": "stop", "same": "wait"}
DIFFERENCES = {
    "boundary": gettext_lazy("边界"),
    "name": gettext_lazy("名称"),
    "ecosystem": gettext_lazy("生态系统"),
    "county": gettext_lazy("旗县区"),
}
TABLES = (PARCEL_FIELDS, "zone_fields", "county_fields")
UNITS = {"ha": gettext_lazy("公顷"), "mu": gettext_lazy("亩"), "m2": gettext_lazy("平方米")}
M2_PER_MU, M2_PER_HA = 10_000 / 15, 10_000


def code_name(column: str, code: str) -> str:
    """The name of a code of the file in the reader's language, or the code itself where no list knows it."""
    found = decode(column, code)
    if found is None:
        return code
    return found.name_en if (get_language() or "").startswith("en") else found.name_zh


def column_title(column: str) -> str:
    """What a column of ours is called."""
    known = (field for table in TABLES for field in fields(table))
    first = next((field for field in known if field.column == column), None)
    if first is None:
        return column
    return first.title_en if (get_language() or "").startswith("en") else first.title_zh


def column_titles(table: str = PARCEL_FIELDS) -> list[tuple[str, str]]:
    return [(column, column_title(column)) for column in columns(table)]


def defect_sentence(code: str, facts: Mapping[str, Any]) -> str:
    """What more is known of a defect: with what, how much, which value."""
    if code == "overlap":
        return _("与第 %(row)s 个（%(code)s）重叠 %(area)s m²") % {
            "row": facts.get("other_row"),
            "code": facts.get("other_code") or "—",
            "area": f"{int(facts.get('shared_m2', 0)):,}",
        }
    if code == "same_shape":
        return _("与第 %(row)s 个（%(code)s）") % {
            "row": facts.get("other_row"),
            "code": facts.get("other_code") or "—",
        }
    if code == "overlaps_standing":
        return _("与 %(code)s %(name)s 重叠 %(area)s m²") % {
            "code": facts.get("place"),
            "name": facts.get("name"),
            "area": f"{int(facts.get('shared_m2', 0)):,}",
        }
    if code in {"code_repeated", "place_code_repeated"}:
        return _("文件里有 %(times)s 个") % {"times": facts.get("times")}
    if code == "area_differs":
        return _("文件写 %(told)s ha") % {"told": facts.get("stated_ha")}
    if code == "value_unread":
        return f"{column_title(str(facts.get('column')))}: {facts.get('value')}"
    return ""


def cancelled(code: str, before_m2: int | None, after_m2: int | None) -> str:
    """Say that an area as drawn cannot be given, where loops of a crossed boundary cancel out; else nothing."""
    crossed = code == "self_intersection" and before_m2 is not None and after_m2 is not None
    return _("算不出") if crossed and 2 * (before_m2 or 0) < (after_m2 or 0) else ""


def area_words(area_m2: int | None) -> str:
    """An area in 亩 for Chinese readers, in hectares for others."""
    if area_m2 is None:
        return "—"
    if (get_language() or "").startswith("en"):
        return f"{area_m2 / M2_PER_HA:,.2f}\u00a0ha"
    return _("%(mu)s 亩") % {"mu": f"{area_m2 / M2_PER_MU:,.1f}"}


def system_name(epsg: int | str) -> str:
    """A coordinate system as people call it: EPSG:4546, CGCS2000, 3° zone, 111° E."""
    number = int(epsg)
    plain = {4490: _("CGCS2000 经纬度"), 4326: _("WGS 84 经纬度"), 3857: _("Web 墨卡托")}
    if number in plain:
        return f"EPSG:{number} {plain[number]}"
    meridian = central_meridian(number)
    if meridian is None:
        return f"EPSG:{number} WGS 84 UTM {number % 100}N"
    width = 3 if is_three_degree(number) else 6
    facts = {"width": width, "meridian": meridian}
    if is_numbered(number):
        said = _("CGCS2000 %(width)s° 带，中央经线 %(meridian)s°，横坐标带带号") % facts
    else:
        said = _("CGCS2000 %(width)s° 带，中央经线 %(meridian)s°，不带带号") % facts
    return f"EPSG:{number} {said}"
