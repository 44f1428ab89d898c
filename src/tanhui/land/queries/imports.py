"""Readings of imports: all of them, one, and its defects page by page."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from tanhui.kit.problems import NotFoundProblem
from tanhui.land.models import Defect, ParcelImport

DEFECT_ROWS = 50


class DefectPage(NamedTuple):
    rows: Sequence[Defect]
    after: int | None


def imports() -> Sequence[ParcelImport]:
    return list(ParcelImport.objects.select_related("checked_by", "decided_by")[:200])


def parcel_import(number: str) -> ParcelImport:
    """Raises `unknown_import`."""
    found = ParcelImport.objects.select_related("checked_by", "decided_by").filter(number=number).first()
    if found is None:
        raise NotFoundProblem("unknown_import", _("没有这次导入。"))
    return found


def defect_page(found: ParcelImport, *, code: str = "", after: int = 0) -> DefectPage:
    """One page of the defects of a kind; of no kind in particular, those that somebody has to look at."""
    rows = Defect.objects.filter(batch=found, id__gt=after)
    rows = rows.filter(code=code) if code else rows.exclude(remedy="kept")
    shown = list(rows.order_by("id")[: DEFECT_ROWS + 1])
    return DefectPage(shown[:DEFECT_ROWS], shown[DEFECT_ROWS - 1].pk if len(shown) > DEFECT_ROWS else None)
