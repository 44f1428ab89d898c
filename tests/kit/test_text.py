from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanhui.kit.text import capital_number, capital_tonnes, chinese_date, exact, spelled_tonnes, tonnes

KG = 1_000_000
T = 1_000_000_000
DIGITS = dict(zip("零壹贰叁肆伍陆柒捌玖", range(10), strict=True))
SIZES = {"拾": 10, "佰": 100, "仟": 1000, "万": 10**4, "亿": 10**8}


def read_number(words: str) -> int:
    """Read capital numerals back: what stands before the largest unit multiplies it."""
    if not words:
        return 0
    for unit in ("亿", "万", "仟", "佰", "拾"):
        before, found, after = words.rpartition(unit)
        if found:
            return read_number(before) * SIZES[unit] + read_number(after)
    return sum(DIGITS[digit] for digit in words)


def read_tonnes(words: str) -> int:
    rest, total = words.removesuffix("整"), 0
    for unit, size in (("吨", T), ("千克", KG), ("毫克", 1), ("克", 1000)):
        before, found, after = rest.partition(unit)
        if found and unit == "毫克" and "克" in before:
            grams, _, before = before.partition("克")
            total += read_number(grams) * 1000
        if found:
            total, rest = total + read_number(before) * size, after
    assert not rest
    return total


@pytest.mark.parametrize(
    ("mg", "words"),
    [
        (0, "零吨整"),
        (1, "壹毫克"),
        (1000, "壹克整"),
        (1001, "壹克零壹毫克"),
        (KG, "壹千克整"),
        (680 * KG, "陆佰捌拾千克整"),
        (T, "壹吨整"),
        (T + 5 * KG, "壹吨零伍千克整"),
        (T + 50 * KG, "壹吨零伍拾千克整"),
        (T + 500 * KG, "壹吨伍佰千克整"),
        (10 * T, "壹拾吨整"),
        (11 * T, "壹拾壹吨整"),
        (20 * T, "贰拾吨整"),
        (100 * T, "壹佰吨整"),
        (101 * T, "壹佰零壹吨整"),
        (110 * T, "壹佰壹拾吨整"),
        (1005 * T, "壹仟零伍吨整"),
        (1050 * T, "壹仟零伍拾吨整"),
        (10_000 * T, "壹万吨整"),
        (10_001 * T, "壹万零壹吨整"),
        (49_685 * T, "肆万玖仟陆佰捌拾伍吨整"),
        (100_050 * T, "壹拾万零伍拾吨整"),
        (100_000_000 * T, "壹亿吨整"),
        (100_000_001 * T, "壹亿零壹吨整"),
        (1_000_000_000_000 * T, "壹万亿吨整"),
        (42_680 * KG, "肆拾贰吨陆佰捌拾千克整"),
        (42 * T + 680_000, "肆拾贰吨零陆佰捌拾克整"),
        (42_680 * KG + 123_000, "肆拾贰吨陆佰捌拾千克壹佰贰拾叁克整"),
        (42_680 * KG + 123_456, "肆拾贰吨陆佰捌拾千克壹佰贰拾叁克肆佰伍拾陆毫克"),
        (42_680 * KG + 1, "肆拾贰吨陆佰捌拾千克零壹毫克"),
        (42_680 * KG + 456, "肆拾贰吨陆佰捌拾千克零肆佰伍拾陆毫克"),
        (5 * T + 1, "伍吨零壹毫克"),
    ],
)
def test_capital_numerals(mg: int, words: str):
    assert capital_tonnes(mg) == words


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=10**22))
def test_capital_numerals_can_be_read_back_to_the_milligram(mg: int):
    assert read_tonnes(capital_tonnes(mg)) == mg


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=10**16 - 1))
def test_zero_is_never_said_twice_in_a_row(count: int):
    assert "零零" not in capital_number(count)


def test_words_are_for_what_exists():
    with pytest.raises(ValueError, match="-1 mg"):
        capital_tonnes(-1)
    with pytest.raises(ValueError, match="-1 mg"):
        spelled_tonnes(-1)


@pytest.mark.parametrize(
    ("mg", "words"),
    [
        (0, "zero tonnes exactly"),
        (1, "one milligram"),
        (T, "one tonne exactly"),
        (42_680 * KG, "forty-two tonnes six hundred and eighty kilograms exactly"),
        (2_005 * T, "two thousand and five tonnes exactly"),
        (1_234_567 * T, "one million two hundred and thirty-four thousand five hundred and sixty-seven tonnes exactly"),
        (T + 1, "one tonne one milligram"),
    ],
)
def test_english_words(mg: int, words: str):
    assert spelled_tonnes(mg) == words


@pytest.mark.parametrize(
    ("mg", "text"),
    [
        (42_680 * KG, "42.680"),
        (42_680 * KG + 999_999, "42.680"),
        (999_999, "0.000"),
        (49_685 * T, "49,685.000"),
        (1_234_567_890 * KG, "1,234,567.890"),
        (-42_680 * KG - 999_999, "−42.680"),
        (0, "0.000"),
    ],
)
def test_tonnes_are_cut_never_rounded(mg: int, text: str):
    assert tonnes(mg) == text


def test_exact_keeps_every_milligram():
    assert exact(42_680_000_000) == ("42.680", "000 000")
    assert exact(16_598_706_012_345) == ("16,598.706", "012 345")


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=10**20))
def test_exact_loses_nothing(mg: int):
    assert int("".join(exact(mg)).replace(",", "").replace(".", "").replace(" ", "")) == mg


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 11, 18), "二〇二六年十一月十八日"),
        (date(2030, 10, 20), "二〇三〇年十月二十日"),
        (date(2001, 1, 1), "二〇〇一年一月一日"),
        (date(2026, 12, 31), "二〇二六年十二月三十一日"),
        (datetime(2026, 2, 10, 3, tzinfo=UTC), "二〇二六年二月十日"),
    ],
)
def test_chinese_date(day: date, text: str):
    assert chinese_date(day) == text
