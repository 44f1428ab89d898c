"""Readings of this context: people, organisations and the trail of a thing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import get_language

from tanhui.people.models import Organisation, Person, TrailEntry


def person(username: str) -> Person | None:
    return Person.objects.select_related("organisation").filter(username=username, is_active=True).first()


def people() -> Sequence[Person]:
    return list(Person.objects.select_related("organisation").filter(is_active=True).order_by("id"))


def spoken(named: Person | Organisation) -> str:
    """Return the name of a person or an organisation in the language of the page."""
    return named.name_en if get_language() == "en" else named.name_zh


def organisation(code: str) -> Organisation | None:
    return Organisation.objects.filter(code=code).first()


def organisations_with_role(role: str) -> Sequence[Organisation]:
    return list(Organisation.objects.filter(people__role=role, people__is_active=True).distinct().order_by("id"))


def trail(subject: str) -> Sequence[TrailEntry]:
    """Return everything that was done to one thing, the earliest first."""
    return list(TrailEntry.objects.select_related("person__organisation").filter(subject=subject))


def recent_acts(of: Person, *, days: int, now: datetime) -> int:
    """Return how many acts a person has done in the last days."""
    return TrailEntry.objects.filter(person=of, at__gte=now - timedelta(days=days)).count()
