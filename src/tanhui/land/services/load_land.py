"""Load what a region's folder holds of its land: the parcels and the register of works."""

from datetime import datetime
from pathlib import Path

from tanhui.land.parcels.choices import Choices
from tanhui.land.parcels.ground import ground
from tanhui.land.services.import_parcels import import_at_once
from tanhui.land.services.import_works import import_works
from tanhui.land.works.table import read_works
from tanhui.people.models import Person


def load_land(*, folder: Path, region_code: str, by: Person, reason: str, at: datetime) -> None:
    """Import `parcels.geojson` and `works.csv` of a region's folder, where they are; a second time nothing is added.

    The parcels of a region that ships with the project are made up, and are marked so. Raises as the two imports do.
    """
    parcels, works = folder / "parcels.geojson", folder / "works.csv"
    if parcels.exists():
        import_at_once(
            path=parcels,
            choices=Choices(),
            region_code=region_code,
            by=by,
            reason=reason,
            at=at,
            synthetic=True,
        )
    if works.exists():
        import_works(rows=read_works(works, ground()), region_code=region_code, by=by, reason=reason, at=at)
