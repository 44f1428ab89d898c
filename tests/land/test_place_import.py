"""Zones and counties from files: what is new, changed and gone is shown first; what stood before is kept."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
import shapely
from django.db import DatabaseError, transaction
from shapely import Polygon, box

from parcel_files import write_layer
from parcels import keep_parcels
from tanhui.core.geometry.ellipsoid import measure, whole_m2
from tanhui.kit.problems import Problem
from tanhui.land import queries
from tanhui.land.models import County, Defect, Holds, ImportState, Parcel, ParcelImport, PlaceVersion, Zone
from tanhui.land.parcels.choices import Choices
from tanhui.land.parcels.ground import ground
from tanhui.land.services import (
    REGIONS,
    check_parcels,
    drop_import,
    import_at_once,
    import_parcels,
    load_region,
    upload_parcels,
)
from tanhui.people.models import TrailEntry

AT = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 26)
NORTH, SOUTH = box(110.0, 41.05, 110.1, 41.1), box(110.0, 41.0, 110.1, 41.05)
BOW = Polygon([(110.2, 41.0), (110.3, 41.1), (110.3, 41.0), (110.2, 41.1), (110.2, 41.0)])
KINDS = (".shp", ".gdb", ".gpkg", ".geojson")


def text(*values):
    return np.array(values, dtype=object)


def zones_file(folder, shapes=(NORTH, SOUTH), ending=".gpkg", epsg=4490, **fields):
    """Saddle Mountain with a boundary, and a zone that nobody has heard of."""
    told = {
        "PQBH": text("F02", "F13"),
        "名称": text("马鞍山", "新片区"),
        "STXT": text("森林", "草地"),
        "XIAN": text("150222", "固阳县"),
        **fields,
    }
    told = {name: column for name, column in told.items() if column is not None}
    more = {"encoding": "GBK"} if ending == ".shp" else {}
    return write_layer(folder / f"zones{ending}", np.array(shapes, dtype=object), told, epsg=epsg, **more)


@pytest.fixture
def bring(people):
    def act(path, choices=None, *, holds=Holds.ZONES, by="batu", **more):
        signed = {"by": people[by], "reason": "按批复更新。", "at": AT}
        return import_at_once(
            path=path, choices=choices or Choices(), region_code="BT", holds=holds, **{**signed, **more}
        )

    return act


def check(people, path, choices=None, holds=Holds.ZONES):
    told = {"path": path, "choices": choices or Choices(), "region_code": "BT", "holds": holds}
    found = upload_parcels(**told, by=people["batu"], at=AT)
    return check_parcels(number=found.number, by=people["batu"], at=AT)


def area_m2(shape):
    return int(whole_m2(measure(np.array([shape], dtype=object)).area_m2)[0])


def changes(found):
    return {row["code"]: row["change"] for row in found.findings["places"]}


def test_a_preview_says_what_would_change_and_changes_nothing(people, tmp_path):
    before = list(Zone.objects.order_by("zone").values())
    found = check(people, zones_file(tmp_path))
    assert found.state == ImportState.CHECKED
    assert changes(found) == {"F13": "new", "F02": "changed"}
    row = next(row for row in found.findings["places"] if row["code"] == "F02")
    assert (row["differs"], row["before_m2"], row["after_m2"]) == (["boundary"], 421_333_333, area_m2(NORTH))
    assert found.findings["before_m2"] == pytest.approx(15_503_000 * 10_000 / 15, abs=11)
    whole = found.findings["before_m2"] - row["before_m2"] + area_m2(NORTH) + area_m2(SOUTH)
    assert found.findings["after_m2"] == whole
    assert list(Zone.objects.order_by("zone").values()) == before
    assert not PlaceVersion.objects.exists()


@pytest.mark.parametrize("ending", KINDS)
@pytest.mark.parametrize("epsg", [4490, 4326, 4546, 4525])
def test_zones_come_from_every_kind_of_file_and_system(bring, tmp_path, ending, epsg):
    found = bring(zones_file(tmp_path, ending=ending, epsg=4326 if ending == ".geojson" else epsg))
    assert found.state == ImportState.IMPORTED
    made = Zone.objects.get(zone="F13")
    assert (made.name_zh, made.ecosystem, made.county_id) == ("新片区", "grassland", "150222")
    assert made.area_mu == round(area_m2(SOUTH) * 15 / 10_000)
    assert shapely.hausdorff_distance(shapely.geometry.shape(made.outline), SOUTH) < 3e-9
    assert SOUTH.contains(shapely.Point(made.lon, made.lat))


def test_what_stood_before_is_kept_with_its_last_day_and_the_trail_says_who(bring, people, tmp_path):
    was = Zone.objects.get(zone="F02")
    path = zones_file(tmp_path)
    found = bring(path, valid_from=date(2026, 7, 1))
    first, second = PlaceVersion.objects.filter(code="F02").order_by("id")
    assert (first.batch, first.valid_from, first.valid_to, first.ended_by) == (None, None, date(2026, 7, 1), found)
    assert (first.area_m2, first.outline, first.source) == (421_333_333, None, was.source)
    assert (second.batch, second.valid_from, second.valid_to) == (found, date(2026, 7, 1), None)
    said = TrailEntry.objects.get(subject=found.number)
    assert (said.act, said.person, said.reason) == ("import_places", people["batu"], "按批复更新。")
    assert (said.facts["new"], said.facts["changed"], said.facts["gone"]) == (1, 1, 0)
    assert bring(path).pk == found.pk
    assert PlaceVersion.objects.count() == 3
    again = bring(zones_file(tmp_path, (box(110.0, 41.05, 110.1, 41.09), SOUTH)))
    assert changes(again) == {"F02": "changed", "F13": "same"}
    assert [row.valid_to for row in PlaceVersion.objects.filter(code="F02").order_by("id")] == [
        date(2026, 7, 1),
        TODAY,
        None,
    ]


def test_a_zone_that_ends_is_named_by_its_parcels_as_before(bring, people, tmp_path):
    parcel = keep_parcels(people, 1, zone_id="F01")[0]
    found = bring(zones_file(tmp_path), Choices(replaces="whole"))
    assert changes(found)["F01"] == "gone"
    row = next(row for row in found.findings["places"] if row["code"] == "F01")
    assert (row["parcels"], row["after_m2"]) == (1, 0)
    assert [zone.zone for zone in queries.zones()] == ["F02", "F13"]
    assert Zone.objects.get(zone="F01").ended_on == TODAY
    assert Parcel.objects.select_related("zone").get(pk=parcel.pk).zone.name_zh == "春坤山"
    assert "F01" not in ground().zones
    assert sum(row.zones for row in queries.ecosystem_sums()) == 2
    back = bring(zones_file(tmp_path, PQBH=text("F01", "F13"), 名称=text("春坤山", "新片区")))
    assert changes(back)["F01"] == "new"
    assert Zone.objects.get(zone="F01").ended_on is None
    assert PlaceVersion.objects.filter(code="F01").count() == 2


def test_loading_the_region_again_leaves_imported_places_alone(bring, tmp_path):
    bring(zones_file(tmp_path, 名称=text("马鞍岭", "新片区")), Choices(replaces="whole"))
    load_region(folder=REGIONS / "baotou")
    assert Zone.objects.get(zone="F02").name_zh == "马鞍岭"
    assert Zone.objects.get(zone="F01").ended_on == TODAY
    assert {zone.zone for zone in queries.zones()} == {"F02", "F13"}


def test_parcels_of_later_files_lie_in_the_new_boundary(bring, tmp_path):
    bring(zones_file(tmp_path))
    assert set(ground().zone_outlines) == {"F02", "F13"}


def test_shapes_are_checked_and_mended_as_those_of_parcels(bring, people, tmp_path):
    path = zones_file(tmp_path, (BOW, SOUTH))
    with pytest.raises(Problem) as refused:
        bring(path)
    assert refused.value.code == "mends_unaccepted"
    found = bring(path, accept_mends=True)
    assert Defect.objects.get(batch=found, code="self_intersection").remedy == "asked"
    outline = shapely.geometry.shape(Zone.objects.get(zone="F02").outline)
    assert outline.is_valid
    assert area_m2(outline) == pytest.approx(area_m2(shapely.make_valid(BOW)), abs=1)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"PQBH": text("F02", "")}, "place_code_missing"),
        ({"PQBH": text("F02", "F02")}, "place_code_repeated"),
        ({"PQBH": text("F02", "F" * 21)}, "place_code_odd"),
        ({"名称": text("马鞍山", "")}, "name_missing"),
        ({"STXT": text("森林", "沙漠")}, "ecosystem_missing"),
    ],
)
def test_a_place_without_its_words_is_refused(bring, tmp_path, fields, code):
    path = zones_file(tmp_path, **fields)
    with pytest.raises(Problem) as refused:
        bring(path)
    assert refused.value.code == "defects_refused"
    assert Defect.objects.filter(code=code).exists()
    assert not PlaceVersion.objects.exists()


def test_what_is_left_out_of_a_whole_file_does_not_end(bring, tmp_path):
    bring(zones_file(tmp_path, STXT=text("", "沙漠")), Choices(replaces="whole"), leave_out=True)
    assert Zone.objects.get(zone="F02").ended_on is None
    assert Zone.objects.get(zone="F02").outline
    assert not Zone.objects.filter(zone="F13").exists()


def test_a_zone_far_from_the_region_is_refused_and_one_on_another_is_shown(bring, people, tmp_path):
    bring(zones_file(tmp_path))
    path = zones_file(
        tmp_path, (box(110.0, 41.04, 110.1, 41.06), box(112.6, 41.0, 112.7, 41.1)), PQBH=text("F03", "F14")
    )
    found = check(people, path)
    told = {(defect.code, defect.remedy) for defect in Defect.objects.filter(batch=found)}
    assert ("outside_region", "refused") in told
    assert ("overlaps_standing", "kept") in told


def test_counties_change_come_and_end_but_not_under_their_zones(bring, tmp_path):
    shapes = np.array([box(109.9, 40.8, 110.7, 41.4), box(111.2, 40.2, 111.5, 40.5)], dtype=object)
    fields = {"XZQDM": text("150222000000", "150299"), "XZQMC": text("固阳县", "新区")}
    path = write_layer(tmp_path / "counties.gpkg", shapes, fields)
    found = bring(path, holds=Holds.COUNTIES)
    assert changes(found) == {"150222": "changed", "150299": "new"}
    assert County.objects.get(adcode="150222").name_en == "Guyang County"
    assert County.objects.get(adcode="150299").label_lon == pytest.approx(111.35, abs=0.15)
    more = write_layer(tmp_path / "few.gpkg", shapes[:1], {"XZQDM": text("150222"), "XZQMC": text("固阳县")})
    with pytest.raises(Problem) as refused:
        bring(more, Choices(replaces="whole"), holds=Holds.COUNTIES)
    assert refused.value.code == "county_has_zones"
    assert County.objects.filter(ended_on=None).count() == len(queries.counties()) > 2


def test_days_run_forward(bring, tmp_path):
    with pytest.raises(Problem) as refused:
        bring(zones_file(tmp_path), valid_from=TODAY + timedelta(days=1))
    assert refused.value.code == "bad_valid_from"
    bring(zones_file(tmp_path), valid_from=date(2026, 7, 1))
    with pytest.raises(Problem) as refused:
        bring(zones_file(tmp_path, (SOUTH, NORTH)), valid_from=date(2026, 6, 30))
    assert refused.value.code == "valid_before_last"


def test_what_is_confirmed_is_what_was_shown(bring, people, tmp_path):
    found = check(people, zones_file(tmp_path))
    bring(zones_file(tmp_path, (NORTH, box(110.0, 41.0, 110.1, 41.04))))
    with pytest.raises(Problem) as refused:
        import_parcels(number=found.number, shown=found.digest, by=people["batu"], reason="更新。", at=AT)
    assert refused.value.code == "ground_changed"


@pytest.mark.parametrize("person", ["naren", "zhaogang", "gaojie"])
def test_only_the_registry_brings_in_places(bring, people, tmp_path, person):
    path = zones_file(tmp_path)
    with pytest.raises(Problem) as refused:
        bring(path, by=person)
    assert refused.value.code == "wrong_role"
    found = check(people, path)
    signed = {"by": people[person], "reason": "更新。", "at": AT}
    for act in (
        lambda: import_parcels(number=found.number, shown=found.digest, **signed),
        lambda: drop_import(number=found.number, **signed),
    ):
        with pytest.raises(Problem) as refused:
            act()
        assert refused.value.code == "wrong_role"
    assert not PlaceVersion.objects.exists()


def test_a_reason_is_needed(bring, tmp_path):
    with pytest.raises(Problem) as refused:
        bring(zones_file(tmp_path), reason=" ")
    assert refused.value.code == "reason_missing"
    assert not PlaceVersion.objects.exists()


def test_the_same_file_may_hold_parcels_and_zones(bring, people, tmp_path):
    path = zones_file(tmp_path, XIAO_BAN=text("1", "2"))
    assert bring(path).pk != bring(path, holds=Holds.PARCELS).pk
    assert set(ParcelImport.objects.values_list("holds", flat=True)) == {"zones", "parcels"}


def test_a_kept_boundary_cannot_be_changed_or_taken_away(bring, tmp_path):
    bring(zones_file(tmp_path))
    for change in (
        lambda: PlaceVersion.objects.filter(code="F02").update(area_m2=1),
        lambda: PlaceVersion.objects.filter(code="F02", batch=None).update(valid_to=date(2020, 1, 1)),
        lambda: PlaceVersion.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
