"""`tanhui design` as people use it: counting, drawing, writing the files, and what it says when it cannot."""

import json

import pytest

STRATA = """stratum,area_ha,plot_area_m2,mean,sd
1,3400,800,126.6,26.2
2,900,800,76.0,14.0
3,700,800,102.2,8.2
"""
OPEN = """
from tanhui.site.demonstration import register_demonstration_people
from tanhui.land.services import REGIONS, load_region
from tanhui.monitoring.services import open_programme
from tanhui.kit import clock
region = load_region(folder=REGIONS / "baotou")
by = register_demonstration_people()["naren"]
told = dict(name_zh="样地", name_en="Plots", region_code=region.code, key="cli", by=by, reason="x", at=clock.now())
print(open_programme(**told).number)
"""
DRAW = ("--source", "zones", "--person", "naren", "--reason", "按方案。", "--first-year", "2027")


@pytest.fixture
def strata(tmp_path):
    path = tmp_path / "strata.csv"
    path.write_text(STRATA, encoding="utf-8")
    return path


def test_size_shows_the_steps_and_the_plots_of_each_stratum(cli, strata):
    done = cli("design", "size", "--strata", strata)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("自由度 ∞　t = 1.644854")
    assert lines[-4:] == [
        "1　9 块（可容 42500）",
        "2　3 块（可容 11250）",
        "3　3 块（可容 8750）",
        "共 15 块，预计相对误差 ±9.61%（可靠性 90%）",
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("size", "--error", "0"), "error_out_of_range"),
        (("size", "--error", "ten"), "bad_number"),
        (("size", "--plots", "4"), "plots_too_few"),
    ],
)
def test_size_refuses_in_words(cli, strata, words, code):
    done = cli("design", *words, "--strata", strata, "--language", "en")
    assert done.returncode == 1
    assert f"[{code}]" in done.stderr


def test_a_design_is_drawn_twice_the_same_and_handed_out(cli, tmp_path):
    assert cli("manage", "migrate", "--verbosity", "0").returncode == 0
    number = cli("manage", "shell", "--verbosity", "0", "-c", OPEN).stdout.split()[-1]
    (tmp_path / "figures.csv").write_text(
        "stratum,mean,sd\nforest,14,10\ngrassland,37,3\nwetland,130,55\n", encoding="utf-8"
    )
    words = ("design", "draw", number, "--strata", tmp_path / "figures.csv", *DRAW)
    assert "[seed_missing]" in cli(*words).stderr
    first, again = cli(*words, "--seed", "7"), cli(*words, "--seed", "7")
    assert first.returncode == 0, first.stderr
    assert first.stdout == again.stdout
    done = cli("design", "export", number, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"design.json", "plots.gpx", "plots.kml", "design.gpkg", "forms-crew1.xlsx", "sheets-crew4.pdf"} <= written
    document = json.loads((tmp_path / "out/design.json").read_text(encoding="utf-8"))
    assert document["design_hash"] in first.stdout
    assert "[unknown_design]" in cli("design", "export", number, "--revision", "9").stderr
