"""Show a signed result to everybody: the summary without places of plots, the report, the recompute file's hash."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.monitoring.models import Run
from tanhui.monitoring.services.roles import ROLES
from tanhui.people.models import Person
from tanhui.people.services import record, require_role


@transaction.atomic
def publish_run(*, run: Run, by: Person, reason: str, at: datetime) -> Run:
    """Publish a run; publishing it again changes nothing. Raises `wrong_role`, `reason_missing`, `not_signed`."""
    require_role(by=by, roles=ROLES["publish_run"])
    found = Run.objects.select_for_update().get(pk=run.pk)
    if found.published_at is not None:
        return found
    if not found.signatures.exists():
        raise Problem("not_signed", _("还没有评审专家签字，不能公布。"), remedy=_("请评审专家看过报告，签字之后再来。"))
    found.published_at, found.published_by = at, by
    found.save(update_fields=["published_at", "published_by"])
    record(by=by, act="publish_run", subject=found.number, reason=reason, at=at, facts={"result": found.hash_hex})
    return found
