"""Draw what a ledger is like while it grows: one small chart a figure, all over the same sizes."""

from collections.abc import Mapping, Sequence
from math import log10
from typing import NamedTuple

from tanhui.kit.drawing.ruler import nice_step
from tanhui.kit.drawing.svg import label, safe, short

_COLUMNS, _WIDE, _TALL, _GAP, _EDGE = 3, 320.0, 210.0, 28.0, 28.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 62.0, 30.0, 62.0, 30.0
_HEAD, _PIECES = 64.0, 4
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_STYLE = """
text { font: 12px "Noto Sans SC", "Noto Sans CJK SC", system-ui, sans-serif; fill: #52605a }
.head { font-size: 20px; font-weight: 600; fill: #17211d } .sub { font-size: 13px }
.name { font-size: 14px; font-weight: 600; fill: #17211d } .value { font-weight: 600; fill: #17211d }
.tick { font-variant-numeric: tabular-nums } .goal { fill: #a8471c }
.card { fill: #ffffff; stroke: #dfe4e0 } .grid { stroke: #e8ece9; fill: none } .base { stroke: #9aa59f; fill: none }
.limit { stroke: #a8471c; stroke-dasharray: 4 4; fill: none } .line { stroke: #17594f; stroke-width: 2; fill: none }
circle { fill: #17594f; stroke: #ffffff; stroke-width: 2 }
"""


class Panel(NamedTuple):
    """One figure: its key, its name, its unit, how many decimals it is told with, and the limit it has to keep or 0."""

    key: str
    name: str
    unit: str
    places: int
    limit: float = 0


def growth_chart(rows: Sequence[Mapping[str, object]], panels: Sequence[Panel]) -> str:
    """Return an SVG document: a panel for each figure, the sizes from left to right, every axis from zero."""
    sizes = [float(str(row["movements"])) for row in rows]
    lines = -(-len(panels) // _COLUMNS)
    width = 2 * _EDGE + _COLUMNS * _WIDE + (_COLUMNS - 1) * _GAP
    height = _HEAD + lines * _TALL + (lines - 1) * _GAP + _EDGE
    drawn = "".join(
        f'<g transform="translate({short(_EDGE + place % _COLUMNS * (_WIDE + _GAP))} '
        f'{short(_HEAD + place // _COLUMNS * (_TALL + _GAP))})">'
        f"{_panel(panel, sizes, [float(str(row[panel.key])) for row in rows])}</g>"
        for place, panel in enumerate(panels)
    )
    title = "One ledger while it grows"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {short(width)} {short(height)}" width="{short(width)}" '
        f'height="{short(height)}" role="img"><title>{safe(title)}</title><style>{_STYLE}</style>'
        f'<rect width="100%" height="100%" fill="#fafbf9"/>{label(_EDGE, 32, title, css="head")}'
        f"{label(_EDGE, 52, 'by the number of movements of tonnes in it', css='sub')}{drawn}</svg>\n"
    )


def _panel(panel: Panel, sizes: Sequence[float], values: Sequence[float]) -> str:
    most = max(*values, panel.limit) * 1.12
    step = nice_step(most, _PIECES)
    top = step * -(-most // step)

    def up(value: float) -> float:
        return _TOP + (_TALL - _TOP - _BOTTOM) * (1 - value / top)

    places = [_across(size, sizes) for size in sizes]
    ticks = [step * number for number in range(round(top / step) + 1)]
    parts = [
        f'<rect class="card" width="{short(_WIDE)}" height="{short(_TALL)}" rx="8"/>',
        label(16, 26, panel.name, css="name"),
        label(16, 44, panel.unit, css="tick"),
        *(_tick(up(tick), f"{tick:,.{0 if step >= 1 else 1}f}", base=tick == 0) for tick in ticks),
    ]
    if panel.limit:
        y = short(up(panel.limit))
        parts.append(f'<path class="limit" d="M{short(_LEFT)} {y}H{short(_WIDE - 16)}"/>')
        parts.append(label(_WIDE - 16, up(panel.limit) - 5, "limit", css="goal", anchor="end"))
    path = "L".join(f"{short(x)} {short(up(value))}" for x, value in zip(places, values, strict=True))
    parts.append(f'<path class="line" d="M{path}"/>')
    for x, size, value in zip(places, sizes, values, strict=True):
        parts.append(f'<circle cx="{short(x)}" cy="{short(up(value))}" r="5"/>')
        parts.append(label(x, up(value) - 12, f"{value:,.{panel.places}f}", css="value", anchor="middle"))
        parts.append(label(x, _TALL - 10, _power(size), css="tick", anchor="middle"))
    return "".join(parts)


def _across(size: float, sizes: Sequence[float]) -> float:
    room, least, most = _WIDE - _LEFT - _RIGHT - 40, log10(min(sizes)), log10(max(sizes))
    return _LEFT + 24 + (room * (log10(size) - least) / (most - least) if most > least else room / 2)


def _tick(y: float, text: str, *, base: bool) -> str:
    css = "base" if base else "grid"
    return f'<path class="{css}" d="M{short(_LEFT)} {short(y)}H{short(_WIDE - 16)}"/>' + label(
        _LEFT - 8, y + 4, text, css="tick", anchor="end"
    )


def _power(size: float) -> str:
    """10⁵ for about a hundred thousand; other numbers as they are."""
    power = round(log10(size))
    near = abs(size / 10**power - 1) < 0.05
    return f"10{str(power).translate(_RAISED)}" if near else f"{size:,.0f}"
