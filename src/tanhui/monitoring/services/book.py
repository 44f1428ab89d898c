"""Write a survey into the books: all of its files or none, as the next revision of its programme.

Called by `book_upload` alone: what is booked was sent by one person and looked at by another.
"""

from collections.abc import Mapping
from datetime import datetime

from tanhui.core.carbon.digest import SurveyDigest, survey_digest
from tanhui.core.carbon.survey import parse_survey
from tanhui.monitoring.models import BookedFile, BookedSurvey, Programme, Upload
from tanhui.monitoring.queries import latest_survey
from tanhui.people.models import Person
from tanhui.people.services import record


def book_survey(
    *,
    programme: Programme,
    files: Mapping[str, bytes],
    by: Person,
    reason: str,
    at: datetime,
    upload: Upload,
) -> BookedSurvey:
    """Read the files once more and keep them. The caller has the turn of the programme.

    Raises SurveyFaults with every fault, or `reason_missing`.
    """
    parse_survey(files)
    digest = survey_digest(files)
    before = latest_survey(programme)
    booked = BookedSurvey.objects.create(
        programme=programme,
        revision=before.revision + 1 if before else 1,
        root_hex=digest.root_hex,
        upload=upload,
        reason=reason,
        booked_at=at,
        booked_by=by,
    )
    _keep_files(booked, digest, files)
    record(
        by=by,
        act="book_survey",
        subject=programme.number,
        reason=reason,
        at=at,
        facts={"survey": digest.root_hex, "revision": booked.revision},
    )
    return booked


def _keep_files(booked: BookedSurvey, digest: SurveyDigest, files: Mapping[str, bytes]) -> None:
    BookedFile.objects.bulk_create(
        BookedFile(
            survey=booked,
            name=file.name,
            content=files[file.name],
            root_hex=file.root_hex,
            row_hashes=b"".join(file.row_hashes),
        )
        for file in digest.files
    )
