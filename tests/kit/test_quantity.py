"""Quantities and prices that people type are read exactly, or not at all."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tanhui.kit.problems import Problem
from tanhui.kit.quantity import read_mg, read_price_fen
from tanhui.kit.text import exact


@pytest.mark.parametrize(
    ("text", "mg"),
    [
        ("42.680", 42_680_000_000),
        ("1,360.000", 1_360_000_000_000),
        ("1 360", 1_360_000_000_000),
        ("12,345,678.000000001", 12_345_678_000_000_001),
        ("0.000000001", 1),
        ("0.1", 100_000_000),
        ("007", 7_000_000_000),
        (" 3\u00a0", 3_000_000_000),
        ("9007199.254740993", 9_007_199_254_740_993),  # one more than a float can hold
    ],
)
def test_quantities_are_read_to_the_milligram(text: str, mg: int):
    assert read_mg(text) == mg


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "0", "0.000", "-1", "+1", "1.", ".5", "1e3", "１２", "٣", "1.0000000001", "1.2.3", "0x10", "nan"),
        *("12,34", "1,2345", ",123", "1,,000", "1234,567", "1.000,5", "1，000", "10000000000000", "abc", "1\n2", "一"),
    ],
)
def test_what_is_no_plain_positive_decimal_is_refused(text: str):
    with pytest.raises(Problem) as found:
        read_mg(text)
    assert (found.value.code, found.value.field) == ("bad_quantity", "quantity_t")


@given(st.integers(1, 10**18), st.booleans())
@example(1, True)
@example(10**18, True)
@example(42_680_000_001, False)
def test_what_is_written_exactly_is_read_back(mg: int, with_commas: bool):  # noqa: FBT001 - Hypothesis gives it
    whole, part = divmod(mg, 10**9)
    assert read_mg(f"{whole:,}.{part:09d}" if with_commas else f"{whole}.{part:09d}") == mg


@given(st.integers(1, 10**18))
@example(1_360_000_000_000)
def test_what_the_pages_show_is_read_back(mg: int):
    shown = exact(mg)
    assert read_mg(shown.kilograms + shown.milligrams.replace(" ", "")) == mg


@given(st.text(max_size=12))
@example("1" * 5000)
@example("9" * 11)
def test_any_text_is_read_as_a_whole_number_or_refused(text: str):
    try:
        mg = read_mg(text)
    except Problem as problem:
        mg = {"bad_quantity": 1}[problem.code]
    assert mg > 0


@pytest.mark.parametrize(
    ("text", "fen"), [("38.00", 3800), ("38", 3800), ("38.5", 3850), ("1,200.05", 120_005), ("0", 0)]
)
def test_prices_are_read_in_fen(text: str, fen: int):
    assert read_price_fen(text) == fen


@pytest.mark.parametrize("text", ["", "-1", "38.005", "1,20", "free", "1e2"])
def test_what_is_no_price_is_refused(text: str):
    with pytest.raises(Problem) as found:
        read_price_fen(text)
    assert (found.value.code, found.value.field) == ("bad_price", "price")


@given(st.integers(0, 10**11))
@example(0)
@example(3_800)
def test_prices_are_read_back(fen: int):
    assert read_price_fen(f"{fen // 100:,}.{fen % 100:02d}") == fen
