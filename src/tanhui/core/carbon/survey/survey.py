"""A survey that has been read and checked: strata, plots, visits and the tables of what was measured."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.survey.digest import SurveyDigest
from tanhui.core.carbon.survey.faults import Fault
from tanhui.core.carbon.survey.schema import STRATA_TOTALS, TABLES
from tanhui.core.carbon.survey.table import Table

_EMPTY_SCHEMAS = {schema.file: schema for schema in TABLES}


class Stratum(NamedTuple):
    name: str
    ecosystem: str
    area_ha: Fraction | None
    note: str


class Plot(NamedTuple):
    name: str
    stratum: str
    area_m2: Fraction | None


class Visit(NamedTuple):
    """One visit of one plot. `day` is ISO text, or the year alone where no day is known."""

    plot: str
    round: int
    day: str
    status: str

    @property
    def measured(self) -> bool:
        return self.status == "measured"


class Pair(NamedTuple):
    """Two states that the survey asks to be compared; `kind` is repeat or space_for_time."""

    name: str
    before: tuple[str, int]
    after: tuple[str, int]
    years: Fraction | None
    kind: str


@dataclass(frozen=True, slots=True)
class Survey:
    """All of a survey. Sequences are sorted by name, so nothing depends on the order of the rows.

    `digested` gives the digest of the bytes that were read. It takes longer than reading them, so it is made when
    it is first asked for, and kept.
    """

    strata: tuple[Stratum, ...]
    plots: tuple[Plot, ...]
    visits: tuple[Visit, ...]
    pairs: tuple[Pair, ...]
    tables: Mapping[str, Table]
    warnings: tuple[Fault, ...]
    digested: Callable[[], SurveyDigest]

    @property
    def hash(self) -> str:
        """The root of the survey's digest: its identity, in hexadecimal."""
        return self.digested().root_hex

    def table(self, file: str) -> Table:
        """A table of measurements; empty where the survey does not have the file."""
        return self.tables.get(file) or Table(_EMPTY_SCHEMAS[file].file, (), {}, {})

    def has(self, file: str) -> bool:
        return file in self.tables

    @property
    def rounds(self) -> tuple[int, ...]:
        """Rounds in which at least one plot was measured."""
        return tuple(sorted({visit.round for visit in self.visits if visit.measured}))

    @property
    def ecosystems(self) -> frozenset[str]:
        return frozenset(stratum.ecosystem for stratum in self.strata)

    def stated_areas_ha(self) -> dict[tuple[str, int], Fraction]:
        """Areas that strata_totals.csv states for a stratum in a round."""
        table = self.table(STRATA_TOTALS.file)
        rows = zip(table.text("stratum"), table.rounds(), table.exact("area_ha"), strict=True)
        return {(stratum, round_number): area for stratum, round_number, area in rows if area is not None}
