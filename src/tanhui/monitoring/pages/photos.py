"""The photos of a programme: by plot and round, with a form for those that nobody has placed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.kit.problems import NotFoundProblem, Problem
from tanhui.kit.workplace import placed
from tanhui.monitoring.intake.upload import is_picture, unpacked
from tanhui.monitoring.models import Programme
from tanhui.monitoring.pages.intake import files_of
from tanhui.monitoring.queries import programme
from tanhui.monitoring.queries.intake import booked_rows, photo, photos
from tanhui.monitoring.services import add_photos, place_photo
from tanhui.monitoring.services.roles import ROLES
from tanhui.people.signing import person_of, signed


def photos_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show the photos; a POST adds some or says where one belongs."""
    found = programme(number)
    if request.method == "POST":
        return _do(request, found)
    return _show(request, found)


def _do(request: HttpRequest, found: Programme) -> HttpResponse:
    posted = request.POST
    plot, round_number = posted.get("plot", "").strip(), _round(posted.get("round", ""))
    try:
        if posted.get("act") == "place":
            own = photo(posted.get("photo", ""))
            _check_own(own.programme, found)
            place_photo(photo=own, plot=plot, round_number=round_number, **signed(request))
        else:
            files = {name: content for name, content in unpacked(files_of(request)).items() if is_picture(name)}
            kept = add_photos(programme=found, files=files, plot=plot, round_number=round_number, **signed(request))
            messages.success(request, _("收到 %(count)s 张照片。") % {"count": len(kept)})
    except Problem as problem:
        return _show(request, found, status=409, refused=problem.document())
    return redirect("photos", number=found.number)


def _round(text: str) -> int:
    """A round that was typed; what is none becomes one that the service refuses."""
    if not text.strip():
        return 0
    return int(text) if text.strip().isdecimal() else -1


def _check_own(theirs: Programme, ours: Programme) -> None:
    if theirs.pk != ours.pk:
        raise NotFoundProblem("photo_not_found", _("没有这张照片。"))


def _show(request: HttpRequest, found: Programme, status: int = 200, **more: object) -> HttpResponse:
    kept = photos(found)
    context = {
        **placed(
            "monitoring",
            (_("监测计划"), reverse("programmes")),
            (found.number, reverse("programme", args=[found.number])),
            (_("照片"), ""),
        ),
        "programme": found,
        "unplaced": [picture for picture in kept if not picture.plot or not picture.round],
        "placed_photos": [picture for picture in kept if picture.plot and picture.round],
        "plots": [row["plot"] for row in booked_rows(found, "plots.csv")],
        "can_add": person_of(request).role in ROLES["add_photo"],
        "refused": None,
        **more,
    }
    return render(request, "monitoring/photos.html", context, status=status)


def photo_file(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """One photo as it may be shown; `?small` for the list."""
    found = photo(code)
    _check_own(found.programme, programme(number))
    content = found.picture.thumbnail if "small" in request.GET else found.picture.shown
    return HttpResponse(bytes(content), content_type="image/jpeg", headers={"Cache-Control": "private, max-age=86400"})
