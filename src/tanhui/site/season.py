"""A season of the demonstration: a programme, its 300 plots booked in two rounds, a design, one finished run.

All of it goes through the services that the pages use. Running it again finds everything done and adds nothing.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from tanhui.core.carbon.digest import survey_digest
from tanhui.kit import clock
from tanhui.kit.jobs.worker import work_off
from tanhui.land.models import Region
from tanhui.land.queries import zones
from tanhui.monitoring.design.figures import (
    STOCK,
    figures_by_stratum,
    figures_source,
    kept_by_stratum,
    known_plots,
    layout_by_stratum,
    located,
    plot_names,
)
from tanhui.monitoring.design.strata import land_of
from tanhui.monitoring.design.typed import Typed, TypedStratum, request_of
from tanhui.monitoring.models import BookedSurvey, Programme, Run
from tanhui.monitoring.queries import latest_design, latest_survey
from tanhui.monitoring.services import ask_run, book_upload, draw_design, open_programme, upload_survey
from tanhui.people.models import Person

SEED = 20261126
METHOD = "baotou-stock-difference"
NEXT_YEAR = "2029"
DEVIATIONS = "示范数据，没有外业，因此没有偏离可报。"
QUALITY = "示范数据，没有复测。正式的季报要写明复测了哪些样地、胸径和树高相差多少、是否在限内。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """What to book: the files of a survey, and the words of its programme."""

    files: Mapping[str, bytes]
    name_zh: str
    name_en: str
    synthetic_zh: str = ""
    synthetic_en: str = ""
    method: str = METHOD
    draws: int = 10_000


def run_season(*, season: Season, region: Region, people: Mapping[str, Person]) -> Run:
    """Open the programme, book its survey, run the method, and return the finished run."""
    programme = _programme(season, region, people)
    survey = latest_survey(programme) or _booked(programme, season, people)
    if latest_design(programme) is None:
        _drawn(programme, survey, people)
    asked = ask_run(
        survey=survey,
        method=season.method,
        plan={"seed": SEED, "draws": season.draws},
        key=f"season {survey.root_hex[:48]}",
        deviations=DEVIATIONS,
        quality=QUALITY,
        by=people["naren"],
        reason="第一次出数。",
        at=clock.now(),
    )
    if not asked.document:
        work_off()
        asked.refresh_from_db()
    return asked


def _booked(programme: Programme, season: Season, people: Mapping[str, Person]) -> BookedSurvey:
    """The survey as the surveyor sends it and the analyst books it."""
    upload = upload_survey(
        programme=programme,
        files=with_counties(season.files),
        key=f"season {survey_digest(season.files).root_hex[:48]}",
        by=people["temur"],
        reason="两轮外业数据，示范。",
        at=clock.now(),
        now=True,
    )
    return book_upload(
        code=upload.code,
        outcome_hex=upload.outcome_hex,
        by=people["naren"],
        reason="两轮外业数据已核对，入库。",
        warnings_reason="逐条看过：示范数据，照原样入库。",
        at=clock.now(),
    )


def _drawn(programme: Programme, survey: BookedSurvey, people: Mapping[str, Person]) -> None:
    """The design of the next round on the zones, by ecosystem, with the plots that stand and their figures."""
    land, known = land_of("zones", "ecosystem"), known_plots(survey)
    where = located(known, land)
    figures, layouts = figures_by_stratum(known, where, STOCK), layout_by_stratum(known, land, where)
    rows = [
        TypedStratum(row.name, found.mean, found.sd, "", layouts[row.name], figures_source(survey, found))
        for row in land.strata
        if (found := figures.get(row.name)) and found.mean
    ]
    if len(rows) < len(land.strata):
        return  # A survey of other land, or of one ecosystem: nobody knows how much the rest varies.
    typed = Typed({"first_year": NEXT_YEAR, "seed": str(SEED)}, rows)
    request = request_of(typed, land.strata, kept_by_stratum(known, where), outlines=True, taken=plot_names(programme))
    draw_design(
        programme=programme,
        request=request,
        by=people["naren"],
        reason="下一轮：固定样地留用，另备替补。",
        at=clock.now(),
    )


def _programme(season: Season, region: Region, people: Mapping[str, Person]) -> Programme:
    return open_programme(
        name_zh=season.name_zh,
        name_en=season.name_en,
        region_code=region.code,
        key=f"season {survey_digest(season.files).root_hex[:48]}",
        by=people["naren"],
        reason="建立固定样地监测计划。",
        at=clock.now(),
        synthetic_zh=season.synthetic_zh,
        synthetic_en=season.synthetic_en,
    )


def with_counties(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files with the county of each plot, as the zones of the region say, where no county is named yet."""
    of_zone = {zone.zone: zone.county_id for zone in zones()}
    rows = list(csv.DictReader(io.StringIO(files["plots.csv"].decode("utf-8-sig"))))
    if not rows or "zone" not in rows[0] or "county" in rows[0]:
        return dict(files)
    room = io.StringIO()
    written = csv.DictWriter(room, [*rows[0], "county"], lineterminator="\n")
    written.writeheader()
    written.writerows({**row, "county": of_zone.get(row["zone"], "")} for row in rows)
    return {**files, "plots.csv": room.getvalue().encode()}
