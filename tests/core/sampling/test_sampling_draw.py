"""Where plots lie and who measures them: inside, far enough apart, the same for a seed in any order of the land."""

import hashlib
import itertools
import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling_land import PINE_LAND, POPLAR_LAND, request, stratum

from tanhui.core.sampling import (
    DesignRefusal,
    KeptPlot,
    LandParcel,
    Schedule,
    design_document,
    design_hash,
    draw_design,
    lay_ground,
    layout,
    layouts,
    layouts_of,
    slope_distance_m,
)
from tanhui.core.sampling.chance import Chance
from tanhui.core.sampling.projection import drawing_zone, to_degrees, to_metric, zone_of
from tanhui.core.sampling.schedule import z_order

PLACEMENTS = ["systematic", "random"]


def test_chance_is_sha256_of_seed_label_and_count():
    digest = hashlib.sha256(b"tanhui-draw-1\n1\nx\n0").digest()
    assert Chance(1, "x").word() == int.from_bytes(digest[:8], "big") == 7879620885109686307
    assert Chance(1, "x").below(10) == 7
    assert Chance(1, "x").shuffled([1, 2, 3, 4, 5]) == Chance(1, "x").shuffled((1, 2, 3, 4, 5))


def test_chance_is_even():
    """χ² of 6,000 throws of a die with five degrees of freedom: 20.5 is passed once in a thousand."""
    die = Chance(7, "die")
    throws = np.bincount([die.below(6) for _throw in range(6000)], minlength=6)
    assert ((throws - 1000) ** 2 / 1000).sum() < 20.5


def test_zones_are_those_of_cgcs2000():
    assert [zone_of(int(lon * 1e7)) for lon in (108.0, 109.49, 109.51, 111.0, 120.0)] == [4545, 4545, 4546, 4546, 4549]
    assert drawing_zone(1_098_400_000, 1_099_000_000) == 4546
    assert drawing_zone(1_093_000_000, 1_099_000_000) == 4508
    east, north = to_metric(4546, np.array([1_098_400_000]), np.array([406_570_000]))
    assert (int(east[0]), int(north[0])) == (40_189_797, 450_313_000)
    lon, lat = to_degrees(4546, east, north)
    assert abs(int(lon[0]) - 1_098_400_000) <= 1
    assert abs(int(lat[0]) - 406_570_000) <= 1


def test_area_is_on_the_ellipsoid():
    square = LandParcel("a", shapely.box(109.84, 40.65, 109.85, 40.66))
    assert lay_ground("x", [square]).area_m2 == 939_153  # 939,152.71 m² by PROJ's geodesics


@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize("edge", ["inside", "centre"])
def test_every_plot_lies_in_its_land(placement, edge):
    design = draw_design(request(placement=placement, edge=edge, plots=90))
    for drawn in design.strata:
        land = shapely.unary_union([parcel.outline for parcel in drawn.asked.parcels])
        for plot in design.plots:
            if plot.stratum == drawn.asked.name:
                assert land.contains(shapely.Point(plot.lon_e7 / 1e7, plot.lat_e7 / 1e7))
                spare_cm = border_distance_cm(drawn.ground, plot)
                assert edge == "centre" or spare_cm * 10 >= drawn.layout.reach_mm - 20


def border_distance_cm(ground, plot):
    east, north = to_metric(ground.epsg, np.array([plot.lon_e7]), np.array([plot.lat_e7]))
    return float(shapely.distance(ground.borders, shapely.Point(int(east[0]), int(north[0]))).min())


@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize("turn", ["north", "random"])
def test_plots_and_reserves_keep_their_distance(placement, turn):
    design = draw_design(request(placement=placement, turn=turn, least_distance_m=150))
    for name in ("PINE", "POPLAR", "STEPPE"):
        places = [(plot.east_cm, plot.north_cm) for plot in design.plots if plot.stratum == name]
        # Places are given to 1e-7 degrees, about a centimetre.
        assert min(math.dist(one, other) for one, other in itertools.combinations(places, 2)) >= 15_000 - 3


def test_a_grid_is_a_grid():
    design = draw_design(request())
    (steppe,) = [one for one in design.strata if one.asked.name == "STEPPE"]
    assert steppe.grid is not None
    places = [(p.east_cm, p.north_cm) for p in design.plots if p.stratum == "STEPPE" and p.role == "sample"]
    for (east, north), (other_east, other_north) in itertools.pairwise(places):
        for gap in (east - other_east, north - other_north):
            assert abs(gap - round(gap / steppe.grid.spacing_cm) * steppe.grid.spacing_cm) <= 3


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_the_same_seed_gives_the_same_plots_and_another_seed_others(placement):
    asked = request(placement=placement)
    first, again = (design_document(draw_design(asked)) for _turn in range(2))
    assert first == again
    other = design_document(draw_design(replace(asked, seed=asked.seed + 1)))
    assert {p["lon"] for p in first["plots"]}.isdisjoint(p["lon"] for p in other["plots"])


def test_the_design_of_a_known_seed_is_the_known_one():
    """Held against change: another machine, another library, another year must draw these very plots."""
    systematic, at_random = (design_document(draw_design(request(placement=name))) for name in PLACEMENTS)
    assert systematic["design_hash"] == "3cc3d14ebde58fb69f26232627fbf31e998b2009a220be5a6c2bdc6ba3f820c4"
    assert at_random["design_hash"] == "503830294b61423b3695391850d38bc443666e05330c40b1e0a4d2779d3e3068"
    first = systematic["plots"][0]
    assert (first["plot"], first["lon"], first["lat"], first["epsg"]) == ("F-001", 109.8470208, 40.6703483, 4546)
    assert (first["east_m"], first["north_m"]) == (402511.18, 4504604.53)


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_the_order_of_strata_and_parcels_does_not_matter(placement):
    halves = [shapely.box(109.84, 40.65, 109.86, 40.66), shapely.box(109.86, 40.65, 109.88, 40.66)]
    one = stratum("PINE", [*halves, POPLAR_LAND])
    two = replace(one, parcels=one.parcels[::-1])
    other = request().strata[2]
    drawn = [
        design_document(draw_design(request(placement=placement, strata=strata)))
        for strata in ((one, other), (other, two))
    ]
    assert drawn[0] == drawn[1]


def test_what_is_drawn_in_one_stratum_does_not_depend_on_another():
    with_poplar = draw_design(request(plots=60, allocation="proportional"))
    pines = [p for p in with_poplar.plots if p.stratum == "PINE" and p.role == "sample"]
    alone = draw_design(request(strata=(request().strata[0],), plots=len(pines)))
    assert [(p.lon_e7, p.lat_e7) for p in alone.plots if p.role == "sample"] == [(p.lon_e7, p.lat_e7) for p in pines]


def test_random_plots_fall_evenly_on_parcels_of_any_shape():
    """A triangle fills half of its box. Of 3,000 plots 1,000 ± 4 standard errors (103) fall on it."""
    square, triangle = shapely.box(109.80, 40.6, 109.82, 40.62), [(109.84, 40.6), (109.86, 40.6), (109.86, 40.62)]
    land = stratum("A", [square, shapely.Polygon(triangle)], layout="herb-10x10", ecosystem="grassland")
    asked = request(strata=(land,), placement="random", plots=3000, edge="centre", least_distance_m=0)
    design = draw_design(replace(asked, reserve_share=Fraction(0)))
    on_triangle = sum(plot.parcel == "A-1" for plot in design.plots)
    assert abs(on_triangle - 1000) < 103


def test_reserves_are_apart_from_the_sample_and_stand_in_line():
    design = draw_design(request())
    reserves = [plot for plot in design.plots if plot.role == "reserve"]
    assert {(p.lon_e7, p.lat_e7) for p in reserves}.isdisjoint(
        (p.lon_e7, p.lat_e7) for p in design.plots if p.role == "sample"
    )
    for drawn in design.strata:
        line = [plot.order for plot in reserves if plot.stratum == drawn.asked.name]
        assert line == list(range(1, drawn.reserve + 1))
        assert drawn.reserve == math.ceil(0.2 * drawn.sample)
    assert len({plot.name for plot in design.plots}) == len(design.plots)


def test_plots_that_stand_stay_with_their_names_and_places():
    kept = (KeptPlot("F-001", 1_098_450_000, 406_550_000), KeptPlot("F-007", 1_098_600_000, 406_560_000))
    pine = replace(request().strata[0], kept=kept)
    design = draw_design(request(strata=(pine,), plots=8, placement="random"))
    found = {plot.name: plot for plot in design.plots if plot.origin == "kept"}
    assert set(found) == {"F-001", "F-007"}
    assert (found["F-007"].lon_e7, found["F-007"].lat_e7, found["F-007"].parcel) == (*kept[1][1:], "PINE-0")
    drawn = [plot.name for plot in design.plots if plot.role == "sample" and plot.origin == "drawn"]
    assert drawn == ["F-002", "F-003", "F-004", "F-005", "F-006", "F-008"]


def test_weights_and_inclusion_probabilities_are_those_of_the_land():
    document = design_document(draw_design(request()))
    for row in document["strata"]:
        assert row["weight_ha"] * row["sample"] == pytest.approx(row["area_m2"] / 10_000, rel=1e-9)
        plots_area = row["sample"] * row["layout"]["area_m2"]
        assert row["inclusion_probability"] == pytest.approx(plots_area / row["area_m2"], rel=1e-9)


def test_the_document_closes_with_the_hash_of_the_rest():
    document = design_document(draw_design(request()))
    assert document["design_hash"] == design_hash(document)
    assert design_hash(document | {"sample": 1}) != document["design_hash"]


def test_all_plots_come_round_every_five_years():
    document = design_document(draw_design(request()))
    assert {tuple(p["years"]) for p in document["plots"] if p["role"] == "sample"} == {(2027, 2032, 2037)}
    assert all(p["years"] == [] and p["crew"] is None for p in document["plots"] if p["role"] == "reserve")


def test_panels_share_the_years_and_cover_every_stratum():
    asked = request(plots=60, schedule=Schedule("panels", 2027, 5, 2, 5))
    document = design_document(draw_design(asked))
    sample = [plot for plot in document["plots"] if plot["role"] == "sample"]
    for row in document["strata"]:
        sizes = [sum(p["panel"] == panel and p["stratum"] == row["stratum"] for p in sample) for panel in range(1, 6)]
        assert max(sizes) - min(sizes) <= 1
    assert {tuple(p["years"]) for p in sample if p["panel"] == 2} == {(2028, 2033)}
    assert [row["year"] for row in document["qc"]] == list(range(2027, 2037))


@pytest.mark.parametrize("crews", [1, 3, 20])
def test_every_stratum_and_every_crew_is_checked_again(crews):
    document = design_document(draw_design(request(crews=crews, plots=60)))
    plots = {plot["plot"]: plot for plot in document["plots"] if plot["role"] == "sample"}
    sizes = [sum(p["crew"] == crew for p in plots.values()) for crew in range(1, crews + 1)]
    assert max(sizes) - min(sizes) <= 1
    for row in document["qc"]:
        seen = [plots[name] for name in row["plots"]]
        assert {plot["stratum"] for plot in seen} == {"PINE", "POPLAR", "STEPPE"}
        assert {plot["crew"] for plot in seen} == set(range(1, crews + 1))
        assert len(seen) >= 0.1 * len(plots)
    assert document["qc"][0]["plots"] != document["qc"][1]["plots"]


def test_the_z_curve_weaves_the_bits_of_both_coordinates():
    assert z_order(-1_800_000_000, -900_000_000) == 0
    assert z_order(-1_800_000_000 + 0b11, -900_000_000 + 0b01) == 0b0111


WRONG = [
    ({"least_distance_m": 2000}, "no_room"),
    ({"least_distance_m": 2000, "placement": "random"}, "no_room"),
    ({"least_distance_m": -1}, "spacing_negative"),
    ({"reserve_share": Fraction(2)}, "reserve_share_out_of_range"),
    ({"qc_share": Fraction("0.01")}, "qc_share_out_of_range"),
    ({"crews": 0}, "crews_not_positive"),
    ({"schedule": Schedule("panels", 2027, 5, 2, 6)}, "panels_do_not_fit"),
    ({"schedule": Schedule("all", 2027, 0, 2)}, "schedule_out_of_range"),
    ({"seed": -1}, "seed_out_of_range"),
    ({"strata": ()}, "no_strata"),
    ({"strata": (stratum("A", []),)}, "stratum_without_land"),
    ({"strata": (stratum("A", [shapely.Polygon()]),)}, "land_empty"),
    ({"strata": (stratum("A", [shapely.box(105, 40, 119, 41)]),)}, "land_too_wide"),
    ({"strata": (stratum("A", [PINE_LAND], layout="none"),)}, "layout_unknown"),
    ({"strata": (stratum("A", [PINE_LAND], sd=Fraction(-1)),)}, "sd_negative"),
]


@pytest.mark.parametrize(("changes", "code"), WRONG, ids=[f"{code}-{index}" for index, (_c, code) in enumerate(WRONG)])
def test_what_cannot_be_drawn_is_refused(changes, code):
    with pytest.raises(DesignRefusal) as refused:
        draw_design(request(**changes))
    assert refused.value.code == code


def test_a_refusal_for_want_of_room_says_what_would_help():
    with pytest.raises(DesignRefusal) as refused:
        draw_design(request(least_distance_m=2000, placement="random"))
    facts = refused.value.facts
    assert facts["stratum"] == "PINE"
    assert facts["placed"] < facts["plots"]
    helped = draw_design(request(least_distance_m=facts["likely_m"] // 2, placement="random"))
    assert helped.plots


@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize("plots", [100, 1_000, 3_000])
def test_a_refusal_for_want_of_room_never_advises_a_distance_that_does_not_help(placement, plots):
    """Less than the plot's own size would let plots overlap; no less than the distance refused is no advice at all."""
    asked = request(least_distance_m=2000, placement=placement, plots=plots, reserve_share=Fraction(0))
    with pytest.raises(DesignRefusal) as refused:
        draw_design(asked)
    facts = refused.value.facts
    sizes_m = {one.name: layout(one.layout).reach_mm / 500 for one in asked.strata}
    assert facts["likely_m"] == 0 or sizes_m[facts["stratum"]] <= facts["likely_m"] < facts["distance_m"]


def test_where_plots_fill_the_land_no_distance_is_advised():
    land = [shapely.box(109.84, 40.65, 109.842, 40.652)]
    with pytest.raises(DesignRefusal) as refused:
        draw_design(request(strata=(stratum("A", land),), plots=40, placement="random", reserve_share=Fraction(0)))
    facts = refused.value.facts
    assert (refused.value.code, facts["likely_m"]) == ("no_room", 0)


def test_layouts_have_the_areas_of_their_sources():
    areas = {name: float(layout(name).area_m2) for name in ("tree-50x20", "tree-30x20", "tree-0.0667ha")}
    assert areas == {"tree-50x20": 1000.0, "tree-30x20": 600.0, "tree-0.0667ha": 666.6724}
    rings = layout("tree-nested-4-14-20").rings
    assert [round(10_000 / (math.pi * float(ring.radius_m) ** 2), 1) for ring in rings] == [198.9, 16.2, 8.0]
    assert layout("tree-20x20").reach_mm == 14_143  # half of 28.284 m, up to the millimetre
    assert all(layouts_of(ecosystem) for ecosystem in ("forest", "shrubland", "grassland", "wetland"))
    assert {found.confidence for found in layouts()} <= {"published", "memory-high", "memory-med", "design"}


def test_a_metre_on_the_map_is_longer_on_a_slope():
    assert slope_distance_m(Fraction(20), 0) == 20.0
    assert slope_distance_m(Fraction(20), 30) == 23.09
    assert slope_distance_m(Fraction("25.82"), 15) == 26.73


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**63 - 1), st.integers(9, 60), st.sampled_from(PLACEMENTS), st.integers(0, 120))
def test_any_seed_draws_as_many_as_were_asked_and_keeps_the_distance(seed, plots, placement, metres):
    design = draw_design(request(seed=seed, plots=plots, placement=placement, least_distance_m=metres))
    sample = [plot for plot in design.plots if plot.role == "sample"]
    assert len(sample) == plots
    for name in ("PINE", "POPLAR", "STEPPE"):
        places = [(plot.east_cm, plot.north_cm) for plot in design.plots if plot.stratum == name]
        assert min(math.dist(one, other) for one, other in itertools.combinations(places, 2)) >= metres * 100 - 3
