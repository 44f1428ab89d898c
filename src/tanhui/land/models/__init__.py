"""The tables of land: the region, its parcels, and the files that they came in."""

from tanhui.land.models.fields import BoxField, Extent
from tanhui.land.models.imports import Defect, ImportState, LandFile, LandFilePart, ParcelImport
from tanhui.land.models.parcel import Origin, Parcel, Tenure
from tanhui.land.models.region import County, Ecosystem, Region, Zone

__all__ = [
    "BoxField",
    "County",
    "Defect",
    "Ecosystem",
    "Extent",
    "ImportState",
    "LandFile",
    "LandFilePart",
    "Origin",
    "Parcel",
    "ParcelImport",
    "Region",
    "Tenure",
    "Zone",
]
