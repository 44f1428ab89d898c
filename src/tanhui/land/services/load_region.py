"""Load a region: its counties and zones, from a folder of plain files."""

import csv
import json
import tomllib
from pathlib import Path

from django.db import transaction

from tanhui.land.models import County, Holds, PlaceVersion, Region, Zone

REGIONS = Path(__file__).parents[1] / "regions"


@transaction.atomic
def load_region(*, folder: Path) -> Region:
    """Load `region.toml`, `counties.geojson` and `zones.csv`; a second load changes what has changed in the files.

    A place that an import has changed since is left as the import has it.
    Raises FileNotFoundError and KeyError naming the missing file or column: these files ship with the project.
    """
    told = tomllib.loads((folder / "region.toml").read_text(encoding="utf-8"))["region"]
    region, _made = Region.objects.update_or_create(
        code=told["code"],
        defaults={
            "name_zh": told["name_zh"],
            "name_en": told["name_en"],
            "bureau_zh": told["bureau_zh"],
            "bureau_en": told["bureau_en"],
            "note_zh": told["synthetic_zh"],
            "note_en": told["synthetic_en"],
            "demonstration": True,
        },
    )
    _load_counties(folder / "counties.geojson")
    _load_zones(folder / "zones.csv")
    return region


def _imported(holds: str) -> frozenset[str]:
    """The codes of those that an import has had a hand in."""
    return frozenset(PlaceVersion.objects.filter(holds=holds).values_list("code", flat=True))


def _load_counties(path: Path) -> None:
    imported = _imported(Holds.COUNTIES)
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        told = feature["properties"]
        if str(told["adcode"]) in imported:
            continue
        lon, lat = told["label"]
        County.objects.update_or_create(
            adcode=str(told["adcode"]),
            defaults={
                "name_zh": told["name_zh"],
                "name_en": told["name_en"],
                "outline": feature["geometry"],
                "label_lon": lon,
                "label_lat": lat,
            },
        )


def _load_zones(path: Path) -> None:
    imported = _imported(Holds.ZONES)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["zone"] in imported:
                continue
            Zone.objects.update_or_create(
                zone=row["zone"],
                defaults={
                    "name_zh": row["name_zh"],
                    "name_en": row["name_en"],
                    "ecosystem": row["ecosystem"],
                    "county_id": row["county"],
                    "area_mu": int(row["area_mu"]),
                    "lon": float(row["lon"]),
                    "lat": float(row["lat"]),
                    "source": row["source"],
                    "confidence": row["confidence"],
                },
            )
