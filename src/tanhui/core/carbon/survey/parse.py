"""Read a survey from the bytes of its files, or say everything that is wrong with it at once."""

from collections.abc import Mapping
from functools import cache, partial

from tanhui.core.carbon.survey.cells import read_file
from tanhui.core.carbon.survey.digest import survey_digest
from tanhui.core.carbon.survey.faults import ERROR, Fault, SurveyFaults, in_order
from tanhui.core.carbon.survey.plausible import plausibility_faults
from tanhui.core.carbon.survey.references import reference_faults
from tanhui.core.carbon.survey.schema import FILES, TABLES
from tanhui.core.carbon.survey.survey import Pair, Plot, Stratum, Survey, Visit
from tanhui.core.carbon.survey.table import Table

_LAID_OUT = ("strata.csv", "plots.csv", "visits.csv")


def parse_survey(files: Mapping[str, bytes]) -> Survey:
    """A survey from file names and contents.

    Files that are not of the format are left alone, expected.csv among them. Raises SurveyFaults with all
    faults when one of them is an error; warnings alone stay with the survey.
    """
    tables, faults = _read_tables(files)
    if all(file in tables for file in _LAID_OUT):
        known = {(fault.file, fault.row, fault.column) for fault in faults}
        found = [*reference_faults(tables), *plausibility_faults(tables)]
        faults += [fault for fault in found if (fault.file, fault.row, fault.column) not in known]
    if any(fault.severity == ERROR for fault in faults):
        raise SurveyFaults(faults)
    return Survey(
        strata=_strata(tables["strata.csv"]),
        plots=_plots(tables["plots.csv"]),
        visits=_visits(tables["visits.csv"]),
        pairs=_pairs(tables.get("pairs.csv")),
        tables=tables,
        warnings=in_order(faults),
        digested=cache(partial(survey_digest, {name: files[name] for name in files if name in FILES})),
    )


def _read_tables(files: Mapping[str, bytes]) -> tuple[dict[str, Table], list[Fault]]:
    tables: dict[str, Table] = {}
    faults: list[Fault] = []
    for schema in TABLES:
        if schema.file not in files:
            faults += [Fault("file_missing", schema.file)] if schema.required else []
            continue
        table, found = read_file(schema, files[schema.file])
        faults += found
        if table is not None:
            tables[schema.file] = table
    return tables, faults


def _strata(table: Table) -> tuple[Stratum, ...]:
    columns = (table.text("stratum"), table.text("ecosystem"), table.exact("area_ha"))
    notes = (note or text for note, text in zip(table.text("note"), table.text("description"), strict=True))
    return tuple(sorted(Stratum(*row) for row in zip(*columns, notes, strict=True)))


def _plots(table: Table) -> tuple[Plot, ...]:
    columns = (table.text("plot"), table.text("stratum"), table.exact("plot_area_m2"))
    return tuple(sorted(Plot(*row) for row in zip(*columns, strict=True)))


def _visits(table: Table) -> tuple[Visit, ...]:
    years = ("" if year is None else str(int(year)) for year in table.exact("year"))
    days = (day or year for day, year in zip(table.text("date"), years, strict=True))
    statuses = (status or "measured" for status in table.text("status"))
    return tuple(sorted(Visit(*row) for row in zip(table.text("plot"), table.rounds(), days, statuses, strict=True)))


def _pairs(table: Table | None) -> tuple[Pair, ...]:
    if table is None:
        return ()
    before = zip(table.text("from_plot"), table.rounds("from_round"), strict=True)
    after = zip(table.text("to_plot"), table.rounds("to_round"), strict=True)
    rows = zip(table.text("pair"), before, after, table.exact("years"), table.text("kind"), strict=True)
    return tuple(sorted((Pair(*row) for row in rows), key=lambda pair: pair.name))
