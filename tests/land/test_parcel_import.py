"""Importing parcels from real files: every kind of file and system, all or nothing, once."""

import shutil
import zipfile

import numpy as np
import pytest
import shapely
from django.db import DatabaseError
from shapely import MultiPolygon, Polygon, box

from parcel_files import coverage, forest_fields, write_layer
from standing import broken
from tanhui.core.geometry.ellipsoid import measure, whole_m2
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.land.models import Defect, ImportState, LandFile, LandFilePart, Parcel, ParcelImport
from tanhui.land.parcels.choices import Choices
from tanhui.land.services import (
    check_parcels,
    choose_parcels,
    drop_import,
    import_at_once,
    import_parcels,
    upload_parcels,
)
from tanhui.people.models import TrailEntry

COUNT = 12
SHAPES = coverage(COUNT)
FIELDS = forest_fields(COUNT)
CELL = box(110.0, 41.0, 110.01, 41.01)


@pytest.fixture
def bring(people):
    """Import a file in one go, as the command does."""

    def act(path, choices=None, **more):
        signed = {"by": people["batu"], "reason": "年度更新。", "at": clock.now()}
        return import_at_once(path=path, choices=choices or Choices(), region_code="BT", **{**signed, **more})

    return act


def check(people, path, choices=None):
    found = upload_parcels(path=path, choices=choices or Choices(), region_code="BT", by=people["batu"], at=clock.now())
    return check_parcels(number=found.number, by=people["batu"], at=clock.now())


def confirm(people, found, **more):
    told = {"shown": found.digest, "by": people["batu"], "reason": "年度更新。", "at": clock.now(), **more}
    return import_parcels(number=found.number, **told)


def _written(path, content):
    path.write_bytes(content)
    return path


def _packed_on_windows(target, paths):
    """Chinese Windows writes the bytes of GBK into the archive and does not say so."""
    with zipfile.ZipFile(target, "w") as archive:
        for path in paths:
            archive.write(path, f"data/NAME{path.suffix}")
    return _written(target, target.read_bytes().replace(b"NAME", "小班".encode("gbk")))


def _cut_zip(folder):
    packed = folder / "a.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.geojson", "{}" * 5000)
    content = bytearray(packed.read_bytes())
    content[60:90] = b"x" * 30
    return _written(packed, bytes(content))


def _without(folder, ending):
    shp = write_layer(folder / "a.shp", SHAPES, FIELDS)
    shp.with_suffix(ending).unlink()
    return shp


def assert_sound(count=COUNT):
    """All parcels stand as they were drawn, to a hundredth of a millimetre of the degree grid and the square metre."""
    parcels = list(Parcel.objects.filter(replaced_by=None).order_by("row"))
    assert len(parcels) == count
    expected = whole_m2(measure(SHAPES).area_m2)
    for parcel, drawn, area_m2 in zip(parcels, SHAPES, expected, strict=True):
        kept = shapely.from_wkb(bytes(parcel.geometry))
        assert isinstance(kept, MultiPolygon)
        assert shapely.hausdorff_distance(kept, drawn) < 3e-9
        assert abs(parcel.area_m2 - area_m2) <= 1
        assert parcel.extent == kept.bounds
        assert kept.contains(shapely.Point(parcel.lon, parcel.lat))


@pytest.mark.parametrize("ending", [".shp", ".gdb", ".gpkg", ".geojson"])
def test_every_kind_of_file_comes_in_whole(bring, tmp_path, ending):
    epsg = 4326 if ending == ".geojson" else 4490
    found = bring(write_layer(tmp_path / f"parcels{ending}", SHAPES, FIELDS, epsg=epsg))
    assert found.state == ImportState.IMPORTED
    assert_sound()
    first = Parcel.objects.get(row=1)
    assert (first.code, first.county_id, first.ecosystem) == ("150222-000-000-0000-00000", "150222", "forest")
    assert (first.origin, first.land_tenure, first.forest_tenure) == ("planted", "state", "collective")
    assert (first.public_welfare, first.forest_category, first.land_class) == (True, "11", "0111")
    assert first.attributes["LIN_CHANG"] == "阴山北麓国营林场"
    assert first.age_a == FIELDS["PINGJUN_NL"][0]


@pytest.mark.parametrize("epsg", [4490, 4326, 4546, 4525, 4508, 4497, 4545, 4524, 3857, 32649])
def test_every_system_comes_back_to_the_same_degrees(bring, tmp_path, epsg):
    found = bring(write_layer(tmp_path / "parcels.gpkg", SHAPES, FIELDS, epsg=epsg))
    assert found.epsg == epsg or {found.epsg, epsg} == {4546, 4508}
    assert_sound()


def test_a_gbk_shapefile_without_cpg_reads_as_chinese_zipped_or_not(bring, tmp_path):
    fields = {"乡镇": np.array(["固阳县金山镇"] * COUNT, dtype=object), **FIELDS}
    shp = write_layer(tmp_path / "小班.shp", SHAPES, fields, encoding="GBK")
    shp.with_suffix(".cpg").unlink()
    first = bring(shp)
    assert Parcel.objects.get(row=1).attributes["乡镇"] == "固阳县金山镇"
    again = bring(_packed_on_windows(tmp_path / "其他名字.zip", tmp_path.glob("小班.*")))
    assert again.pk == first.pk
    assert Parcel.objects.count() == COUNT


def test_the_check_shows_and_changes_nothing(people, tmp_path):
    found = check(people, write_layer(tmp_path / "a.gpkg", SHAPES, FIELDS))
    told = found.findings
    assert (found.state, told["features"], told["usable"], told["refused"]) == (ImportState.CHECKED, COUNT, COUNT, 0)
    assert told["area_m2"] == int(whole_m2(measure(SHAPES).area_m2).sum())
    assert told["replaced"] == {"by": "codes", "codes": 0, "counties": 0, "county_keys": ["150222"]}
    assert told["ecosystems"] == [{"key": "forest", "count": COUNT, "area_m2": told["area_m2"]}]
    recognised = {row["field"]: row["column"] for row in told["fields"]}
    assert (recognised["XIAN"], recognised["YOU_SHI_SZ"], recognised["BZ"]) == ("county", "species", "")
    assert Parcel.objects.count() == 0
    assert TrailEntry.objects.count() == 0


def test_an_import_ends_in_the_trail_and_twice_is_once(people, tmp_path):
    found = check(people, write_layer(tmp_path / "a.gpkg", SHAPES, FIELDS))
    done, again = confirm(people, found), confirm(people, found)
    assert (done.pk, done.state) == (again.pk, ImportState.IMPORTED)
    assert Parcel.objects.count() == COUNT
    (entry,) = TrailEntry.objects.filter(act="import_parcels")
    assert entry.reason == "年度更新。"
    assert entry.facts["parcels"] == COUNT
    assert entry.facts["area_m2"] == found.findings["area_m2"]
    assert (
        upload_parcels(
            path=tmp_path / "a.gpkg", choices=Choices(), region_code="BT", by=people["batu"], at=clock.now()
        ).pk
        == done.pk
    )


def test_a_later_file_replaces_the_same_codes_and_the_old_rows_stay(bring, people, tmp_path):
    first = bring(write_layer(tmp_path / "a.gpkg", SHAPES, FIELDS))
    later = check(people, write_layer(tmp_path / "b.gpkg", SHAPES[:5], {k: v[:5] for k, v in FIELDS.items()}))
    assert later.findings["replaced"]["codes"] == 5
    confirm(people, later)
    assert Parcel.objects.filter(replaced_by=None).count() == COUNT
    assert Parcel.objects.filter(batch=first, replaced_by=later).count() == 5
    assert Parcel.objects.count() == COUNT + 5


def test_a_county_can_be_replaced_whole(bring, tmp_path):
    bring(write_layer(tmp_path / "a.gpkg", SHAPES, FIELDS))
    few = {name: column[:3] for name, column in FIELDS.items()}
    few["XIAO_BAN"] = np.array(["90001", "90002", "90003"], dtype=object)
    bring(write_layer(tmp_path / "b.gpkg", SHAPES[:3], few), Choices(replaces="counties"))
    assert Parcel.objects.filter(replaced_by=None).count() == 3


def test_what_cannot_be_a_parcel_stops_the_import_until_it_is_left_out(people, tmp_path):
    shapes = SHAPES.copy()
    shapes[2], shapes[3] = Polygon([(110, 41), (110.1, 41), (110.2, 41), (110, 41)]), box(100, 41, 100.01, 41.01)
    fields = {**FIELDS, "XIAO_BAN": FIELDS["XIAO_BAN"].copy()}
    fields["XIAO_BAN"][5] = fields["XIAO_BAN"][6]
    fields["XIAO_BAN"][8] = ""
    found = check(people, write_layer(tmp_path / "a.gpkg", shapes, fields))
    refused = Defect.objects.filter(batch=found, remedy="refused").values_list("row", "code")
    assert set(refused) == {
        (3, "no_area"),
        (4, "outside_region"),
        (6, "code_repeated"),
        (7, "code_repeated"),
        (9, "code_missing"),
    }
    with pytest.raises(Problem) as problem:
        confirm(people, found)
    assert problem.value.code == "defects_refused"
    assert Parcel.objects.count() == 0
    assert confirm(people, found, leave_out=True).findings["imported"] == COUNT - 5


def test_a_mend_that_changes_an_area_has_to_be_accepted(people, tmp_path):
    shapes = SHAPES.copy()
    shapes[4] = Polygon([(110, 41), (110.01, 41.01), (110.01, 41), (110, 41.01)])
    found = check(people, write_layer(tmp_path / "a.gpkg", shapes, FIELDS))
    defect = Defect.objects.get(batch=found, code="self_intersection")
    assert (defect.row, defect.remedy, defect.before_m2, defect.after_m2) == (5, "asked", 0, 467_142)
    with pytest.raises(Problem) as problem:
        confirm(people, found)
    assert problem.value.code == "mends_unaccepted"
    confirm(people, found, accept_mends=True)
    assert Parcel.objects.get(row=5).area_m2 == 467_142


def test_overlaps_and_areas_that_differ_are_shown_and_kept(people, tmp_path):
    shapes = SHAPES.copy()
    shapes[1] = shapely.convex_hull(shapely.union(shapes[1], shapely.centroid(shapes[0])))
    fields = {**FIELDS, "MIAN_JI": np.full(COUNT, 100.0)}
    found = check(people, write_layer(tmp_path / "a.gpkg", shapes, fields))
    overlap = Defect.objects.filter(batch=found, code="overlap").first()
    assert overlap.row == 2
    assert overlap.facts["other_row"] == 1
    assert overlap.facts["shared_m2"] > 100
    assert Defect.objects.filter(batch=found, code="area_differs").count() == COUNT
    assert confirm(people, found).findings["imported"] == COUNT


@pytest.mark.parametrize(("factor", "unit"), [(1.0, "ha"), (15.0, "mu"), (10_000.0, "m2"), (3.0, "")])
def test_the_unit_of_the_stated_area_is_named_not_corrected(people, tmp_path, factor, unit):
    hectares = measure(SHAPES).area_m2 / 10_000
    found = check(people, write_layer(tmp_path / "a.gpkg", SHAPES, {**FIELDS, "MIAN_JI": hectares * factor}))
    assert found.findings["stated_unit"] == unit


def test_a_file_that_names_no_system_is_asked_about_with_those_that_fit(people, tmp_path):
    shp = write_layer(tmp_path / "a.shp", SHAPES, FIELDS, epsg=4546)
    shp.with_suffix(".prj").unlink()
    found = check(people, shp)
    assert (found.state, found.question["code"], found.question["offers"][0]) == (
        ImportState.ASKING,
        "crs_missing",
        "4546",
    )
    choose_parcels(number=found.number, choices=Choices(epsg=4546), by=people["batu"])
    found = check_parcels(number=found.number, by=people["batu"], at=clock.now())
    assert found.findings["usable"] == COUNT


def test_coordinates_of_another_zone_are_not_believed(people, tmp_path):
    shp = write_layer(tmp_path / "a.shp", SHAPES, FIELDS, epsg=4546)
    wrong = write_layer(tmp_path / "b.shp", SHAPES, FIELDS, epsg=4545)
    shutil.copy(wrong.with_suffix(".prj"), shp.with_suffix(".prj"))
    found = check(people, shp)
    assert found.question["code"] == "elsewhere"
    assert "4546" in found.question["offers"]


def test_one_of_several_layers_has_to_be_chosen(people, tmp_path):
    path = write_layer(tmp_path / "a.gpkg", SHAPES, FIELDS, layer="林地")
    write_layer(path, SHAPES[:2], {k: v[:2] for k, v in FIELDS.items()}, layer="草地", append=False)
    found = check(people, path)
    assert (found.state, found.question["code"]) == (ImportState.ASKING, "layer_needed")
    assert found.question["offers"] == ["a/林地", "a/草地"]
    choose_parcels(number=found.number, choices=Choices(layer="a/草地"), by=people["batu"])
    assert check_parcels(number=found.number, by=people["batu"], at=clock.now()).findings["features"] == 2


def test_fields_can_be_named_by_hand_and_the_rest_chosen_for_all(people, tmp_path):
    fields = {"ID": np.array([f"P{n}" for n in range(COUNT)], dtype=object)}
    path = write_layer(tmp_path / "a.gpkg", SHAPES, fields)
    found = check(people, path, Choices(mapping={"parcel": "ID"}, ecosystem="grassland", zone="G01", survey_year=2025))
    confirm(people, found)
    parcel = Parcel.objects.get(row=1)
    assert (parcel.code, parcel.ecosystem, parcel.zone_id, parcel.survey_year) == ("P0", "grassland", "G01", 2025)
    assert parcel.county_id == "150222"


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("file_missing", lambda folder: folder / "none.shp"),
        ("no_vector_file", lambda folder: _written(folder / "a.txt", b"no map")),
        ("bad_zip", _cut_zip),
        ("file_broken", lambda folder: _written(folder / "a.gpkg", b"no database")),
        ("shapefile_incomplete", lambda folder: _without(folder, ".dbf")),
        ("shapefile_incomplete", lambda folder: _without(folder, ".shx")),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_leaves_nothing(people, tmp_path, code, make):
    with pytest.raises(Problem) as problem:
        check(people, make(tmp_path))
    assert problem.value.code == code
    assert problem.value.message
    assert ParcelImport.objects.count() == 0


def test_an_empty_layer_is_said_to_be_empty(people, tmp_path):
    path = write_layer(tmp_path / "a.gpkg", SHAPES[:0], {name: column[:0] for name, column in FIELDS.items()})
    with pytest.raises(Problem) as problem:
        check(people, path)
    assert problem.value.code == "no_features"


@pytest.mark.parametrize("username", ["naren", "temur", "chenli", "zhaogang", "gaojie"])
def test_only_the_bureau_imports(people, bring, tmp_path, username):
    path = write_layer(tmp_path / "a.gpkg", SHAPES, FIELDS)
    with pytest.raises(Problem) as problem:
        bring(path, by=people[username])
    assert problem.value.code == "wrong_role"
    assert Parcel.objects.count() == 0


def test_without_a_reason_nothing_is_imported(bring, tmp_path):
    with pytest.raises(Problem) as problem:
        bring(write_layer(tmp_path / "a.gpkg", SHAPES, FIELDS), reason="  ")
    assert problem.value.code == "reason_missing"
    assert Parcel.objects.count() == 0


def test_what_was_shown_is_what_is_imported(people, tmp_path):
    found = check(people, write_layer(tmp_path / "a.gpkg", SHAPES, FIELDS))
    with pytest.raises(Problem) as problem:
        confirm(people, found, shown="0" * 64)
    assert problem.value.code == "not_checked"
    choose_parcels(number=found.number, choices=Choices(zone="F01"), by=people["batu"])
    with pytest.raises(Problem) as problem:
        confirm(people, found)
    assert problem.value.code == "not_checked"
    assert Parcel.objects.count() == 0


def test_a_disk_that_fills_up_half_way_leaves_nothing(people, tmp_path):
    found = check(people, write_layer(tmp_path / "a.gpkg", SHAPES, FIELDS))
    with broken("land_parcel"), pytest.raises(DatabaseError):
        confirm(people, found)
    found.refresh_from_db()
    assert found.state == ImportState.CHECKED
    assert Parcel.objects.count() == 0
    assert TrailEntry.objects.filter(act="import_parcels").count() == 0


def test_a_dropped_file_goes_and_may_come_again(people, tmp_path):
    path = write_layer(tmp_path / "a.gpkg", SHAPES, FIELDS)
    found = check(people, path)
    drop_import(number=found.number, by=people["batu"], reason="传错了。", at=clock.now())
    assert LandFilePart.objects.count() == 0
    assert LandFile.objects.count() == 1
    with pytest.raises(Problem) as problem:
        confirm(people, found)
    assert problem.value.code == "import_closed"
    again = check(people, path)
    assert again.pk != found.pk
    assert confirm(people, again).findings["imported"] == COUNT


def test_progress_tells_every_stage(bring, tmp_path):
    told = []
    bring(write_layer(tmp_path / "a.gpkg", SHAPES, FIELDS), progress=lambda *step: told.append(step[0]))
    assert list(dict.fromkeys(told)) == ["read", "check", "overlap", "codes", "write"]
