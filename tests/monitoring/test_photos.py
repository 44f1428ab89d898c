"""Photos of plots: upright, dated, without the place that the camera wrote; what is no photo is refused."""

import io
from datetime import datetime

import pytest
from PIL import Image

from field_data import picture
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.monitoring.intake.photos import SHOWN_SIDE, THUMBNAIL_SIDE, look_at
from tanhui.monitoring.models import Photo, Picture
from tanhui.monitoring.services import add_photos, place_photo

TURNED, TAKEN, GPS = 0x0112, 0x0132, 0x8825


def from_a_phone():
    """A picture held sideways, with the hour and the place of a plot in it."""
    notes = Image.Exif()
    notes[TURNED] = 6
    notes[TAKEN] = "2026:07:01 09:30:00"
    notes.get_ifd(GPS)[1] = "N"
    notes.get_ifd(GPS)[2] = (41.0, 2.0, 3.0)
    stream = io.BytesIO()
    Image.new("RGB", (3000, 2000), (80, 120, 90)).save(stream, "JPEG", exif=notes)
    return stream.getvalue()


def test_what_is_shown_is_upright_small_dated_and_knows_no_place():
    seen = look_at("a.jpg", from_a_phone())
    assert seen.taken_at == datetime(2026, 7, 1, 9, 30, tzinfo=clock.LOCAL)
    for content, side in ((seen.shown, SHOWN_SIDE), (seen.thumbnail, THUMBNAIL_SIDE)):
        with Image.open(io.BytesIO(content)) as shown:
            assert shown.height == side > shown.width
            assert dict(shown.getexif()) == {}
    with Image.open(io.BytesIO(from_a_phone())) as original:
        assert original.getexif().get_ifd(GPS)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "photo_unknown_format"),
        (b"\x00\x00\x00\x18ftypheic", "photo_unknown_format"),
        (picture()[:400], "photo_broken"),
        (b"x" * (25 * 1024 * 1024 + 1), "photo_too_large"),
    ],
)
def test_what_is_no_photo_is_refused(content, code):
    with pytest.raises(Problem) as refused:
        look_at("a.jpg", content)
    assert refused.value.code == code


def test_a_picture_is_stored_once_and_found_a_place(programme, people):
    signed = {"by": people["temur"], "reason": "现场。", "at": clock.now()}
    (first,) = add_photos(programme=programme, files={"IMG_1.jpg": picture()}, **signed)
    (again,) = add_photos(programme=programme, files={"IMG_2.jpg": picture()}, **signed)
    assert (first.pk, Picture.objects.count(), Photo.objects.count()) == (again.pk, 1, 1)
    placed = place_photo(photo=first, plot="A1", round_number=2, **signed)
    assert (placed.plot, placed.round) == ("A1", 2)


def test_one_broken_photo_keeps_the_others_out(programme, people):
    signed = {"by": people["temur"], "reason": "现场。", "at": clock.now()}
    with pytest.raises(Problem):
        add_photos(programme=programme, files={"a.jpg": picture(), "b.jpg": b"no"}, **signed)
    assert not Picture.objects.exists()
    with pytest.raises(Problem) as refused:
        add_photos(programme=programme, files={}, **signed)
    assert refused.value.code == "no_files"
