"""The readings of this context."""

from tanhui.land.queries.features import parcel_reach, parcels_in_view, public_cells, shape_feature
from tanhui.land.queries.imports import DefectPage, defect_page, imports, parcel_import
from tanhui.land.queries.parcels import (
    ParcelFilter,
    ParcelPage,
    ParcelSum,
    ecosystem_totals,
    history,
    narrowed,
    parcel,
    parcel_page,
    parcel_sums,
    seen_by,
    used_values,
)
from tanhui.land.queries.places import PlaceRow, place_rows
from tanhui.land.queries.region import EcosystemSum, counties, ecosystem_sums, ground, region, zones
from tanhui.land.queries.works import (
    WorksFilter,
    WorksSum,
    works,
    works_on,
    works_rows,
    works_sums,
    works_totals,
    works_years,
)

__all__ = [
    "DefectPage",
    "EcosystemSum",
    "ParcelFilter",
    "ParcelPage",
    "ParcelSum",
    "PlaceRow",
    "WorksFilter",
    "WorksSum",
    "counties",
    "defect_page",
    "ecosystem_sums",
    "ecosystem_totals",
    "ground",
    "history",
    "imports",
    "narrowed",
    "parcel",
    "parcel_import",
    "parcel_page",
    "parcel_reach",
    "parcel_sums",
    "parcels_in_view",
    "place_rows",
    "public_cells",
    "region",
    "seen_by",
    "shape_feature",
    "used_values",
    "works",
    "works_on",
    "works_rows",
    "works_sums",
    "works_totals",
    "works_years",
    "zones",
]
