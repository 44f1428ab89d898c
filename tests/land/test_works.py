"""The register of works: entered once, corrected by revision, struck off; whole tables of them or none."""

import csv
import io

import numpy as np
import pytest
import shapely
import xlsxwriter
from django.db import IntegrityError, transaction
from django.utils.translation import override

from parcel_files import coverage, forest_fields, write_layer
from standing import run_sql
from tanhui.core.geometry.ellipsoid import measure, whole_m2
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.land.models import Parcel, Works, WorksRevision
from tanhui.land.parcels.choices import Choices
from tanhui.land.parcels.ground import ground
from tanhui.land.queries import WorksFilter, works_on, works_rows, works_sums, works_totals
from tanhui.land.services import close_works, correct_works, import_at_once, import_works, open_works
from tanhui.land.works.facts import read_facts
from tanhui.land.works.table import read_works
from tanhui.people.models import TrailEntry

TOLD = {
    "name_zh": "马鞍山造林",
    "kind": "人工造林",
    "ecosystem": "森林",
    "state": "完成",
    "begun_year": "2021",
    "done_year": "2023",
    "area": "1,500",
    "area_unit": "mu",
    "funder_zh": "某公司",
    "county": "固阳县",
    "zone": "F02",
    "cost_yuan": "18600.50",
    "expected_t": "5200",
    "expected_until_year": "2040",
    "source": "固林发〔2021〕12 号",
}
SHAPE = shapely.box(110.0, 41.0, 110.01, 41.01)


@pytest.fixture
def facts(region):
    def read(**changes):
        found, faults = read_facts({**TOLD, **changes}, ground())
        assert faults == []
        return found

    return read


@pytest.fixture
def enter(people, facts):
    def act(key="one", by="naren", shape=None, **changes):
        signed = {"by": people[by], "reason": "按台账登记。", "at": clock.now()}
        return open_works(facts=facts(**changes), key=key, region_code="BT", shape=shape, **signed)

    return act


def test_a_form_is_read_into_units_of_the_register(facts):
    found = facts()
    assert (found.kind, found.ecosystem, found.state) == ("afforestation", "forest", "done")
    assert found.area_m2 == 1_000_000
    assert (found.cost_fen, found.expected_kg) == (1_860_050, 5_200_000)
    assert (found.county, found.zone) == ("150222", "F02")
    assert facts(area="100", area_unit="ha").area_m2 == 1_000_000


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name_zh", " ", "name_zh_missing"),
        ("source", "", "source_missing"),
        ("kind", "种花", "kind_unknown"),
        ("ecosystem", "海洋", "ecosystem_unknown"),
        ("state", "不知道", "state_unknown"),
        ("begun_year", "去年", "bad_year"),
        ("begun_year", "1800", "bad_year"),
        ("done_year", "2019", "years_swapped"),
        ("area", "很多", "bad_number"),
        ("area", "-3", "bad_number"),
        ("cost_yuan", "NaN", "bad_number"),
        ("county", "某县", "county_unknown"),
        ("zone", "F99", "zone_unknown"),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_field(region, field, value, code):
    _facts, faults = read_facts({**TOLD, field: value}, ground())
    assert [(fault.field, fault.code) for fault in faults] == [(field, code)]
    assert faults[0].sentence


def test_a_work_is_entered_once_with_its_revision_and_in_the_trail(enter):
    first, again = enter(), enter()
    assert first.pk == again.pk
    assert first.number.startswith("BT-W-")
    (revision,) = WorksRevision.objects.filter(works=first)
    assert (revision.revision, revision.reason, revision.facts["area_m2"]) == (1, "按台账登记。", 1_000_000)
    (entry,) = TrailEntry.objects.filter(act="open_works")
    assert entry.subject == first.number


def test_a_boundary_is_kept_and_measured_where_no_area_was_told(enter):
    told, drawn = enter(key="a", shape=SHAPE), enter(key="b", shape=SHAPE, area="")
    assert told.area_m2 == 1_000_000
    assert drawn.area_m2 == int(whole_m2(measure(np.array([SHAPE], dtype=object)).area_m2)[0])
    assert drawn.extent == SHAPE.bounds
    assert shapely.from_wkb(bytes(drawn.geometry)).equals(SHAPE)


def test_a_crooked_boundary_is_refused(enter):
    eight = shapely.Polygon([(110, 41), (110.01, 41.01), (110.01, 41), (110, 41.01)])
    with pytest.raises(Problem) as problem:
        enter(shape=eight)
    assert problem.value.code == "bad_shape"
    assert Works.objects.count() == 0


def test_named_parcels_must_be_there_and_give_the_boundary(enter, people, tmp_path):
    with pytest.raises(Problem) as problem:
        enter(parcel_codes="nobody")
    assert problem.value.code == "unknown_parcels"
    path = write_layer(tmp_path / "a.gpkg", coverage(4), forest_fields(4))
    signed = {"by": people["batu"], "reason": "年度更新。", "at": clock.now()}
    import_at_once(path=path, choices=Choices(), region_code="BT", **signed)
    first, second, _third, other = Parcel.objects.order_by("row")
    found = enter(parcel_codes=f"{first.code}，{second.code}", area="")
    assert found.area_m2 == pytest.approx(first.area_m2 + second.area_m2, abs=2)
    assert [work.pk for work in works_on(first)] == [found.pk]
    assert works_on(other) == []


def test_a_drawn_boundary_finds_its_parcel_without_naming_it(enter, people, tmp_path):
    path = write_layer(tmp_path / "a.gpkg", coverage(4), forest_fields(4))
    signed = {"by": people["batu"], "reason": "年度更新。", "at": clock.now()}
    import_at_once(path=path, choices=Choices(), region_code="BT", **signed)
    first = Parcel.objects.get(row=1)
    within = enter(shape=shapely.Point(first.lon, first.lat).buffer(0.0001))
    assert [work.pk for work in works_on(first)] == [within.pk]


def test_a_correction_is_a_revision_and_the_same_again_is_none(enter, facts, people):
    work = enter()
    signed = {"by": people["naren"], "reason": "面积核实。", "at": clock.now()}
    corrected = correct_works(number=work.number, facts=facts(area="1600"), revision=1, **signed)
    assert corrected.revision == 2
    assert correct_works(number=work.number, facts=facts(area="1600"), revision=2, **signed).revision == 2
    areas = [row.facts["area_m2"] for row in WorksRevision.objects.filter(works=work).order_by("revision")]
    assert areas == [1_000_000, 1_066_667]
    with pytest.raises(Problem) as problem:
        correct_works(number=work.number, facts=facts(area="1700"), revision=1, **signed)
    assert problem.value.code == "works_changed"


def test_a_struck_off_work_stays_and_counts_no_more(enter, facts, people):
    work, other = enter(), enter(key="two", name_zh="别的工程", area="")
    signed = {"by": people["batu"], "reason": "登记错了。", "at": clock.now()}
    close_works(number=work.number, revision=1, **signed)
    sums = works_sums(works_rows())
    assert (sums.works, sums.area_m2, sums.silent) == (1, 0, 1)
    assert set(works_rows().values_list("number", flat=True)) == {work.number, other.number}
    with pytest.raises(Problem) as problem:
        correct_works(number=work.number, facts=facts(), revision=2, **signed)
    assert problem.value.code == "works_closed"


@pytest.mark.parametrize("username", ["temur", "chenli", "zhaogang", "gaojie"])
def test_only_the_bureau_and_analysts_enter_works(enter, username):
    with pytest.raises(Problem) as problem:
        enter(by=username)
    assert problem.value.code == "wrong_role"
    assert Works.objects.count() == 0


def test_an_analyst_strikes_nothing_off(enter, people):
    work = enter()
    with pytest.raises(Problem) as problem:
        close_works(number=work.number, revision=1, by=people["naren"], reason="不要了。", at=clock.now())
    assert problem.value.code == "wrong_role"


def test_revisions_stand(enter):
    enter()
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        run_sql("UPDATE land_worksrevision SET reason = 'x'")


def test_the_register_is_narrowed(enter):
    enter(key="a")
    enter(key="b", name_zh="草原修复一号", kind="草原修复", ecosystem="草原", begun_year="2024", done_year="")
    assert [work.name_zh for work in works_rows(WorksFilter(ecosystem="grassland"))] == ["草原修复一号"]
    assert [work.name_zh for work in works_rows(WorksFilter(year="2021"))] == ["马鞍山造林"]
    assert [work.name_zh for work in works_rows(WorksFilter(text="一号"))] == ["草原修复一号"]
    assert works_rows(WorksFilter(county="150222", kind="afforestation", state="done")).count() == 1


HEAD = ["工程名称", "类型", "年度", "面积（公顷）", "出资方", "旗县", "依据"]
ROWS = [["甲林", "碳汇林", "2021", "100", "某公司", "固阳县", "报告"], ["乙林", "碳汇林", "2022", "50", "", "", "报告"]]


def table(path, rows, encoding="utf-8"):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEAD, *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def take_in(people, path):
    signed = {"by": people["naren"], "reason": "传台账。", "at": clock.now()}
    return import_works(rows=read_works(path, ground()), region_code="BT", **signed)


def test_a_table_in_chinese_comes_in_for_a_reader_of_english(people, tmp_path):
    with override("en"):
        assert [work.kind for work in take_in(people, table(tmp_path / "a.csv", ROWS))] == ["carbon_forest"] * 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_csv_of_works_comes_in_once(people, tmp_path, encoding):
    path = table(tmp_path / "a.csv", ROWS, encoding)
    assert [work.area_m2 for work in take_in(people, path)] == [1_000_000, 500_000]
    take_in(people, path)
    assert Works.objects.count() == 2


def test_an_excel_table_comes_in(people, tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([HEAD, *[[*row[:2], int(row[2]), float(row[3]), *row[4:]] for row in ROWS]]):
            sheet.write_row(number, 0, row)
    assert [work.begun_year for work in take_in(people, tmp_path / "a.xlsx")] == [2021, 2022]


@pytest.mark.parametrize("ending", [".shp", ".gpkg"])
def test_a_layer_of_works_brings_its_boundaries(people, tmp_path, ending):
    fields = {"NAME": ["甲林"], "GCLX": ["碳汇林"], "ND": ["2021"], "SOURCE": ["报告"]}
    columns = {name: np.array(cells, dtype=object) for name, cells in fields.items()}
    path = write_layer(tmp_path / f"works{ending}", np.array([SHAPE], dtype=object), columns, epsg=4546)
    (work,) = take_in(people, path)
    assert work.area_m2 == pytest.approx(934_284, abs=2)
    assert work.extent is not None


def test_one_wrong_row_and_none_is_written(people, tmp_path):
    path = table(tmp_path / "a.csv", [ROWS[0], ["丙林", "种花", "去年", "x", "", "某县", ""]])
    with pytest.raises(Problem) as problem:
        take_in(people, path)
    assert problem.value.code == "rows_faulty"
    assert "第 3 行" in str(problem.value.message)
    assert Works.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", "", "no_rows"),
        ("a.csv", "工程名称,类型\n甲,碳汇林\n", "heading_missing"),
        ("a.xlsx", "no workbook", "table_unread"),
        ("a.gpkg", "no database", "file_broken"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(region, tmp_path, name, content, code):
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(Problem) as problem:
        read_works(tmp_path / name, ground())
    assert problem.value.code == code


def test_totals_are_told_by_kind_year_and_county(enter):
    enter()
    enter(key="two", area="100", area_unit="ha")
    enter(key="three", area="1", area_unit="ha", kind="grass_repair", ecosystem="grassland", county="", zone="")
    kinds, years, counties = (total["rows"] for total in works_totals(list(works_rows())))
    assert [(row["works"], row["area_m2"]) for row in kinds] == [(2, 2_000_000), (1, 10_000)]
    assert sum(row["works"] for row in years) == 3
    assert [(row["name_zh"], row["works"]) for row in counties] == [("固阳县", 2), ("", 1)]
