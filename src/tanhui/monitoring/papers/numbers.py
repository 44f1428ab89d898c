"""How the figures of a report are written: an estimate never looks more exact than its interval.

Every function returns text, with a true minus sign, thousands by comma and a dash where nothing is known.
"""

import math
from typing import NamedTuple

MISSING = "—"
THOUSAND = 1000


class Axis(NamedTuple):
    """A scale for whiskers: `at` turns a value into a fraction of the width; ticks are (fraction, text)."""

    least: float
    most: float
    ticks: tuple[tuple[float, str], ...]

    def at(self, value: float) -> float:
        return round((value - self.least) / (self.most - self.least), 6)


def amount(value: float | None, digits: int = 0) -> str:
    """1234.5 is '1,234' with no digits; nothing known is a dash, and a rounded zero has no sign."""
    if value is None:
        return MISSING
    text = f"{abs(value):,.{digits}f}"
    return text if value >= 0 or not text.strip("0.,") else f"−{text}"


def tonnes_digits(value: float | None) -> int:
    """Whole tonnes for large totals; small ones keep what distinguishes them."""
    if value is None or abs(value) >= 100:  # noqa: PLR2004 - three digits are enough to read
        return 0
    return 2


def percent(value: float | None) -> str:
    return MISSING if value is None else f"{amount(value, 1)}%"


def axis(values: list[float]) -> Axis:
    """A scale that holds zero and every value, with three to six round ticks."""
    least, most = min([0.0, *values]), max([0.0, *values])
    span = (most - least) or 1.0
    size = 10 ** math.floor(math.log10(span))
    step = next(size * part for part in (0.2, 0.5, 1, 2, 5) if span / (size * part) <= 5)  # noqa: PLR2004 - room for six
    low = math.floor(least / step + 1e-9)
    high = max(math.ceil(most / step - 1e-9), low + 1)
    scale = Axis(low * step, high * step, ())
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    marks = range(low, high + 1)
    return scale._replace(
        ticks=tuple((scale.at(mark * step), amount(mark * step, digits * bool(mark))) for mark in marks)
    )


def between(first: object, last: object) -> str:
    """A span of years or dates; one value when both are the same."""
    known = [str(value) for value in (first, last) if value not in (None, "")]
    return " – ".join(dict.fromkeys(known)) or MISSING


def plain(value: object) -> str:
    """A count, a name or a coefficient as it stands: six digits, no point after a whole number."""
    if value is None:
        return MISSING
    if not isinstance(value, float):
        return str(value)
    if abs(value) >= THOUSAND:
        return amount(value, 0 if value.is_integer() else 2)
    return f"{value:.6g}".replace("-", "−")
