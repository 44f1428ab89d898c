"""What is wrong with the files of a method: the file, the row, why, and all of it at once."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

_SENTENCES: Mapping[str, str] = {
    "file_missing": "{file} is missing",
    "file_unreadable": "{file} cannot be read: {cause}",
    "row_ragged": "{file} row {row}: the row has more or fewer cells than the header",
    "column_missing": "{file}: the column {column} is missing",
    "source_missing": "{file} row {row}: every row names its source",
    "confidence_unknown": "{file} row {row}: confidence {value} is not one of {allowed}",
    "number_invalid": "{file} row {row}: {column} {value} is not a number",
    "number_missing": "{file} row {row}: {column} is blank",
    "word_unknown": "{file} row {row}: {column} {value} is not one of {allowed}",
    "outside_own_range": "{file} row {row}: {value} is outside its own range {low} to {high}",
    "name_twice": "{file} row {row}: the name {value} stands twice",
    "reason_missing": "{file} row {row}: a row that is not enabled says why in its note",
    "steps_unordered": "{file}: steps rise, and only the last has no upper end",
    "key_missing": "{file}: {column} is missing",
    "not_a_text": "{file}: {column} is not a text",
    "not_a_list": "{file}: {column} is not a list",
    "not_a_table": "{file}: {column} is not a table",
    "pool_unknown": "{file}: {value} is not a pool; pools are {allowed}",
    "source_unknown": "{file}: {value} is not a table a method can read; tables are {allowed}",
    "parameter_missing": "{file}: the method needs the parameter {value}",
    "equation_unknown": "{file}: {value} has no enabled equation in the table of equations",
    "not_shipped": "no method {value} is shipped",
}


class Flaw(NamedTuple):
    """One fault of a method file. `row` is the line in the file, 0 for the file as a whole."""

    code: str
    file: str
    row: int
    params: tuple[tuple[str, str], ...]

    @property
    def sentence(self) -> str:
        return _SENTENCES[self.code].format(file=self.file, row=self.row, **dict(self.params))


def flaw(code: str, file: str = "", row: int = 0, **params: str) -> Flaw:
    assert code in _SENTENCES, code
    return Flaw(code, file, row, tuple(sorted(params.items())))


FLAW_CODES = tuple(_SENTENCES)


class MethodFault(ValueError):  # noqa: N818 - the same word as for surveys
    """A method that cannot be used, with everything that is wrong with its files."""

    def __init__(self, flaws: Iterable[Flaw]) -> None:
        self.flaws = tuple(flaws)
        super().__init__("; ".join(found.sentence for found in self.flaws))
