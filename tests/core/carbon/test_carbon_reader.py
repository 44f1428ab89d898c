"""The reader of whole columns says what a reader of single rows says: the same tables, the same faults."""

import numpy as np
import polars as pl
import pytest
from carbon_surveys import ALL_SETS, mixed_region, shared_files
from hypothesis import example, given, settings
from hypothesis import strategies as st
from row_by_row import faults_row_by_row

from tanhui.core.carbon import SurveyFaults, parse_survey
from tanhui.core.carbon.survey.cells import read_carefully, read_file
from tanhui.core.carbon.survey.coded import coded
from tanhui.core.carbon.survey.parse import _read_tables
from tanhui.core.carbon.survey.rows import plain_rows
from tanhui.core.carbon.survey.schema import SOIL, TREES
from tanhui.core.carbon.survey.trees import _stems

HEADER = "plot,round,tree,species,dbh_cm,height_m,status,note"
SOUND = {
    "strata.csv": b"stratum,ecosystem,area_ha\nF,forest,100\n",
    "plots.csv": b"plot,stratum,plot_area_m2\nP1,F,400\nP2,F,\nP3,F,400\n",
    "visits.csv": (
        b"plot,round,year,status\nP1,1,2010,\nP1,2,2015,\nP1,3,2020,\nP2,1,2010,\nP2,3,2020,\nP3,2,2015,lost\n"
    ),
}

ODD_CELLS = st.sampled_from(
    [
        *(
            "",
            " ",
            "\t",
            "\u3000",
            "\x1c",
            "0",
            "-0",
            "1",
            "1.0",
            "01",
            "+1",
            "1.5",
            ".5",
            "5.",
            "1e2",
            "1e400",
            "-1e400",
        ),
        *(
            "nan",
            "NaN",
            "-inf",
            "Infinity",
            "1_0",
            "１２",
            "1２",
            "0x1",
            "1e",
            "12 ",
            " 12",
            "\u00a012",
            "12cm",
            "401",
            "9999",
        ),
        *(
            "live",
            "dead",
            "alive",
            "P1",
            "P2",
            " P1",
            "P9",
            "榆树",
            "null",
            "NA",
            "#",
            "\ufeff",
            "é",
            "a\x0bb",
            "a\u2028b",
        ),
        *('"', '"a"', 'a"b', '"a', '"a,b"', '"a\nb"', '"a""b"', '""', '" "', "a,b", "\r", "a\rb", "\0", "\n", "\r\n"),
    ]
)
CELLS = st.one_of(ODD_CELLS, st.text(max_size=3), st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,2})?", fullmatch=True))
ROWS = st.lists(st.lists(CELLS, min_size=7, max_size=9), max_size=8)
ENDS = st.sampled_from(["\n", "\r\n", "\n\n", "\r"])
HEADERS = st.sampled_from(
    [HEADER, "\ufeff" + HEADER, HEADER.replace("note", "plot"), HEADER.replace("note", ""), " " + HEADER]
)


def same(number, other):
    """Equal with the sign of zero, or both blank."""
    return repr(number) == repr(other)


def assert_alike(table, plain):
    """A table of columns beside one of rows."""
    assert tuple(table.lines) == tuple(plain.lines)
    assert set(table.numbers) == set(plain.numbers)
    assert set(plain.texts) <= set(table.texts)
    for name in plain.texts:
        assert table.text(name) == plain.text(name), name
    for name, numbers in table.numbers.items():
        assert len(numbers) == len(plain.lines)
        assert all(map(same, numbers.tolist(), plain.number(name))), name


def assert_read_alike(files):
    tables, _ = _read_tables(files)
    plain, expected = faults_row_by_row(files)
    assert set(tables) == set(plain)
    for name, table in tables.items():
        assert_alike(table, plain[name])
    try:
        found = parse_survey(files).warnings
    except SurveyFaults as refused:
        found = refused.faults
    assert found == expected
    return found


@pytest.mark.parametrize("name", ALL_SETS)
def test_shared_sets_are_read_alike(name: str):
    assert_read_alike(shared_files(name))


def test_a_region_is_read_alike():
    assert_read_alike(mixed_region())


@given(header=HEADERS, rows=ROWS, end=ENDS, last=st.sampled_from(["", "\n", "\n\n"]))
@example(header=HEADER, rows=[["P1", "1", "1", "榆树", "12.5", "7", "live", ""]], end="\n", last="\n")
@example(header=HEADER, rows=[["", "", "", "", "", "１２", "", ""]], end="\n", last="")
@example(header=HEADER, rows=[["P1", "1", "1", "榆树", "0" * 200_000, "7", "live", ""]], end="\n", last="\n")
@example(header=HEADER, rows=[[""] * 8, ["P1", "1", "1", "", "1", "", "", ""]], end="\n", last="")
@example(header=HEADER, rows=[["\x1c", "", "", "", "", "", "", ""]], end="\r\n", last="\n")
@example(header=HEADER, rows=[["P1", "1", "1", "", "3", "2", "live"]], end="\n", last="\n")
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_alike(header: str, rows: list[list[str]], end: str, last: str):
    content = end.join([header, *(",".join(row) for row in rows)]) + last
    assert_read_alike(SOUND | {"trees.csv": content.encode()})


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_alike(tail: bytes):
    assert_read_alike(SOUND | {"trees.csv": HEADER.encode() + b"\nP1,1,1,Ulmus,12.5,7,live," + tail})


TREE_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["P1", "P2", "P3", "P4"]),
        st.sampled_from(["1", "2", "3", "x"]),
        st.sampled_from(["1", "2", "3"]),
        st.sampled_from(["榆树", "油松", ""]),
        st.sampled_from(["10", "10.0", "12", "7.9", "8", "60", "50", "1.9", "2", "100", "1", ""]),
        st.sampled_from(["live", "", "dead", "ingrowth", "missing", "gone"]),
        st.sampled_from(["", "10"]),
    ),
    max_size=14,
)
VISIT_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["P1", "P2", "P3"]),
        st.sampled_from(["1", "2", "3", "9", ""]),
        st.sampled_from(["", "2010", "2015", "2020", "1850"]),
        st.sampled_from(["", "2010-05-01", "2015-06-30", "2015-07-01", "2020-02-30"]),
        st.sampled_from(["", "measured", "lost"]),
    ),
    max_size=9,
)


@given(trees=TREE_ROWS, visits=VISIT_ROWS)
@settings(max_examples=150, deadline=None)
def test_any_history_is_judged_alike(trees: list[tuple[str, ...]], visits: list[tuple[str, ...]]):
    columns = "plot,round,tree,species,dbh_cm,status,trees_per_ha"
    content = "\n".join([columns, *(",".join(row) for row in trees)]) + "\n"
    seen = "\n".join(["plot,round,year,date,status", *(",".join(row) for row in visits)]) + "\n"
    assert_read_alike(SOUND | {"trees.csv": content.encode(), "visits.csv": seen.encode()})


def test_many_stems_met_in_few_of_many_rounds_are_judged_alike():
    """A place for each stem in each round would be mostly empty here: all are gone through one by one."""
    rounds = range(1, 601)
    visits = "\n".join(["plot,round,year", *(f"P1,{number},{1400 + number}" for number in rounds)]) + "\n"
    lines = [f"P1,{number},{number},10,live" for number in rounds] + ["P1,2,1,9,live", "P1,3,1,60,live"]
    trees = "\n".join(["plot,round,tree,dbh_cm,status", *lines]) + "\n"
    files = SOUND | {"trees.csv": trees.encode(), "visits.csv": visits.encode()}
    tables, _ = _read_tables(files)
    assert _stems(tables["trees.csv"]) is None
    faults = assert_read_alike(files)
    assert {"tree_vanished", "dbh_jump"} <= {fault.code for fault in faults}


SIZES = st.lists(
    st.tuples(
        st.sampled_from(
            ["8", "9", "10", "11", "12"] * 4 + ["1", "1.1", "2.9", "3", "24", "60", "99", "110", "120", ""]
        ),
        st.sampled_from(["", "", "8", "1.3", "1.4", "2.3", "26.3", "27", "120"]),
        st.sampled_from(["live", "live", "live", "dead"]),
        st.sampled_from(["榆树", "榆树", "榆树", "油松"]),
    ),
    min_size=4,
    max_size=14,
)


@given(SIZES)
@settings(max_examples=150, deadline=None)
def test_any_company_of_trees_is_judged_alike(rows: list[tuple[str, ...]]):
    lines = [f"P1,1,{number}," + ",".join(row) for number, row in enumerate(rows)]
    content = "\n".join(["plot,round,tree,dbh_cm,height_m,status,species", *lines]) + "\n"
    assert_read_alike(SOUND | {"trees.csv": content.encode()})


@given(st.lists(st.tuples(st.floats(0.01, 3), st.floats(0, 600)), max_size=4))
@settings(deadline=None)
def test_any_soil_is_judged_alike(rows: list[tuple[float, float]]):
    lines = [f"P1,1,{10 * at},{10 * at + 10},{density},{carbon}" for at, (density, carbon) in enumerate(rows)]
    content = "\n".join(["plot,round,top_cm,bottom_cm,bulk_density_g_cm3,soc_g_kg", *lines]) + "\n"
    assert_read_alike(SOUND | {"soil.csv": content.encode()})


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("012"), st.sampled_from(["0", "-0", "0.0", "10", "1e1", ""])), max_size=8))
def test_keys_of_numbers_are_compared_as_they_are_written(rows: list[tuple[str, str]]):
    lines = [f"P1,{number},{top},40" for number, top in rows]
    content = "\n".join(["plot,round,top_cm,bottom_cm", *lines]) + "\n"
    assert_read_alike(SOUND | {"soil.csv": content.encode()})


def test_a_survey_of_many_plots_and_numbers_is_judged_alike():
    """So many plots and numbers that a place for each pair of them would be too much room."""
    random = np.random.default_rng(5)
    stems = [(f"P{stem}", f"T{stem}", int(random.integers(50, 90))) for stem in range(600)]
    first = [f"{plot},1,{tree},{dbh},live" for plot, tree, dbh in stems]
    second = [
        f"{plot},2,{tree},{dbh * factor},{status}"
        for (plot, tree, dbh), factor, status in zip(
            stems, random.choice([1, 1.1, 0.5, 7], 600), random.choice(["live", "dead", "removed"], 600), strict=True
        )
        if random.random() > 0.1
    ]
    lines = [*first, *second, first[3], second[7]]
    files = {
        "strata.csv": SOUND["strata.csv"],
        "plots.csv": "\n".join(["plot,stratum,plot_area_m2", *(f"{plot},F,400" for plot, *_ in stems)]).encode(),
        "visits.csv": "\n".join(
            ["plot,round,year", *(f"{plot},{number},{2000 + 5 * number}" for plot, *_ in stems for number in (1, 2))]
        ).encode(),
        "trees.csv": "\n".join(["plot,round,tree,dbh_cm,status", *random.permutation(lines)]).encode(),
    }
    assert_read_alike(files)


@pytest.mark.parametrize("length", [3, 70_000])
def test_columns_are_coded_alike_in_runs_and_one_by_one(length: int):
    """The first column goes by runs where it is long; words with spaces and blank cells are in both."""
    runs = [("甲", " 甲", None, "乙 ", "")[index * 9 // length % 5] for index in range(length)]
    mixed = [("a", "b ", None, " b")[index % 4] for index in range(length)]
    for cells, found in zip((runs, mixed), coded([pl.Series(runs), pl.Series(mixed)]), strict=True):
        assert found.cells() == tuple((cell or "").strip() for cell in cells)
        assert len(set(found.words)) == len(found.words)


@pytest.mark.parametrize(
    ("content", "is_plain"),
    [
        (b"plot,round,tree\nP1,1,1\n", True),
        (b"\xef\xbb\xbfplot,round,tree\r\nP1,1,1\r\n", True),
        (b'plot,round,tree\n"P1",1,1\n', False),
        (b"plot,round,tree\nP1,1\n", False),
        (b"plot,round,tree\nP1,1,1,1\n", False),
        (b"plot,round,tree\nP1\r,1,1\n", False),
        (b"plot,round,tree\nP1,1,\xff\n", False),
        (b"plot,round\nP1,1\n", False),
    ],
)
def test_only_plain_files_are_read_at_once(content: bytes, is_plain: bool):  # noqa: FBT001 - the answer in the table
    assert (plain_rows(TREES, content) is not None) == is_plain


def test_a_file_of_quoted_cells_gives_the_table_of_the_plain_one():
    plain = b"plot,round,top_cm,bottom_cm,soc_g_kg\nP1,1,0,10,12.5\nP1,1,10,30,\n"
    quoted = b'"plot","round","top_cm","bottom_cm","soc_g_kg"\n"P1","1","0","10","12.5"\n"P1","1","10","30",""\n'
    (first, faults), (second, others) = read_file(SOIL, plain), read_carefully(SOIL, quoted)
    assert faults == others == []
    assert first.text("plot") == second.text("plot") == ("P1", "P1")
    assert [str(value) for value in second.number("soc_g_kg")] == ["12.5", "nan"]
    assert first.exact("soc_g_kg") == second.exact("soc_g_kg")
