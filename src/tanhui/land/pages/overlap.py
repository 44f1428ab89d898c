"""The map of one overlap: ours, theirs, and the land that is the same."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.kit.drawing.overlap import OverlapWords, overlap_map
from tanhui.kit.problems import NotFoundProblem
from tanhui.kit.workplace import placed
from tanhui.land.models import Commitment, Scheme
from tanhui.land.pages.triage import check_reader
from tanhui.land.pages.triage_rows import clash_rows, read_period
from tanhui.land.queries.overlap import claim_of, find_clashes
from tanhui.land.queries.triage import current_parcel
from tanhui.land.shapes import rings_of
from tanhui.people.signing import person_of


def overlap_page(request: HttpRequest, code: str, first: str, last: str, commitment: int) -> HttpResponse:
    """Show where a parcel and a commitment are the same land, measured now."""
    parcel, period = current_parcel(code), read_period(first, last)
    check_reader(parcel, person_of(request))
    found = find_clashes([claim_of(parcel)], period)
    clash = next((clash for clash in found if clash.commitment == commitment), None)
    if clash is None:
        raise NotFoundProblem("no_overlap", _("小班 %(code)s 的这段时间和它不再重叠。") % {"code": code})
    theirs = Commitment.objects.get(pk=commitment)
    words = OverlapWords(
        ours=code, theirs=theirs.title or theirs.reference, title=_("重叠图"), metres=_("米"), kilometres=_("千米")
    )
    drawing = ""
    if clash.geometry is not None and theirs.geometry is not None:
        shapes = (bytes(parcel.geometry), bytes(theirs.geometry), clash.geometry)
        drawing = overlap_map(*(rings_of(shape) for shape in shapes), words=words)
    context = {
        **placed(
            "triage",
            (_("分级分类"), reverse("triages")),
            (code, reverse("triage", args=[code, first, last])),
            (_("重叠"), ""),
        ),
        "parcel": parcel,
        "theirs": theirs,
        "scheme": Scheme(theirs.scheme).label,
        "clash": clash_rows([clash], period)[0],
        "drawing": drawing,
        "period_from": period[0],
        "period_to": period[1],
    }
    return render(request, "land/overlap.html", context)
