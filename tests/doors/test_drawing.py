"""Drawings are pure: the same values give the same SVG, in proportion, closed, and safe against markup in names."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanhui.kit.drawing import (
    Flow,
    MapWords,
    MapZone,
    Parcel,
    Stem,
    TreeDot,
    axis_ticks,
    flow,
    plot_map,
    ruler_scale,
    stem_tree,
    whiskers,
    zone_map,
)
from tanhui.kit.drawing.labels import Box, overlap, spots_around, text_width
from tanhui.kit.drawing.svg import ribbon, short

SQUARE = [[[109.0, 40.0], [111.0, 40.0], [111.0, 42.0], [109.0, 42.0], [109.0, 40.0]]]
LAND = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"adcode": "1", "centroid": [110.0, 41.0]},
            "geometry": {"type": "MultiPolygon", "coordinates": [SQUARE]},
        }
    ],
}
WORDS = MapWords("全图", "放大图", "见放大图", {"1": "一县"})
FAR = [MapZone("北", "grassland", 4_000_000, 110.0, 41.9), MapZone("东", "forest", 1_000_000, 110.9, 41.0)]
NEAR = [MapZone(f"南{n}", "wetland", 100_000 * (n + 1), 109.3 + 0.06 * n, 40.2) for n in range(4)]
LOT = Flow(
    title="去向",
    strata=[Parcel("松", 60.0, "60 t", "f"), Parcel("杨", 50.0, "50 t", "f"), Parcel("榆", -10.0, "−10 t", "f")],
    estimate=Parcel("估算", 100.0, "100 ± 9 t"),
    lost=Parcel("减少", 10.0, "10 t"),
    uncounted=Parcel("不计入", 6.0, "6 t"),
    issued=Parcel("制发", 94.0, "94 t"),
    books=[Parcel("可流通", 80.0, "80.000 t", "live"), Parcel("已注销", 14.0, "14.000 t", "retired")],
    retirements=[Parcel("会议", 10.0, "10.000 t", "retired"), Parcel("企业", 4.0, "4.000 t", "retired")],
)

amounts = st.floats(min_value=0.01, max_value=1e7, allow_nan=False)


def heights(svg: str, css: str) -> list[float]:
    return [float(found) for found in re.findall(rf'<rect class="{css}"[^>]* height="([\d.]+)"', svg)]


def bars(svg: str, x: str) -> list[float]:
    return [float(found) for found in re.findall(rf'<rect class="[^"]+" x="{x}"[^>]* height="([\d.]+)"', svg)]


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own text, written a line above


def test_short_numbers_have_no_useless_zero_and_no_negative_zero():
    assert [short(12.04), short(-0.04), short(3.26), short(-7.0)] == ["12", "0", "3.3", "-7"]


def test_a_ribbon_keeps_its_thickness_at_both_ends():
    assert ribbon((0, 10), (100, 40), 5) == "M0 10C50 10 50 40 100 40L100 45C50 45 50 15 0 15Z"


def test_the_tree_has_one_dot_and_one_strand_for_every_plot():
    plots = [TreeDot("forest", 30.0)] * 5 + [TreeDot("grassland", 8.0)] * 3 + [TreeDot("wetland", None)] * 2
    svg = stem_tree(plots, title="10 块样地")
    assert svg.count("<circle") == 10
    assert sum(path.count("M") for path in re.findall(r'<g class="strand .*?d="(.*?)"', svg)) == 10
    assert parsed(svg).find("title").text == "10 块样地"


def test_sectors_of_the_crown_stand_from_left_to_right_in_the_order_of_ecosystems():
    svg = stem_tree([TreeDot("wetland", 1.0)] * 9 + [TreeDot("forest", 1.0)] * 9, title="")
    spots = {hue: [float(x) for x in re.findall(r'cx="([\d.]+)"', group)] for hue, group in groups(svg).items()}
    assert max(spots["f"]) < min(spots["w"])


def groups(svg: str) -> dict[str, str]:
    return dict(re.findall(r'<g class="dot (\w)">(.*?)</g>', svg))


def test_a_denser_plot_is_a_larger_dot_with_area_in_proportion():
    svg = stem_tree([TreeDot("forest", 25.0)] * 20 + [TreeDot("forest", 100.0)] * 20, title="")
    radii = [float(found) for found in re.findall(r' r="([\d.]+)"', svg)]
    assert radii[-1] / radii[0] == pytest.approx(2.0, abs=0.05)


@settings(deadline=None)  # a busy machine is not a wrong drawing
@given(
    st.lists(st.builds(TreeDot, st.sampled_from(["forest", "grassland", "wetland", "shrubland"]), amounts), max_size=60)
)
def test_every_tree_is_well_formed_and_inside_its_frame(plots: list[TreeDot]):
    svg = stem_tree(plots, title="<b>")
    assert parsed(svg).tag == "svg"
    assert all(0 <= float(x) <= 560 for x in re.findall(r'cx="([\d.-]+)"', svg))
    assert svg == stem_tree(plots, title="<b>")


def test_a_crowded_south_gets_an_inset_and_only_specks_on_the_whole_map():
    drawn = zone_map(LAND, FAR + NEAR, WORDS)
    assert drawn.inset.count('class="zone ') == 4
    assert drawn.whole.count('class="speck ') == 4
    assert drawn.whole.count('class="zone ') == 2
    assert 'class="frame"' in drawn.whole


def test_zones_far_apart_need_no_inset():
    drawn = zone_map(LAND, FAR, WORDS)
    assert drawn.inset == ""
    assert "frame" not in drawn.whole
    assert "一县" in drawn.whole


def test_the_area_of_a_circle_is_in_proportion_to_the_zone():
    drawn = zone_map(LAND, FAR, WORDS)
    large, small = sorted((float(r) for r in re.findall(r'<circle r="([\d.]+)"', drawn.whole)), reverse=True)
    assert (large / small) ** 2 == pytest.approx(4.0, rel=0.02)


def test_names_with_markup_stay_text():
    drawn = zone_map(LAND, [MapZone("<script>", "forest", 10, 110.0, 41.0, 'a"b<')], WORDS)
    assert "<script>" not in drawn.whole
    assert parsed(drawn.whole).find(".//g[@class='zone f']/text").text == "<script>"


def test_a_name_finds_its_first_place_below_and_never_covers_its_own_sign():
    spots = spots_around(100, 100, 10, text_width("九峰山", 13), 13)
    assert spots[0].y > 110
    assert all(overlap(spot.box, Box(91, 91, 109, 109)) == 0 for spot in spots)


def test_overlap_is_the_shared_area():
    assert overlap(Box(0, 0, 10, 10), Box(5, 5, 20, 20)) == 25
    assert overlap(Box(0, 0, 10, 10), Box(10, 0, 20, 20)) == 0


def test_a_plot_shows_first_round_filled_growth_as_ring_and_a_cross_for_the_dead():
    svg = plot_map([Stem(10.0, 12.0), Stem(None, 6.0), Stem(8.0, None, dead=True)], title="一号")
    assert (svg.count('class="core"'), svg.count('class="ring"'), svg.count('class="dead"')) == (1, 2, 1)


def test_measured_positions_are_used_and_north_is_up():
    svg = plot_map([Stem(10.0, 12.0, x_m=0.0, y_m=0.0), Stem(10.0, 12.0, x_m=20.0, y_m=20.0)], title="", side_m=20.0)
    spots = re.findall(r'class="core" cx="([\d.]+)" cy="([\d.]+)"', svg)
    assert spots == [("14", "286"), ("286", "14")]


def test_without_positions_the_thickest_stem_stands_in_the_middle():
    svg = plot_map([Stem(5.0, None), Stem(40.0, None), Stem(20.0, None)], title="")
    radii = [float(found) for found in re.findall(r'class="core"[^>]* r="([\d.]+)"', svg)]
    assert radii == sorted(radii, reverse=True)


@settings(deadline=None)  # a busy machine is not a wrong drawing
@given(
    st.lists(st.builds(Stem, st.none() | st.floats(1, 200), st.none() | st.floats(1, 200), st.booleans()), max_size=80)
)
def test_every_plot_is_well_formed(trees: list[Stem]):
    assert parsed(plot_map(trees, title="样地")).tag == "svg"


def test_the_ruler_of_a_known_estimate_has_round_ends_and_ticks():
    scale = ruler_scale(52857.0, 46157.0, 59557.0, 49685.0)
    assert (scale.least, scale.most) == (42000.0, 64000.0)
    assert scale.tick_percent == 9.0909
    assert scale.mark_near == "below"


def test_a_value_outside_its_interval_is_refused():
    with pytest.raises(ValueError, match="does not lie in its interval"):
        ruler_scale(5.0, 6.0, 7.0)


@settings(deadline=None)  # a busy machine is not a wrong drawing
@given(amounts, st.floats(min_value=0, max_value=1e6), st.none() | amounts)
def test_every_ruler_holds_its_interval_and_mark(value: float, half_width: float, mark: float | None):
    scale = ruler_scale(value, value - half_width, value + half_width, mark)
    assert scale.least <= scale.low <= scale.at <= scale.high <= scale.most
    assert mark is None or scale.least <= mark <= scale.most
    assert 0 < scale.tick_percent <= 100


def test_an_axis_holds_zero_and_every_whisker():
    least, most, ticks = axis_ticks(whiskers([(2.56, 0.43), (-0.41, 0.26), (1.5, None)]))
    assert 0.0 in ticks
    assert least <= -0.67
    assert most >= 2.99


def test_the_flow_keeps_widths_in_proportion_and_the_middle_closes():
    svg = flow(LOT)
    strata, estimate, issued = bars(svg, "196"), bars(svg, "420"), bars(svg, "606")
    assert strata[0] / strata[1] == pytest.approx(60 / 50, rel=0.01)
    assert estimate == [pytest.approx(sum(strata), abs=0.2)]
    assert sum(issued) == pytest.approx(estimate[0], abs=0.3)


def test_the_flow_names_what_drops_out_and_every_use():
    words = " ".join(parsed(flow(LOT)).itertext())
    for said in ("不计入", "减少", "会议", "企业", "100 ± 9 t", "80.000 t"):
        assert said in words


def test_the_flow_grows_sideways_rather_than_cut_a_long_name():
    wide = LOT._replace(strata=[Parcel("短花针茅荒漠草原，二〇二三年起减畜", 100.0, "100 t", "g")])
    left, _, width, _ = (float(part) for part in re.search(r'viewBox="([^"]+)"', flow(wide))[1].split())
    assert left < 0
    assert left + width == 1120


def test_books_and_uses_add_up_to_the_same_widths():
    svg = flow(LOT)
    books, uses = bars(svg, "800"), bars(svg, "1000")
    assert books[1] == pytest.approx(sum(uses), abs=0.2)
    assert books[0] / books[1] == pytest.approx(80 / 14, rel=0.02)
    assert heights(svg, "n-live") == books[:1]
