"""Small words of SVG that all drawings share: short numbers, safe text, ribbons, and the class of an ecosystem."""

from xml.sax.saxutils import escape as _escape

HUES = {"forest": "f", "shrubland": "f", "grassland": "g", "wetland": "w"}
GOLDEN = 0.618033988749895


def short(value: float) -> str:
    """A coordinate to one decimal without a useless zero: 12.04 becomes '12', -0.04 becomes '0'."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def safe(text: str) -> str:
    """Text for the inside of an element or of a double-quoted attribute."""
    return _escape(text, {'"': "&quot;"})


def label(x: float, y: float, text: str, *, css: str = "", anchor: str = "") -> str:
    name = f' class="{css}"' if css else ""
    end = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text{name} x="{short(x)}" y="{short(y)}"{end}>{safe(text)}</text>'


def ribbon(start: tuple[float, float], end: tuple[float, float], thickness: float) -> str:
    """A band of even thickness from the top left corner `start` to the top left corner `end`, bent once."""
    (x, y), (u, v) = start, end
    middle = short((x + u) / 2)
    return (
        f"M{short(x)} {short(y)}C{middle} {short(y)} {middle} {short(v)} {short(u)} {short(v)}"
        f"L{short(u)} {short(v + thickness)}C{middle} {short(v + thickness)} {middle} {short(y + thickness)} "
        f"{short(x)} {short(y + thickness)}Z"
    )
