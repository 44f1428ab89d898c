"""Keep photos of plots: each picture once, at its plot and round."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.kit.turns import wait_turn
from tanhui.monitoring.intake.photos import look_at, placed_by_name
from tanhui.monitoring.models import Photo, Picture, Programme, Upload
from tanhui.monitoring.queries.intake import booked_rows
from tanhui.monitoring.services.checking import opaque
from tanhui.monitoring.services.roles import ROLES
from tanhui.people.models import Person
from tanhui.people.services import record, require_role

LAST_ROUND = 9999


@transaction.atomic
def add_photos(
    *,
    programme: Programme,
    files: Mapping[str, bytes],
    by: Person,
    reason: str,
    at: datetime,
    plot: str = "",
    round_number: int = 0,
) -> list[Photo]:
    """Keep pictures; a plot and round left open are taken from the names of the files, or stay to be said.

    A picture that the programme has already is not kept twice. Raises `wrong_role`, `no_files`, `plot_unknown` and the
    problems of `look_at`; then none of the pictures is kept.
    """
    require_role(by=by, roles=ROLES["add_photo"])
    if not files:
        raise Problem("no_files", _("没有收到照片。"), field="files", remedy=_("选好 JPEG 或 PNG 再传。"))
    _check_place(programme, plot, round_number)
    kept = [
        keep_photo(programme=programme, name=name, content=content, by=by, at=at, plot=plot, round_number=round_number)
        for name, content in files.items()
    ]
    facts = {"photos": [photo.code for photo in kept]}
    record(by=by, act="add_photo", subject=programme.number, reason=reason, at=at, facts=facts)
    return kept


@transaction.atomic
def place_photo(*, photo: Photo, plot: str, round_number: int, by: Person, reason: str, at: datetime) -> Photo:
    """Say of which plot and round a photo is. Raises `wrong_role`, `plot_unknown`."""
    require_role(by=by, roles=ROLES["add_photo"])
    _check_place(photo.programme, plot, round_number)
    photo.plot, photo.round = plot, round_number
    photo.save(update_fields=["plot", "round"])
    facts = {"photo": photo.code, "plot": plot, "round": round_number}
    record(by=by, act="place_photo", subject=photo.programme.number, reason=reason, at=at, facts=facts)
    return photo


def _check_place(programme: Programme, plot: str, round_number: int) -> None:
    known = {row["plot"] for row in booked_rows(programme, "plots.csv")}
    if plot and known and plot not in known:
        text = _("样地 %(plot)s 不在这个计划里。") % {"plot": plot}
        raise Problem("plot_unknown", text, field="plot", remedy=_("改成样地表里的编号。"))
    if not 0 <= round_number <= LAST_ROUND:
        raise Problem("round_invalid", _("轮次写 1、2、3。"), field="round")


def keep_photo(
    *,
    programme: Programme,
    name: str,
    content: bytes,
    by: Person,
    at: datetime,
    plot: str = "",
    round_number: int = 0,
    upload: Upload | None = None,
) -> Photo:
    """Keep one picture as part of another act. A picture that is here stays as it is, with the place it has."""
    sha256 = hashlib.sha256(content).hexdigest()
    wait_turn(f"photo {sha256}")
    here = Photo.objects.filter(programme=programme, picture__sha256=sha256).first()
    if here is not None:
        return here
    picture = Picture.objects.filter(sha256=sha256).first()
    if picture is None:
        seen = look_at(name, content)
        picture = Picture.objects.create(sha256=sha256, content=content, **seen._asdict())
    if not plot:
        plot, told = placed_by_name(name, _plots(programme, upload))
        round_number = round_number or told
    return Photo.objects.create(
        programme=programme,
        code=opaque("ph"),
        picture=picture,
        plot=plot,
        round=round_number,
        name=name[:120],
        upload=upload,
        uploaded_at=at,
        uploaded_by=by,
    )


def place_photos(upload: Upload) -> None:
    """Say of the photos of an upload whose plots are known only now where their names put them."""
    for photo in upload.photos.filter(plot=""):
        plot, told = placed_by_name(photo.name, _plots(upload.programme, upload))
        if plot:
            photo.plot, photo.round = plot, photo.round or told
            photo.save(update_fields=["plot", "round"])


def _plots(programme: Programme, upload: Upload | None) -> set[str]:
    known = {row["plot"] for row in booked_rows(programme, "plots.csv")}
    return known | set(upload.summary.get("plot_names", ()) if upload else ())
