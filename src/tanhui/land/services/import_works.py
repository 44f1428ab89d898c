"""Enter a whole table of works: all rows or none."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.land.models import Works
from tanhui.land.services.roles import ROLES
from tanhui.land.services.works import open_works
from tanhui.land.works.table import WorksRow
from tanhui.people.models import Person
from tanhui.people.services import require_role


@transaction.atomic
def import_works(*, rows: Sequence[WorksRow], region_code: str, by: Person, reason: str, at: datetime) -> list[Works]:
    """Enter all rows; a row that says exactly what an earlier import said is that work, and not entered twice.

    Raises `wrong_role`, `reason_missing`, `rows_faulty` with the first faults, and as `open_works`.
    """
    require_role(by=by, roles=ROLES["import_works"])
    faults = [(row.row, fault) for row in rows for fault in row.faults]
    if faults:
        shown = _("；").join(_("第 %(row)s 行：%(text)s") % {"row": row, "text": f.sentence} for row, f in faults[:5])
        text = _("有 %(count)s 处要改，一行都没有写入。%(shown)s") % {"count": len(faults), "shown": shown}
        raise Problem("rows_faulty", text, field="file", remedy=_("改好表再传。"))
    return [
        open_works(
            facts=row.facts, key=works_key(row), region_code=region_code, by=by, reason=reason, at=at, shape=row.shape
        )
        for row in rows
    ]


def works_key(row: WorksRow) -> str:
    told = json.dumps(row.facts.document(), ensure_ascii=False, sort_keys=True)
    drawn = b"" if row.shape is None else bytes(shapely.to_wkb(row.shape))
    return hashlib.sha256(told.encode() + drawn).hexdigest()
