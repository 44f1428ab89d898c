"""The demonstration region: its totals, its places, and a survey that its program writes byte for byte."""

import csv
import json
import math
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from scipy import stats
from shapely import coverage_is_valid
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from tanhui.core.geometry.ellipsoid import CGCS2000
from tanhui.core.triage import load_table, read_facts

ROOT = Path(__file__).parents[2]
REGION = ROOT / "src/tanhui/land/regions/baotou"
TOOL = ROOT / "tools/build_demo_survey.py"
Row = dict[str, str]
Rows = list[Row]
Plots = dict[str, Row]
Trees = dict[tuple[str, str], dict[str, Row]]
Outlines = dict[str, BaseGeometry]
Document = dict[str, Any]
SURVEY_FILES = {"strata.csv", "plots.csv", "visits.csv", "trees.csv", "soil.csv", "herbs.csv"}


def rows(name: str) -> Rows:
    with (REGION / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def region():
    return tomllib.loads((REGION / "region.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def counties():
    return json.loads((REGION / "counties.geojson").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def outlines(counties: Document):
    return {feature["properties"]["adcode"]: shape(feature["geometry"]) for feature in counties["features"]}


@pytest.fixture(scope="module")
def plots():
    return {row["plot"]: row for row in rows("survey/plots.csv")}


@pytest.fixture(scope="module")
def trees():
    """Both rounds of every tree: {(plot, tree): {round: row}}."""
    found = defaultdict(dict)
    for row in rows("survey/trees.csv"):
        assert row["round"] not in found[row["plot"], row["tree"]], "a tree is measured once a round"
        found[row["plot"], row["tree"]][row["round"]] = row
    return found


# --- the program and its output ---------------------------------------------------------------


def test_the_program_writes_the_survey_byte_for_byte(tmp_path: Path):
    subprocess.run([sys.executable, TOOL, "--out", tmp_path], check=True, capture_output=True)
    assert {path.name for path in tmp_path.iterdir()} == SURVEY_FILES
    for name in SURVEY_FILES:
        assert (tmp_path / name).read_bytes() == (REGION / "survey" / name).read_bytes(), name


def test_a_changed_figure_changes_the_survey(tmp_path: Path):
    copy = tmp_path / "region"
    copy.mkdir()
    for name in ("region.toml", "zones.csv", "sources.csv"):
        (copy / name).write_bytes((REGION / name).read_bytes())
    sources = (copy / "sources.csv").read_text(encoding="utf-8")
    changed = sources.replace("DBH of stand Z20,13.31,", "DBH of stand Z20,13.91,")
    assert changed != sources
    (copy / "sources.csv").write_text(changed, encoding="utf-8")
    subprocess.run([sys.executable, TOOL, "--region", copy], check=True, capture_output=True)
    assert (copy / "survey/trees.csv").read_bytes() != (REGION / "survey/trees.csv").read_bytes()
    assert (copy / "survey/soil.csv").read_bytes() == (REGION / "survey/soil.csv").read_bytes()


# --- region, zones, counties ------------------------------------------------------------------


def test_zones_are_22_and_cover_15_503_000_mu(region: Document):
    zones = rows("zones.csv")
    assert len({zone["zone"] for zone in zones}) == len({zone["name_zh"] for zone in zones}) == 22
    assert Counter(zone["ecosystem"] for zone in zones) == {"forest": 12, "grassland": 5, "wetland": 5}
    area_mu = Counter()
    for zone in zones:
        area_mu[zone["ecosystem"]] += int(zone["area_mu"])
    assert area_mu == {"forest": 4_862_000, "grassland": 9_865_000, "wetland": 776_000}
    assert area_mu.total() == region["totals"]["area_mu"] == 15_503_000
    assert all(zone["confidence"] == "synthetic" and zone["source"] for zone in zones)


def test_the_outline_is_a_clean_cover_of_nine_counties(counties: Document, outlines: Outlines):
    assert len(outlines) == 9
    assert all(outline.is_valid for outline in outlines.values())
    assert coverage_is_valid(list(outlines.values()))
    assert (REGION / "counties.geojson").stat().st_size < 25_000
    assert "审图号待领" in counties["note"]
    assert "anzhou99/GeoJsons" in counties["source"]
    for feature in counties["features"]:
        assert shape(feature["geometry"]).contains(Point(feature["properties"]["label"]))
        assert feature["properties"]["name_zh"]
        assert feature["properties"]["name_en"]


def test_zones_lie_inside_their_counties(outlines: Outlines):
    for zone in rows("zones.csv"):
        place = Point(float(zone["lon"]), float(zone["lat"]))
        assert [code for code, outline in outlines.items() if outline.contains(place)] == [zone["county"]], zone["zone"]


def test_the_region_says_that_it_is_synthetic_in_both_languages(region: Document):
    assert "演示" in region["region"]["synthetic_zh"]
    assert "made up" in region["region"]["synthetic_en"]
    assert region["region"]["epsg"] == 4490
    assert region["survey"]["seed"] == 20210701
    assert region["totals"]["source"]
    for project in region["projects"]:
        assert project["period_from"] < project["period_to"]
        assert "示范" in project["owner_zh"]


def test_every_figure_is_cited_and_marked():
    figures = rows("sources.csv")
    assert len({row["id"] for row in figures}) == len(figures)
    for row in figures:
        assert row["mark"] in {"found", "synthetic"}, row["id"]
        assert row["citation"].strip(), row["id"]
        assert row["use"].strip(), row["id"]
        assert (row["mark"] == "found") == ("ChinaXiv" in row["citation"] or row["id"].startswith("region.")), row["id"]


# --- the survey -------------------------------------------------------------------------------


def test_300_plots_in_two_rounds(plots: Plots):
    strata = {row["stratum"]: row for row in rows("survey/strata.csv")}
    assert len(plots) == 300
    assert Counter(strata[plot["stratum"]]["ecosystem"] for plot in plots.values()) == {
        "forest": 168,
        "grassland": 96,
        "wetland": 36,
    }
    visits = rows("survey/visits.csv")
    assert len({(row["plot"], row["round"]) for row in visits}) == len(visits) == 600
    seasons = {"1": ("2021-07-01", "2021-08-31"), "2": ("2025-07-01", "2025-08-31")}
    for row in visits:
        first, last = seasons[row["round"]]
        assert first <= row["date"] <= last
        assert row["status"] == "measured"


def test_plots_lie_in_a_zone_of_their_ecosystem_and_county(plots: Plots, outlines: Outlines):
    zones = {zone["zone"]: zone for zone in rows("zones.csv")}
    strata = {row["stratum"]: row for row in rows("survey/strata.csv")}
    for plot in plots.values():
        zone = zones[plot["zone"]]
        assert zone["ecosystem"] == strata[plot["stratum"]]["ecosystem"], plot["plot"]
        assert outlines[zone["county"]].contains(Point(float(plot["lon"]), float(plot["lat"]))), plot["plot"]
        assert "synthetic" in plot["note"]
    assert {plot["zone"] for plot in plots.values()} == set(zones)


def test_trees_have_legal_statuses_and_never_shrink(trees: Trees):
    statuses = Counter()
    for key, rounds in trees.items():
        first, second = rounds.get("1"), rounds["2"]
        statuses[first["status"] if first else None, second["status"]] += 1
        if second["status"] in {"dead", "removed"}:
            assert (second["dbh_cm"], second["height_m"]) == ("", ""), key
            continue
        assert float(second["dbh_cm"]) >= 5, key
        if first:
            assert float(second["dbh_cm"]) >= float(first["dbh_cm"]) >= 5, key
            assert float(second["height_m"]) >= float(first["height_m"]), key
    assert set(statuses) == {("live", "live"), ("live", "dead"), ("live", "removed"), (None, "ingrowth")}
    assert sum(statuses.values()) == len(trees)
    assert statuses["live", "dead"] == 118
    assert statuses["live", "removed"] == 48
    assert statuses[None, "ingrowth"] == 77


def test_trees_stand_apart_inside_their_plot(trees: Trees, plots: Plots):
    places = defaultdict(list)
    for (plot, _), rounds in trees.items():
        place = {(float(row["x_m"]), float(row["y_m"])) for row in rounds.values()}
        assert len(place) == 1, "a tree does not walk"
        places[plot].extend(place)
    for plot, found in places.items():
        side_m = math.sqrt(float(plots[plot]["plot_area_m2"]))
        assert all(0 <= x <= side_m and 0 <= y <= side_m for x, y in found), plot
        assert min(math.dist(a, b) for a, b in combinations(found, 2)) >= 1.2, plot


def test_bulk_density_is_held_over_the_rounds():
    layers = defaultdict(dict)
    for row in rows("survey/soil.csv"):
        layers[row["plot"], row["top_cm"], row["bottom_cm"]][row["round"]] = row["bulk_density_g_cm3"]
    assert len(layers) == 96 * 2 + 36
    assert all(rounds["1"] == rounds["2"] for rounds in layers.values())


def test_light_grazing_gains_half_of_the_published_change():
    """Published: 14.2332 to 16.0544 and 11.3216 to 14.0534 g/kg in 8 years; here 4 years, give or take 2 SE."""
    gains = defaultdict(lambda: defaultdict(float))
    light = {row["plot"] for row in rows("survey/plots.csv") if row["stratum"] == "STEPPE-LIGHT"}
    for row in rows("survey/soil.csv"):
        if row["plot"] in light:
            gains[row["top_cm"]][row["plot"]] += (-1 if row["round"] == "1" else 1) * float(row["soc_g_kg"])
    for top_cm, published in (("0", 0.9106), ("10", 1.3659)):
        values = list(gains[top_cm].values())
        assert len(values) == 48
        assert abs(math.fsum(values) / 48 - published) < 2 * stats.sem(values)


def tree_carbon_kg(species: str, dbh_cm: float, height_m: float):
    """Carbon of one tree by the Inner Mongolia equations, carbon fraction 0.47, written apart from the method."""
    x = dbh_cm**2 * height_m
    if species.startswith("Pinus"):
        leaf, branch = math.exp(-1.33642 + 1.05457 * math.log(dbh_cm)), math.exp(-2.51434 + 1.5922 * math.log(dbh_cm))
        return 0.47 * 1.241 * (leaf + branch + math.exp(-1.87871 + 0.74238 * math.log(x)))
    if species.startswith("Populus"):
        return 0.47 * (0.012 * x**0.685 + 0.001 * x**1.157 + 0.006 * x**1.098 + 0.083 * x**0.636)
    return 0.47 * (0.019 * x**0.686 + 0.021 * x**0.847 + 0.028 * x**0.929 + 0.646 * x**0.49)


def test_forest_and_grassland_gain_782_thousand_tonnes_with_13_percent_uncertainty(plots: Plots):
    change = defaultdict(float)
    for row in rows("survey/trees.csv"):
        if row["dbh_cm"]:
            kg = tree_carbon_kg(row["species"], float(row["dbh_cm"]), float(row["height_m"]))
            per_ha = kg / 1000 / float(plots[row["plot"]]["plot_area_m2"]) * 10_000
            change[row["plot"]] += per_ha if row["round"] == "2" else -per_ha
    for row in rows("survey/soil.csv"):
        depth_cm = float(row["bottom_cm"]) - float(row["top_cm"])
        per_ha = float(row["bulk_density_g_cm3"]) * float(row["soc_g_kg"]) * depth_cm / 10
        change[row["plot"]] += per_ha if row["round"] == "2" else -per_ha
    scope = [row for row in rows("survey/strata.csv") if row["ecosystem"] != "wetland"]
    total, variance, degrees = 0.0, 0.0, 0
    for stratum in scope:
        values = [change[plot["plot"]] for plot in plots.values() if plot["stratum"] == stratum["stratum"]]
        weight = float(stratum["area_ha"]) * 44 / 12
        total += weight * math.fsum(values) / len(values)
        variance += (weight * stats.sem(values)) ** 2
        degrees += len(values) - 1
    half_width = stats.t.ppf(0.95, degrees) * math.sqrt(variance)
    assert degrees == 259
    assert total == pytest.approx(781_515.4, abs=0.1)
    assert half_width == pytest.approx(103_890.4, abs=0.1)
    assert 0.10 < half_width / total < 0.16


def test_pines_grow_along_the_published_chronosequence(trees: Trees):
    """Least squares through the four published stands gives 0.46172 cm a year, so 1.847 cm in four years."""
    ages, dbh = (13, 24, 27, 42), (7.5, 13.31, 16.69, 20.92)
    published = {row["id"]: float(row["value"]) for row in rows("sources.csv")}
    assert [published[f"pine.{stand}.dbh_cm"] for stand in ("Z10", "Z20", "Z30", "Z40")] == list(dbh)
    expected_cm = 4 * stats.linregress(ages, dbh).slope
    assert expected_cm == pytest.approx(1.8469, abs=1e-4)
    grown_cm = [
        float(rounds["2"]["dbh_cm"]) - float(rounds["1"]["dbh_cm"])
        for rounds in trees.values()
        if rounds["2"]["species"].startswith("Pinus") and rounds["2"]["status"] == "live"
    ]
    assert math.fsum(grown_cm) / len(grown_cm) == pytest.approx(expected_cm, rel=0.1)


def test_the_program_writes_the_parcels_byte_for_byte(tmp_path: Path):
    tool = ROOT / "tools/build_demo_parcels.py"
    subprocess.run([sys.executable, tool, "--out", tmp_path / "p.geojson"], check=True, capture_output=True)
    assert (tmp_path / "p.geojson").read_bytes() == (REGION / "parcels.geojson").read_bytes()


def test_every_made_up_parcel_and_work_says_so():
    parcels = json.loads((REGION / "parcels.geojson").read_text(encoding="utf-8"))["features"]
    assert len(parcels) == 22 * 16
    assert all("示范" in parcel["properties"]["BZ"] for parcel in parcels)
    for row in rows("works.csv"):
        assert row["依据"].strip()
        assert (row["可信程度"] == "synthetic") == ("（示范）" in row["工程名称"])


def test_the_parcels_that_may_have_a_ticket_hold_each_stratum_of_the_project(region: Document):
    """Young plantations are kept for CCER, and what nobody has a right to is monitored only."""
    strata = {zone: row["id"] for row in region["survey"]["strata"] for zone in row["zones"]}
    parcels = json.loads((REGION / "parcels.geojson").read_text(encoding="utf-8"))["features"]
    own = [row for row in parcels if row["properties"].get("LQ_QLR") and row["properties"].get("DI_LEI") != "0141"]
    area_ha = defaultdict(float)
    for parcel in own:
        ring = shape(parcel["geometry"])
        stratum = strata[parcel["properties"]["PIAN_QU"]]
        area_ha[stratum] += abs(CGCS2000.geometry_area_perimeter(ring)[0]) / 10_000
    told = {row["stratum"]: float(row["area_ha"]) for row in rows("survey/strata.csv") if row["ecosystem"] != "wetland"}
    assert area_ha.keys() == told.keys()
    assert all(told[name] <= area_ha[name] <= 1.12 * told[name] for name in told), area_ha


def test_every_fact_of_the_demonstration_says_that_it_is_made_up():
    told = tomllib.loads((REGION / "triage.toml").read_text(encoding="utf-8"))
    assert told["confidence"] == "synthetic"
    assert "示范" in told["note"]
    assert "made up" in told["note"]
    table = load_table()
    for name in ("ticket", "disputed", "ccer"):
        assert read_facts(table.facts, told[name]).keys() >= told[name].keys()
