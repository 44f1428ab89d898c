"""Methods as versioned tables: provenance of every row, identity by hash, refusal of what is broken."""

import csv
import io

import pytest
from carbon_surveys import RHODE_ISLAND, mixed_region, shared_files
from hypothesis import given
from hypothesis import strategies as st

from tanhui.core.carbon import (
    MethodFault,
    choose_method,
    load_method,
    method_files,
    method_hash,
    parse_method,
    parse_survey,
    shipped_methods,
)
from tanhui.core.carbon.method import TRIAL

SHIPPED = shipped_methods()


def test_the_shipped_methods():
    assert SHIPPED == (
        ("ar-tool14", "1.0.0"),
        ("baotou-stock-difference", "1.0.0"),
        ("baotou-stock-difference", "1.1.0"),
        ("baotou-stock-difference", "2.0.0"),
        ("given-pools", "1.0.0"),
        ("gs-403", "1.0.0"),
        ("ipcc-grassland", "1.0.0"),
        ("published-tree-biomass", "1.0.0"),
        ("stand-volume", "1.0.0"),
        ("stand-volume", "1.1.0"),
        ("stand-volume-bcef", "1.0.0"),
        ("wetland-balance", "1.0.0"),
    )


def test_a_version_on_trial_is_taken_by_name_alone():
    assert load_method("baotou-stock-difference").version == "1.1.0"
    assert load_method("baotou-stock-difference", "2.0.0").status == TRIAL


@pytest.mark.parametrize("shipped", SHIPPED)
def test_every_row_has_unit_range_source_and_confidence(shipped: tuple[str, str]):
    for name, content in method_files(*shipped).items():
        rows = list(csv.DictReader(io.StringIO(content.decode()))) if name.endswith(".csv") else []
        for row in rows:
            assert row["source"]
            assert row["confidence"] in {"found", "memory-high", "memory-med", "memory-low", "design"}
            assert "unit" in row
            assert any(column in row for column in ("low", "dbh_low_cm"))


@pytest.mark.parametrize("shipped", SHIPPED)
def test_a_method_is_what_its_files_say(shipped: tuple[str, str]):
    method = parse_method(method_files(*shipped))
    assert (method.id, method.version) == shipped
    assert method.hash == method_hash(method_files(*shipped))
    assert method == load_method(*shipped)
    assert method.title_zh
    assert method.title_en


def test_the_baotou_method_says_that_the_full_text_was_not_at_hand():
    method = load_method("baotou-stock-difference")
    assert not method.full_text_at_hand
    assert "DB1502/T 019-2024" in method.lineage[0]
    assert "全文没有拿到" in method.summary_zh
    assert method.ecosystems["wetland"].issued is False


@given(st.sampled_from(SHIPPED), st.integers(0, 10**6), st.data())
def test_any_changed_byte_is_another_method(shipped: tuple[str, str], place: int, draws: st.DataObject):
    files = method_files(*shipped)
    name = draws.draw(st.sampled_from(sorted(files)))
    content = files[name]
    place %= len(content)
    changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
    assert method_hash(files | {name: changed}) != method_hash(files)


def test_a_changed_coefficient_is_another_method():
    files = method_files("baotou-stock-difference", "1.0.0")
    changed = files["equations.csv"].replace(b"0.0441", b"0.0442")
    assert parse_method(files | {"equations.csv": changed}).hash != method_hash(files)


@pytest.mark.parametrize(
    ("name", "sound", "wrong"),
    [
        ("method.toml", b'tree_route = "equation"', b'tree_route = "guess"'),
        ("method.toml", b"version", b"number"),
        ("method.toml", b'of = "change"', b'of = "wish"'),
        ("method.toml", b"=", b"=="),
        ("parameters.csv", b"0.90", b"0.50"),
        ("parameters.csv", b"found", b"sure"),
        ("deduction.csv", b"10,yes", b"40,yes"),
        ("equations.csv", b"power", b"magic"),
        ("species.csv", "山杨".encode(), "白桦".encode()),
        ("species.csv", b",tC/t", b""),
    ],
)
def test_a_broken_method_is_refused(name: str, sound: bytes, wrong: bytes):
    files = method_files("baotou-stock-difference", "1.0.0")
    assert sound in files[name]
    with pytest.raises(MethodFault):
        parse_method(files | {name: files[name].replace(sound, wrong, 1)})


def test_a_method_without_its_head_or_that_is_not_shipped_is_refused():
    with pytest.raises(MethodFault, match=r"method\.toml"):
        parse_method({})
    with pytest.raises(MethodFault, match="no method"):
        load_method("nothing")
    with pytest.raises(MethodFault, match="no method"):
        load_method("given-pools", "9.9.9")


@pytest.mark.parametrize(
    ("name", "method"),
    [
        (RHODE_ISLAND, "published-tree-biomass"),
        ("published/siziwang_grazing_2004_2012", "baotou-stock-difference"),
        ("published/kanas_forest_2009_2014", "stand-volume"),
        ("published/shandong_forest_2007_2012", "given-pools"),
        ("published/toudaoguai_river_2013_2015", "given-pools"),
        ("published/xilamuren_enclosure_2015", "given-pools"),
    ],
)
def test_the_method_that_suits_a_survey(name: str, method: str):
    assert choose_method(parse_survey(shared_files(name))).id == method


def test_a_region_of_forest_grassland_and_wetland_goes_by_the_baotou_method():
    assert choose_method(parse_survey(mixed_region(4, 4, 4, 3))).id == "baotou-stock-difference"


def faulty(name: str, sound: str, wrong: str, version: str = "1.1.0"):
    files = method_files("baotou-stock-difference", version)
    assert sound.encode() in files[name]
    with pytest.raises(MethodFault) as caught:
        parse_method(files | {name: files[name].replace(sound.encode(), wrong.encode(), 1)})
    return caught.value.flaws


@pytest.mark.parametrize(
    ("name", "sound", "wrong", "code", "row"),
    [
        ("parameters.csv", "100000,ppm", "a tenth,ppm", "number_invalid", 4),
        ("parameters.csv", "0.90,1,0.80", ",1,0.80", "number_missing", 2),
        ("parameters.csv", "0.90,1,0.80,0.99", "0.70,1,0.80,0.99", "outside_own_range", 2),
        ("parameters.csv", ",found", ",certain", "confidence_unknown", 2),
        ("parameters.csv", "CDM AR-TOOL14 v04.2: two-sided Student t at 90 %", "", "source_missing", 2),
        ("parameters.csv", "confidence_level,0.90", "confidence_level,0.90,1", "row_ragged", 2),
        ("parameters.csv", "source,confidence", "source,sureness", "column_missing", 0),
        ("parameters.csv", "buffer_ppm", "reserve_ppm", "parameter_missing", 0),
        ("equations.csv", "power,d2h", "power,girth", "word_unknown", 2),
        ("equations.csv", "0.0441", "o.0441", "number_invalid", 2),
        ("shrub_species.csv", "梭梭", "红砂", "name_twice", 13),
        ("species.csv", ",Juniperus rigida,no", ",Juniperus,no", "equation_unknown", 0),
        ("bounds.csv", "tree,0,145", "tree,146,145", "outside_own_range", 2),
        ("deduction.csv", "10,yes", "40,yes", "steps_unordered", 0),
        ("method.toml", 'status = "in_force"', 'status = "liked"', "word_unknown", 0),
        ("method.toml", "tickets = true", "", "key_missing", 0),
        ("method.toml", 'decides = "fixed_depth"', "", "key_missing", 0),
        ("method.toml", '"tree"]', '"leaf"]', "pool_unknown", 0),
        ("method.toml", '"soil.csv"', '"air.csv"', "source_unknown", 0),
        ("method.toml", "scope_zh", "scope_cn", "key_missing", 0),
    ],
)
def test_a_fault_names_its_file_its_row_and_why(name: str, sound: str, wrong: str, code: str, row: int):
    flaws = faulty(name, sound, wrong)
    assert (code, name, row) in {(flaw.code, flaw.file, flaw.row) for flaw in flaws}
    assert all(flaw.sentence.startswith(flaw.file) for flaw in flaws)


def test_a_row_that_is_switched_off_says_why():
    rest = "ChinaXiv 201605.00426 Appendix 1; doi 10.17521/cjpe.2015.1088,found,"
    note = "the range of the fit is not printed: these limits are ours"
    flaws = faulty("equations.csv", f",yes,{rest}{note}", f",no,{rest}")
    assert [(flaw.code, flaw.row) for flaw in flaws] == [("reason_missing", 2)]


def test_all_faults_of_all_files_come_at_once():
    files = method_files("baotou-stock-difference", "1.1.0")
    broken = {
        "equations.csv": files["equations.csv"].replace(b"0.0441", b"x").replace(b"0.0386", b"y"),
        "bounds.csv": files["bounds.csv"].replace(b"tree,0,145", b"tree,z,145"),
    }
    with pytest.raises(MethodFault) as caught:
        parse_method(files | broken)
    assert [(flaw.file, flaw.row) for flaw in caught.value.flaws] == [
        ("equations.csv", 2),
        ("equations.csv", 3),
        ("bounds.csv", 2),
    ]


def test_a_method_without_formulas_in_words_is_refused():
    files = method_files("ar-tool14", "1.0.0")
    with pytest.raises(MethodFault, match=r"formulas\.csv is missing"):
        parse_method({name: content for name, content in files.items() if name != "formulas.csv"})


@pytest.mark.parametrize("shipped", SHIPPED)
def test_rows_out_of_use_say_why(shipped: tuple[str, str]):
    for name, content in method_files(*shipped).items():
        rows = list(csv.DictReader(io.StringIO(content.decode()))) if name.endswith(".csv") else []
        assert all(row["note"] for row in rows if row.get("enabled") == "no")


def test_garbled_equations_are_shipped_without_coefficients():
    method = load_method("baotou-stock-difference")
    for species in ("Quercus mongolica", "Populus euphratica"):
        rows = method.equations[species]
        assert {(row.enabled, row.a, row.b) for row in rows} == {(False, "", "")}
        assert all("garbled" in row.note for row in rows)


def test_no_species_goes_by_a_disabled_or_missing_equation():
    for shipped in SHIPPED:
        method = load_method(*shipped)
        assert all(any(row.enabled for row in method.equations[found.equation]) for found in method.species.values())


def test_a_method_that_does_not_say_counts_plots_less_strata():
    assert {load_method(*shipped).df_rule for shipped in SHIPPED} == {"n_minus_m"}
    files = method_files("baotou-stock-difference", "2.0.0")
    said = files["method.toml"].replace(b"[soil]", b'[sampling]\ndf_rule = "satterthwaite"\n\n[soil]')
    assert parse_method(files | {"method.toml": said}).df_rule == "satterthwaite"
    with pytest.raises(MethodFault) as refused:
        parse_method(files | {"method.toml": said.replace(b"satterthwaite", b"guessed")})
    assert [found.code for found in refused.value.flaws] == ["word_unknown"]
