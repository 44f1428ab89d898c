"""Take in a file of parcels, zones or counties: kept byte for byte, checked afterwards."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection, transaction

from tanhui.kit.turns import wait_turn
from tanhui.land.files import keep_file
from tanhui.land.models import Holds, ImportState, ParcelImport
from tanhui.land.parcels.choices import Choices
from tanhui.land.services.roles import import_roles
from tanhui.land.vector.layers import layers, polygon_layers
from tanhui.land.vector.packed import content_digest, gather, pack, unpacked
from tanhui.people.models import Person
from tanhui.people.services import require_role


@transaction.atomic
def upload_parcels(
    *,
    path: Path,
    choices: Choices,
    region_code: str,
    by: Person,
    at: datetime,
    synthetic: bool = False,
    holds: str = Holds.PARCELS,
) -> ParcelImport:
    """Keep a file (or a folder of its parts) for checking. The same contents and layer again are the same import.

    `holds` says what is in it: parcels, zones or counties.
    Raises `wrong_role`, and what the file makes impossible: `no_vector_file`, `shapefile_incomplete`, `bad_zip` …
    """
    require_role(by=by, roles=import_roles(holds))
    with TemporaryDirectory(prefix="tanhui-pack-") as name:
        members = gather(path)
        packed = pack(members, Path(name) / (path.name if len(members) == 1 else f"{path.stem}.zip"))
        with unpacked(packed) as folder:
            areal = polygon_layers(layers(folder))
            digest = content_digest(folder)
        key = import_key(digest, choices.layer if len(areal) > 1 else "", holds)
        wait_turn(f"land file {digest}")
        known = ParcelImport.objects.filter(key=key).exclude(state=ImportState.DROPPED).first()
        if known is not None:
            return known
        return ParcelImport.objects.create(
            number=_next_number(region_code, at.year),
            key=key,
            holds=holds,
            state=ImportState.UPLOADED,
            file=keep_file(packed),
            file_name=packed.name,
            layer=choices.layer,
            choices=choices.told(),
            synthetic=synthetic,
            checked_at=at,
            checked_by=by,
        )


def import_key(digest: str, layer: str, holds: str) -> str:
    """The same file may hold parcels once and zones another time: those are two imports."""
    told = digest if holds == Holds.PARCELS else f"{holds}:{digest}"
    return f"{told} {layer}"[:200]


def _next_number(region_code: str, year: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('land_import_number')")
        (counter,) = cursor.fetchone()
    return f"{region_code}-LI-{year}-{counter:04d}"
