"""The pages of the design: typed, counted, drawn, looked at and taken along, by those who may."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from paper import paper
from tanhui.kit import clock
from tanhui.monitoring.queries import latest_design
from tanhui.monitoring.services import open_programme
from tanhui.people.models import Person


@pytest.fixture
def programme(undone):
    """A programme of this test's own, without a design."""
    return open_programme(
        name_zh="新计划",
        name_en="New programme",
        region_code="BT",
        key="fresh",
        by=Person.objects.get(username="naren"),
        reason="新的一套样地。",
        at=clock.now(),
    )


def client(username):
    found = Client()
    found.force_login(Person.objects.get(username=username))
    return found


def filled(programme, **more):
    """What the form carries when it is opened, with figures filled in."""
    page = client("naren").get(reverse("design_new", args=[programme.number]))
    context = page.context
    rows = context["rows"]
    body = {name: str(value) for name, value in context["fields"].items()}
    return {
        **body,
        "source": context["source"],
        "by": context["by"],
        "stratum": [row["stratum"].name for row in rows],
        "mean": ["30"] * len(rows),
        "sd": ["12"] * len(rows),
        "cost": ["1"] * len(rows),
        "layout": [row["layout"] for row in rows],
        "figures": [row["figures"] for row in rows],
        "reason": "按方案抽样。",
        **more,
    }


def draw(programme, **more):
    return client("naren").post(reverse("design_new", args=[programme.number]), filled(programme, **more))


def test_a_programme_without_a_design_says_what_to_do_next(programme):
    page = client("naren").get(reverse("programme", args=[programme.number]))
    assert reverse("design_new", args=[programme.number]) in page.content.decode()
    assert "还没有样地设计" in page.content.decode()
    looked = client("chenli").get(reverse("programme", args=[programme.number]))
    assert reverse("design_new", args=[programme.number]) not in looked.content.decode()


def test_the_count_follows_what_is_typed(programme):
    url = reverse("design_preview", args=[programme.number])
    loose = client("naren").post(url, filled(programme, error_percent="20"))
    tight = client("naren").post(url, filled(programme, error_percent="5"))
    assert loose.context["plots"] < tight.context["plots"]
    assert tight.context["sizes"][0]["expected_percent"] <= 5
    assert "公式要" in tight.content.decode()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"sd": ["-1", "2", "3"]}, "sd_negative"),
        ({"mean": ["", "2", "3"]}, "figure_missing"),
        ({"by": "x"}, "land_source_unknown"),
    ],
    ids=["negative", "missing", "land"],
)
def test_the_count_says_what_stands_against_it(programme, typed, code):
    answer = client("naren").post(reverse("design_preview", args=[programme.number]), filled(programme, **typed))
    assert answer.status_code == 200
    assert code in answer.content.decode()


def test_a_drawn_design_is_shown_with_map_strata_years_and_files(programme):
    answer = draw(programme)
    design = latest_design(programme)
    assert answer.status_code == 302
    assert answer.url == reverse("design", args=[programme.number, design.revision])
    page = client("temur").get(answer.url)
    shown = page.content.decode()
    assert shown.count('class="dot') == page.context["content"]["sample"] + page.context["content"]["reserve"]
    assert design.hash_hex in shown
    assert [row["year"] for row in page.context["years"]] == [
        int(page.context["content"]["request"]["schedule"]["first_year"]) + 5 * turn for turn in range(4)
    ]
    assert paper(page).words


def test_plots_are_listed_by_stratum_crew_and_role(programme):
    draw(programme)
    url = reverse("design_plots", args=[programme.number, 1])
    every = client("temur").get(url).context["plots"]
    some = client("temur").get(url, {"stratum": "forest", "role": "sample", "crew": "1"}).context["plots"]
    assert 0 < len(some) < len(every)
    assert {(plot["stratum"], plot["role"], plot["crew"]) for plot in some} == {("forest", "sample", 1)}
    assert "没有这样的样地" in client("temur").get(url, {"stratum": "none"}).content.decode()


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("design.json", b"{"),
        ("land.geojson", b'{"type": "FeatureCollection"'),
        ("plots.csv", "\ufeff样地 plot".encode()),
        ("plots.gpx", b"<?xml"),
        ("plots.kml", b"<?xml"),
        ("design.gpkg", b"SQLite format 3"),
        ("forms.xlsx", b"PK"),
        ("sheets.pdf", b"%PDF"),
    ],
)
def test_every_file_of_a_design_can_be_taken_along(programme, name, begins):
    draw(programme)
    answer = client("temur").get(reverse("design_file", args=[programme.number, 1, name]))
    assert answer.status_code == 200
    assert answer.content.startswith(begins)
    assert f"{programme.number}-v1-" in answer["Content-Disposition"]


@pytest.mark.parametrize(
    ("name", "asked"), [("plots.shp", {}), ("plots.csv", {"crew": "99"}), ("plots.csv", {"year": "1999"})]
)
def test_a_file_that_is_not_there_is_not_found(programme, name, asked):
    draw(programme)
    assert client("temur").get(reverse("design_file", args=[programme.number, 1, name]), asked).status_code == 404
    assert client("temur").get(reverse("design_file", args=[programme.number, 7, "plots.csv"])).status_code == 404


def test_a_refused_draw_keeps_what_was_typed_and_changes_nothing(programme):
    answer = draw(programme, least_distance_m="90000", seed="424242")
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "no_room" in shown
    assert 'value="424242"' in shown
    assert 'value="90000"' in shown
    assert latest_design(programme) is None


def test_a_file_of_strata_becomes_the_land_of_the_form(programme):
    url = reverse("design_new", args=[programme.number])
    drawn = {row["stratum"].ecosystem for row in client("naren").get(url).context["rows"]}
    draw(programme)
    land = client("naren").get(reverse("design_file", args=[programme.number, 1, "land.geojson"])).content
    sent = {"act": "add_land", "reason": "分层边界。", "file": SimpleUploadedFile("strata.geojson", land)}
    answer = client("naren").post(url, sent)
    assert answer.status_code == 302
    page = client("naren").get(answer.url)
    assert page.context["source"] == "file"
    assert {row["stratum"].ecosystem for row in page.context["rows"]} == drawn != set()
    bad = client("naren").post(url, sent | {"file": SimpleUploadedFile("strata.geojson", b"nothing")})
    assert bad.status_code == 409
    assert "land_file_unreadable" in bad.content.decode()


@pytest.mark.parametrize("username", ["temur", "chenli", "batu", "gaojie"])
def test_only_an_analyst_opens_the_form(programme, username):
    assert client(username).get(reverse("design_new", args=[programme.number])).status_code == 404


def test_places_of_plots_are_not_public(programme):
    draw(programme)
    for name in ("design", "design_plots"):
        assert Client().get(reverse(name, args=[programme.number, 1])).status_code == 302
    assert client("sunwei").get(reverse("design_file", args=[programme.number, 1, "plots.csv"])).status_code == 404
