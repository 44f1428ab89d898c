"""Gains and losses as bars from one zero line, each named, with its figure at its end."""

from collections.abc import Sequence
from typing import NamedTuple

from tanhui.kit.drawing.labels import text_width
from tanhui.kit.drawing.svg import HUES, label, safe, short

_WIDTH, _ROW, _BAR, _GAP, _SIZE = 620.0, 26.0, 12.0, 8.0, 13.0


class Bar(NamedTuple):
    """One bar: its name, amount with sign, text at its end; `hue` is an ecosystem or a class of the stylesheet."""

    name: str
    amount: float
    text: str
    hue: str = ""


def balance(bars: Sequence[Bar], *, title: str) -> str:
    """Return an SVG element; empty without a bar."""
    if not bars:
        return ""
    left = min(240.0, max(text_width(bar.name, _SIZE) for bar in bars) + 14)
    texts = max(text_width(bar.text, _SIZE) for bar in bars) + 2 * _GAP
    least, most = min(0.0, *(bar.amount for bar in bars)), max(0.0, *(bar.amount for bar in bars))
    room = _WIDTH - left - texts * (2 if least < 0 else 1)
    scale = room / ((most - least) or 1.0)
    zero = left + (texts if least < 0 else 0.0) - least * scale
    height = _ROW * len(bars) + 10
    drawn = "".join(_row(bar, place, zero, scale) for place, bar in enumerate(bars))
    line = f'<path class="zero" d="M{short(zero)} 0V{short(height)}"/>'
    return (
        f'<svg class="balance" viewBox="0 0 {short(_WIDTH)} {short(height)}" role="img">'
        f"<title>{safe(title)}</title>{drawn}{line}</svg>"
    )


def _row(bar: Bar, place: int, zero: float, scale: float) -> str:
    middle = place * _ROW + _ROW / 2 + 5
    length = abs(bar.amount) * scale
    x = zero - length if bar.amount < 0 else zero
    end, anchor = (x - _GAP, "end") if bar.amount < 0 else (x + length + _GAP, "")
    css = HUES.get(bar.hue, bar.hue)
    return (
        label(0, middle + 4, bar.name, css="name")
        + f'<rect class="{css}" x="{short(x)}" y="{short(middle - _BAR / 2)}" width="{short(max(length, 1.0))}" '
        + f'height="{short(_BAR)}"/>'
        + label(end, middle + 4, bar.text, css="value", anchor=anchor)
    )
