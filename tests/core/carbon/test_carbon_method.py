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

SHIPPED = shipped_methods()


def test_four_methods_are_shipped():
    assert SHIPPED == (
        ("baotou-stock-difference", "1.0.0"),
        ("given-pools", "1.0.0"),
        ("published-tree-biomass", "1.0.0"),
        ("stand-volume", "1.0.0"),
    )


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
    assert method == load_method(shipped[0])
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
