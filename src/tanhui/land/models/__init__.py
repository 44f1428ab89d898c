"""The tables of land: the region, its parcels, and the files that they came in."""

from tanhui.land.models.commitment import FIRM, Commitment, Hold, Scheme
from tanhui.land.models.fields import BoxField, Extent
from tanhui.land.models.imports import Defect, Holds, ImportState, LandFile, LandFilePart, ParcelImport
from tanhui.land.models.listing import Likeness, ListedProject, ListingImport
from tanhui.land.models.parcel import Origin, Parcel, Tenure
from tanhui.land.models.places import PlaceVersion
from tanhui.land.models.region import County, Ecosystem, Region, Zone
from tanhui.land.models.triage import EvidenceFile, KeptTableFile, ToldFact, Triage, TriageOutcome
from tanhui.land.models.works import Works, WorksKind, WorksRevision, WorksState

__all__ = [
    "FIRM",
    "BoxField",
    "Commitment",
    "County",
    "Defect",
    "Ecosystem",
    "EvidenceFile",
    "Extent",
    "Hold",
    "Holds",
    "ImportState",
    "KeptTableFile",
    "LandFile",
    "LandFilePart",
    "Likeness",
    "ListedProject",
    "ListingImport",
    "Origin",
    "Parcel",
    "ParcelImport",
    "PlaceVersion",
    "Region",
    "Scheme",
    "Tenure",
    "ToldFact",
    "Triage",
    "TriageOutcome",
    "Works",
    "WorksKind",
    "WorksRevision",
    "WorksState",
    "Zone",
]
