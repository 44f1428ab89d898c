"""What a workbook already holds when it is handed out: plots, visits to come, and the trees of the last round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

Row = Mapping[str, str]
"""One row by column of the survey format; reference columns (`previous_dbh_cm`) may stand among them."""


@dataclass(frozen=True, slots=True)
class Prefill:
    """Rows by table, and whose workbook it is. `round` (0: not set) fills the drop-down of rounds."""

    programme: str = ""
    programme_name: str = ""
    round: int = 0
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    species: tuple[str, ...] = ()

    def of_ecosystem(self, ecosystem: str) -> "Prefill":
        """The same for one ecosystem: its strata, their plots, and what belongs to those."""
        strata = [row for row in self.tables.get("strata.csv", ()) if row.get("ecosystem") == ecosystem]
        names = {row["stratum"] for row in strata}
        plots = [row for row in self.tables.get("plots.csv", ()) if row.get("stratum") in names]
        kept = {row["plot"] for row in plots}
        rest = {
            file: [row for row in rows if row["plot"] in kept]
            for file, rows in self.tables.items()
            if file not in {"strata.csv", "plots.csv"}
        }
        return replace(self, tables={"plots.csv": plots, **rest, "strata.csv": strata})


def next_round(
    plots: Sequence[Row], strata: Sequence[Row], trees: Sequence[Row], *, programme: str, name: str, round_number: int
) -> Prefill:
    """The field form of the next round: all plots to visit, and each tree that stood last time with what it was.

    `trees` are rows of earlier rounds; of each plot the latest round counts. Dead and removed trees stay out.
    """
    visits = [{"plot": row["plot"], "round": str(round_number)} for row in plots]
    return Prefill(
        programme,
        name,
        round_number,
        {
            "plots.csv": list(plots),
            "visits.csv": visits,
            "trees.csv": [_to_measure(row, round_number) for row in _standing(trees)],
            "strata.csv": list(strata),
        },
        tuple(sorted({row.get("species", "") for row in trees} - {""})),
    )


def _standing(trees: Sequence[Row]) -> list[Row]:
    latest: dict[str, int] = {}
    for row in trees:
        latest[row["plot"]] = max(latest.get(row["plot"], 0), int(row["round"]))
    gone = {"dead", "removed"}
    return [row for row in trees if int(row["round"]) == latest[row["plot"]] and row.get("status", "") not in gone]


def _to_measure(row: Row, round_number: int) -> Row:
    return {
        "plot": row["plot"],
        "round": str(round_number),
        "tree": row["tree"],
        "species": row.get("species", ""),
        **{f"previous_{column}": row.get(column, "") for column in ("dbh_cm", "height_m", "status")},
    }
