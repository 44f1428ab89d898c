"""One thing that waits for a person, as the desk lists it."""

from typing import NamedTuple


class Waiting(NamedTuple):
    """Where it is, what it is called, what is to be done; `due` says until when."""

    url: str
    title: str
    sentence: str
    number: str
    due: str = ""
    urgent: bool = False
