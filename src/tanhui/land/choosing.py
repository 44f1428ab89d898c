"""Parcels chosen by a file: a table with their codes, or boundaries that hold them."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import shapely
from django.utils.translation import gettext as _

from tanhui.core.geometry.defects import Remedy
from tanhui.core.geometry.overlap import Tolerance, overlaps
from tanhui.core.telling import silent
from tanhui.kit.problems import Problem
from tanhui.land.mapping.lists import PARCEL_FIELDS, fields
from tanhui.land.models import Extent, Parcel
from tanhui.land.parcels.choices import Choices
from tanhui.land.parcels.ground import ground
from tanhui.land.parcels.prepare import Read, read_checked
from tanhui.land.queries.parcels import seen_by
from tanhui.land.queries.triage import current_parcels
from tanhui.land.store import current_touching
from tanhui.land.vector.packed import gather, pack, unpacked
from tanhui.land.works.table import TABLES, read_table
from tanhui.people.models import Person

INSIDE_PPM = 990_000
"""A boundary drawn by another hand never meets exactly: a parcel of which 99 % lies inside is inside."""
MOST_CODES = 5_000
CODE_HEADINGS = ("小班编号", "小班号", "小班代码", "小班", "编号", "代码", "code", "parcel", "parcel_code")


class Chosen(NamedTuple):
    """The parcels, in the order of their codes; and how many lie only partly inside the boundary, and are left out."""

    parcels: list[Parcel]
    partly: int = 0


def choose_by_file(path: Path, person: Person) -> Chosen:
    """Return the current parcels that a file names, or that lie inside its boundaries and this person may see.

    Raises `unknown_parcel`, `no_rows`, `heading_missing`, `too_many_parcels`, `no_parcels_inside`, `bad_shape`, and
    what a vector file can be refused for.
    """
    if path.suffix.lower() in TABLES:
        return Chosen(current_parcels(codes_of_table(path)))
    return _inside(_boundaries(path), person)


def codes_of_table(path: Path) -> list[str]:
    """The codes in a table: its one column, or the one whose heading says so."""
    headings, body = read_table(path)
    column = _column(headings)
    rows = body if column is not None else [headings, *body]
    if column is None and len(headings) != 1:
        text = _("表里看不出哪一列是小班编号。")
        remedy = _("把那一列的表头写成“小班编号”，或者只留这一列。")
        raise Problem("heading_missing", text, field="files", remedy=remedy)
    place = column or 0
    codes = [row[place].strip() for row in rows if len(row) > place and row[place].strip()]
    if not codes:
        raise Problem("no_rows", _("表里一行都没有。"), field="files")
    _few(len(codes))
    return list(dict.fromkeys(codes))


def _column(headings: Sequence[str]) -> int | None:
    """The heading that names the code, by our own words first and those of surveys after."""
    there = [heading.strip().upper() for heading in headings]
    known = (*CODE_HEADINGS, *(field.field for field in fields(PARCEL_FIELDS) if field.column == "parcel"))
    return next((there.index(name.upper()) for name in known if name.upper() in there), None)


def _boundaries(path: Path) -> list[shapely.Geometry]:
    """The areas of a file, read, checked and mended as parcels are; a file with one that cannot be is refused."""
    members = gather(path)
    target = path.parent / f"{path.name}.packed.zip"
    with unpacked(pack(members, target) if len(members) > 1 else path) as folder:
        found: Read = read_checked(folder, Choices(), ground(), silent)
    doubtful = {
        defect.index + 1
        for defect in found.checked.defects
        if defect.remedy in {Remedy.REFUSED, Remedy.ASKED} and defect.code != "same_shape"
    }
    if doubtful:
        rows = _("、").join(map(str, sorted(doubtful)[:5]))
        text = _("第 %(rows)s 个图斑不是好的面，没有选小班。") % {"rows": rows}
        raise Problem("bad_shape", text, field="files", remedy=_("在 GIS 软件里改好边界再传。"))
    return [shape for shape in found.checked.shapes if shape is not None]


def _inside(boundaries: Sequence[shapely.Geometry], person: Person) -> Chosen:
    land = shapely.union_all(np.array(boundaries, dtype=object))
    edges = shapely.bounds(np.array(boundaries, dtype=object)).tolist()
    near = current_touching([Extent(*four) for four in edges])
    mine = set(seen_by(person).filter(pk__in=[parcel.id for parcel in near]).values_list("pk", flat=True))
    seen = [parcel for parcel in near if parcel.id in mine]
    whole = [shapely.to_wkb(land)] * len(seen)
    found = overlaps([parcel.geometry for parcel in seen], whole, Tolerance(0.0, 0.0))
    shares = [overlap.share_ours_ppm if overlap else 0 for overlap in found]
    inside = [parcel.code for parcel, share in zip(seen, shares, strict=True) if share >= INSIDE_PPM]
    partly = sum(1 - INSIDE_PPM / 1e6 < share / 1e6 < INSIDE_PPM / 1e6 for share in shares)
    if not inside:
        text = _("没有一个小班整个在这些边界里（只有一部分在里面的有 %(count)s 个）。") % {"count": partly}
        raise Problem("no_parcels_inside", text, field="files", remedy=_("核对边界和坐标系，或者用小班号选。"))
    _few(len(inside))
    return Chosen(current_parcels(inside), partly)


def _few(count: int) -> None:
    if count > MOST_CODES:
        facts = {"count": f"{count:,}", "most": f"{MOST_CODES:,}"}
        raise Problem("too_many_parcels", _("一次选了 %(count)s 个小班，最多 %(most)s 个。") % facts, field="files")
