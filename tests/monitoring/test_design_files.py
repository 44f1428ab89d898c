"""Files of a design, opened again by other programs and compared with the design itself."""

import csv
import io
import json
from xml.etree import ElementTree as ET

import openpyxl
import pyogrio
import pypdf
import pytest
import shapely

from designs import zone_request
from field_data import booked_by_two
from tanhui.kit import clock
from tanhui.land.services import REGIONS
from tanhui.monitoring.design.figures import kept_by_stratum, known_plots, located, plot_names
from tanhui.monitoring.design.files import design_gpkg, design_json, plots_csv, plots_gpx, plots_kml
from tanhui.monitoring.design.forms import LastRound, field_workbook
from tanhui.monitoring.design.plot_rows import HEADINGS, PlotRow, plot_rows
from tanhui.monitoring.design.sheets import field_sheets
from tanhui.monitoring.design.strata import land_of
from tanhui.monitoring.queries import design_content, design_land_geojson, latest_survey
from tanhui.monitoring.services import draw_design, open_programme


@pytest.fixture
def programme(region, people):
    return open_programme(
        name_zh="固定样地", name_en="Permanent plots", region_code=region.code, key="p", **signed(people)
    )


def signed(people):
    return {"by": people["naren"], "reason": "按方案。", "at": clock.now()}


@pytest.fixture
def booked(programme, people):
    folder = REGIONS / "baotou" / "survey"
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}
    return booked_by_two(programme, files, people)


@pytest.fixture
def drawn(programme, people, booked):
    """300 plots that stand, and 20 more, in three strata, for four crews."""
    land, known = land_of("zones", "ecosystem"), known_plots(booked)
    kept = kept_by_stratum(known, located(known, land))
    asked = zone_request(kept, plot_names(programme), number_by="number", plots="320")
    return draw_design(programme=programme, request=asked, **signed(people))


@pytest.fixture
def content(drawn):
    return design_content(drawn)


def places(content):
    return {plot["plot"]: (plot["lon"], plot["lat"]) for plot in content["plots"]}


def test_csv_holds_every_plot_under_headings_in_both_languages(content):
    read = list(csv.DictReader(io.StringIO(plots_csv(plot_rows(content)).decode("utf-8-sig"))))
    assert list(read[0]) == [f"{said} {name}" for name, said in HEADINGS.items()]
    assert tuple(HEADINGS) == PlotRow._fields
    assert {row["样地 plot"]: (float(row["经度 lon"]), float(row["纬度 lat"])) for row in read} == places(content)
    total_ha = sum(float(row["代表面积_ha weight_ha"] or 0) for row in read)
    assert total_ha == pytest.approx(content["area_ha"], rel=1e-9)


def test_gpx_holds_every_plot_as_a_waypoint(content):
    root = ET.fromstring(plots_gpx(plot_rows(content), title="样地"))  # noqa: S314 - our own file
    space = {"g": "http://www.topografix.com/GPX/1/1"}
    points = {
        point.findtext("g:name", namespaces=space): (float(point.get("lon")), float(point.get("lat")))
        for point in root.findall("g:wpt", space)
    }
    assert points == places(content)
    said = root.findtext("g:wpt/g:desc", namespaces=space)
    assert "样地" in said
    assert "plot" in said


def test_kml_holds_every_plot_in_the_folder_of_its_stratum(content):
    root = ET.fromstring(plots_kml(plot_rows(content), title="样地"))  # noqa: S314 - our own file
    space = {"k": "http://www.opengis.net/kml/2.2"}
    folders = {folder.findtext("k:name", namespaces=space) for folder in root.iter(f"{{{space['k']}}}Folder")}
    assert folders == {"森林 / Forest", "草原 / Grassland", "湿地 / Wetland"}
    marks = {
        mark.findtext("k:name", namespaces=space): tuple(
            map(float, mark.findtext("k:Point/k:coordinates", namespaces=space).split(","))
        )
        for mark in root.iter(f"{{{space['k']}}}Placemark")
    }
    assert marks == places(content)


def test_geopackage_has_plots_and_strata_in_epsg_4490(content, drawn, tmp_path):
    path = tmp_path / "design.gpkg"
    path.write_bytes(design_gpkg(plot_rows(content), json.loads(design_land_geojson(drawn))))
    assert {str(name) for name, _kind in pyogrio.list_layers(path)} == {"plots", "strata"}
    meta, _fids, geometry, fields = pyogrio.raw.read(path, layer="plots")
    columns = dict(zip(meta["fields"].tolist(), fields, strict=True))
    assert meta["crs"] == "EPSG:4490"
    assert set(HEADINGS) | {"role_zh", "said"} == set(columns)
    points = shapely.get_coordinates(shapely.from_wkb(geometry)).tolist()
    assert {name: tuple(at) for name, at in zip(columns["plot"].tolist(), points, strict=True)} == places(content)
    _meta, _fids, outlines, _fields = pyogrio.raw.read(path, layer="strata")
    land = shapely.unary_union(shapely.from_wkb(outlines))
    inside = shapely.contains_xy(land, *zip(*places(content).values(), strict=True))
    assert inside.all()


def test_json_is_the_document_itself(drawn, content):
    assert json.loads(design_json(drawn.document)) == content


def test_a_workbook_holds_the_plots_of_a_crew_and_the_trees_of_last_time(programme, content, booked):
    rows = [row for row in plot_rows(content, crew=1) if row.ecosystem == "forest"]
    last = LastRound(latest_survey(programme))
    book = openpyxl.load_workbook(io.BytesIO(field_workbook(programme, content, rows, last, language="zh")))
    plots = [row for row in book["样地"].iter_rows(min_row=2, values_only=True) if row[0]]
    assert {row[0] for row in plots} == {row.plot for row in rows}
    assert {(row[0], row[2], row[3]) for row in plots} == {(row.plot, row.lon, row.lat) for row in rows}
    visits = [row for row in book["到访"].iter_rows(min_row=2, values_only=True) if row[0]]
    assert {(row[0], row[1]) for row in visits} == {(row.plot, 3) for row in rows}
    trees = [row for row in book["每木"].iter_rows(min_row=2, values_only=True) if row[0]]
    stood = {row.plot for row in rows if row.origin == "kept"}
    assert {row[0] for row in trees} <= stood
    assert len(trees) > 100
    heading = [cell.value.split("\n")[0] for cell in book["每木"][1]]
    assert any("上" in name and "胸径" in name for name in heading)


def test_a_new_plot_never_has_the_name_or_the_trees_of_an_old_one(programme, people, booked, content):
    asked = zone_request(taken=plot_names(programme), number_by="number", plots="30")
    fresh = design_content(draw_design(programme=programme, request=asked, **signed(people)))
    assert {plot["plot"] for plot in fresh["plots"]}.isdisjoint(known_plots(booked).places)
    last = LastRound(latest_survey(programme))
    forest = [row for row in plot_rows(fresh) if row.ecosystem == "forest"]
    book = openpyxl.load_workbook(io.BytesIO(field_workbook(programme, fresh, forest, last, language="zh")))
    assert not [row for row in book["每木"].iter_rows(min_row=2, values_only=True) if row[0]]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_sheets_on_paper_show_place_trees_and_room_to_write(programme, content, language):
    rows = [row for row in plot_rows(content) if row.plot in {"F-001", "G-001"}]
    pdf = field_sheets(programme, 1, rows, LastRound(latest_survey(programme)), language=language)
    text = ["".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    assert len(text) >= 2
    assert f"{rows[0].lon:.7f},{rows[0].lat:.7f}" in text[0]
    assert f"{rows[0].east_m:.2f},{rows[0].north_m:.2f}" in text[0]
    assert ("樟子松" if language == "zh" else "Pinus") in text[0]
    assert "50–100" in text[-1]
    assert pdf == field_sheets(programme, 1, rows, LastRound(latest_survey(programme)), language=language)


def test_rows_of_a_year_or_a_crew_leave_reserves_out(content):
    assert {row.crew for row in plot_rows(content, crew=2)} == {2}
    assert len(plot_rows(content, year=2027)) == content["sample"]
    assert plot_rows(content, year=2028) == []
    assert any(row.role == "reserve" for row in plot_rows(content))
