"""Where two documents differ: every place by its path, the first one first."""

from collections.abc import Iterator
from typing import NamedTuple

_NAMING = ("domain", "quantity", "pool", "round", "plot", "stratum", "zone", "rule", "source", "name", "code", "step")


class Difference(NamedTuple):
    """A place in a document, with what is claimed there and what was computed; a missing side is None."""

    path: str
    claimed: object
    computed: object


def differences(claimed: object, computed: object, path: str = "") -> Iterator[Difference]:
    """Yield every place where the two differ, in the order of the computed document."""
    if isinstance(claimed, dict) and isinstance(computed, dict):
        for key in [*computed, *(key for key in claimed if key not in computed)]:
            yield from differences(claimed.get(key), computed.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(claimed, list) and isinstance(computed, list):
        for place in range(max(len(claimed), len(computed))):
            one = claimed[place] if place < len(claimed) else None
            other = computed[place] if place < len(computed) else None
            yield from differences(one, other, f"{path}[{_row_name(other or one, place)}]")
    elif type(claimed) is not type(computed) or claimed != computed:
        yield Difference(path, claimed, computed)


def _row_name(row: object, place: int) -> str:
    """Return the number of a row with the cells that name it, so that a person finds it."""
    if not isinstance(row, dict):
        return str(place)
    named = [f"{key}={row[key]}" for key in _NAMING if isinstance(row.get(key), str | int)]
    return " ".join([str(place), *named])
