"""The zone map in a real browser: no name covers a name or another circle, and no ring of works hides a sign."""

import pytest
from chromium import ROOT, Window, served
from django.urls import reverse

from kept import kept_people

ROOM = ROOT / "assets/js/map-room.js"
SHOWN = """() => [...document.querySelectorAll('.zone-mark')].map((mark) => {
  const at = mark.getBoundingClientRect(), reach = Number(mark.dataset.reach), name = mark.querySelector('.zone-name');
  const box = name.getBoundingClientRect();
  return {text: name.textContent, seen: name.style.visibility === 'visible',
          name: [box.left, box.top, box.right, box.bottom],
          circle: [at.left - reach, at.top - reach, at.left + reach, at.top + reach]};
})"""
RINGS = """async ([source, points, circles]) => {
  const room = await import(URL.createObjectURL(new Blob([source], {type: 'text/javascript'})));
  return room.placeRings(points, circles);
}"""


@pytest.fixture(scope="module")
def site(browser, django_db_setup, django_db_blocker):
    with kept_people(django_db_blocker), served() as url:
        yield url


def meet(one, other):
    return one[0] < other[2] - 1 and other[0] < one[2] - 1 and one[1] < other[3] - 1 and other[1] < one[3] - 1


@pytest.mark.parametrize(("width", "language"), [(1440, "zh"), (1440, "en"), (390, "zh"), (390, "en")])
def test_names_find_room_or_give_way_to_a_number(browser, site, width, language):
    window = Window(browser, site, width=width, language=language)
    window.open(reverse("zones"))
    window.page.locator(".zone-mark[data-reach]").first.wait_for(state="attached")
    shown = window.page.evaluate(SHOWN)
    seen = [zone for zone in shown if zone["seen"]]
    assert len(shown) == 22
    assert len(seen) >= 18
    for zone in seen:
        others = [other for other in shown if other is not zone]
        assert not [other["text"] for other in others if other["seen"] and meet(zone["name"], other["name"])]
        assert not [other["text"] for other in others if meet(zone["name"], other["circle"])], zone["text"]
    listed = window.page.locator(".maps details td.r.faint").all_inner_texts()
    assert {zone["text"] for zone in seen if zone["text"].isdigit()} <= set(listed)
    assert window.wrong == []
    window.close()


def test_a_ring_on_a_circle_goes_to_its_edge_and_two_never_share_a_place(browser, site):
    window = Window(browser, site)
    window.open(reverse("zones"))
    circles = [{"x": 100, "y": 100, "reach": 20}, {"x": 130, "y": 100, "reach": 8}]
    points = [{"x": 104, "y": 100}, {"x": 104, "y": 101}, {"x": 100, "y": 100}, {"x": 300, "y": 40}]
    window.page.goto("about:blank")
    placed = window.page.evaluate(RINGS, [ROOM.read_text(encoding="utf-8"), points, circles])
    assert placed[3] == points[3]
    spots = [complex(ring["x"], ring["y"]) for ring in placed]
    for ring in spots:
        assert all(abs(ring - complex(one["x"], one["y"])) >= one["reach"] + 5.9 for one in circles)
    assert all(abs(one - other) > 11.9 for at, one in enumerate(spots) for other in spots[:at])
    window.close()
