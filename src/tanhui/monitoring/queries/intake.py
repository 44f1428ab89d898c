"""Readings of field data: uploads, photos, booked rows."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from tanhui.kit.problems import NotFoundProblem
from tanhui.monitoring.intake.merge import Row, read_rows
from tanhui.monitoring.intake.upload import Sent
from tanhui.monitoring.models import BookedSurvey, Photo, Programme, Upload, UploadState
from tanhui.monitoring.queries.programmes import booked_files, latest_survey

WAITING = (UploadState.CHECKING, UploadState.FAULTY, UploadState.READY, UploadState.RETURNED)


def upload(code: str) -> Upload:
    """Return an upload. Raises NotFoundProblem."""
    found = Upload.objects.select_related("programme", "uploaded_by", "returned_by").filter(code=code).first()
    if found is None:
        raise NotFoundProblem("upload_not_found", _("没有编号是 %(code)s 的上传。") % {"code": code})
    return found


def uploads(programme: Programme, *states: str) -> Sequence[Upload]:
    """Return the uploads of a programme, the latest first; without states all of them."""
    found = Upload.objects.filter(programme=programme).select_related("uploaded_by", "booked")
    return list(found.filter(state__in=states) if states else found)


def uploads_in(*states: str) -> Sequence[Upload]:
    """Return the uploads of all programmes in these states, the oldest first; without their faults."""
    found = Upload.objects.filter(state__in=states).select_related("programme", "uploaded_by", "returned_by")
    return list(found.defer("faults").order_by("id"))


def sent_of(found: Upload) -> Sent:
    """Return the files of an upload with the corrections made since."""
    files = {file.name: bytes(file.content) for file in found.files.all()}
    return Sent(files, {(m.source, m.sheet, m.row, m.place): m.after for m in found.mends.all()})


def booked_survey(programme: Programme, revision: int) -> BookedSurvey:
    """Return one revision. Raises NotFoundProblem."""
    found = programme.surveys.select_related("booked_by", "upload__uploaded_by").filter(revision=revision).first()
    if found is None:
        raise NotFoundProblem("survey_not_found", _("没有第 %(revision)s 版。") % {"revision": revision})
    return found


def revisions(programme: Programme) -> Sequence[BookedSurvey]:
    """Return all revisions, the latest first, each with `changes_count`."""
    return list(programme.surveys.select_related("booked_by", "upload__uploaded_by").order_by("-revision"))


def all_revisions() -> Sequence[BookedSurvey]:
    """Return the revisions of all programmes: the programmes as they are listed, of each the latest first."""
    return list(BookedSurvey.objects.select_related("programme").order_by("-programme", "-revision"))


def latest_files(programme: Programme) -> Mapping[str, bytes]:
    """Return the files as they stand; none where nothing is booked."""
    latest = latest_survey(programme)
    return booked_files(latest) if latest else {}


def booked_rows(programme: Programme, file: str) -> Sequence[Row]:
    """Return the rows of one table as they stand."""
    latest = latest_survey(programme)
    found = latest.files.filter(name=file).first() if latest else None
    return read_rows(bytes(found.content)) if found else []


class RoundStanding(NamedTuple):
    """A round so far: how many plots were measured, were lost or out of reach, were not visited; and when it was."""

    round: int
    measured: int
    failed: int
    still: int
    first_day: str
    last_day: str


class Standing(NamedTuple):
    """What is booked in sum; `area_ha` is 0 where no stratum has one."""

    strata: int
    area_ha: float
    plots: int
    rounds: tuple[RoundStanding, ...]


def standing(programme: Programme) -> Standing | None:
    """Return what is booked of a programme in sum, or nothing where nothing is."""
    files = latest_files(programme)
    if not files:
        return None
    strata, plots, visits = (read_rows(files.get(f"{name}.csv", b"")) for name in ("strata", "plots", "visits"))
    rounds: dict[int, list[Row]] = {}
    for visit in visits:
        rounds.setdefault(int(visit["round"]), []).append(visit)
    area_ha = math.fsum(float(row.get("area_ha") or 0) for row in strata)
    return Standing(
        len(strata), area_ha, len(plots), tuple(_round(*found, len(plots)) for found in sorted(rounds.items()))
    )


def _round(number: int, visits: Sequence[Row], plots: int) -> RoundStanding:
    measured = [visit for visit in visits if visit.get("status", "") in {"", "measured"}]
    days = sorted(day for visit in visits if (day := visit.get("date") or visit.get("year", "")))
    first, last = (days[0], days[-1]) if days else ("", "")
    return RoundStanding(number, len(measured), len(visits) - len(measured), plots - len(visits), first, last)


def photos(programme: Programme) -> Sequence[Photo]:
    return list(programme.photos.select_related("picture", "uploaded_by").defer("picture__content", "picture__shown"))


def photo(code: str) -> Photo:
    """Return a photo. Raises NotFoundProblem."""
    found = Photo.objects.select_related("programme", "picture").filter(code=code).first()
    if found is None:
        raise NotFoundProblem("photo_not_found", _("没有这张照片。"))
    return found
