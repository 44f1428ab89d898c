"""What a browser looks at."""

from typing import NamedTuple


class Scene(NamedTuple):
    """A page as somebody sees it."""

    path: str
    person: str | None = None
