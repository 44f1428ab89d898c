"""Acts of this context: register organisations and people, and write the trail that every other act ends in."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.people.models import Organisation, Person, Role, TrailEntry

LONGEST_REASON = 2000


def register_organisation(
    *, code: str, name_zh: str, name_en: str, place_zh: str = "", place_en: str = "", synthetic: bool = False
) -> Organisation:
    """Register an organisation once; a second call with its code returns the first one unchanged."""
    found, _made = Organisation.objects.get_or_create(
        code=code,
        defaults={
            "name_zh": name_zh,
            "name_en": name_en,
            "place_zh": place_zh,
            "place_en": place_en,
            "synthetic": synthetic,
        },
    )
    return found


def register_person(
    *,
    username: str,
    name_zh: str,
    name_en: str,
    role: str,
    organisation: Organisation,
    duty_zh: str = "",
    duty_en: str = "",
    password: str | None = None,
) -> Person:
    """Register a person once. Without a password nobody can sign in as this person."""
    found = Person.objects.filter(username=username).first()
    if found is not None:
        return found
    person = Person(
        username=username,
        name_zh=name_zh,
        name_en=name_en,
        role=Role(role).value,
        organisation=organisation,
        duty_zh=duty_zh,
        duty_en=duty_en,
    )
    if password is None:
        person.set_unusable_password()
    else:
        person.set_password(password)
    person.save()
    return person


def record(
    *, by: Person, act: str, subject: str, reason: str, at: datetime, facts: Mapping[str, object] | None = None
) -> TrailEntry:
    """Write one act into the trail. An act without a reason is a problem (`reason_missing`), not an act."""
    said = checked_reason(reason=reason)
    return TrailEntry.objects.create(
        at=at, person=by, role=by.role, act=act, subject=subject, reason=said, facts=dict(facts or {})
    )


def checked_reason(*, reason: str) -> str:
    """Return a reason as it is kept. Raises `reason_missing`, `reason_too_long`."""
    said = reason.strip()
    if not said:
        raise Problem("reason_missing", _("没有写理由，什么都没有做。写一句为什么，再交一次。"), field="reason")
    if len(said) > LONGEST_REASON:
        text = _("理由有 %(length)s 个字，最多 %(most)s 个。") % {"length": len(said), "most": LONGEST_REASON}
        raise Problem("reason_too_long", text, field="reason")
    return said


def require_role(*, by: Person, roles: tuple[str, ...]) -> None:
    """Raise the problem `wrong_role` unless this person has one of the roles."""
    if by.role not in roles:
        wanted = _("、").join(str(Role(role).label) for role in roles)
        text = _("这件事要由%(wanted)s来做，你现在是%(role)s。") % {"wanted": wanted, "role": Role(by.role).label}
        raise Problem("wrong_role", text, remedy=_("请有这个角色的人登录来做。"))
