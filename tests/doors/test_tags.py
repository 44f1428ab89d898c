"""Numbers and marks of the pages: ledger quantities are cut, estimates carry their interval, names are escaped."""

import re
from collections.abc import Iterator

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from tanhui.site.templatetags import drawings, tanhui, words

MG_PER_T = 1_000_000_000
BOOKS = [
    {"code": "live", "quantity_mg": 750 * MG_PER_T, "share_percent": 75.0},
    {"code": "frozen", "quantity_mg": 0, "share_percent": 0.0},
    {"code": "retired", "quantity_mg": 250 * MG_PER_T, "share_percent": 25.0},
]


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


def test_tonnes_are_cut_never_rounded():
    assert tanhui.tonnes(42_680_000_000) == "42.680"
    assert tanhui.tonnes(1_999_999_999) == "1.999"
    assert tanhui.tonnes(0) == "0"
    assert tanhui.tonnes(None) == "—"


def test_exact_shows_every_milligram_and_a_plain_zero():
    assert tanhui.exact(42_680_000_001) == '<span class="qty">42.680<i>000 001</i></span>'
    assert tanhui.exact(0) == '<span class="qty">0</span>'


def test_numbers_have_thousands_a_true_minus_and_no_negative_zero():
    assert tanhui.number(49_685_000_000_000) == "49,685,000,000,000"
    assert tanhui.number(-3171.448, 2) == "−3,171.45"
    assert tanhui.number(-0.001, 1) == "0.0"
    assert tanhui.number(None) == "—"
    assert tanhui.signed(61) == "+61"
    assert tanhui.signed(0) == "0"
    assert tanhui.percent(12.676) == "12.7%"


def test_whole_tonnes_keep_kilograms_that_are_there():
    assert tanhui.whole_tonnes(49_685 * MG_PER_T) == "49,685"
    assert tanhui.whole_tonnes(49_685 * MG_PER_T + 1_000_000) == "49,685.001"


def test_a_hash_is_cut_to_its_ends_and_whole_in_the_tooltip():
    whole = "9f3c71e0" + "0" * 48 + "b2d408aa"
    assert tanhui.short_hash(whole) == f'<span class="mono" title="{whole}">9f3c71e0…b2d408aa</span>'
    assert tanhui.hash_groups(whole) == "9f3c71e0 00000000 … 00000000 b2d408aa"


def test_a_thing_speaks_the_language_of_its_reader():
    thing = {"name_zh": "林场", "name_en": "Forest farm"}
    assert tanhui.speaks(thing, "name") == "林场"
    with translation.override("en"):
        assert tanhui.speaks(thing, "name") == "Forest farm"
        assert tanhui.speaks({"name_zh": "林场", "name_en": ""}, "name") == "林场"


def test_an_ecosystem_is_shape_colour_and_word():
    assert tanhui.eco("forest") == (
        '<span class="eco f"><svg class="i" aria-hidden="true"><use href="#forest"/></svg>森林</span>'
    )
    assert tanhui.eco("") == ""


def test_a_badge_escapes_what_it_says():
    assert tanhui.badge("due", "<b>") == '<span class="badge due">&lt;b&gt;</span>'


def test_the_bar_of_books_leaves_out_empty_ones_and_says_the_rest():
    bar = tanhui.books_bar(BOOKS)
    assert re.findall(r"--v:([\d.]+)", bar) == ["750.000000", "250.000000"]
    assert 'aria-label="可流通 75.0%，已注销 25.0%"' in bar
    assert tanhui.book_of(BOOKS, "retired") == "250.000"


def test_the_serial_bar_has_one_piece_a_retirement_and_the_rest():
    serials = [{"serial_first": 1, "serial_last": 10}, {"serial_first": 11, "serial_last": 40}]
    bar = tanhui.serial_bar(serials, 100, 40)
    assert (bar.count("k-retired"), bar.count("k-reserve")) == (2, 1)
    assert "1 至 40 号已注销" in bar


def test_the_serial_bar_of_a_page_that_has_not_all_retirements_is_one_used_piece():
    bar = tanhui.serial_bar([{"serial_first": 11, "serial_last": 40}], 100, 40)
    assert (bar.count("k-retired"), bar.count("k-reserve")) == (1, 1)
    assert "1 至 40 号已注销" in bar


def test_the_headline_number_stands_in_its_readers_unit():
    large = tanhui.large_estimate(3_126_000.0, 339_000.0)
    assert (large["value"], large["unit"], large["half"]) == ("312.6", "万 t CO₂e", "33.9 万 t")
    with translation.override("en"):
        assert tanhui.large_estimate(3_126_000.0, None)["value"] == "3,126"
    assert tanhui.large_estimate(52_857.4, 6_700.2)["value"] == "52,857"


def test_the_ruler_says_value_interval_and_mark():
    ruler = drawings.ruler(52857.0, 6700.0, "forest", 49685.0)
    assert 'class="ruler f"' in ruler
    assert 'aria-label="估算 52,857，区间 46,157 至 59,557"' in ruler
    assert "制发 49,685" in ruler
    assert "--lo:46157;--hi:59557;--at:52857" in ruler


def test_no_interval_no_ruler():
    assert drawings.ruler(100.0, None) == ""
    assert drawings.ruler(None, None) == ""


def test_whiskers_share_one_axis_and_a_point_without_interval_has_no_length():
    rows = [{"mean": 2.0, "half_width": 0.5}, {"mean": -1.0, "half_width": None}, {"mean": None, "half_width": None}]
    axis = drawings.whisk_axis(rows, "mean", "half_width")
    assert "--lo:-1;--hi:-1;--at:-1" in drawings.whisk(axis, -1.0, None, "grassland")
    assert drawings.whisk(axis, None, None) == ""
    assert {"at": "0", "label": "0"} in axis["ticks"]


def test_the_flow_of_a_lot_closes_and_puts_small_uses_together():
    uses = [{"name": f"会议{n}", "quantity_mg": n * MG_PER_T} for n in range(1, 11)]
    lineage = {
        "strata": [{"name_zh": "松", "name_en": "Pine", "ecosystem": "forest", "removal_tco2e": 1000.0}],
        "removal_tco2e": 1000.0,
        "half_width_tco2e": 90.0,
        "issued_mg": 940 * MG_PER_T,
        "books": [{"code": "live", "quantity_mg": 885 * MG_PER_T}, {"code": "retired", "quantity_mg": 55 * MG_PER_T}],
        "retirements": uses,
        "others": {"count": 0, "quantity_mg": 0},
    }
    drawn = drawings.draw_flow(lineage)
    assert "其余 4 次" in drawn
    fewer = {**lineage, "retirements": uses[4:], "others": {"count": 4, "quantity_mg": 10 * MG_PER_T}}
    assert "其余 4 次" in drawings.draw_flow(fewer), "four that the page has not"
    assert "不计入：扣减与取整" in drawn
    assert 'id="flow-figures" type="application/json"' in drawn


def test_words_of_weak_evidence_are_told_apart():
    assert words.is_weak("memory-low")
    assert words.is_weak("synthetic")
    assert not words.is_weak("found")


def test_the_language_switch_comes_back_to_the_same_page(rf: RequestFactory):
    page = Template("{% load tanhui %}{% language_switch %}").render(Context({"request": rf.get("/books/?page=2")}))
    assert 'name="next" value="/books/?page=2"' in page
    assert 'value="en"' in page
