"""The acts of this context."""

from tanhui.land.services.check_parcels import check_parcels, choose_parcels
from tanhui.land.services.import_parcels import drop_import, import_at_once, import_parcels
from tanhui.land.services.load_region import REGIONS, load_region
from tanhui.land.services.upload_parcels import upload_parcels

__all__ = [
    "REGIONS",
    "check_parcels",
    "choose_parcels",
    "drop_import",
    "import_at_once",
    "import_parcels",
    "load_region",
    "upload_parcels",
]
