"""From where to where milligrams moved, in the language of the page: the holder, or the book that is nobody's."""

from collections.abc import Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanhui.core.ledger import Book
from tanhui.registry.models import Entry
from tanhui.registry.wording import BOOK_WORDS

Names = Mapping[str, tuple[str, str]]
NOBODYS = frozenset({Book.BUFFER, Book.RETIRED, Book.REVOKED})
"""Books whose milligrams nobody can use: what counts is the book, not in whose account it is kept."""


def name_words(account: str, names: Names) -> str:
    """Return the name behind an account; the account itself where no name is known."""
    found = names.get(account)
    return found[1 if get_language() == "en" else 0] if found else account


def end_words(account: str, book: str, names: Names) -> str:
    """Return one end of a movement in words."""
    if book == Book.MINT:
        return _("新入账")
    if book in NOBODYS:
        return str(BOOK_WORDS[book])
    name = name_words(account, names)
    if book == Book.LIVE:
        return name
    return _("%(name)s（%(book)s）") % {"name": name, "book": BOOK_WORDS[book]}


def entry_words(entry: Entry, names: Names) -> str:
    """Return from where to where an entry moved."""
    source = end_words(entry.from_account, entry.from_book, names)
    return f"{source} → {end_words(entry.to_account, entry.to_book, names)}"
