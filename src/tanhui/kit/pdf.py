"""Set a PDF from a typst template and plain facts: the same facts give the same bytes, on any machine.

The template reads `json(bytes(sys.inputs.facts))`. Facts are shown as text, never run as markup.
Only the project's own fonts are used, and no date is written, so the hash of a PDF can be recorded.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import typst

from tanhui.kit.problems import Problem

PACKAGE = Path(__file__).resolve().parents[1]
FONTS = PACKAGE / "site" / "static" / "dist" / "fonts" / "pdf"
FONT_FILES = (
    "NotoSansSC_400Regular.ttf",
    "NotoSansSC_600SemiBold.ttf",
    "NotoSerifSC_400Regular.ttf",
    "NotoSerifSC_600SemiBold.ttf",
)


def compile_pdf(template: Path, facts: Mapping[str, object]) -> bytes:
    """Set `template` (inside the package; it may import `/kit/papers/look.typ`) with `facts`.

    Raises the problem `fonts_missing` where set-up has not run. A fault of the template itself is a bug and crashes.
    """
    compiler = typst.Compiler(
        input=str(template),
        root=str(PACKAGE),
        font_paths=_fonts(FONTS),
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False, sort_keys=True)},
    )
    pdf = compiler.compile(format="pdf", timestamp=0)
    assert isinstance(pdf, bytes), "a PDF is one file"
    return pdf


@cache
def _fonts(folder: Path) -> typst.Fonts:
    """Read once a process: the four files are 50 MB, and a compile takes a fraction of a second after that."""
    missing = [name for name in FONT_FILES if not (folder / name).is_file()]
    if missing:
        message = f"Fonts for PDF are missing in {folder}: {', '.join(missing)}"
        raise Problem("fonts_missing", message, remedy="Run `make setup`; it fetches them.")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])
