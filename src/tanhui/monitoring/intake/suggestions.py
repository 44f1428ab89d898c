"""What was probably meant by a cell that cannot be read. A suggestion is shown; only a person writes it."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from tanhui.core.carbon.survey import Column
from tanhui.monitoring.workbook.vocabulary import folded, words

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d{1,2}")
_WITH_UNIT = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))[a-z%°²³/\u4e00-\u9fff]{1,8}", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00(?::00)?)?")
_DIGITS_OF_A_DAY = 8
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_SERIAL_DAYS = range(30_000, 80_000)
CLOSE = 0.75


class Suggestion(NamedTuple):
    """The text that was probably meant, and by which sign it is seen (`why` is a code)."""

    text: str = ""
    why: str = ""


NONE = Suggestion()


def suggest(file: str, column: Column, text: str) -> Suggestion:
    """What a cell of this column was probably meant to hold."""
    if column.kind in {"number", "year"}:
        return number_meant(text)
    if column.kind == "round":
        found = re.fullmatch(r"第?\s*(\d{1,4})\s*(?:[轮期次]|round)?", unicodedata.normalize("NFKC", text).lower())
        return Suggestion(str(int(found[1])), "words_around") if found and int(found[1]) else NONE
    if column.kind == "date":
        return _day_meant(text)
    if column.kind == "word":
        return _word_meant(file, column, text)
    return NONE


def number_meant(text: str) -> Suggestion:
    """A plain number out of one with full-width digits, commas, a unit, a Chinese point, or blanks between."""
    wide = unicodedata.normalize("NFKC", text.replace("。", ".").replace("·", ".").replace("．", "."))
    plain = re.sub(r"\s", "", wide)
    if _NUMBER.fullmatch(plain):
        return Suggestion(plain, "blanks" if wide == text else "full_width")
    if _GROUPED.fullmatch(plain):
        return Suggestion(plain.replace(",", ""), "comma")
    if _DECIMAL_COMMA.fullmatch(plain):
        return Suggestion(plain.replace(",", "."), "comma")
    unit = _WITH_UNIT.fullmatch(plain)
    return Suggestion(unit[1], "unit") if unit else NONE


def read_day(text: str) -> str:
    """A day written as 2026/8/31, 2026.8.31 or 2026年8月31日 as 2026-08-31: year first has one reading. Else blank."""
    found = _DAY.fullmatch(text.strip())
    return _iso(*found.groups()) if found else ""


def _iso(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _day_meant(text: str) -> Suggestion:
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.isdecimal() and len(plain) == _DIGITS_OF_A_DAY:
        return Suggestion(_iso(plain[:4], plain[4:6], plain[6:]), "digits")
    if plain.isdecimal() and int(plain) in _SERIAL_DAYS:
        return Suggestion((_EXCEL_DAY_ZERO + timedelta(days=int(plain))).isoformat(), "serial")
    return Suggestion(read_day(plain), "full_width") if read_day(plain) else NONE


def _word_meant(file: str, column: Column, text: str) -> Suggestion:
    names = {said: code for code, name in words(file, column.name).items() for said in (code, *name.all())}
    close = difflib.get_close_matches(text, names, n=1, cutoff=0.5)
    return Suggestion(names[close[0]], "close") if close else NONE


def name_meant(text: str, known: Iterable[str]) -> Suggestion:
    """The known id that a written one is, but for width, case, blanks, leading zeros or one slip."""
    names = list(known)
    same = [name for name in names if folded(name) == folded(text)]
    same = same or [name for name in names if _without_zeros(name) == _without_zeros(text)]
    if len(same) == 1:
        return Suggestion(same[0], "spelling")
    close = difflib.get_close_matches(text, names, n=2, cutoff=CLOSE)
    return Suggestion(close[0], "close") if len(close) == 1 else NONE


def _without_zeros(text: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", re.sub(r"[-_ ]", "", folded(text)))
