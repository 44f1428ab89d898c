"""Draw a QR code as SVG, for the page and for paper."""

import io

import segno


def qr_svg(text: str, *, dark: str = "#17211c") -> str:
    """A QR code without its quiet zone (the layout leaves the white), error level M, sized by its viewBox."""
    code = segno.make(text, error="m", micro=False, boost_error=False)
    drawing = io.BytesIO()
    code.save(drawing, kind="svg", border=0, dark=dark, xmldecl=False, omitsize=True, lineclass=None, svgclass=None)
    return drawing.getvalue().decode()
