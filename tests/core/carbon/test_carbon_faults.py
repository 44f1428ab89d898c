"""Every fault of a survey, each in a survey that is otherwise sound, and many of them at once."""

import pytest
from carbon_surveys import Files, shared_files, table
from hypothesis import given
from hypothesis import strategies as st

from tanhui.core.carbon import FAULT_CODES, SurveyFaults, parse_survey

SOUND = {
    "strata.csv": b"stratum,ecosystem,area_ha,note\nF,forest,100,\nG,grassland,,\n",
    "plots.csv": b"plot,stratum,lon,lat,plot_area_m2\nF1,F,110,41,400\nF2,F,,,\nG1,G,110,41,1\n",
    "visits.csv": (
        b"plot,round,year,date,status\nF1,1,2020,,\nF1,2,2025,2025-08-01,measured\nG1,1,2020,,\nF2,1,2020,,lost\n"
    ),
    "trees.csv": (
        b"plot,round,tree,species,dbh_cm,height_m,status,trees_per_ha,aboveground_biomass_kg\n"
        b"F1,1,1,Larix,13.9,9,live,,\nF1,2,1,Larix,14.8,9.5,live,,\n"
    ),
    "soil.csv": (
        b"plot,round,top_cm,bottom_cm,bulk_density_g_cm3,soc_g_kg,gravel_fraction\n"
        b"G1,1,0,10,1.3,12,\nG1,1,10,30,1.4,9,0.1\n"
    ),
    "pools.csv": b"plot,round,pool,carbon_t_ha,se\nG1,1,litter,0.5,\n",
    "expected.csv": b"\xff\xfe never read",
}

COMPANY = (
    b"F1,2,2,Larix,10,8,ingrowth,,\nF1,2,3,Larix,11,8,ingrowth,,\nF1,2,4,Larix,12,8,ingrowth,,\n"
    b"F1,2,5,Larix,13,8,ingrowth,,\nF1,2,6,Larix,14,8,ingrowth,,\nF1,2,7,Larix,%s,,ingrowth,,\n"
)

CASES = [
    ("file_missing", "plots.csv", None, None, 0),
    ("file_empty", "strata.csv", None, b"", 0),
    ("file_empty", "visits.csv", None, b"plot,round,year\n", 0),
    ("not_utf8", "trees.csv", "Larix,13.9", b"\xb2\xe6,13.9", 2),
    ("csv_broken", "soil.csv", "12,\n", b'"12,\n', 2),
    ("column_missing", "strata.csv", "area_ha", b"area", 1),
    ("column_duplicate", "plots.csv", "lat", b"lon", 1),
    ("row_ragged", "soil.csv", "1.3,12,", b"1.3,12", 2),
    ("key_blank", "trees.csv", "F1,1,1,", b"F1,1,,", 2),
    ("key_duplicate", "trees.csv", "F1,2,1,", b"F1,1,1,", 3),
    ("key_duplicate", "soil.csv", "1,10,30", b"1,0.0,10", 3),
    ("stratum_unknown", "plots.csv", "F1,F,", b"F1,X,", 2),
    ("plot_unknown", "trees.csv", "F1,2,1", b"F9,2,1", 3),
    ("plot_unknown", "visits.csv", "F2,1", b"F9,1", 5),
    ("visit_unknown", "pools.csv", "G1,1", b"G1,3", 2),
    ("visit_not_measured", "pools.csv", "G1,1", b"F2,1", 2),
    ("round_invalid", "visits.csv", "F1,2,", b"F1,II,", 3),
    ("round_invalid", "soil.csv", "G1,1,0", b"G1,0,0", 2),
    ("number_invalid", "trees.csv", "13.9", b"13.9cm", 2),
    ("number_not_finite", "trees.csv", "13.9", b"NaN", 2),
    ("number_not_finite", "trees.csv", "13.9", b"1e999", 2),
    ("number_out_of_range", "trees.csv", "13.9", b"401", 2),
    ("number_out_of_range", "trees.csv", "13.9", b"0", 2),
    ("number_out_of_range", "trees.csv", "13.9,9", b"13.9,121", 2),
    ("number_out_of_range", "strata.csv", "100", b"-1", 2),
    ("number_out_of_range", "soil.csv", "1.3", b"3.01", 2),
    ("number_out_of_range", "soil.csv", "1.3,12", b"1.3,601", 2),
    ("number_out_of_range", "soil.csv", "9,0.1", b"9,1.1", 3),
    ("word_unknown", "strata.csv", "forest", b"wald", 2),
    ("word_unknown", "trees.csv", "live", b"alive", 2),
    ("word_unknown", "pools.csv", "litter", b"stuff", 2),
    ("word_unknown", "visits.csv", "lost", b"gone", 5),
    ("value_missing", "pools.csv", "litter", b"", 2),
    ("value_missing", "soil.csv", "G1,1,0", b"G1,1,", 2),
    ("date_invalid", "visits.csv", "2025-08-01", b"2025-02-30", 3),
    ("date_invalid", "visits.csv", "F1,1,2020", b"F1,1,20", 2),
    ("date_missing", "visits.csv", "G1,1,2020", b"G1,1,", 4),
    ("date_disagrees", "visits.csv", "2025-08-01", b"2024-08-01", 3),
    ("round_order", "visits.csv", "2025,2025-08-01", b"2019,2019-08-01", 3),
    ("layer_order", "soil.csv", "10,30", b"10,10", 3),
    ("layer_overlap", "soil.csv", "10,30", b"5,30", 3),
    ("dbh_missing", "trees.csv", "13.9", b"", 2),
    ("expansion_missing", "plots.csv", "F1,F,110,41,400", b"F1,F,110,41,", 2),
    ("dbh_jump", "trees.csv", "14.8", b"148", 3),
    ("dbh_shrank", "trees.csv", "14.8", b"11", 3),
    ("species_changed", "trees.csv", "F1,2,1,Larix", b"F1,2,1,Betula", 3),
    ("tree_vanished", "trees.csv", "F1,2,1", b"F1,2,2", 2),
    ("tree_revived", "trees.csv", "13.9,9,live", b"13.9,9,dead", 3),
    ("tree_revived", "trees.csv", "13.9,9,live", b"13.9,9,removed", 3),
    ("height_doubtful", "trees.csv", "13.9,9", b"13.9,90", 2),
    ("height_doubtful", "trees.csv", "13.9,9", b"13.9,1.3", 2),
    ("height_doubtful", "trees.csv", "14.8,9.5", b"24,2.4", 3),
    ("dbh_apart", "trees.csv", "F1,2,1", COMPANY % b"120" + b"F1,2,1", 8),
    ("dbh_apart", "trees.csv", "F1,2,1", COMPANY % b"1.2" + b"F1,2,1", 8),
    ("date_repeated", "visits.csv", "F1,1,2020,,", b"F1,1,2025,2025-08-01,", 3),
    ("soil_too_dense", "soil.csv", "1.3,12", b"1.3,120", 2),
    ("soil_too_light", "soil.csv", "1.3,12", b"0.3,12", 2),
]


def broken(file: str, sound: str | None, wrong: bytes | None):
    """The sound survey with one text of one file replaced, or the file replaced or taken away."""
    files = dict(SOUND)
    if sound is not None:
        assert sound.encode() in files[file]
        files[file] = files[file].replace(sound.encode(), wrong, 1)
    elif wrong is not None:
        files[file] = wrong
    else:
        del files[file]
    return files


def faults_of(files: Files):
    try:
        return parse_survey(files).warnings
    except SurveyFaults as found:
        return found.faults


def test_the_sound_survey_has_no_fault():
    assert faults_of(SOUND) == ()


@pytest.mark.parametrize(("code", "file", "sound", "wrong", "row"), CASES)
def test_one_mistake_gives_one_fault_in_its_place(
    code: str, file: str, sound: str | None, wrong: bytes | None, row: int
):
    faults = faults_of(broken(file, sound, wrong))
    place = "trees.csv" if code == "expansion_missing" else file
    assert (place, row) in {(fault.file, fault.row) for fault in faults if fault.code == code}
    followers = {"tree_vanished"} | ({"visit_unknown"} if file == "visits.csv" else set())
    assert {fault.code for fault in faults} - followers <= {code}


def test_every_declared_code_is_produced_above():
    assert {case[0] for case in CASES} == set(FAULT_CODES)


def test_a_jump_asks_for_the_decimal_point():
    (fault,) = faults_of(broken("trees.csv", "14.8", b"148"))
    assert fault.severity == "warning"
    assert (fault.value, fault.params) == ("148", {"before_cm": "13.9", "suggestion_cm": "14.8"})


def test_a_diameter_apart_from_its_company_asks_for_the_decimal_point():
    (fault,) = faults_of(broken("trees.csv", "F1,2,1", COMPANY % b"120" + b"F1,2,1"))
    assert fault.severity == "warning"
    assert (fault.value, fault.params) == ("120", {"suggestion_cm": "12", "low_cm": "10", "high_cm": "14.8"})


@pytest.mark.parametrize(
    "company",
    [
        COMPANY % b"40",
        COMPANY % b"200",
        COMPANY.replace(b"Larix,1", b"Ulmus,1", 2) % b"120",
        COMPANY.replace(b",,\n", b",10,\n", 2) % b"120",
    ],
)
def test_a_thick_tree_without_a_slip_or_without_company_is_left_alone(company: bytes):
    assert faults_of(broken("trees.csv", "F1,2,1", company + b"F1,2,1")) == ()


def test_a_height_that_does_not_go_with_the_diameter_says_what_would():
    (fault,) = faults_of(broken("trees.csv", "13.9,9", b"13.9,90"))
    assert (fault.value, fault.params) == ("90", {"dbh_cm": "13.9", "low_m": "1.3", "high_m": "36.0"})


def test_all_faults_of_a_broken_survey_come_at_once():
    files = {
        "strata.csv": b"stratum,ecosystem,area_ha\nF,forest,-5\nF,steppe,1\n",
        "plots.csv": b"plot,stratum,plot_area_m2\nP1,F,400\nP2,X,400\n",
        "visits.csv": b"plot,round,year\nP1,1,2020\nP1,x,2025\nP2,1,\n",
        "trees.csv": (
            b"plot,round,tree,dbh_cm,status\nP1,1,1,abc,live\nP1,3,2,12,live\nP9,1,3,12,live\nP1,1,4,,live\nP1,1\n"
        ),
        "soil.csv": b"plot,round,top_cm\nP1,1,0\n",
    }
    found = {(fault.file, fault.row, fault.code) for fault in faults_of(files)}
    assert found == {
        ("strata.csv", 2, "number_out_of_range"),
        ("strata.csv", 3, "key_duplicate"),
        ("strata.csv", 3, "word_unknown"),
        ("plots.csv", 3, "stratum_unknown"),
        ("visits.csv", 3, "round_invalid"),
        ("visits.csv", 4, "date_missing"),
        ("trees.csv", 2, "number_invalid"),
        ("trees.csv", 3, "visit_unknown"),
        ("trees.csv", 4, "plot_unknown"),
        ("trees.csv", 5, "dbh_missing"),
        ("trees.csv", 6, "row_ragged"),
        ("soil.csv", 1, "column_missing"),
    }


def test_byte_order_mark_blank_lines_and_extra_columns_are_no_faults():
    files = SOUND | {
        "strata.csv": b"\xef\xbb\xbfstratum,ecosystem,area_ha,crew\r\n\r\nF,forest,100,A\r\nG,grassland,,B\r\n",
        "notes.txt": b"anything",
    }
    survey = parse_survey(files)
    assert survey.tables["strata.csv"].text("crew") == ("A", "B")
    assert survey.tables["strata.csv"].lines == (3, 4)


def test_rhode_island_has_warnings_and_no_errors():
    assert {fault.code for fault in parse_survey(shared_files("fia-rhode-island")).warnings} == {"species_changed"}


@given(st.dictionaries(st.sampled_from(sorted(SOUND)), st.binary(max_size=200), min_size=1))
def test_no_bytes_whatever_do_more_than_give_faults(contents: Files):
    faults = faults_of(SOUND | contents)
    assert all(fault.code in FAULT_CODES for fault in faults)


@given(st.lists(st.text(max_size=8), min_size=9, max_size=9))
def test_no_text_in_the_cells_of_a_row_does_more_than_give_faults(cells: list[str]):
    header = "plot,round,tree,species,dbh_cm,height_m,status,trees_per_ha,aboveground_biomass_kg"
    faults = faults_of(SOUND | {"trees.csv": table(header, [cells])})
    assert all(fault.code in FAULT_CODES for fault in faults)


def test_rubbish_in_place_of_a_table_is_a_fault():
    assert [fault.code for fault in faults_of(SOUND | {"soil.csv": b"\x00\x01\xff"})] == ["not_utf8"]
