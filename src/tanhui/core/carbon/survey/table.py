"""A table of a survey as columns: text as it stands, numbers as arrays in which NaN means *not measured*."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of equal length; `lines` says in which line of the file each row stands."""

    file: str
    lines: tuple[int, ...]
    texts: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, NDArray[np.float64]]

    def __len__(self) -> int:
        return len(self.lines)

    def text(self, column: str) -> tuple[str, ...]:
        """The cells of a text column; blank where the file has no such column."""
        return self.texts.get(column) or ("",) * len(self)

    def number(self, column: str) -> NDArray[np.float64]:
        """The cells of a number column; NaN where the file has no such column."""
        found = self.numbers.get(column)
        return np.full(len(self), math.nan) if found is None else found

    def exact(self, column: str) -> tuple[Fraction | None, ...]:
        """The cells of a number column as the decimal fractions that were written; None where blank."""
        return tuple(exact(value) for value in self.number(column).tolist())

    def rounds(self, column: str = "round") -> tuple[int, ...]:
        return tuple(int(value) for value in self.number(column).tolist())

    def visits(self) -> Iterator[tuple[str, int]]:
        """Plot and round of every row."""
        return zip(self.text("plot"), self.rounds(), strict=True)


def exact(value: float) -> Fraction | None:
    """The decimal fraction that a float was read from (its shortest form), or None for NaN."""
    return None if math.isnan(value) else Fraction(repr(value))
