"""Who acts, why and when: what every form of the workplace is signed with."""

from datetime import datetime
from typing import TypedDict

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.people.models import Person

ID_LENGTH = 16


class Signed(TypedDict):
    """The signature of an act, as the services take it."""

    by: Person
    reason: str
    at: datetime


def person_of(request: HttpRequest) -> Person:
    """Return the signed-in person; the guard lets nobody else into the workplace."""
    assert isinstance(request.user, Person)
    return request.user


def signed(request: HttpRequest) -> Signed:
    return {"by": person_of(request), "reason": request.POST.get("reason", ""), "at": clock.now()}


def posted_command(request: HttpRequest) -> bytes:
    """Return the once-only number of a form. Raises `bad_command` when it is none of ours."""
    try:
        command_id = bytes.fromhex(request.POST.get("command", ""))
    except ValueError:
        command_id = b""
    if len(command_id) != ID_LENGTH:
        raise Problem("bad_command", _("这张表已经过期，什么都没有记。"), remedy=_("刷新页面再填一次。"))
    return command_id
