"""Draw where a lot comes from and where it went: strata, estimate, issue, books, retirements, in proportion.

What a stratum lost and what was not counted leave the stream as grey bands, so the widths always close.
Beside the drawing comes the list that stands for it on a phone.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from tanhui.kit.drawing.labels import text_width
from tanhui.kit.drawing.svg import label, ribbon, safe, short

_WIDTH, _TALL, _TOP, _BAR = 1120.0, 420.0, 60.0, 7.0
_STRATA_X, _ESTIMATE_X, _ISSUE_X, _BOOKS_X, _USES_X = 196.0, 420.0, 606.0, 800.0, 1000.0
_GAP, _LINE, _THIN, _SIZE = 15.0, 20.6, 1.6, 13.0


class Parcel(NamedTuple):
    """One band: its name, how much, that amount as text, and the hue or book it has (`f`, `live`, `retired`)."""

    name: str
    amount_t: float
    text: str
    hue: str = ""


class Flow(NamedTuple):
    """Everything the drawing shows, from left to right. Strata may be negative; the other amounts may not."""

    title: str
    strata: Sequence[Parcel]
    estimate: Parcel
    lost: Parcel
    uncounted: Parcel
    issued: Parcel
    books: Sequence[Parcel]
    retirements: Sequence[Parcel]


class _Bar(NamedTuple):
    parcel: Parcel
    y: float
    height: float


def flow(lot: Flow) -> str:
    """An SVG element. Zero books are left out here; the table beside it names all eight."""
    gains = [stratum for stratum in lot.strata if stratum.amount_t > 0]
    scale = (_TALL - 70) / max(sum(gain.amount_t for gain in gains), lot.issued.amount_t)
    books = _stacked([book for book in lot.books if book.amount_t > 0], 12.0, scale, least=_LINE)
    strata = _stacked(gains, 22.0, scale, least=_LINE * 1.7)
    uses = _uses(books, lot.retirements, scale)
    parts = [
        _gains(strata, lot, scale),
        _issue(lot, scale),
        _spread(books, _ISSUE_X, _BOOKS_X, _TOP, scale),
        _spread(uses, _BOOKS_X, _USES_X, _retired_top(books), scale),
    ]
    names = _names(lot, strata, books, uses, scale)
    height = max(_bottom(strata), _bottom(books) + 34, _bottom(uses), _TOP + _TALL - 30) + 24
    left, right = _reach(strata, uses)
    return (
        f'<svg class="flow" viewBox="{short(left)} 0 {short(right - left)} {short(height)}" role="img">'
        f"<title>{safe(lot.title)}</title>"
        f"{''.join(parts)}<g>{names}</g></svg>"
    )


def _reach(strata: Sequence[_Bar], uses: Sequence[_Bar]) -> tuple[float, float]:
    """The drawing grows sideways rather than cut a long name."""
    before = max((text_width(bar.parcel.name, _SIZE) for bar in strata), default=0.0)
    after = max((text_width(bar.parcel.name, _SIZE) for bar in uses), default=0.0)
    return min(0.0, _STRATA_X - 20 - before), max(_WIDTH, _USES_X + 22 + after)


def _stacked(parcels: Sequence[Parcel], top: float, scale: float, *, least: float) -> list[_Bar]:
    """Bars under each other, with room enough between their middles for a line of text."""
    bars: list[_Bar] = []
    y = top
    for parcel in parcels:
        height = max(parcel.amount_t * scale, _THIN)
        if bars:
            y = max(y, bars[-1].y + bars[-1].height / 2 + least - height / 2)
        bars.append(_Bar(parcel, y, height))
        y += height + _GAP
    return bars


def _uses(books: Sequence[_Bar], retirements: Sequence[Parcel], scale: float) -> list[_Bar]:
    return _stacked(retirements, max(12.0, _retired_top(books) - 6), scale, least=_LINE) if books else []


def _retired_top(books: Sequence[_Bar]) -> float:
    return next((bar.y for bar in books if bar.parcel.hue == "retired"), _TOP)


def _bottom(bars: Sequence[_Bar]) -> float:
    return bars[-1].y + bars[-1].height if bars else 0.0


def _gains(strata: Sequence[_Bar], lot: Flow, scale: float) -> str:
    starts = accumulate((bar.parcel.amount_t * scale for bar in strata), initial=_TOP)
    bands = "".join(
        f'<path class="band b{bar.parcel.hue}" d="{ribbon((_STRATA_X + _BAR, bar.y), (_ESTIMATE_X, y), bar.height)}"/>'
        for bar, y in zip(strata, starts, strict=False)
    )
    nodes = "".join(_node(f"n{bar.parcel.hue}", _STRATA_X, bar.y, bar.height) for bar in strata)
    total = sum(bar.parcel.amount_t for bar in strata) * scale
    return bands + nodes + _node("ni", _ESTIMATE_X, _TOP, max(total, lot.issued.amount_t * scale))


def _issue(lot: Flow, scale: float) -> str:
    """The middle: the issued goes straight on, the lost and the uncounted bend down and end."""
    drawn, y = "", _TOP
    tall = lot.issued.amount_t * scale
    drawn += f'<path class="band bi" d="{ribbon((_ESTIMATE_X + _BAR, y), (_ISSUE_X, y), tall)}"/>'
    drawn += _node("nb", _ISSUE_X, y, tall)
    y, end = y + tall, y + tall + 26
    for parcel in (lot.uncounted, lot.lost):
        if parcel.amount_t <= 0:
            continue
        height = max(parcel.amount_t * scale, _THIN)
        drawn += f'<path class="band bx" d="{ribbon((_ESTIMATE_X + _BAR, y), (_ISSUE_X, end), height)}"/>'
        drawn += _node("nx", _ISSUE_X, end, height)
        y, end = y + height, end + height + 42
    return drawn


def _spread(bars: Sequence[_Bar], x: float, end: float, top: float, scale: float) -> str:
    starts = accumulate((bar.parcel.amount_t * scale for bar in bars), initial=top)
    bands = "".join(
        f'<path class="band b-{bar.parcel.hue}" d="{ribbon((x + _BAR, y), (end, bar.y), bar.height)}"/>'
        for bar, y in zip(bars, starts, strict=False)
    )
    return bands + "".join(_node(f"n-{bar.parcel.hue}", end, bar.y, bar.height) for bar in bars)


def _node(css: str, x: float, y: float, height: float) -> str:
    return f'<rect class="{css}" x="{short(x)}" y="{short(y)}" width="{short(_BAR)}" height="{short(height)}"/>'


def _names(lot: Flow, strata: Sequence[_Bar], books: Sequence[_Bar], uses: Sequence[_Bar], scale: float) -> str:
    drawn = "".join(_pair(_STRATA_X - 12, bar.y + bar.height / 2, bar.parcel, "end") for bar in strata)
    drawn += _pair(_ESTIMATE_X + _BAR / 2, _TOP - 15, lot.estimate, "middle", head=True)
    drawn += _pair(_ISSUE_X + _BAR / 2, _TOP - 15, lot.issued, "middle", head=True)
    y = _TOP + lot.issued.amount_t * scale + 26
    for parcel in (lot.uncounted, lot.lost):
        if parcel.amount_t > 0:
            height = max(parcel.amount_t * scale, _THIN)
            drawn += _pair(_ISSUE_X + _BAR + 9, y + height / 2 + 4, parcel, "start")
            y += height + 42
    for bar in books:
        drawn += _line(_BOOKS_X + _BAR + 10, bar, below=bar.parcel.hue == "retired" and bool(uses))
    return drawn + "".join(_line(_USES_X + _BAR + 7, bar, bare=True) for bar in uses)


def _pair(x: float, y: float, parcel: Parcel, anchor: str, *, head: bool = False) -> str:
    """A name over its amount."""
    return label(x, y - 3, parcel.name, css="h" if head else "", anchor=anchor) + label(
        x, y + 12, parcel.text, css="q", anchor=anchor
    )


def _line(x: float, bar: _Bar, *, below: bool = False, bare: bool = False) -> str:
    """A name with its amount behind it; under the bar and to its left where bands leave to the right."""
    if below:
        y = bar.y + bar.height
        return label(x - 10, y + 18, bar.parcel.name, css="h", anchor="end") + label(
            x - 10, y + 34, bar.parcel.text, css="q", anchor="end"
        )
    y = bar.y + bar.height / 2 + 4
    if bare:
        return label(x, y, bar.parcel.name)
    amount = f' <tspan class="q" dx="6">{safe(bar.parcel.text)}</tspan>'
    return label(x, y, bar.parcel.name).replace("</text>", amount + "</text>")
