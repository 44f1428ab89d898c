"""Old results never change: the first versions give the same documents, to the byte, as when they shipped."""

from pathlib import Path

import pytest
from carbon_surveys import codes, forest, mixed_region

from tanhui.core.carbon import evaluate, load_method, method_files, method_hash, parse_survey

REGION = Path(__file__).parents[3] / "src/tanhui/land/regions/baotou/survey"
FOREST = forest({"A": [(100, 120), (110, 150), (90, 95)], "B": [(50, 60), (70, 75)]}, {"A": 100, "B": 300})
BAOTOU, GIVEN, TREES = "baotou-stock-difference", "given-pools", "published-tree-biomass"

HASHES = {
    BAOTOU: "6f494ec5870ebdbd88522cbbb47d832fe847e1e04436b1a6f762697ceed197f0",
    GIVEN: "10639c517d85e4468d8dbfffc960f8eccf6c64fdfe297bbf4574f11f6d3cbb47",
    TREES: "b3ba8e8598f820983e7e4ea3d89fd0cccb42fe1df4afac7692a466bf5d0ba333",
    "stand-volume": "2735e7ececd9bb80f8dca48deb66888f99f393788c6fdb76686588a6c96038cf",
}


@pytest.mark.parametrize("name", sorted(HASHES))
def test_the_files_of_a_used_version_stand_as_they_were(name: str):
    assert method_hash(method_files(name, "1.0.0")) == HASHES[name]


@pytest.mark.parametrize(
    ("files", "method", "estimate_hash"),
    [
        (mixed_region(4, 4, 4, 3), BAOTOU, "0b8ee496026a39cecc9679d688769f28bea35474e947155554f5d90dcb43246e"),
        (mixed_region(4, 4, 4, 3), GIVEN, "68fb045a0e7fd71a88528e49b5a402d3bbacf0fb1682aec8f2fe1aa58747c401"),
        (FOREST, TREES, "da32080d4e76d631df54db42c2fbf860273e35c101491d0f7b609a7d2f57c8f9"),
        (
            {path.name: path.read_bytes() for path in REGION.glob("*.csv")},
            BAOTOU,
            "659b48f583ed7001cd417d83ec12fe03183a0c416efc9a7f04a33f2b31fdc471",
        ),
    ],
    ids=["mixed", "mixed, given pools", "forest", "demonstration region"],
)
def test_an_old_version_gives_its_old_document(files: dict[str, bytes], method: str, estimate_hash: str):
    document = evaluate(parse_survey(files), load_method(method, "1.0.0")).document()
    assert document["estimate_hash"] == estimate_hash


def test_a_warning_that_the_first_methods_did_not_know_is_not_counted_by_them():
    files = FOREST | {"trees.csv": FOREST["trees.csv"].replace(b",20,10,", b",20,1.2,")}
    survey = parse_survey(files)
    assert {fault.code for fault in survey.warnings} == {"height_doubtful"}
    assert "survey_warnings" not in codes(evaluate(survey, load_method(TREES, "1.0.0")).document()["flags"])
    assert "survey_warnings" in codes(evaluate(survey, load_method(BAOTOU, "2.0.0")).document()["flags"])
