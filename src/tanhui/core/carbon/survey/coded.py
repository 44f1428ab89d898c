"""Columns of text by their distinct words: a million cells are looked at once for each word that occurs in them.

The order of the words is that in which Polars came across them. Nothing may depend on it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import polars as pl

Codes = NDArray[np.int64]
_ROOMY = 4
_FEW = 2**16
_SAMPLE = 2**12


class Coded(NamedTuple):
    """The cell of row i is `words[codes[i]]`. Words are distinct; a word may stand for no row at all."""

    words: tuple[str, ...]
    codes: Codes

    def cells(self) -> tuple[str, ...]:
        """Every cell as text."""
        words = self.words
        return tuple([words[code] for code in self.codes.tolist()])

    def taken(self, rows: Codes) -> list[str]:
        """The cells of some rows as text."""
        return [self.words[code] for code in self.codes[rows].tolist()]

    def renamed(self, spell: Callable[[str], str]) -> "Coded":
        """The column with each word spelt anew; words that become the same share a code."""
        spelt = tuple([spell(word) for word in self.words])
        known: dict[str, int] = {}
        new = [known.setdefault(word, len(known)) for word in spelt]
        if len(known) == len(spelt):
            return Coded(spelt, self.codes)
        return Coded(tuple(known), np.array(new, dtype=np.int64)[self.codes])

    def rows_with(self, chosen: Callable[[str], bool]) -> NDArray[np.bool_]:
        """Which rows have a word that is chosen; the question is asked once a word."""
        return np.array([chosen(word) for word in self.words], dtype=np.bool_)[self.codes]

    def codes_in(self, words: Sequence[str]) -> Codes:
        """The cells as indices into other distinct words; -1 where a cell is none of them."""
        place = {word: index for index, word in enumerate(words)}
        return np.array([place.get(word, -1) for word in self.words], dtype=np.int64)[self.codes]


def blank(length: int) -> Coded:
    """A column that a file does not have."""
    return Coded(("",), np.zeros(length, dtype=np.int64))


def coded(columns: "Sequence[pl.Series]") -> list[Coded]:
    """Code columns of strings or of categories, several at a time; null is the blank cell."""
    import polars as pl

    plain = [column for column in columns if column.dtype == pl.String]
    found = iter(_cast(plain))
    return [next(found) if column.dtype == pl.String else _coded(column) for column in columns]


def _cast(columns: "Sequence[pl.Series]") -> list[Coded]:
    """Code columns of strings on all cores. A column of long runs is coded run by run."""
    import polars as pl

    runs = [column.rle().struct.unnest() if _has_runs(column) else None for column in columns]
    heads = [column if run is None else run["value"] for column, run in zip(columns, runs, strict=True)]
    kept = pl.collect_all(
        head.to_frame("cells").lazy().select(pl.col("cells").cast(pl.Categorical(pl.Categories.random())))
        for head in heads
    )
    found = [_coded(frame.to_series()) for frame in kept]
    return [
        words if run is None else Coded(words.words, np.repeat(words.codes, run["len"].to_numpy()))
        for words, run in zip(found, runs, strict=True)
    ]


def _has_runs(column: "pl.Series") -> bool:
    """Whether the column seems to say the same many times in a row, as plots and rounds do; told by its first rows."""
    if len(column) < _FEW:
        return False
    first = column.head(_SAMPLE)
    return int((first.eq_missing(first.shift())).sum()) > _SAMPLE * 7 // 8


def _coded(cells: "pl.Series") -> Coded:
    """Take a categorical column apart. Its physical numbers count the words of its own book from 0."""
    import polars as pl

    physical = cells.to_physical()
    highest = physical.max()
    numbers = np.arange(highest + 1 if isinstance(highest, int) else 0, dtype=np.uint32)
    words = pl.Series(numbers).cat.to(cells.dtype).cast(pl.String).to_list()
    if physical.null_count():
        physical = physical.fill_null(len(words))
        words.append("")
    return Coded(tuple(words), physical.to_numpy().astype(np.int64)).renamed(str.strip)


class Groups(NamedTuple):
    """Rows gathered by what some of their columns say: `of_row[i]` is the group of row i, `first[g]` its first row."""

    first: Codes
    of_row: Codes

    def __len__(self) -> int:
        return len(self.first)


def grouped(columns: Iterable[Coded]) -> Groups:
    """Group rows that agree in all columns. Groups are numbered in no particular order."""
    key, span = joined(columns)
    rows = np.arange(len(key))
    if not is_roomy(span, len(key)):
        _, first, of_row = np.unique(key, return_index=True, return_inverse=True)
        return Groups(first, of_row)
    first_of = np.full(span, -1, dtype=np.int64)
    first_of[key[::-1]] = rows[::-1]
    met = np.flatnonzero(first_of >= 0)
    number = np.zeros(span, dtype=np.int64)
    number[met] = np.arange(len(met))
    return Groups(first_of[met], number[key])


def is_roomy(span: int, length: int) -> bool:
    """Whether an array with a place for each key below `span` is worth its room for so many rows."""
    return span <= _ROOMY * max(length, _FEW)


def joined(columns: Iterable[Coded]) -> tuple[Codes, int]:
    """One key a row for several columns, and the number above all keys, which is kept below 2**62."""
    key, span = np.zeros(0, dtype=np.int64), 0
    for column in columns:
        if not span:
            key, span = column.codes, len(column.words)
            continue
        if span * len(column.words) >= 2**62:
            _, key = np.unique(key, return_inverse=True)
            span = int(key.max(initial=0)) + 1
        key, span = key * len(column.words) + column.codes, span * len(column.words)
    return key, span


def repeated(columns: Iterable[Coded]) -> Codes:
    """Rows, in order, that agree in all columns with another row."""
    key, span = joined(columns)
    if is_roomy(span, len(key)):
        times = np.bincount(key, minlength=span)
        return np.flatnonzero(times[key] > 1) if times.max(initial=0) > 1 else np.zeros(0, dtype=np.int64)
    ordered = np.sort(key)
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    return np.flatnonzero(np.isin(key, twice)) if len(twice) else np.zeros(0, dtype=np.int64)


def closed_up(key: Codes, span: int) -> tuple[Codes, int]:
    """Keys numbered anew without gaps, where there are too many gaps to have a place for each."""
    if is_roomy(span, len(key)):
        return key, span
    distinct, key = np.unique(key, return_inverse=True)
    return key, len(distinct)
