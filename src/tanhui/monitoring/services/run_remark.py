"""Say of a run what its numbers do not: where the season departed from the design, what was measured again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.monitoring.models import Run, RunRemark
from tanhui.monitoring.services.roles import ROLES
from tanhui.monitoring.services.run_ask import write_remark
from tanhui.people.models import Person
from tanhui.people.services import record, require_role


@transaction.atomic
def remark_run(*, run: Run, deviations: str, quality: str, by: Person, reason: str, at: datetime) -> RunRemark:
    """Write deviations and quality control of a run; the latest words count, the earlier ones are kept.

    Raises `wrong_role`, `reason_missing`, `text_too_long`, and `already_signed` once a reviewer has signed.
    """
    require_role(by=by, roles=ROLES["remark_run"])
    found = Run.objects.select_for_update().get(pk=run.pk)
    if found.signatures.exists():
        raise Problem("already_signed", _("报告已经签了，写在上面的话不能再改。"), remedy=_("要改，就另算一次再签。"))
    written = write_remark(found, deviations, quality, by, at)
    record(by=by, act="remark_run", subject=found.number, reason=reason, at=at)
    return written
