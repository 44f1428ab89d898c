"""What an upload would change in what is booked: each value before and after, each row that comes or goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tanhui.monitoring.intake.findings import Place


class Change(NamedTuple):
    """One value of a row that is booked already. Without a column the whole row comes (`after`) or goes (`before`)."""

    file: str
    key: tuple[str, ...]
    column: str
    before: str
    after: str
    place: Place | None = None

    def document(self) -> dict[str, Any]:
        return {**self._asdict(), "key": list(self.key), "place": list(self.place) if self.place else None}


def change_from(document: Mapping[str, Any]) -> Change:
    """A change as it was kept."""
    return Change(**{**document, "key": tuple(document["key"]), "place": None})


@dataclass(frozen=True, slots=True)
class Changes:
    """`cells`: values that differ. `gone`: rows that leave. `came`: rows new in a visit that is booked already.

    `fresh` counts the rows of visits and plots that were not there before, by table.
    """

    cells: tuple[Change, ...] = ()
    gone: tuple[Change, ...] = ()
    came: tuple[Change, ...] = ()
    fresh: tuple[tuple[str, int], ...] = ()

    def all(self) -> tuple[Change, ...]:
        return self.cells + self.gone + self.came

    @property
    def empty(self) -> bool:
        return not self.all() and not self.fresh
