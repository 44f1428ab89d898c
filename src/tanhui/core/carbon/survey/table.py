"""A table of a survey as columns: text by its distinct words, numbers as arrays in which NaN means *not measured*.

Whole-column work takes `coded`, `number` and `places`; what a page or a sum of fractions needs row by row, as
`text` and `exact`, is made when it is first asked for and kept.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from tanhui.core.carbon.survey.coded import Coded, Codes, blank, grouped

Made = TypeVar("Made")


class Places(NamedTuple):
    """The visits that rows belong to: row i to `visits[of_row[i]]`, a plot and a round, each once.

    A round that is not known is 0; only a table with faults has one.
    """

    visits: tuple[tuple[str, int], ...]
    of_row: Codes


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Columns of equal length; `lines` says in which line of the file each row stands.

    `texts` has all columns that are not numbers, and rounds and years besides, written as `number_text`.
    `numbers` has numbers, rounds and years.
    """

    file: str
    lines: Sequence[int]
    texts: Mapping[str, Coded]
    numbers: Mapping[str, NDArray[np.float64]]
    _kept: dict[tuple[str, str], Any] = field(default_factory=dict, init=False, repr=False)

    def __len__(self) -> int:
        return len(self.lines)

    def only(self, rows: Codes) -> "Table":
        """The table with some of its rows."""
        texts = {name: Coded(cells.words, cells.codes[rows]) for name, cells in self.texts.items()}
        numbers = {name: cells[rows] for name, cells in self.numbers.items()}
        return Table(self.file, tuple([self.lines[row] for row in rows.tolist()]), texts, numbers)

    def coded(self, column: str) -> Coded:
        """A column by its distinct words; blank where the file has no such column."""
        found = self.texts.get(column)
        if found is None:
            return self._keep("coded", column, lambda: blank(len(self)))
        return found

    def text(self, column: str) -> tuple[str, ...]:
        """The cells of a text column; blank where the file has no such column."""
        return self._keep("text", column, lambda: self.coded(column).cells())

    def number(self, column: str) -> NDArray[np.float64]:
        """The cells of a number column; NaN where the file has no such column."""
        found = self.numbers.get(column)
        return np.broadcast_to(np.float64(math.nan), len(self)) if found is None else found

    def exact(self, column: str) -> tuple[Fraction | None, ...]:
        """The cells of a number column as the decimal fractions that were written; None where blank."""
        return self._keep("exact", column, lambda: _exact_cells(self.number(column)))

    def keyed(self, column: str) -> Coded:
        """Any column by its distinct words, numbers written as `number_text`: what makes two cells the same key."""
        if column in self.texts or column not in self.numbers:
            return self.coded(column)
        return self._keep("keyed", column, lambda: _number_words(self.numbers[column]))

    def rounds(self, column: str = "round") -> tuple[int, ...]:
        return self._keep("rounds", column, lambda: tuple(self.round_numbers(column).tolist()))

    def round_numbers(self, column: str = "round") -> Codes:
        """Rounds as whole numbers, 0 where none is known."""
        cells = self.coded(column)
        return np.array([int(word or 0) for word in cells.words], dtype=np.int64)[cells.codes]

    def visits(self) -> Iterator[tuple[str, int]]:
        """Plot and round of every row."""
        return zip(self.text("plot"), self.rounds(), strict=True)

    def places(self, plot_column: str = "plot", round_column: str = "round") -> Places:
        """The visits of the rows, each once, and which of them each row belongs to."""
        return self._keep("places", plot_column, lambda: self._places(plot_column, round_column))

    def _places(self, plot_column: str, round_column: str) -> Places:
        plots, rounds = self.coded(plot_column), self.coded(round_column)
        groups = grouped((plots, rounds))
        names = plots.taken(groups.first)
        numbers = (int(word or 0) for word in rounds.taken(groups.first))
        return Places(tuple(zip(names, numbers, strict=True)), groups.of_row)

    def _keep(self, kind: str, column: str, make: Callable[[], Made]) -> Made:
        """What `make` gives, made once."""
        key = (kind, column)
        if key not in self._kept:
            self._kept[key] = make()
        made: Made = self._kept[key]
        return made


def exact(value: float) -> Fraction | None:
    """The decimal fraction that a float was read from (its shortest form), or None for NaN."""
    return None if math.isnan(value) else Fraction(repr(value))


def number_text(value: float) -> str:
    """A number as it stands in keys, up to 15 digits; blank for NaN."""
    return "" if math.isnan(value) else f"{value:.15g}"


def _exact_cells(numbers: NDArray[np.float64]) -> tuple[Fraction | None, ...]:
    distinct, place = np.unique(numbers, return_inverse=True)
    fractions = [exact(value) for value in distinct.tolist()]
    return tuple([fractions[index] for index in place.tolist()])


def _number_words(numbers: NDArray[np.float64]) -> Coded:
    """Numbers as words. They are told apart by their bits, for 0 and -0 are written differently."""
    bits, codes = np.unique(numbers.view(np.int64), return_inverse=True)
    texts = {index: number_text(value) for index, value in enumerate(bits.view(np.float64).tolist())}
    words = Coded(tuple(str(index) for index in texts), codes)
    return words.renamed(lambda word: texts[int(word)])
