"""Acts of the design: keep a file of strata that somebody brings, and draw a design as the next revision."""

import gzip
import hashlib
import json
from datetime import datetime

import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.core.canonical import canonical_json
from tanhui.core.sampling import DesignRefusal, DesignRequest, design_document
from tanhui.core.sampling import draw_design as draw
from tanhui.core.telling import Progress, silent
from tanhui.kit.problems import Problem
from tanhui.kit.turns import wait_turn
from tanhui.monitoring.design.file_land import MOST_BYTES, read_pieces
from tanhui.monitoring.design.sentences import refusal_problem, spoken_strata
from tanhui.monitoring.models import Design, DesignLand, Programme
from tanhui.monitoring.queries import latest_design
from tanhui.monitoring.services.roles import ROLES
from tanhui.people.models import Person
from tanhui.people.services import checked_reason, record, require_role

WRITE = "write"


@transaction.atomic
def add_design_land(
    *, programme: Programme, name: str, content: bytes, by: Person, reason: str, at: datetime
) -> DesignLand:
    """Keep a file with outlines of strata. The same bytes again are the same file.

    Raises `wrong_role`, `land_file_too_large` and what is wrong with the file.
    """
    require_role(by=by, roles=ROLES["draw_design"])
    wait_turn(f"design {programme.number}")
    if not content:
        raise Problem("file_missing", _("没有选文件。"), field="file", remedy=_("选一个文件再传。"))
    if len(content) > MOST_BYTES:
        sizes = {"size": len(content) // 10**6, "most": MOST_BYTES // 10**6}
        message = _("文件有 %(size)s MB，最多 %(most)s MB。") % sizes
        raise Problem("land_file_too_large", message, field="file", remedy=_("简化边界，或者分成几个层文件。"))
    sha256 = hashlib.sha256(content).hexdigest()
    known = DesignLand.objects.filter(programme=programme, sha256=sha256).first()
    if known is not None:
        return known
    read_pieces(content)
    added = DesignLand.objects.create(
        programme=programme,
        name=name[:200],
        content=content,
        sha256=sha256,
        reason=reason,
        added_at=at,
        added_by=by,
    )
    facts = {"file": added.name, "sha256": sha256}
    record(by=by, act="add_design_land", subject=programme.number, reason=reason, at=at, facts=facts)
    return added


@transaction.atomic
def draw_design(
    *,
    programme: Programme,
    request: DesignRequest,
    by: Person,
    reason: str,
    at: datetime,
    progress: Progress = silent,
) -> Design:
    """Draw a design and keep it as the next revision. Drawn once more unchanged, the latest revision is returned.

    Raises `wrong_role`, `reason_missing`, the problem that the core refuses the request with, or what `progress`
    raises. Nobody waits while plots are drawn, only while they are written.
    """
    require_role(by=by, roles=ROLES["draw_design"])
    told = checked_reason(reason=reason)
    try:
        drawn = draw(request, progress)
    except DesignRefusal as refusal:
        raise refusal_problem(refusal, spoken_strata(request.strata)) from refusal
    document = design_document(drawn)
    progress(WRITE, 0, 1)
    wait_turn(f"design {programme.number}")
    before = latest_design(programme)
    if before is not None and before.hash_hex == document["design_hash"]:
        return before
    design = Design.objects.create(
        programme=programme,
        revision=before.revision + 1 if before else 1,
        document=canonical_json(document).decode(),
        hash_hex=str(document["design_hash"]),
        land=gzip.compress(land_geojson(request), mtime=0),
        reason=told,
        drawn_at=at,
        drawn_by=by,
    )
    facts = {"design": design.hash_hex, "revision": design.revision, "sample": document["sample"]}
    record(by=by, act="draw_design", subject=programme.number, reason=told, at=at, facts=facts)
    return design


def land_geojson(request: DesignRequest) -> bytes:
    """The outlines of all strata as GeoJSON in EPSG:4490, to 1e-7 degrees, by stratum and parcel."""
    features = [
        {
            "type": "Feature",
            "properties": {"stratum": stratum.name, "ecosystem": stratum.ecosystem, "parcel": parcel.name},
            "geometry": json.loads(shapely.to_geojson(_seven(parcel.outline))),
        }
        for stratum in sorted(request.strata, key=lambda stratum: stratum.name)
        for parcel in sorted(stratum.parcels, key=lambda parcel: parcel.name)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}, ensure_ascii=False).encode()


def _seven(outline: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(outline, lambda corners: (corners * 1e7).round() / 1e7)
