"""A design on parcels of the register: strata by what the register says, plots inside parcels, standing plots found."""

import json

import pytest
from shapely import MultiPolygon, Point, box

from designs import typed
from tanhui.kit import clock
from tanhui.land.models import Extent, ImportState, LandFile, Parcel, ParcelImport
from tanhui.land.store import PARCEL_COLUMNS, copy_parcels
from tanhui.monitoring.design.strata import land_of, parcels_known
from tanhui.monitoring.design.typed import request_of
from tanhui.monitoring.queries import design_content
from tanhui.monitoring.services import draw_design, open_programme

TEXTS = ("owner_name", "land_class", "survey_class", "prior_class", "species", "origin", "land_tenure")
MORE_TEXTS = ("forest_tenure", "forest_category", "wetland_type")


def parcel(batch, row, west, **more):
    """A square of a hundredth degree, 0.94 km²."""
    shape = MultiPolygon([box(west, 41.0, west + 0.01, 41.01)])
    told = dict.fromkeys(PARCEL_COLUMNS) | dict.fromkeys((*TEXTS, *MORE_TEXTS), "")
    told |= {
        "code": f"150222-{row:04d}",
        "batch_id": batch.id,
        "row": row,
        "geometry": shape.wkb,
        "extent": Extent(*shape.bounds).box(),
        "lon": west,
        "lat": 41.0,
        "area_m2": 934_148,
        "ecosystem": "forest",
        "county_id": "150222",
        "attributes": json.dumps({}),
        **more,
    }
    return [told[name] for name in PARCEL_COLUMNS]


@pytest.fixture
def parcels(people):
    file = LandFile.objects.create(sha256="0" * 64, size=1)
    batch = ParcelImport.objects.create(
        number="BT-LI-2026-0001",
        key="k",
        state=ImportState.IMPORTED,
        file=file,
        file_name="p.zip",
        epsg=4490,
        checked_at=clock.now(),
        checked_by=people["batu"],
    )
    copy_parcels(
        [
            parcel(batch, 1, 110.00, species="150"),
            parcel(batch, 2, 110.02, species="200", county_id="150221"),
            parcel(batch, 3, 110.04, ecosystem="grassland"),
            parcel(batch, 4, 110.06, ecosystem=""),
        ]
    )


def test_without_parcels_the_register_offers_none(region):
    assert not parcels_known()
    assert land_of("parcels", "ecosystem").strata == ()


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("ecosystem", ["forest", "grassland"]),
        ("county", ["forest-150221", "forest-150222", "grassland-150222"]),
        ("species", ["forest-150", "forest-200", "grassland-none"]),
        ("zone", ["forest-none", "grassland-none"]),
    ],
)
def test_strata_follow_what_the_register_says(parcels, by, names):
    land = land_of("parcels", by)
    assert sorted(stratum.name for stratum in land.strata) == names
    assert sum(stratum.area_m2 for stratum in land.strata) == 3 * 934_148
    held = [piece.name for stratum in land.strata for piece in stratum.parcels()]
    assert sorted(held) == ["150222-0001", "150222-0002", "150222-0003"]


def test_standing_plots_are_found_in_the_stratum_of_their_parcel(parcels):
    places = {"a": (1_100_050_000, 410_050_000), "b": (1_100_450_000, 410_050_000), "out": (1_110_000_000, 410_000_000)}
    assert land_of("parcels", "species").locate(places) == {"a": "forest-150", "b": "grassland-none"}
    assert land_of("parcels", "ecosystem").locate(places) == {"a": "forest", "b": "grassland"}
    assert land_of("parcels", "ecosystem").locate({}) == {}


def test_plots_lie_in_the_parcel_that_they_name(parcels, region, people):
    signed = {"by": people["naren"], "reason": "按小班抽样。", "at": clock.now()}
    programme = open_programme(name_zh="小班", name_en="Parcels", region_code=region.code, key="p", **signed)
    land = land_of("parcels", "ecosystem")
    asked = request_of(typed(land, number_by="number", plots="20"), land.strata, {}, outlines=True)
    content = design_content(draw_design(programme=programme, request=asked, **signed))
    assert content["sample"] == 20
    outlines = {found.code: found for found in Parcel.objects.all()}
    for plot in content["plots"]:
        extent = outlines[plot["parcel"]].extent
        assert box(*extent).contains(Point(plot["lon"], plot["lat"]))
    areas = {row["stratum"]: row["area_m2"] for row in content["strata"]}
    assert areas == {stratum.name: pytest.approx(stratum.area_m2, abs=2000) for stratum in land.strata}
