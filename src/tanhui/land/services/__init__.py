"""The acts of this context."""

from tanhui.land.services.check_parcels import check_parcels, choose_parcels
from tanhui.land.services.import_parcels import drop_import, import_at_once, import_parcels
from tanhui.land.services.import_works import import_works
from tanhui.land.services.load_land import load_land
from tanhui.land.services.load_region import REGIONS, load_region
from tanhui.land.services.upload_parcels import upload_parcels
from tanhui.land.services.works import close_works, correct_works, open_works

__all__ = [
    "REGIONS",
    "check_parcels",
    "choose_parcels",
    "close_works",
    "correct_works",
    "drop_import",
    "import_at_once",
    "import_parcels",
    "import_works",
    "load_land",
    "load_region",
    "open_works",
    "upload_parcels",
]
