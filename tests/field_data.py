"""Field data that stands: one revision booked, one upload with faults, one that waits, a photo."""

import io
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.crypto import get_random_string
from PIL import Image

from field import first_round, put, second_round, spoilt
from tanhui.kit import clock
from tanhui.monitoring.models import BookedSurvey, Programme
from tanhui.monitoring.queries.intake import photos, uploads
from tanhui.monitoring.services import book_upload, upload_survey

PROGRAMME_PAGES = ("uploads", "surveys", "fates", "photos")


def picture(colour: tuple[int, int, int] = (70, 110, 80), size: tuple[int, int] = (640, 480)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, colour).save(stream, "JPEG")
    return stream.getvalue()


def signed(person: Any, reason: str = "外业。") -> dict[str, Any]:
    return {"by": person, "reason": reason, "at": clock.now()}


def booked_by_two(programme: Programme, files: Mapping[str, bytes], people: Mapping[str, Any]) -> BookedSurvey:
    """A survey that the surveyor sent and the analyst booked."""
    sent = upload_survey(programme=programme, files=files, key=draw_key(), **signed(people["temur"]))
    warnings = {"warnings_reason": "逐条看过。"}
    return book_upload(code=sent.code, outcome_hex=sent.outcome_hex, **warnings, **signed(people["naren"]))


def draw_key() -> str:
    return str(get_random_string(32))


def keep_field_data(programme: Programme, people: Mapping[str, Any]) -> None:
    """Book a first round; leave a second round with faults, and one without, waiting."""
    surveyor, analyst = people["temur"], people["naren"]
    first = {"第一轮.xlsx": first_round(), "A1_1.jpg": picture()}
    sent = upload_survey(programme=programme, files=first, key="field-1", **signed(surveyor))
    book_upload(code=sent.code, outcome_hex=sent.outcome_hex, **signed(analyst))
    faulty = spoilt(second_round(), put("每木", "dbh_cm", 3, "１３．５"))
    upload_survey(programme=programme, files={"第二轮.xlsx": faulty}, key="field-2", **signed(surveyor))
    upload_survey(programme=programme, files={"第二轮好.xlsx": second_round()}, key="field-3", **signed(surveyor))


def field_addresses(programme: Programme) -> dict[str, str]:
    """Return one address for each page of field data."""
    number, code = programme.number, uploads(programme)[0].code
    return {
        **{name: reverse(name, args=[number]) for name in PROGRAMME_PAGES},
        "survey_template": reverse("survey_template", args=[number, "forest"]),
        "upload": reverse("upload", args=[number, code]),
        "upload_marked": reverse("upload_marked", args=[number, code]),
        "survey": reverse("survey", args=[number, 1]),
        "survey_zip": reverse("survey_zip", args=[number, 1]),
        "photo": reverse("photo", args=[number, photos(programme)[0].code]),
    }
