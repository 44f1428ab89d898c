"""KML and KMZ as phones and map programs write them, and what of them is not read."""

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.land.models import Holds, Parcel, Zone
from tanhui.land.parcels.choices import Choices
from tanhui.land.services import import_at_once
from tanhui.land.vector import kml, packed
from tanhui.land.vector.kml import read_back, spelled
from tanhui.land.vector.layers import layers, read

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
WHOLE = HEAD + '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'


def placemark(west, fields):
    told = "".join(f'<Data name="{name}"><value>{value}</value></Data>' for name, value in fields.items())
    ring = [(west, 41), (west + 0.01, 41), (west + 0.01, 41.01), (west, 41.01), (west, 41)]
    corners = " ".join(f"{lon},{lat},0" for lon, lat in ring)
    return (
        f"<Placemark><name>图斑</name><ExtendedData>{told}</ExtendedData><Polygon><outerBoundaryIs><LinearRing>"
        f"<coordinates>{corners}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
    )


FIELDS = {"XIAN": "150222", "小班": "00001", "地类": "乔木林地", "权利人": "某村"}
PARCELS = WHOLE.format(
    "<Folder><name>小班图</name>"
    + placemark(110.0, FIELDS)
    + placemark(110.02, {**FIELDS, "小班": "00002"})
    + "</Folder><Folder><name>点</name><Placemark><Point><coordinates>110,41</coordinates></Point></Placemark></Folder>"
)


def written(path, text, inside="doc.kml"):
    if path.suffix == ".kmz":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(inside, text)
            archive.writestr("files/icon.png", b"x")
    else:
        path.write_text(text, encoding="utf-8")
    return path


def bring(people, path, choices=None, **more):
    signed = {"by": people["batu"], "reason": "更新。", "at": clock.now()}
    return import_at_once(path=path, choices=choices or Choices(), region_code="BT", **signed, **more)


@pytest.mark.parametrize("name", ["a.kml", "a.kmz"])
def test_parcels_come_with_their_chinese_fields(people, tmp_path, name):
    found = bring(people, written(tmp_path / name, PARCELS))
    assert (found.epsg, found.findings["features"]) == (4326, 2)
    first, second = Parcel.objects.order_by("row")
    assert (first.code, second.code) == ("150222-00001", "150222-00002")
    assert (first.land_class, first.owner_name, first.ecosystem) == ("乔木林地", "某村", "forest")
    assert first.attributes["小班"] == "00001"
    assert first.attributes["Name"] == "图斑"
    assert {row["code"] for row in found.findings["defects"]} == {"z_values"}


def test_zones_come_from_kml_too(people, tmp_path):
    text = WHOLE.format(placemark(110.0, {"片区编号": "F13", "片区名称": "新片区", "生态系统": "森林"}))
    bring(people, written(tmp_path / "a.kmz", text), holds=Holds.ZONES)
    assert Zone.objects.get(zone="F13").name_zh == "新片区"


def test_columns_with_names_of_one_length_stay_apart(tmp_path):
    written(tmp_path / "a.kml", PARCELS)
    table = read(layers(tmp_path)[0])
    assert list(table.fields["小班"]) == ["00001", "00002"]
    assert list(table.fields["地类"]) == ["乔木林地"] * 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD + '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + PARCELS.removeprefix(HEAD), "kml_unsafe"),
        (HEAD + '<!DOCTYPE kml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><kml>&b;</kml>', "kml_unsafe"),
        (WHOLE.format("<NetworkLink><Link><href>http://127.0.0.1/x.kml</href></Link></NetworkLink>"), "kml_unsafe"),
        (PARCELS[:400], "file_broken"),
        (WHOLE.format(""), "no_vector_file"),
    ],
)
@pytest.mark.parametrize("name", ["a.kml", "a.kmz"])
def test_what_fetches_explodes_or_is_broken_is_refused(people, tmp_path, name, text, code):
    with pytest.raises(Problem) as refused:
        bring(people, written(tmp_path / name, text))
    assert refused.value.code == code
    assert refused.value.remedy


def test_a_kmz_that_would_fill_the_disk_is_not_unpacked(people, tmp_path, monkeypatch):
    path = written(tmp_path / "a.kmz", PARCELS + " " * 5_000_000)
    assert path.stat().st_size < 50_000
    monkeypatch.setattr(packed, "MOST_BYTES", 1_000_000)
    with pytest.raises(Problem) as refused:
        bring(people, path)
    assert refused.value.code == "zip_too_large"


def test_a_kml_that_would_fill_the_memory_is_not_read(people, tmp_path, monkeypatch):
    monkeypatch.setattr(kml, "MOST_BYTES", 100)
    with pytest.raises(Problem) as refused:
        bring(people, written(tmp_path / "a.kml", PARCELS))
    assert refused.value.code == "kml_too_large"


def test_what_is_not_taken_is_told_what_is(people, tmp_path):
    path = tmp_path / "a.dwg"
    path.write_bytes(b"AC1032")
    with pytest.raises(Problem) as refused:
        bring(people, path)
    assert all(
        name in refused.value.remedy for name in ("Shapefile", "File GDB", "GeoPackage", "GeoJSON", "KML", "KMZ")
    )


@given(st.text())
def test_a_name_is_spelled_in_ascii_and_read_back(name):
    told = spelled(name)
    assert told.isascii()
    if "x_" not in name:
        assert read_back(told) == name
