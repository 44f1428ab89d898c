"""land.import: a county of parcels in a GBK shapefile into the database, beside pyogrio reading the same file."""

import tempfile
from pathlib import Path
from time import perf_counter

from tests.bench.measure import Measure
from tests.bench.spine import fresh_installation

PARCELS = 100_000


def measure_import() -> Measure:
    """Measure in an installation of its own."""
    with fresh_installation():
        return import_of(PARCELS)


def import_of(count: int) -> Measure:
    """Check and import a synthetic shapefile with these many parcels, in the installation at hand."""
    from pyogrio import raw
    from tests.parcel_files import coverage, forest_fields, write_layer

    with tempfile.TemporaryDirectory() as name:
        shp = write_layer(Path(name) / "小班.shp", coverage(count), forest_fields(count), encoding="GBK")
        shp.with_suffix(".cpg").unlink()
        begun = perf_counter()
        raw.read(shp, encoding="GBK")
        reference = perf_counter() - begun
        seconds = import_seconds(shp, count)
    note = (
        f"{count:,} parcels with 20 fields in a GBK shapefile: pack, check and mend, look for overlaps, read the "
        "codes, and write them by COPY in one transaction. Reference: pyogrio reading the same file"
    )
    return Measure("land.import", seconds, "s", reference, note)


def import_seconds(shp: Path, count: int) -> float:
    """Import a file as the command does. Raises AssertionError when not all parcels came in."""
    from tanhui.kit import clock
    from tanhui.land.models import Parcel
    from tanhui.land.parcels.choices import Choices
    from tanhui.land.services import REGIONS, import_at_once, load_region
    from tanhui.site.demonstration import register_demonstration_people

    region, people = load_region(folder=REGIONS / "baotou"), register_demonstration_people()
    before = Parcel.objects.filter(replaced_by=None).count()
    begun = perf_counter()
    import_at_once(
        path=shp, choices=Choices(), region_code=region.code, by=people["batu"], reason="测速。", at=clock.now()
    )
    seconds = perf_counter() - begun
    assert Parcel.objects.filter(replaced_by=None).count() - before == count, "not all parcels came in"
    return seconds
