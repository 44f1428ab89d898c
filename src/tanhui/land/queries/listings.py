"""Public lists of other schemes as they stand here, and what a person still has to decide about them."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from tanhui.core.triage import load_table
from tanhui.core.triage.judge import years_after
from tanhui.kit.problems import NotFoundProblem
from tanhui.land.models import Likeness, ListedProject, ListingImport, Parcel


def listing(number: str) -> ListingImport:
    """Return an import of a list. Raises `unknown_listing`."""
    found = ListingImport.objects.select_related("imported_by").defer("content").filter(number=number).first()
    if found is None:
        raise NotFoundProblem("unknown_listing", _("没有编号是 %(number)s 的清单。") % {"number": number})
    return found


def listings() -> list[ListingImport]:
    """Return all imports, the newest first."""
    return list(ListingImport.objects.select_related("imported_by").defer("content"))


def listed_projects(text: str = "") -> QuerySet[ListedProject]:
    """Return the projects of all lists as they stand now, with how many questions about each are open."""
    found = ListedProject.objects.filter(replaced_by=None).select_related("batch", "county")
    if text:
        found = found.filter(Q(name__icontains=text) | Q(owner_name__icontains=text) | Q(key__icontains=text))
    return found.annotate(questions=Count("likenesses", filter=Q(likenesses__answer="open"))).order_by(
        "-questions", "-id"
    )


def likeness(pk: int) -> Likeness:
    """Return one question. Raises `unknown_likeness`."""
    found = Likeness.objects.select_related("listed__batch", "county", "decided_by").filter(pk=pk).first()
    if found is None:
        raise NotFoundProblem("unknown_likeness", _("没有编号是 %(number)s 的问题。") % {"number": pk})
    return found


def likenesses(answer: str = "") -> list[Likeness]:
    """Return the questions about projects as they stand now, the most alike first."""
    found = Likeness.objects.select_related("listed__batch", "county", "decided_by").filter(listed__replaced_by=None)
    return list(found.filter(answer=answer) if answer else found)


def period_of(listed: ListedProject) -> tuple[date, date]:
    """Return the time that a listed project takes. Where the list gives none, the longest that it may be."""
    table = load_table()
    earliest = date.fromisoformat(table.parameters["earliest_ccer_start"].value)
    first = listed.period_from or earliest
    longest = int(table.parameters["most_crediting_years"].value)
    last = listed.period_to or years_after(first, longest)
    return (first, last) if first < last else (years_after(last, -longest), last)


def parcels_of(question: Likeness) -> QuerySet[Parcel]:
    """Return the parcels that a question is about: all of that owner in that county."""
    found = Parcel.objects.filter(replaced_by=None, county=question.county).order_by("code")
    return found.filter(Q(owner_name=question.owner_name) | Q(owner__name_zh=question.owner_name))


def open_likenesses(parcels: Sequence[Parcel], period: tuple[date, date]) -> list[Likeness]:
    """Return the open questions about the owners of these parcels that concern this time."""
    groups = {(name, parcel.county_id) for parcel in parcels for name in owner_names(parcel)}
    names = {name for name, _county in groups}
    return [
        question
        for question in likenesses(Likeness.Answer.OPEN)
        if question.owner_name in names and (question.owner_name, question.county_id) in groups
        if _meet(period_of(question.listed), period)
    ]


def owner_names(parcel: Parcel) -> set[str]:
    return {name for name in (parcel.owner_name, parcel.owner.name_zh if parcel.owner else "") if name}


def _meet(one: tuple[date, date], other: tuple[date, date]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
