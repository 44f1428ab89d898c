"""The two languages of the pages: collect every Chinese sentence, and compile the English catalogue.

`python tools/catalogue.py missing` lists the sentences without an English one; the tests ask the same.
`python tools/catalogue.py compile` makes django.mo from django.po, with no gettext tools on the machine.
"""

import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src/tanhui"
CATALOGUES = "*/locale/en/LC_MESSAGES/django.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def read_catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return pofile.read_po(file, locale="en", domain="django")


def sentences() -> Iterator[tuple[Path, int, str]]:
    """Yield every translatable sentence of code and templates: file, line, Chinese text."""
    for path in sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html")]):
        text = path.read_text(encoding="utf-8")
        code = templatize(text) if path.suffix == ".html" else text
        for line, function, message, _ in extract_python(io.BytesIO(code.encode()), KEYWORDS, [], {}):
            yield from ((path, line, sentence) for sentence in singular(str(function), message))


def singular(function: str, message: Sequence[str | None] | str) -> list[str]:
    """Return the one sentence that the catalogue knows a message by."""
    parts = (message,) if isinstance(message, str) else message
    sentence = parts[1] if function.startswith(("pgettext", "npgettext")) else parts[0]
    return [sentence] if sentence else []


def english() -> Iterator[Message]:
    """Yield every entry of the English catalogues: the site's, and one for each context that has its own."""
    for path in sorted(SOURCE.glob(CATALOGUES)):
        yield from read_catalogue(path)


def missing() -> list[str]:
    """Return one line for each sentence that the English catalogue lacks."""
    known = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in english() if entry.id and entry.string}
    return [f"{path.relative_to(ROOT)}:{line}: {text}" for path, line, text in sentences() if text not in known]


def compile_all() -> None:
    for path in sorted(SOURCE.glob(CATALOGUES)):
        with path.with_suffix(".mo").open("wb") as file:
            mofile.write_mo(file, read_catalogue(path))


if __name__ == "__main__":
    if sys.argv[1:] == ["compile"]:
        compile_all()
    elif sys.argv[1:] == ["missing"]:
        lines = missing()
        print("\n".join(lines) or "every sentence has an English one")
        sys.exit(bool(lines))
    else:
        sys.exit(__doc__)
