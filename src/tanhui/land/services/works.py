"""Open, correct and close enhancement works: every act a revision with its reason, in the trail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from django.db import connection, transaction
from django.utils.translation import gettext as _

from tanhui.core.geometry.defects import Remedy
from tanhui.core.geometry.ellipsoid import measure, whole_m2
from tanhui.core.geometry.mend import mend, on_grid
from tanhui.kit.problems import NotFoundProblem, Problem
from tanhui.kit.turns import wait_turn
from tanhui.land.models import Extent, Parcel, Works, WorksRevision, WorksState
from tanhui.land.services.roles import ROLES
from tanhui.land.works.facts import WorksFacts
from tanhui.people.models import Person
from tanhui.people.services import record, require_role


@transaction.atomic
def open_works(
    *,
    facts: WorksFacts,
    key: str,
    region_code: str,
    by: Person,
    reason: str,
    at: datetime,
    shape: shapely.Geometry | None = None,
) -> Works:
    """Enter a work; the same key again returns it.

    Raises `wrong_role`, `reason_missing`, `unknown_parcels`, `bad_shape`.
    """
    require_role(by=by, roles=ROLES["open_works"])
    wait_turn(f"works {key}")
    known = Works.objects.filter(key=key).first()
    if known is not None:
        return known
    _know(facts.parcel_codes)
    works = Works(number=_next_number(region_code, at.year), key=key, opened_at=at, opened_by=by)
    _tell(works, facts)
    _draw(works, shape)
    works.save()
    _write(works, by=by, reason=reason, at=at)
    record(by=by, act="open_works", subject=works.number, reason=reason, at=at, facts={"name": works.name_zh})
    return works


@transaction.atomic
def correct_works(
    *,
    number: str,
    facts: WorksFacts,
    revision: int,
    by: Person,
    reason: str,
    at: datetime,
    shape: shapely.Geometry | None = None,
) -> Works:
    """Correct a work as it stands at this revision; nothing new is no revision.

    Raises as `open_works`, and `unknown_works`, `works_closed`, `works_changed`.
    """
    require_role(by=by, roles=ROLES["correct_works"])
    works = _standing(number, revision)
    _know(facts.parcel_codes)
    before = _facts(works)
    _tell(works, facts)
    _draw(works, shape)
    after = _facts(works)
    changed = sorted(name for name in after if after[name] != before[name])
    if not changed:
        return works
    works.revision += 1
    works.save()
    _write(works, by=by, reason=reason, at=at)
    record(by=by, act="correct_works", subject=number, reason=reason, at=at, facts={"changed": changed})
    return works


@transaction.atomic
def close_works(*, number: str, revision: int, by: Person, reason: str, at: datetime) -> Works:
    """Strike a work from the register: it stays readable, and counts no more. Raises as `correct_works`."""
    require_role(by=by, roles=ROLES["close_works"])
    works = _standing(number, revision)
    works.state = WorksState.CLOSED
    works.revision += 1
    works.save()
    _write(works, by=by, reason=reason, at=at)
    record(by=by, act="close_works", subject=number, reason=reason, at=at)
    return works


def _standing(number: str, revision: int) -> Works:
    works = Works.objects.select_for_update().filter(number=number).first()
    if works is None:
        raise NotFoundProblem("unknown_works", _("没有这项工程。"))
    if works.state == WorksState.CLOSED:
        raise Problem("works_closed", _("%(number)s 已经撤销，不能再改。") % {"number": number})
    if works.revision != revision:
        text = _("%(number)s 在你打开以后被别人改过，你的修改没有保存。") % {"number": number}
        raise Problem("works_changed", text, remedy=_("刷新页面，看过新的内容再改。"))
    return works


def _know(codes: Sequence[str]) -> None:
    known = set(Parcel.objects.filter(code__in=codes, replaced_by=None).values_list("code", flat=True))
    unknown = [code for code in codes if code not in known]
    if unknown:
        text = _("没有这些小班：%(codes)s。") % {"codes": _("、").join(unknown[:5])}
        raise Problem("unknown_parcels", text, field="parcel_codes", remedy=_("先导入小班，或者改小班编号。"))


def _tell(works: Works, facts: WorksFacts) -> None:
    told = facts.document()
    works.county_id, works.zone_id = told.pop("county"), told.pop("zone")
    for name, value in told.items():
        setattr(works, name, value)


def _draw(works: Works, shape: shapely.Geometry | None) -> None:
    """Keep a boundary: the one that was sent, else the one of the parcels that are named; an old one stays."""
    if shape is None and works.parcel_codes:
        shape = _around(works.parcel_codes)
    if shape is None:
        return
    mended = mend(on_grid(np.array([shape], dtype=object)))
    wrong = [defect for defect in mended.defects if defect.remedy in {Remedy.REFUSED, Remedy.ASKED}]
    if wrong:
        text = _("边界有毛病（%(code)s），没有保存。") % {"code": wrong[0].code}
        raise Problem("bad_shape", text, field="file", remedy=_("在 GIS 软件里改好边界再传。"))
    drawn = mended.shapes[0]
    works.geometry = shapely.to_wkb(drawn, byte_order=1)
    works.extent = Extent(*drawn.bounds)
    if works.area_m2 is None:
        works.area_m2 = int(whole_m2(measure(mended.shapes).area_m2)[0])


def _around(codes: Sequence[str]) -> shapely.Geometry:
    parcels = Parcel.objects.filter(code__in=codes, replaced_by=None).values_list("geometry", flat=True)
    return shapely.union_all(shapely.from_wkb([bytes(wkb) for wkb in parcels]))


def _facts(works: Works) -> dict[str, Any]:
    """What the register says of a work, in plain values."""
    names = [*WorksFacts.__slots__]
    told = {name: getattr(works, f"{name}_id" if name in {"county", "zone"} else name) for name in names}
    drawn = None if works.geometry is None else bytes(works.geometry).hex()
    return {**told, "geometry": drawn}


def _write(works: Works, *, by: Person, reason: str, at: datetime) -> None:
    WorksRevision.objects.create(
        works=works, revision=works.revision, facts=_facts(works), reason=reason.strip(), at=at, by=by
    )


def _next_number(region_code: str, year: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('land_works_number')")
        (counter,) = cursor.fetchone()
    return f"{region_code}-W-{year}-{counter:04d}"
