"""Columns of a file as our own values: text, whole numbers, decimals. What cannot be read is named by its row."""

import math
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

EARLIEST_YEAR, LATEST_YEAR = 1900, 2100


class Unread(NamedTuple):
    """A value that is no number, or no possible one."""

    row: int
    value: str


def texts(column: NDArray[Any] | None, rows: int, most: int = 120) -> list[str]:
    """Return a column as trimmed text; whole numbers without a decimal point; empty where there is nothing."""
    if column is None:
        return [""] * rows
    kept: dict[object, str] = {}
    return [kept[v] if v in kept else kept.setdefault(v, _text(v)[:most]) for v in column.tolist()]


def _text(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\0", "").strip()


def numbers(column: NDArray[Any] | None, rows: int) -> tuple[list[float | None], list[Unread]]:
    """Return a column as decimals; None where there is nothing, zero or a value that cannot be read.

    Surveys write 0 for "not measured": no stand has an age, a diameter or a volume of nothing.
    """
    if column is None:
        return [None] * rows, []
    if column.dtype.kind in "iuf":
        plain = column.astype(np.float64)
        bad = np.flatnonzero(plain < 0)
        good = np.isfinite(plain) & (plain > 0)
        found = [value if ok else None for value, ok in zip(plain.tolist(), good.tolist(), strict=True)]
        return found, [Unread(int(row), str(plain[row])) for row in bad]
    return _parsed(texts(column, rows))


def _parsed(column: Sequence[str]) -> tuple[list[float | None], list[Unread]]:
    found: list[float | None] = []
    unread: list[Unread] = []
    for row, text in enumerate(column):
        try:
            value = float(text) if text else 0.0
        except ValueError:
            value = math.nan
        if not value >= 0 or math.isinf(value):
            unread.append(Unread(row, text[:40]))
        found.append(value if 0 < value < math.inf else None)
    return found, unread


def years(column: NDArray[Any] | None, rows: int) -> tuple[list[int | None], list[Unread]]:
    """Return a column as years: the first four digits, so that 2023-05-01 is 2023."""
    found: list[int | None] = []
    unread: list[Unread] = []
    for row, text in enumerate(texts(column, rows)):
        year = int(text[:4]) if text[:4].isdecimal() and len(text) >= 4 else 0  # noqa: PLR2004 - digits of a year
        known = EARLIEST_YEAR <= year <= LATEST_YEAR
        if text.strip("0") and not known:
            unread.append(Unread(row, text[:40]))
        found.append(year if known else None)
    return found, unread


def hectares(column: NDArray[Any] | None, rows: int) -> list[Decimal | None]:
    """Return stated areas exactly as written, to six places."""
    found: list[Decimal | None] = []
    for text in texts(column, rows):
        try:
            value = Decimal(text) if text else None
        except InvalidOperation:
            value = None
        usable = value is not None and value.is_finite() and 0 <= value < Decimal(10) ** 9
        found.append(round(value, 6) if usable and value is not None else None)
    return found


def shares(found: Sequence[float | None]) -> list[float | None]:
    """Return canopy cover between 0 and 1; what is written as percent is divided."""
    return [None if v is None or v > 100 else v / 100 if v > 1 else v for v in found]  # noqa: PLR2004 - percent
