"""Open a programme."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.kit.turns import wait_turn
from tanhui.monitoring.models import Programme
from tanhui.monitoring.services.roles import ROLES
from tanhui.people.models import Person
from tanhui.people.services import record, require_role


@transaction.atomic
def open_programme(
    *,
    name_zh: str,
    name_en: str,
    region_code: str,
    key: str,
    by: Person,
    reason: str,
    at: datetime,
    synthetic_zh: str = "",
    synthetic_en: str = "",
) -> Programme:
    """Open a programme; the same key again returns the one that it opened. Raises `wrong_role`, `name_missing`."""
    require_role(by=by, roles=ROLES["open_programme"])
    wait_turn(f"open_programme {key}")
    known = Programme.objects.filter(key=key).first()
    if known is not None:
        return known
    if not name_zh.strip():
        raise Problem("name_missing", _("监测计划要有一个名字。"), field="name_zh")
    opened = Programme.objects.create(
        number=_next_number(region_code, at.year),
        key=key,
        name_zh=name_zh.strip(),
        name_en=name_en.strip() or name_zh.strip(),
        synthetic_zh=synthetic_zh,
        synthetic_en=synthetic_en,
        opened_at=at,
        opened_by=by,
    )
    record(by=by, act="open_programme", subject=opened.number, reason=reason, at=at)
    return opened


def _next_number(region_code: str, year: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('monitoring_programme_number')")
        (counter,) = cursor.fetchone()
    return f"{region_code}-MP-{year}-{counter:04d}"
