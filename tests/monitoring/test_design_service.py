"""Drawing a design of a programme: from land and figures to a kept revision; and what is refused, in words."""

import gzip
import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pyogrio
import pytest
import shapely
from django.db import IntegrityError, transaction
from django.utils import translation

from designs import typed, zone_request
from field_data import booked_by_two
from tanhui.core.sampling import REFUSALS, DesignRefusal, design_hash
from tanhui.kit import clock
from tanhui.kit.problems import NotFoundProblem, Problem
from tanhui.land.queries import zones
from tanhui.land.services import REGIONS
from tanhui.monitoring.design.figures import figures_by_stratum, kept_by_stratum, known_plots, located
from tanhui.monitoring.design.sentences import REFUSED, refusal_problem
from tanhui.monitoring.design.strata import land_of
from tanhui.monitoring.design.typed import Typed, TypedStratum, request_of
from tanhui.monitoring.queries import design, design_content, design_land_geojson, designs, latest_design
from tanhui.monitoring.services import add_design_land, draw_design, open_programme
from tanhui.people.queries import trail

BY_ECOSYSTEM = ("zones", "ecosystem")


@pytest.fixture
def programme(region, people):
    return open_programme(
        name_zh="固定样地", name_en="Permanent plots", region_code=region.code, key="p", **signed(people["naren"])
    )


def signed(person):
    return {"by": person, "reason": "按方案。", "at": clock.now()}


def test_zones_are_circles_of_their_area_and_do_not_overlap(region):
    land = land_of("zones", "zone")
    assert len(land.strata) == 22
    by_name = {stratum.name: stratum for stratum in land.strata}
    spring = by_name["forest-F01"]
    assert (spring.name_zh, spring.name_en) == ("森林 春坤山", "Forest, Chunkunshan")
    shares = {
        zone.zone: by_name[f"{zone.ecosystem}-{zone.zone}"].area_m2 / (zone.area_mu * 2000 / 3) for zone in zones()
    }
    # Borders and neighbours cut some circles; where nothing cuts, the land is what the register says.
    assert max(shares.values()) == pytest.approx(1, abs=0.005)
    assert sum(share > 0.995 for share in shares.values()) >= 3
    shapes = [parcel.outline for stratum in land.strata for parcel in stratum.parcels()]
    assert shapely.unary_union(shapes).area == pytest.approx(sum(one.area for one in shapes), rel=1e-6)


def test_a_design_is_kept_with_its_land_and_ends_in_the_trail(programme, people):
    drawn = draw_design(programme=programme, request=zone_request(), **signed(people["naren"]))
    content = design_content(drawn)
    assert drawn.revision == 1
    assert drawn.hash_hex == content["design_hash"] == design_hash(content)
    assert content["sample"] == sum(row["sample"] for row in content["strata"]) >= 9
    features = json.loads(design_land_geojson(drawn))["features"]
    assert {feature["properties"]["stratum"] for feature in features} == {"forest", "grassland", "wetland"}
    (*_before, entry) = trail(programme.number)
    assert (entry.act, entry.facts["design"], entry.facts["sample"]) == (
        "draw_design",
        drawn.hash_hex,
        content["sample"],
    )


def test_the_kept_land_draws_the_same_design_again(programme, people):
    asked = zone_request()
    drawn = draw_design(programme=programme, request=asked, **signed(people["naren"]))
    kept = add_design_land(
        programme=programme, name="land.geojson", content=design_land_geojson(drawn), **signed(people["naren"])
    )
    land = land_of("file", "stratum", kept)
    by_name = {stratum.name.split("-", 1)[1]: stratum for stratum in land.strata}
    strata = tuple(replace(stratum, parcels=by_name[stratum.name].parcels()) for stratum in asked.strata)
    again = draw_design(programme=programme, request=replace(asked, strata=strata), **signed(people["naren"]))
    assert again.pk == drawn.pk


def test_a_changed_design_is_the_next_revision_and_the_old_one_stays(programme, people):
    first = draw_design(programme=programme, request=zone_request(), **signed(people["naren"]))
    same = draw_design(programme=programme, request=zone_request(), **signed(people["naren"]))
    second = draw_design(programme=programme, request=zone_request(seed="8"), **signed(people["naren"]))
    assert same.pk == first.pk
    assert [found.revision for found in designs(programme)] == [2, 1]
    assert latest_design(programme) == second
    assert design(programme, 1).document == first.document
    with pytest.raises(NotFoundProblem):
        design(programme, 3)
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save()


def test_only_an_analyst_with_a_reason_draws(programme, people):
    asked = zone_request()
    with pytest.raises(Problem, match="计量人员") as refused:
        draw_design(programme=programme, request=asked, **signed(people["temur"]))
    assert refused.value.code == "wrong_role"
    with pytest.raises(Problem) as silent:
        draw_design(programme=programme, request=asked, **signed(people["naren"]) | {"reason": " "})
    assert silent.value.code == "reason_missing"
    assert designs(programme) == []


def test_a_design_that_cannot_be_is_refused_in_words_and_nothing_is_kept(programme, people):
    asked = zone_request(least_distance_m="40000")
    with pytest.raises(Problem) as refused:
        draw_design(programme=programme, request=asked, **signed(people["naren"]))
    assert refused.value.code == "no_room"
    assert "放不下" in refused.value.message
    assert refused.value.field == "least_distance_m"
    assert designs(programme) == []


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "样地就会重叠"), ("en", "plots would overlap")])
def test_where_no_distance_helps_none_is_advised(language, said):
    facts = {"stratum": "A", "plots": 40, "placed": 20, "distance_m": 50.0, "likely_m": 0, "area_ha": 3.7}
    with translation.override(language):
        problem = refusal_problem(DesignRefusal("no_room", **facts))
    assert said in problem.remedy
    assert "0 m" not in problem.remedy


@pytest.mark.parametrize("code", sorted(REFUSALS))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_refusal_has_a_sentence_and_a_remedy(code, language):
    facts = dict.fromkeys(("stratum", "parcel", "layout", "seed"), "A") | dict.fromkeys(
        ("percent", "cost", "crews", "most", "west", "east", "mean", "area_ha", "plots", "distance_m", "placed"), 1.5
    )
    facts |= dict.fromkeys(
        ("likely_m", "panels", "years", "strata", "least", "first", "last", "rounds", "sd", "metres"), 2
    )
    with translation.override(language):
        problem = refusal_problem(DesignRefusal(code, **facts))
    assert problem.message
    assert problem.remedy
    assert problem.field
    assert ("。" in problem.message) == (language == "zh-hans")


def test_a_refusal_calls_a_stratum_what_the_reader_calls_it(programme, people):
    with translation.override("zh-hans"), pytest.raises(Problem) as refused:
        draw_design(programme=programme, request=zone_request(least_distance_m="100000"), **signed(people["naren"]))
    assert "层“森林”" in refused.value.message
    with translation.override("en"), pytest.raises(Problem) as refused:
        draw_design(programme=programme, request=zone_request(least_distance_m="100000"), **signed(people["naren"]))
    assert "forest" in refused.value.message.lower()
    assert "森林" not in refused.value.message


@pytest.mark.parametrize(("quantity", "refuses"), [("carbon_t_ha", True), ("removal_tco2e_ha", False)])
def test_a_stock_below_zero_is_no_stock_and_a_change_may_be_a_loss(region, quantity, refuses):
    land = land_of(*BY_ECOSYSTEM)
    rows = [
        TypedStratum(stratum.name, "-5" if n else "30", "12", "", "tree-20x20", "hand")
        for n, stratum in enumerate(land.strata)
    ]
    typed = Typed({"first_year": "2027", "seed": "1", "quantity": quantity}, rows)
    if not refuses:
        assert request_of(typed, land.strata, {}, outlines=False).strata[1].mean == -5
        return
    with pytest.raises(Problem, match="储量不会小于 0") as refused:
        request_of(typed, land.strata, {}, outlines=False)
    assert (refused.value.code, refused.value.field) == ("mean_negative", "mean")


def test_there_is_a_sentence_for_each_refusal_and_no_other():
    assert set(REFUSED) == REFUSALS


BAD = [
    ({"error_percent": "ten"}, "bad_number", "error_percent"),
    ({"error_percent": "200"}, "error_out_of_range", "error_percent"),
    ({"every_years": "2.5"}, "not_whole", "every_years"),
    ({"placement": "by hand"}, "no_such_choice", "placement"),
    ({"plots": "5", "number_by": "number"}, "plots_too_few", "plots"),
    ({"seed": "-4"}, "seed_out_of_range", "seed"),
]


@pytest.mark.parametrize(("fields", "code", "field"), BAD, ids=[code for _f, code, _n in BAD])
def test_what_is_typed_wrong_is_said_with_its_field(programme, people, fields, code, field):
    with pytest.raises(Problem) as refused:
        draw_design(programme=programme, request=zone_request(**fields), **signed(people["naren"]))
    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_stratum_without_figures_is_named(region):
    land = land_of(*BY_ECOSYSTEM)
    rows = [TypedStratum("forest", "", "12", "", "tree-20x20", "hand")]
    with pytest.raises(Problem, match="森林") as refused:
        request_of(Typed({"first_year": "2027", "seed": "1"}, rows), land.strata, {}, outlines=False)
    assert refused.value.code == "figure_missing"


@pytest.fixture
def demonstration(programme, people):
    folder = REGIONS / "baotou" / "survey"
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}
    return booked_by_two(programme, files, people)


def test_figures_come_from_the_plots_that_lie_in_a_stratum(demonstration):
    known, land = known_plots(demonstration), land_of(*BY_ECOSYSTEM)
    where = located(known, land)
    figures = figures_by_stratum(known, where, "carbon_t_ha")
    forest = [value for plot, value in known.values["carbon_t_ha"].items() if where.get(plot) == "forest"]
    mean = sum(forest) / len(forest)
    sd = (sum((value - mean) ** 2 for value in forest) / (len(forest) - 1)) ** 0.5
    assert figures["forest"].plots == len(forest) > 50
    assert (float(figures["forest"].mean), float(figures["forest"].sd)) == (
        pytest.approx(mean, rel=1e-5),
        pytest.approx(sd, rel=1e-5),
    )


def test_standing_plots_stay_in_the_sample(programme, people, demonstration):
    known, land = known_plots(demonstration), land_of(*BY_ECOSYSTEM)
    kept = kept_by_stratum(known, located(known, land))
    asked = request_of(typed(land, number_by="number", plots="330"), land.strata, kept, outlines=True)
    content = design_content(draw_design(programme=programme, request=asked, **signed(people["naren"])))
    stays = {plot["plot"] for plot in content["plots"] if plot["origin"] == "kept"}
    assert stays == {plot.name for plots in kept.values() for plot in plots}
    assert content["sample"] >= 330
    assert len({plot["plot"] for plot in content["plots"]}) == len(content["plots"])


def outlines_file(tmp_path, name, crs="EPSG:4546", columns=("层", "生态系统")):
    """Two squares of one kilometre in metres of zone CM111, in a file of the kind that its name says."""
    squares = [shapely.box(400_000, 4_500_000, 401_000, 4_501_000), shapely.box(402_000, 4_500_000, 403_000, 4_501_000)]
    path = tmp_path / name
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array(squares)),
        [np.array(["油松", "草地"], dtype=object), np.array(["森林", "草原"], dtype=object)],
        list(columns),
        geometry_type="Polygon",
        crs=crs,
    )
    return path.read_bytes()


@pytest.mark.parametrize("name", ["strata.gpkg", "strata.geojson"])
def test_strata_come_from_a_file_in_any_coordinate_system(programme, people, tmp_path, name):
    content = outlines_file(tmp_path, name)
    kept = add_design_land(programme=programme, name=name, content=content, **signed(people["naren"]))
    land = land_of("file", "stratum", kept)
    assert [(stratum.name, stratum.ecosystem) for stratum in land.strata] == [
        ("forest-油松", "forest"),
        ("grassland-草地", "grassland"),
    ]
    # A kilometre in the plane, 110 km west of the central meridian: a little less on the ground.
    assert land.strata[0].area_m2 == pytest.approx(1_000_000, rel=0.001)
    again = add_design_land(programme=programme, name=name, content=content, **signed(people["naren"]))
    assert again.pk == kept.pk


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (lambda _path: b"no file of outlines", "land_file_unreadable"),
        (lambda path: outlines_file(path, "a.gpkg", columns=("a", "b")), "land_file_columns"),
        (lambda path: outlines_file(path, "a.gpkg", crs="EPSG:32610"), "land_file_place"),
        (lambda path: outlines_file(path, "a.gpkg", columns=("生态系统", "层")), "land_file_ecosystem"),
    ],
    ids=["unreadable", "columns", "place", "ecosystem"],
)
def test_a_file_that_is_no_land_is_refused_with_what_it_should_be(programme, people, tmp_path, content, code):
    with pytest.raises(Problem) as refused:
        add_design_land(programme=programme, name="strata", content=content(tmp_path), **signed(people["naren"]))
    assert refused.value.code == code
    assert refused.value.remedy
    assert not programme.design_lands.exists()


def test_the_land_of_a_design_is_packed_the_same_way_every_time(programme, people):
    drawn = draw_design(programme=programme, request=zone_request(), **signed(people["naren"]))
    assert bytes(drawn.land) == gzip.compress(design_land_geojson(drawn), mtime=0)
    assert Fraction(str(design_content(drawn)["area_ha"])) > 0
