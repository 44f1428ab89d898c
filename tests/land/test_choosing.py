"""Parcels chosen by a file: a table of codes in any dress, or boundaries that hold them."""

import numpy as np
import pytest
import xlsxwriter
from shapely import Polygon, box

from parcel_files import write_layer
from parcels import SIDE, SOUTH, WEST, keep_parcels
from tanhui.kit.problems import Problem
from tanhui.land import choosing
from tanhui.land.choosing import choose_by_file


@pytest.fixture
def parcels(people):
    return keep_parcels(people, 4)


def table(path, *rows):
    if path.suffix == ".csv":
        path.write_text("\n".join(",".join(row) for row in rows), encoding="gb18030")
        return path
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def boundary(folder, *shapes, ending=".gpkg", epsg=4490):
    found = np.array(shapes, dtype=object)
    return write_layer(folder / f"b{ending}", found, {"n": np.arange(len(shapes))}, epsg=epsg)


def cells(first, last):
    """A boundary round the parcels from one to another, a metre wider on each side."""
    loose = 1e-5
    return box(WEST + first * SIDE - loose, SOUTH - loose, WEST + (last + 1) * SIDE + loose, SOUTH + SIDE + loose)


def codes(chosen):
    return [parcel.code for parcel in chosen.parcels]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
@pytest.mark.parametrize(
    "rows",
    [
        [("小班编号", "面积"), ("A-3", "1"), ("A-1", "2"), ("A-3", "1")],
        [("序号", "XIAO_BAN"), ("1", "A-1"), ("2", "A-3"), ("", "")],
        [("A-1",), ("A-3",)],
        [("code",), (" A-3 ",), ("A-1",)],
    ],
)
def test_a_table_of_codes(parcels, people, tmp_path, name, rows):
    assert codes(choose_by_file(table(tmp_path / name, *rows), people["zhaogang"])) == ["A-1", "A-3"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("小班编号",), ("A-1",), ("Z-9",)], "unknown_parcel"),
        ([("甲", "乙"), ("A-1", "A-2")], "heading_missing"),
        ([("小班编号", "面积")], "no_rows"),
    ],
)
def test_a_table_that_names_no_parcels(parcels, people, tmp_path, rows, code):
    with pytest.raises(Problem) as refused:
        choose_by_file(table(tmp_path / "a.csv", *rows), people["zhaogang"])
    assert refused.value.code == code


def test_what_calls_itself_a_table_and_is_none(parcels, people, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"no workbook")
    with pytest.raises(Problem) as refused:
        choose_by_file(tmp_path / "a.xlsx", people["zhaogang"])
    assert refused.value.code == "table_unread"


@pytest.mark.parametrize(("ending", "epsg"), [(".gpkg", 4490), (".shp", 4546), (".geojson", 4326), (".gpkg", 4525)])
def test_a_boundary_chooses_what_lies_inside(parcels, people, tmp_path, ending, epsg):
    found = choose_by_file(boundary(tmp_path, cells(0, 1), ending=ending, epsg=epsg), people["batu"])
    assert (codes(found), found.partly) == (["A-1", "A-2"], 0)


def test_two_boundaries_may_share_a_parcel_and_half_a_parcel_stays_out(parcels, people, tmp_path):
    half = box(WEST, SOUTH - 0.001, WEST + 1.5 * SIDE, SOUTH + SIDE + 0.001)
    rest = box(WEST + 1.5 * SIDE, SOUTH - 0.001, WEST + 2.5 * SIDE, SOUTH + SIDE + 0.001)
    found = choose_by_file(boundary(tmp_path, half, rest), people["batu"])
    assert (codes(found), found.partly) == (["A-1", "A-2"], 1)


def test_an_owner_chooses_none_of_the_land_of_others(people, tmp_path):
    keep_parcels(people, 2)
    keep_parcels(people, 2, owner=people["sunwei"].organisation)
    path = boundary(tmp_path, cells(0, 3))
    assert codes(choose_by_file(path, people["zhaogang"])) == ["A-1", "A-2"]
    assert codes(choose_by_file(path, people["batu"])) == ["A-1", "A-2", "A-3", "A-4"]


def test_a_boundary_that_holds_nothing_or_is_broken_chooses_nothing(parcels, people, tmp_path):
    bow = Polygon([(110.0, 41.0), (110.02, 41.01), (110.02, 41.0), (110.0, 41.01), (110.0, 41.0)])
    for shape, code in ((box(110.2, 41.0, 110.3, 41.1), "no_parcels_inside"), (bow, "bad_shape")):
        with pytest.raises(Problem) as refused:
            choose_by_file(boundary(tmp_path, shape), people["batu"])
        assert refused.value.code == code
        (tmp_path / "b.gpkg").unlink()


def test_too_many_are_said_so(parcels, people, tmp_path, monkeypatch):
    monkeypatch.setattr(choosing, "MOST_CODES", 2)
    for path in (boundary(tmp_path, cells(0, 3)), table(tmp_path / "a.csv", ("A-1",), ("A-2",), ("A-3",))):
        with pytest.raises(Problem) as refused:
            choose_by_file(path, people["batu"])
        assert refused.value.code == "too_many_parcels"
