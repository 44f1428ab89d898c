"""The plots of a design as rows with names in both languages: what every file of a design is made from."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

HEADINGS: Mapping[str, str] = {
    "plot": "样地",
    "role": "用途",
    "origin": "来历",
    "order": "替补次序",
    "stratum": "层",
    "stratum_zh": "层名",
    "stratum_en": "层名（英文）",
    "ecosystem": "生态系统",
    "parcel": "小班",
    "lon": "经度",
    "lat": "纬度",
    "epsg": "投影",
    "east_m": "横坐标_m",
    "north_m": "纵坐标_m",
    "layout": "样式",
    "layout_zh": "样式名",
    "area_m2": "面积_m2",
    "panel": "轮换组",
    "years": "复测年份",
    "crew": "外业组",
    "qc_years": "质量复查年份",
    "weight_ha": "代表面积_ha",
    "inclusion_probability": "入样概率",
}
"""Columns of a plot's row with their Chinese headings, in order."""

ROLE_WORDS = {"sample": ("样地", "sample plot"), "reserve": ("备用样地", "reserve plot")}


class PlotRow(NamedTuple):
    """A plot with all that a file says of it; blank where it does not apply."""

    plot: str
    role: str
    origin: str
    order: int
    stratum: str
    stratum_zh: str
    stratum_en: str
    ecosystem: str
    parcel: str
    lon: float
    lat: float
    epsg: int
    east_m: float
    north_m: float
    layout: str
    layout_zh: str
    area_m2: float
    panel: int
    years: str
    crew: int
    qc_years: str
    weight_ha: float
    inclusion_probability: float

    @property
    def said(self) -> str:
        """One line about the plot in both languages, for devices that show only a description."""
        zh, en = ROLE_WORDS[self.role]
        order = f" {self.order}" if self.order else ""
        return f"{zh}{order} {self.stratum_zh} {self.layout_zh} / {en}{order}, {self.stratum_en}"


def plot_rows(content: Mapping[str, Any], *, crew: int = 0, year: int = 0) -> list[PlotRow]:
    """Rows of a design's document; those of one crew or of one year where that is asked, then without reserves."""
    qc = _qc_years(content)
    strata = {row["stratum"]: row for row in content["strata"]}
    rows = (_row(plot, strata[plot["stratum"]], qc.get(plot["plot"], [])) for plot in _asked(content, crew, year))
    return sorted(rows, key=lambda row: (row.role != "sample", row.plot))


def _asked(content: Mapping[str, Any], crew: int, year: int) -> Iterator[Mapping[str, Any]]:
    for plot in content["plots"]:
        if (not crew or plot["crew"] == crew) and (not year or year in plot["years"]):
            yield plot


def _qc_years(content: Mapping[str, Any]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row in content["qc"]:
        for plot in row["plots"]:
            found.setdefault(plot, []).append(row["year"])
    return found


def _row(plot: Mapping[str, Any], stratum: Mapping[str, Any], qc: Sequence[int]) -> PlotRow:
    sampled = plot["role"] == "sample"
    return PlotRow(
        plot=plot["plot"],
        role=plot["role"],
        origin=plot["origin"],
        order=plot["order"],
        stratum=plot["stratum"],
        stratum_zh=stratum["name_zh"],
        stratum_en=stratum["name_en"],
        ecosystem=stratum["ecosystem"],
        parcel=plot["parcel"],
        lon=plot["lon"],
        lat=plot["lat"],
        epsg=plot["epsg"],
        east_m=plot["east_m"],
        north_m=plot["north_m"],
        layout=stratum["layout"]["id"],
        layout_zh=stratum["layout"]["name_zh"],
        area_m2=stratum["layout"]["area_m2"],
        panel=plot["panel"] or 0,
        years=" ".join(map(str, plot["years"])),
        crew=plot["crew"] or 0,
        qc_years=" ".join(map(str, qc)),
        weight_ha=stratum["weight_ha"] if sampled else 0.0,
        inclusion_probability=stratum["inclusion_probability"] if sampled else 0.0,
    )
