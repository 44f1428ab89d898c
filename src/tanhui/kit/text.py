"""How quantities and dates are written: tonnes cut to kilograms, capital numerals, Chinese dates.

A quantity of the books is a whole number of milligrams. It is cut for a summary, never rounded,
so what is printed never exceeds what is booked.
"""

from datetime import date, datetime
from typing import NamedTuple

MG_PER_T = 1_000_000_000
MG_PER_KG = 1_000_000
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_DIGITS = "〇一二三四五六七八九"
_PLACES = ((1_0000_0000, "亿"), (1_0000, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))
_PARTS = (
    (1_000_000_000, "吨", "tonne"),
    (1_000_000, "千克", "kilogram"),
    (1_000, "克", "gram"),
    (1, "毫克", "milligram"),
)
_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_SMALL = _ONES + _TEENS
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"))


class ExactTonnes(NamedTuple):
    """A quantity to the milligram, in two inks: tonnes with kilograms, and the six digits behind them."""

    kilograms: str
    milligrams: str


def exact(mg: int) -> ExactTonnes:
    """42_680_000_000 becomes ('42.680', '000 000')."""
    digits = f"{abs(mg) % MG_PER_KG:06d}"
    return ExactTonnes(tonnes(mg), f"{digits[:3]} {digits[3:]}")


def tonnes(mg: int) -> str:
    """Tonnes to the kilogram, cut towards zero, thousands by comma, a true minus sign."""
    whole, kilograms = divmod(abs(mg) // MG_PER_KG, 1000)
    minus = "−" if mg < 0 else ""
    return f"{minus}{whole:,}.{kilograms:03d}"


def capital_tonnes(mg: int) -> str:
    """The quantity in capital numerals, exact to the milligram: 肆拾贰吨陆佰捌拾千克整.

    As on a cheque: a skipped place is read 零 once, and 整 closes a sum that needs no smallest unit.
    """
    words, skipped = "", False
    for size, unit, count in _split(mg):
        if not count:
            skipped = True
            continue
        full_places = size == MG_PER_T or count >= 100  # noqa: PLR2004 - three digits fill the part
        words += ("零" if words and (skipped or not full_places) else "") + capital_number(count) + unit
        skipped = False
    if not words:
        return "零吨整"
    return words if mg % 1000 else words + "整"


def capital_number(count: int) -> str:
    """A whole number in capital numerals: 1005 is 壹仟零伍, 10 is 壹拾."""
    if count < len(_CAPITALS):
        return _CAPITALS[count]
    size, place = next((size, place) for size, place in _PLACES if count >= size)
    lead, rest = divmod(count, size)
    if not rest:
        return capital_number(lead) + place
    return capital_number(lead) + place + ("零" if rest < size // 10 else "") + capital_number(rest)


def spelled_tonnes(mg: int) -> str:
    """The same in English: forty-two tonnes six hundred and eighty kilograms exactly."""
    words = [f"{spelled_number(count)} {unit}{'' if count == 1 else 's'}" for _, unit, count in _split(mg, 2) if count]
    return " ".join(words or ["zero tonnes"]) + ("" if mg % 1000 else " exactly")


def spelled_number(count: int) -> str:
    if count < len(_SMALL):
        return _SMALL[count]
    if count < 100:  # noqa: PLR2004 - English joins tens and ones by a hyphen
        tens, ones = divmod(count, 10)
        return _TENS[tens] + (f"-{_SMALL[ones]}" if ones else "")
    for size, scale in _SCALES:
        if count >= size:
            lead, rest = divmod(count, size)
            joint = " and " if 0 < rest < 100 else " "  # noqa: PLR2004 - two thousand and five
            return f"{spelled_number(lead)} {scale}" + (joint + spelled_number(rest) if rest else "")
    hundreds, rest = divmod(count, 100)
    return f"{_SMALL[hundreds]} hundred" + (f" and {spelled_number(rest)}" if rest else "")


def chinese_date(day: date | datetime) -> str:
    """二〇二六年十一月十八日."""
    year = "".join(_DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{_counted(day.month)}月{_counted(day.day)}日"


def _counted(count: int) -> str:
    tens, ones = divmod(count, 10)
    lead = "" if tens < 2 else _DIGITS[tens]  # noqa: PLR2004 - 十一, never 一十一
    return (lead + "十" if tens else "") + (_DIGITS[ones] if ones else "")


def estimate_text(value: float, half_width: float | None) -> str:
    """An estimate as people read it: 809,284 ± 104,218; one without an interval stands alone."""
    digits = 0 if max(abs(value), half_width or 0) >= 100 else 2  # noqa: PLR2004 - three digits are enough to read
    said = f"{value:,.{digits}f}".replace("-", "−")
    return said if half_width is None else f"{said} ± {half_width:,.{digits}f}"


def _split(mg: int, name: int = 1) -> list[tuple[int, str, int]]:
    """Tonnes, kilograms, grams and milligrams, each with its size, its name (1 Chinese, 2 English) and its count."""
    if mg < 0:
        raise ValueError(f"words are for quantities that exist, not for {mg} mg")
    parts, rest = [], mg
    for part in _PARTS:
        count, rest = divmod(rest, part[0])
        parts.append((part[0], str(part[name]), count))
    return parts
