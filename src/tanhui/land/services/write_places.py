"""Write zones or counties as a file has them: what stood before is kept with the day on which it ended."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.land.models import County, Holds, ParcelImport, PlaceVersion, Zone
from tanhui.land.parcels.prepare import Prepared
from tanhui.land.places.changes import CHANGED, GONE, NEW, SAME, changes_of
from tanhui.land.places.prepare import WHOLE
from tanhui.land.places.standing import M2_PER_MU, Place, standing_places
from tanhui.land.shapes import outline_of

IMPORTED = "imported"


def write_places(
    found: ParcelImport, prepared: Prepared, places: Sequence[int], valid_from: date
) -> Mapping[str, object]:
    """Write what a checked file changes, and end what it leaves out if that was chosen. The caller holds the lock.

    Nothing is deleted: what names an ended place goes on naming it. Returns what was done, for findings and trail.
    Raises `ground_changed` where others stand than were compared, `county_has_zones` where a county with
    current zones would end, `valid_before_last`.
    """
    standing = standing_places(found.holds)
    _check_as_shown(found, prepared, standing)
    rows = {row["code"]: row for row in prepared.findings["places"]}
    gone = [code for code, row in rows.items() if row["change"] == GONE]
    _check_zones_stay(found.holds, gone)
    codes = prepared.attributes.columns["code"]
    written = [place for place in places if rows[codes[place]]["change"] != SAME]
    _check_days(found.holds, [*gone, *(codes[place] for place in written)], valid_from)
    for code in gone:
        _end(standing[code], found, valid_from)
        _row_of(found.holds).objects.filter(pk=code).update(ended_on=valid_from)
    for place in written:
        if codes[place] in standing:
            _end(standing[codes[place]], found, valid_from)
        _write(_place(found, prepared, place), found, prepared.checked.points[place].tolist(), valid_from)
    counts = prepared.findings["changes"]
    return {"new": counts[NEW], "changed": counts[CHANGED], "gone": counts[GONE], "valid_from": valid_from.isoformat()}


def _check_as_shown(found: ParcelImport, prepared: Prepared, standing: Mapping[str, Place]) -> None:
    """Somebody else may have imported between the comparison and the lock."""
    whole = prepared.findings["choices"]["replaces"] == WHOLE
    now = changes_of(prepared, standing, whole=whole, holds=found.holds)
    if any(now[name] != prepared.findings[name] for name in now):
        text = _("旗县、片区或登记的单位在检查以后变了，结果和你看到的不一样，什么都没有写入。")
        raise Problem("ground_changed", text, remedy=_("重新检查，看过结果再确认。"))


def _place(found: ParcelImport, prepared: Prepared, place: int) -> Place:
    columns = prepared.attributes.columns
    told = {name: columns[name][place] for name in ("code", "name_zh", "name_en", "ecosystem", "county")}
    return Place(
        **told,
        area_m2=int(prepared.checked.area_m2[place]),
        outline=outline_of(prepared.checked.shapes[place]),
        source=f"{found.file_name} ({found.number})",
    )


def _write(place: Place, found: ParcelImport, point: Sequence[float], valid_from: date) -> None:
    PlaceVersion.objects.create(**_told(place), holds=found.holds, batch=found, valid_from=valid_from)
    lon, lat = point
    names: dict[str, Any] = {"name_zh": place.name_zh, "name_en": place.name_en, "ended_on": None}
    names["outline"] = place.outline
    if found.holds == Holds.COUNTIES:
        County.objects.update_or_create(adcode=place.code, defaults=names | {"label_lon": lon, "label_lat": lat})
        return
    more = {
        "ecosystem": place.ecosystem,
        "county_id": place.county,
        "area_mu": max(1, round(place.area_m2 / M2_PER_MU)),
        "lon": lon,
        "lat": lat,
        "source": place.source,
        "confidence": IMPORTED,
    }
    Zone.objects.update_or_create(zone=place.code, defaults=names | more)


def _end(before: Place, found: ParcelImport, valid_to: date) -> None:
    """Close the version that stands; one that never was written, since it came with the region, is written first."""
    kept = PlaceVersion.objects.filter(holds=found.holds, code=before.code, ended_by=None).first()
    if kept is None:
        kept = PlaceVersion.objects.create(**_told(before), holds=found.holds)
    kept.valid_to, kept.ended_by = valid_to, found
    kept.save(update_fields=["valid_to", "ended_by"])


def _told(place: Place) -> dict[str, Any]:
    told = place._asdict()
    return {"county_code": told.pop("county"), **told}


def _row_of(holds: str) -> type[County] | type[Zone]:
    return County if holds == Holds.COUNTIES else Zone


def _check_zones_stay(holds: str, gone: Sequence[str]) -> None:
    """A county does not end under zones that go on."""
    if holds != Holds.COUNTIES:
        return
    zone = Zone.objects.filter(county__in=gone, ended_on=None).select_related("county").order_by("zone").first()
    if zone is not None:
        facts = {"county": zone.county.name_zh, "zone": zone.name_zh}
        text = _("%(county)s 里还有片区“%(zone)s”，这个旗县区不能结束，什么都没有写入。") % facts
        raise Problem("county_has_zones", text, remedy=_("先导入片区，把它归到别的旗县区。"))


def _check_days(holds: str, codes: Sequence[str], valid_from: date) -> None:
    """What comes begins no earlier than what it takes the place of."""
    later = PlaceVersion.objects.filter(Q(valid_from__gt=valid_from) | Q(valid_to__gt=valid_from))
    last = later.filter(holds=holds, code__in=codes).order_by("code").first()
    if last is not None:
        facts = {"name": last.name_zh, "day": (last.valid_to or last.valid_from or valid_from).isoformat()}
        text = _("%(name)s 现在的边界从 %(day)s 起算，新的不能更早，什么都没有写入。") % facts
        raise Problem("valid_before_last", text, field="valid_from", remedy=_("写这一天或者以后的日子。"))
