"""Fields and codes: every row has a source and a mark, and codes are read as surveys write them."""

import csv
from pathlib import Path

import numpy as np
import pytest

from tanhui.land.mapping import lists
from tanhui.land.mapping.lists import decode, fields, recognise
from tanhui.land.mapping.values import hectares, numbers, shares, texts, years

MARKS = {"found", "memory-high", "memory-med", "memory-low", "design"}


@pytest.mark.parametrize("name", ["fields.csv", "codes.csv"])
def test_every_row_is_cited_and_marked(name):
    with (Path(lists.HERE) / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        assert row["confidence"] in MARKS, row
        assert row["source"].strip(), row


def test_names_of_a_shapefile_have_ten_characters():
    plain = [field.field for field in fields() if field.field.isascii()]
    assert [name for name in plain if len(name) > 10] == []


@pytest.mark.parametrize(
    ("column", "code", "name", "kind"),
    [
        ("land_class", "0111", "乔木林地", "forest"),
        ("land_class", "111", "乔木林地", "forest"),
        ("land_class", "01112", "乔木林地", "forest"),
        ("land_class", "1631", "其他无立木林地", ""),
        ("land_class", "030301", "国家特别规定灌木林地", "shrubland"),
        ("land_class", "疏林地", "疏林地", "forest"),
        ("survey_class", "0401", "天然牧草地", "grassland"),
        ("survey_class", "0103", "耕地", ""),
        ("survey_class", "1106", "内陆滩涂", "wetland"),
        ("species", "530", "杨", ""),
        ("origin", "21", "人工", "planted"),
        ("origin", "1", "天然", "natural"),
        ("land_tenure", "10", "国有", "state"),
        ("forest_tenure", "2", "集体", "collective"),
        ("forest_category", "12", "一般公益林", "welfare"),
    ],
)
def test_codes_are_read_as_they_are_written(column, code, name, kind):
    found = decode(column, code)
    assert (found.name_zh, found.kind) == (name, kind)


@pytest.mark.parametrize(
    ("column", "code"), [("species", "999"), ("species", ""), ("land_class", "9999"), ("origin", "9")]
)
def test_an_unknown_code_is_not_guessed(column, code):
    assert decode(column, code) is None


def test_fields_are_recognised_whatever_their_case_and_by_hand():
    found = recognise(["xian", "Xiao_Ban", "MIAN_JI", "ID"], {"parcel": "ID", "stated_area_ha": ""})
    assert found == {"county": "xian", "parcel": "ID"}


def test_values_are_read_and_what_cannot_be_is_named():
    column = np.array(["12.5", "", None, "abc", "-3", "0"], dtype=object)
    found, unread = numbers(column, 6)
    assert found == [12.5, None, None, None, None, None]
    assert [(one.row, one.value) for one in unread] == [(3, "abc"), (4, "-3")]
    assert years(np.array(["2023-05-01", "23", None, "0"], dtype=object), 4)[0] == [2023, None, None, None]
    assert texts(np.array([12.0, np.nan, 3.5]), 3) == ["12", "", "3.5"]
    assert shares([0.5, 60.0, 300.0, None]) == [0.5, 0.6, None, None]
    assert [str(ha) for ha in hectares(np.array(["1.25", "x", ""], dtype=object), 3)] == ["1.250000", "None", "None"]
