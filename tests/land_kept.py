"""The land of the demonstration region, for pages that are only looked at."""

from django.urls import reverse

from tanhui.kit import clock
from tanhui.land.models import ParcelImport, Works
from tanhui.land.services import REGIONS, load_land

PARCEL = "150222-901-F01-0001-00001"
PLAIN = ("zone_layers", "parcels", "parcel_features", "land_imports", "land_places", "works")


def keep_land(people):
    """The synthetic parcels and the register of works."""
    load_land(folder=REGIONS / "baotou", region_code="BT", by=people["batu"], reason="示范。", at=clock.now())


def land_addresses():
    """One address for each name of land."""
    number = ParcelImport.objects.order_by("-id").filter(file_name="parcels.geojson")[0].number
    return {
        **{name: reverse(name) for name in PLAIN},
        "parcels_file": reverse("parcels_file", args=["csv"]),
        "parcel": reverse("parcel", args=[PARCEL]),
        "land_import": reverse("land_import", args=[number]),
        "land_defects": reverse("land_defects", args=[number]),
        "works_file": reverse("works_file", args=["csv"]),
        "work": reverse("work", args=[Works.objects.get(name_zh__startswith="马鞍山").number]),
    }
