"""Lists page by page, who sees what, what a map is given, and files to take away."""

import io

import pytest
import shapely
from openpyxl import load_workbook
from pyogrio import raw

from land_kept import PARCEL, keep_land
from tanhui.kit.problems import Problem
from tanhui.land import queries
from tanhui.land.export import parcel_file, works_file
from tanhui.land.models import Extent, Parcel
from tanhui.land.queries import ParcelFilter
from tanhui.land.queries.works import public_works

NEAR, FAR = Extent(110.5, 41.04, 110.66, 41.16), Extent(108.0, 39.0, 113.0, 44.0)


@pytest.fixture
def land(people):
    keep_land(people)
    return people


def test_pages_follow_each_other_and_lead_back(land):
    person, codes, after = land["batu"], [], ""
    while True:
        page = queries.parcel_page(person, ParcelFilter(), after=after)
        codes += [row.code for row in page.rows]
        if not page.after:
            break
        after = page.after
    assert codes == sorted(codes)
    assert len(codes) == len(set(codes)) == 352
    second = queries.parcel_page(person, ParcelFilter(), after=codes[49])
    back = queries.parcel_page(person, ParcelFilter(), before=second.before)
    assert [row.code for row in back.rows] == codes[:50]
    assert (back.before, back.after) == ("", codes[49])


def test_a_list_is_narrowed_and_summed(land):
    person = land["batu"]
    assert queries.parcel_sums(person, ParcelFilter()).parcels == 352
    grass = queries.parcel_sums(person, ParcelFilter(ecosystem="grassland"))
    assert grass.parcels == 80
    assert grass.area_m2 == sum(Parcel.objects.filter(ecosystem="grassland").values_list("area_m2", flat=True))
    assert queries.parcel_sums(person, ParcelFilter(county="150222", species="460")).parcels == 14
    assert queries.parcel_sums(person, ParcelFilter(text="150222-901")).parcels == 16
    assert queries.parcel_sums(person, ParcelFilter(text="国营林场")).parcels == 255
    assert queries.parcel_sums(person, ParcelFilter(ecosystem="other")).parcels == 0


def test_an_owner_sees_its_own_land_and_no_other(land):
    owner = land["zhaogang"]
    assert queries.parcel_sums(owner, ParcelFilter()).parcels == 255
    assert queries.parcel(PARCEL, owner).owner_id == owner.organisation_id
    foreign = Parcel.objects.filter(owner=None, ecosystem="wetland").first()
    with pytest.raises(Problem) as problem:
        queries.parcel(foreign.code, owner)
    assert problem.value.code == "unknown_parcel"
    told = queries.parcels_in_view(owner, Extent(*foreign.extent))
    assert told["features"] == []


def test_a_map_is_given_parcels_near_by_and_cells_from_afar(land):
    near = queries.parcels_in_view(land["batu"], NEAR)
    assert near["grain"] == "parcel"
    assert {feature["properties"]["ecosystem"] for feature in near["features"]} == {"forest", "shrubland"}
    assert len(near["features"]) == 16
    far = queries.parcels_in_view(land["batu"], FAR)
    assert far["grain"] == "cell"
    assert sum(feature["properties"]["count"] for feature in far["features"]) == 352


def test_the_public_sees_cells_of_a_twentieth_of_a_degree_and_works_about_where_they_are(land):
    cells = queries.public_cells()["features"]
    assert sum(cell["properties"]["area_m2"] for cell in cells) == sum(Parcel.objects.values_list("area_m2", flat=True))
    for cell in cells:
        west, south, east, north = shapely.geometry.shape(cell["geometry"]).bounds
        assert 0.04 < east - west < 0.05
        assert 0.04 < north - south < 0.05
        assert "code" not in cell["properties"]
    points = public_works()["features"]
    assert len(points) == 8
    for point in points:
        assert [round(part, 2) for part in point["geometry"]["coordinates"]] == point["geometry"]["coordinates"]


def test_parcels_go_out_as_a_table_and_as_a_layer(land, tmp_path):
    rows = Parcel.objects.filter(zone="F01").order_by("code").select_related("county", "zone", "batch")
    text = parcel_file(rows, "csv").content.decode("utf-8-sig").splitlines()
    assert text[0].startswith("小班编号,旗县区,片区")
    assert len(text) == 17
    sheet = load_workbook(io.BytesIO(parcel_file(rows, "xlsx").content)).active
    assert (sheet["A2"].value, sheet["F2"].value) == (rows[0].code, rows[0].area_m2 / 10_000)
    (tmp_path / "p.gpkg").write_bytes(parcel_file(rows, "gpkg").content)
    meta, _fids, wkb, _fields = raw.read(tmp_path / "p.gpkg")
    assert meta["crs"] == "EPSG:4490"
    assert shapely.equals(shapely.from_wkb(wkb[0]), shapely.from_wkb(bytes(rows[0].geometry)))
    with pytest.raises(Problem) as problem:
        parcel_file(rows, "doc")
    assert problem.value.code == "unknown_kind"


def test_works_without_a_boundary_go_out_too(land, tmp_path):
    (tmp_path / "w.gpkg").write_bytes(works_file(queries.works_rows().defer(None), "gpkg").content)
    _meta, _fids, wkb, _fields = raw.read(tmp_path / "w.gpkg")
    assert (len(wkb), sum(shape is None for shape in wkb)) == (11, 3)


def test_a_cell_that_looks_like_a_formula_stays_text(land):
    work = queries.works_rows().defer(None)[0]
    work.name_zh = "=1+1"
    assert "'=1+1" in works_file([work], "csv").content.decode()
