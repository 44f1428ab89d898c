"""Public lists: headings as such lists have them, every fault named, names compared as a hint."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import from_wkb

from tanhui.core.triage.likeness import core_of, likeness_permille, score_permille
from tanhui.core.triage.listing import FAULTS, ListingFaults, read_listing

HEADING = [
    "项目编号",
    "项目名称",
    "项目业主",
    "方法学编号",
    "省份",
    "县",
    "状态",
    "预计年减排量",
    "公示日期",
    "计入期开始",
    "计入期结束",
    "边界",
]
ROW = [
    *(
        "CCER-001",
        "固阳县造林碳汇项目",
        "固阳县国营林场",
        "CCER-14-001-V01",
        "内蒙古自治区",
        "固阳县",
        "已登记项目",
        "6,170",
    ),
    *("20240301", "2021-01-01", "2041/1/1", "POLYGON((110 41,110.01 41,110.01 41.01,110 41.01,110 41))"),
]


def faults(*rows, heading=HEADING):
    with pytest.raises(ListingFaults) as found:
        read_listing([heading, *rows])
    return [(fault.code, fault.row, fault.column) for fault in found.value.faults]


def changed(**cells):
    return [cells.get(f"c{place}", cell) for place, cell in enumerate(ROW)]


def test_a_row_is_read_with_its_days_numbers_and_boundary():
    (row,) = read_listing([HEADING, ROW])
    assert (row.key, row.status, row.yearly_t, row.place) == (
        "CCER-001",
        "registered",
        Decimal(6170),
        "内蒙古自治区 固阳县",
    )
    assert (row.published_on, row.period_from, row.period_to) == (date(2024, 3, 1), date(2021, 1, 1), date(2041, 1, 1))
    assert from_wkb(row.geometry).bounds == (110, 41, 110.01, 41.01)
    assert row.told["方法学编号"] == "CCER-14-001-V01"


def test_the_headings_of_the_registrys_interface_are_known_too():
    heading = [
        "projectName",
        "ownerName",
        "methodologyNum",
        "provinceName",
        "dataType",
        "expectYearNum",
        "publicStartDate",
    ]
    (row,) = read_listing([heading, ["五峰造林碳汇项目", "某公司", "CCER-14-001-V01", "湖北", "1", "6170", "20241008"]])
    assert (row.status, row.yearly_t, row.published_on) == ("announced", Decimal(6170), date(2024, 10, 8))
    assert row.geometry is None
    assert len(row.key) == 32


def test_a_boundary_may_be_geojson():
    geojson = '{"type":"Polygon","coordinates":[[[110,41],[110.01,41],[110.01,41.01],[110,41.01],[110,41]]]}'
    (row,) = read_listing([HEADING, changed(c11=geojson)])
    assert from_wkb(row.geometry).bounds == (110, 41, 110.01, 41.01)


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"c1": ""}, "name_missing", "项目名称"),
        ({"c1": "长" * 201}, "too_long", "项目名称"),
        ({"c6": "审核中"}, "unknown_status", "状态"),
        ({"c7": "约六千"}, "bad_number", "预计年减排量"),
        ({"c7": "-5"}, "bad_number", "预计年减排量"),
        ({"c7": "NaN"}, "bad_number", "预计年减排量"),
        ({"c8": "20241332"}, "bad_date", "公示日期"),
        ({"c8": "去年"}, "bad_date", "公示日期"),
        ({"c10": "2020-01-01"}, "period_reversed", "计入期结束"),
        ({"c11": "一片山"}, "bad_boundary", "边界"),
        ({"c11": "POINT(110 41)"}, "bad_boundary", "边界"),
        ({"c11": "POLYGON((4400000 110,4400001 110,4400001 111,4400000 110))"}, "bad_boundary", "边界"),
    ],
)
def test_each_fault_is_named_with_row_and_column(cells, code, column):
    assert faults(ROW, changed(c0="CCER-002", **cells)) == [(code, 3, column)]


def test_all_faults_of_all_rows_come_at_once():
    found = faults(changed(c1="", c7="x"), ROW, ROW)
    assert found == [
        ("name_missing", 2, "项目名称"),
        ("bad_number", 2, "预计年减排量"),
        ("twice", 3, "项目编号"),
        ("twice", 4, "项目编号"),
    ]


def test_a_list_without_names_or_rows_is_no_list():
    assert faults(["1"], heading=["项目编号"]) == [("no_heading", 1, "项目名称")]
    assert faults() == [("no_rows", 1, "")]
    assert faults(heading=[]) == [("no_heading", 1, "项目名称")]
    assert len(FAULTS) == 10


def test_names_are_compared_without_what_every_company_has():
    assert core_of("内蒙古固阳县（国营）林场有限责任公司") == core_of("固阳县林场")
    assert likeness_permille("固阳县国营林场", "固阳县林场有限公司") == 1000
    assert likeness_permille("包钢集团林业公司", "东营某某公司") < 300
    assert likeness_permille("", "固阳县林场") == 0


@pytest.mark.parametrize(
    ("name", "owner", "same_county", "score"),
    [
        ("某项目", "固阳县国营林场", True, 1000),
        ("固阳县林场造林碳汇项目", "北京某科技公司", False, 850),
        ("固阳县林场造林碳汇项目", "北京某科技公司", True, 950),
        ("五峰造林碳汇项目", "湖北五峰林业公司", False, 0),
    ],
)
def test_a_score_says_how_alike_and_the_same_county_adds(name, owner, same_county, score):
    assert score_permille(name=name, owner=owner, our_owner="固阳县国营林场", same_county=same_county) == score


@given(st.text(max_size=20), st.text(max_size=20))
def test_likeness_is_between_none_and_the_same_and_has_no_direction(one, other):
    assert 0 <= likeness_permille(one, other) <= 1000
    assert likeness_permille(one, other) == likeness_permille(other, one)
