"""Correct cells of an upload on the page. The file stays as it came; what was changed, by whom, stands beside it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.core.telling import Progress, silent
from tanhui.kit.problems import Problem
from tanhui.monitoring.intake.upload import opened
from tanhui.monitoring.models import Upload, UploadMend
from tanhui.monitoring.queries.intake import sent_of
from tanhui.monitoring.services.checking import checked_now, keep_check
from tanhui.monitoring.services.roles import ROLES
from tanhui.monitoring.services.upload_survey import check_checked, check_waiting
from tanhui.people.models import Person
from tanhui.people.services import record, require_role

LONGEST_CELL = 500


class Cell(NamedTuple):
    """A cell of an upload and the text that is to stand there. `row` and `column` count from 1."""

    source: str
    sheet: str
    row: int
    column: int
    text: str


@transaction.atomic
def mend_upload(
    *, code: str, cells: Sequence[Cell], by: Person, reason: str, at: datetime, progress: Progress = silent
) -> Upload:
    """Write the cells and check again. A cell that stands so already is no mend.

    Raises `wrong_role`, `upload_booked`, `upload_dropped`, `upload_unchecked`, `cell_unknown`, `cell_too_long`,
    `reason_missing`.
    """
    require_role(by=by, roles=ROLES["upload_survey"])
    upload = Upload.objects.select_for_update().select_related("programme").get(code=code)
    check_waiting(upload)
    check_checked(upload)
    grids = {(grid.source, grid.name): grid for grid in opened(sent_of(upload), "").grids}
    mends = []
    for cell in cells:
        grid = grids.get((cell.source, cell.sheet))
        if grid is None or not (0 < cell.row <= len(grid.rows) and 0 < cell.column <= max(map(len, grid.rows))):
            raise Problem("cell_unknown", _("这份上传里没有这一格。"), remedy=_("刷新页面再改。"))
        if len(cell.text) > LONGEST_CELL:
            raise Problem("cell_too_long", _("这一格写得太长，最多 500 个字。"), field="text")
        before = grid.cell(cell.row, cell.column)
        if before != cell.text.strip():
            mends.append(_mend(upload, cell, before, by=by, at=at))
    if not mends:
        return upload
    UploadMend.objects.bulk_create(mends)
    keep_check(upload, *checked_now(upload, progress), mended=True)
    facts = {"upload": upload.code, "cells": len(mends)}
    record(by=by, act="mend_upload", subject=upload.programme.number, reason=reason, at=at, facts=facts)
    return upload


def _mend(upload: Upload, cell: Cell, before: str, *, by: Person, at: datetime) -> UploadMend:
    return UploadMend(
        upload=upload,
        source=cell.source,
        sheet=cell.sheet,
        row=cell.row,
        place=cell.column,
        before=before,
        after=cell.text.strip(),
        mended_at=at,
        mended_by=by,
    )
