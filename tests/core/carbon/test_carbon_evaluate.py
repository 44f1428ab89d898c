"""Evaluations: pools, pairing, blank and zero, every reason, and independence of order."""

import json
import random

import pytest
from carbon_surveys import Files, codes, evaluated, forest, mixed_region, row_of, shared_files, table
from hypothesis import given, settings
from hypothesis import strategies as st

from tanhui.core.carbon import (
    FLAG_CODES,
    REASON_CODES,
    canonical_json,
    document_hash,
    evaluate,
    load_method,
    parse_survey,
)

GROWING = {"A": [(1000, 1500), (1200, 1650), (900, 1400)]}


def test_a_mixed_region_gives_one_total_over_forest_and_grassland():
    document = evaluated(mixed_region(), "baotou-stock-difference").document()
    counted = [row for row in document["strata"] if row["in_scope"]]
    assert {row["ecosystem"] for row in counted} == {"forest", "grassland"}
    assert document["removal_tco2e"] == pytest.approx(sum(row["removal_tco2e"] for row in counted))
    assert document["area_ha"] == 4000
    assert document["df"] == 168 + 96 - 4
    assert document["outcome"] == "issuable"
    assert row_of(document["strata"], stratum="F1")["pools"] == ["tree"]
    assert row_of(document["strata"], stratum="G1")["pools"] == ["soil"]


def test_the_interval_of_the_whole_is_that_of_independent_strata():
    document = evaluated(mixed_region(), "baotou-stock-difference").document()
    rows = [
        row_of(document["estimates"], quantity="removal_tco2e", pool="all", domain=domain, round="change")
        for domain in ("F1", "F2", "G1", "G2")
    ]
    variance = sum((row["se"] * 1000) ** 2 for row in rows)
    assert document["half_width_tco2e"] == pytest.approx(document["t_value"] * variance**0.5)


def test_wetland_is_computed_and_reported_and_never_counted():
    document = evaluated(mixed_region(), "baotou-stock-difference").document()
    wetland = row_of(document["strata"], stratum="W1")
    assert wetland["pools"] == ["herb", "soil"]
    assert wetland["removal_tco2e"] > 0
    assert not wetland["in_scope"]
    assert row_of(document["flags"], code="wetland_reported_only")["params"]["strata"] == "W1, W2"


def test_the_document_is_json_and_closes_with_its_own_hash():
    document = evaluated(mixed_region(8, 8, 4, 3)).document()
    assert json.loads(canonical_json(document)) == document
    assert document["estimate_hash"] == document_hash(document)
    assert document_hash(document | {"issuable_t": 1}) != document["estimate_hash"]


def without_identity(document: dict):
    return {key: value for key, value in document.items() if key not in {"survey_hash", "estimate_hash"}}


def shuffled(content: bytes, shuffler: random.Random):
    header, *rows = content.decode().splitlines()
    shuffler.shuffle(rows)
    return "\n".join([header, *rows]).encode()


REGION = mixed_region(6, 6, 4, 5)
REGION_DOCUMENT = evaluated(REGION).document()


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_neither_row_order_nor_file_order_matters(shuffler: random.Random):
    files = [(name, shuffled(content, shuffler)) for name, content in REGION.items()]
    shuffler.shuffle(files)
    assert without_identity(evaluated(dict(files)).document()) == without_identity(REGION_DOCUMENT)


def test_reversed_files_give_the_same_bytes():
    again = evaluated(dict(reversed(REGION.items()))).document()
    assert canonical_json(again) == canonical_json(REGION_DOCUMENT)


def test_other_rows_do_not_change_a_stratum():
    alone = forest(GROWING, {"A": 100})
    beside = forest(GROWING | {"B": [(1, 2), (3, 5)]}, {"A": 100, "B": 50})
    rows = [row_of(evaluated(files).document()["strata"], stratum="A") for files in (alone, beside)]
    assert rows[0] == rows[1]


def test_a_measured_visit_without_trees_has_none_and_a_lost_plot_says_nothing():
    files = forest(GROWING, {"A": 100})
    no_row = files["trees.csv"].replace(b"A0,2,1,Pinus,20,10,live,10,1500\n", b"")
    empty = evaluated(files | {"trees.csv": no_row}).document()
    assert row_of(empty["plot_densities"], plot="A0", round=2)["biomass_t_ha"] == 0
    visits = files["visits.csv"].replace(b"plot,round,year", b"plot,round,year,status").replace(b"\n", b",\n")
    visits = visits.replace(b"status,\n", b"status\n").replace(b"A0,2,2025,", b"A0,2,2025,lost")
    lost = evaluated(files | {"trees.csv": no_row, "visits.csv": visits}).document()
    assert [row["round"] for row in lost["plot_densities"] if row["plot"] == "A0"] == [1]
    assert row_of(lost["strata"], stratum="A")["n"] == 2
    assert {"plots_not_revisited", "plots_not_measured"} <= set(codes(lost["flags"]))


def test_dead_removed_and_missing_trees_are_no_live_stock():
    files = forest(GROWING, {"A": 100})
    gone = [f"A0,2,{status},Pinus,20,10,{status},10,5000\n" for status in ("dead", "removed", "missing")]
    extra = "".join(gone) + "A0,2,20,Pinus,5,4,ingrowth,10,100\n"
    document = evaluated(files | {"trees.csv": files["trees.csv"] + extra.encode()}).document()
    assert row_of(document["plot_densities"], plot="A0", round=2)["biomass_t_ha"] == 16


def test_one_tree_without_a_mass_spoils_its_plot_and_is_named():
    files = forest(GROWING, {"A": 100})
    document = evaluated(files | {"trees.csv": files["trees.csv"].replace(b",1500\n", b",\n")}).document()
    assert not [row for row in document["plot_densities"] if (row["plot"], row["round"]) == ("A0", 2)]
    assert row_of(document["reasons"], code="tree_biomass_missing")["params"] == {"plots": 1, "trees": 1}
    assert document["issuable_mg"] == 0


def replaced(files: Files, name: str, old: bytes, new: bytes):
    assert old in files[name]
    return files | {name: files[name].replace(old, new)}


def test_an_unknown_species_is_named_and_nothing_is_issued():
    document = evaluated(replaced(mixed_region(6, 0, 0, 8), "trees.csv", "山杨".encode(), b"Ginkgo biloba")).document()
    reason = row_of(document["reasons"], code="species_without_equation")
    assert reason["params"] == {"plots": 6, "species": "Ginkgo biloba", "trees": 12}
    assert document["outcome"] == "nothing_to_issue"


def test_latin_and_chinese_names_give_the_same_trees():
    files = mixed_region(6, 0, 0, 8)
    latin = replaced(files, "trees.csv", "樟子松".encode(), b"Pinus sylvestris var. mongolica")
    assert evaluated(latin).document()["plot_densities"] == evaluated(files).document()["plot_densities"]


def test_area_growth_and_density_growth_are_told_apart():
    files = forest({"A": [(1000, 1100), (1000, 1100)]}, {"A": 120})
    totals = table("stratum,round,area_ha", [("A", 1, 100), ("A", 2, 120)])
    document = evaluated(files | {"strata_totals.csv": totals}, "published-tree-biomass").document()
    row = row_of(document["strata"], stratum="A")
    # 10 → 11 t/ha on 100 → 120 ha: 320 t more, of which 20 ha × 10.5 t/ha = 210 through the area.
    assert row["area_effect_tc"] == pytest.approx(210 * 0.47)
    assert row["density_effect_tc"] == pytest.approx(110 * 0.47)
    assert document["removal_tco2e"] == pytest.approx(320 * 0.47 * 44 / 12)
    assert "area_changed" in codes(document["flags"])


def without(files: Files, name: str):
    return {file: content for file, content in files.items() if file != name}


def one_round(files: Files):
    kept = {}
    for name, content in files.items():
        header, *rows = content.splitlines(keepends=True)
        place = header.split(b",").index(b"round") if b"round" in header else None
        rows = [row for row in rows if place is None or row.split(b",")[place] == b"1"]
        kept[name] = b"".join([header, *rows])
    return kept


def different_places(files: Files):
    """The first plot seen in the first round only, the others in the second only."""
    visits = b"plot,round,year\nA0,1,2020\nA1,2,2025\nA2,2,2025\n"
    kept = {b"plot", b"A0,1", b"A1,2", b"A2,2"}
    trees = [row for row in files["trees.csv"].splitlines(keepends=True) if row[:4] in kept]
    return files | {"visits.csv": visits, "trees.csv": b"".join(trees)}


def space_for_time(files: Files):
    header = "pair,from_plot,from_round,to_plot,to_round,years,kind"
    return files | {"pairs.csv": table(header, [("x", "A0", 1, "A1", 1, 9, "space_for_time")])}


def uneven_soil():
    files = mixed_region(0, 6, 0, 0)
    header = "plot,round,top_cm,bottom_cm,bulk_density_g_cm3,soc_g_kg,gravel_fraction"
    visits = [(plot, number) for plot in range(6) for number in (1, 2)]
    rows = [(f"G-{plot:04}", number, 0, 10, 1.3, 10 + (number - 1) * (plot - 1), 0) for plot, number in visits]
    return files | {"soil.csv": table(header, rows)}


def without_masses(files: Files, *masses: int):
    for mass in masses:
        files = replaced(files, "trees.csv", b",%d\n" % mass, b",\n")
    return files


BAOTOU = "baotou-stock-difference"
REGION_OF_PLOTS, PLAIN = mixed_region(6, 6, 0, 8), forest(GROWING, {"A": 100})
ONE_PLOT = forest({"A": [(1000, 1500)]}, {"A": 100})
VOLUMES = shared_files("published/kanas_forest_2009_2014")
STATES = "stratum,round,climate,soil,land_use,management,input,area_ha"
MANAGED = without(mixed_region(0, 4, 0, 0), "soil.csv") | {
    "management.csv": table(
        STATES,
        [
            (stratum, number, "cool_temperate_dry", "high_activity_clay", "grassland", state, None, 1000)
            for stratum in ("G1", "G2")
            for number, state in ((1, "severely_degraded"), (2, "nominal"))
        ],
    )
}
REASONS = {
    "method_on_trial": (REGION_OF_PLOTS, "baotou-stock-difference@2.0.0"),
    "method_for_monitoring": (MANAGED, "ipcc-grassland"),
    "factor_missing": (
        replaced(MANAGED, "management.csv", b"severely_degraded", b"moderately_degraded"),
        "ipcc-grassland",
    ),
    "one_round_only": (one_round(PLAIN), None),
    "no_repeat_visits": (different_places(PLAIN), None),
    "space_for_time": (space_for_time(PLAIN), None),
    "area_unknown": (replaced(PLAIN, "strata.csv", b",100", b","), None),
    "pool_missing": (without(REGION_OF_PLOTS, "soil.csv"), BAOTOU),
    "ecosystem_not_covered": (replaced(REGION_OF_PLOTS, "strata.csv", b"G2,grass", b"G2,shrub"), BAOTOU),
    "wetland_monitoring_only": (mixed_region(0, 0, 4, 0), None),
    "fluxes_only": (shared_files("published/xiaoxingan_marsh_2007"), None),
    "species_without_equation": (replaced(REGION_OF_PLOTS, "trees.csv", "白桦".encode(), b""), BAOTOU),
    "height_missing": (replaced(REGION_OF_PLOTS, "trees.csv", b"8.0,6.2,", b"8.0,,"), BAOTOU),
    "tree_biomass_missing": (without_masses(PLAIN, 1500), None),
    "volume_without_factors": (without(VOLUMES, "parameters.csv"), "stand-volume"),
    "stratum_not_computable": (without_masses(PLAIN, 1500, 1650, 1400), None),
    "too_few_plots": (ONE_PLOT, None),
    "no_sampling_variance": (ONE_PLOT, None),
    "removal_not_positive": (forest({"A": [(1000, 900), (1000, 950)]}, {"A": 100}), None),
    "too_uncertain": (uneven_soil(), None),
    "less_than_one_tonne": (forest({"A": [(1000, 5000), (1000, 900), (1000, 1500)]}, {"A": 1}), None),
}


@pytest.mark.parametrize("code", REASON_CODES)
def test_every_reason_is_given_when_it_holds(code: str):
    files, method = REASONS[code]
    document = evaluated(files, method).document()
    assert code in codes(document["reasons"])
    assert (document["outcome"], document["issuable_mg"], document["buffer_mg"]) == ("nothing_to_issue", 0, 0)


def test_all_reasons_are_listed_and_not_only_the_first():
    files = replaced(one_round(forest(GROWING, {"A": 100})), "strata.csv", b",100", b",")
    assert codes(evaluated(files).document()["reasons"]) == ["one_round_only", "area_unknown"]


def test_too_uncertain_says_how_many_plots_would_do():
    reason = row_of(evaluated(uneven_soil()).document()["reasons"], code="too_uncertain")
    assert reason["params"]["limit_percent"] == 30
    assert reason["params"]["uncertainty_percent"] > 30
    assert reason["params"]["more_plots"] > 0


def flag_documents():
    names = (
        *("kubuqi_sandland_2019", "siziwang_grazing_2004_2012", "kanas_forest_2009_2014", "haixing_tamarisk_2015_2016"),
        *("otindag_elm_poplar_2011", "zoige_ch4_2014", "duolun_2005_2006"),
    )
    files = [shared_files(f"published/{name}") for name in names]
    region = mixed_region(6, 6, 4, 8)
    odd = replaced(region, "trees.csv", "白桦".encode(), "新疆杨".encode())
    files += [odd, replaced(odd, "trees.csv", b"8.0,6.2,", b"8.0,1.2,"), shared_files("fia-rhode-island")]
    visits = replaced(region, "visits.csv", b"date\n", b"date,status\n")["visits.csv"].replace(b"08-15\n", b"08-15,\n")
    files.append(region | {"visits.csv": visits + b"F-0000,3,2030-08-15,inaccessible\nG-0000,3,2030-08-15,\n"})
    files.append(replaced(region, "soil.csv", b"G-0000,1,10,20", b"G-0000,1,10,30"))
    documents = [evaluated(found).document() for found in files]
    documents.append(evaluated(region | {"shrubs.csv": SHRUBS}, "baotou-stock-difference").document())
    dense = replaced(region, "soil.csv", b",1.4,", b",2.9,")
    documents.append(evaluated(replaced(dense, "soil.csv", b",12.", b",552."), "baotou-stock-difference").document())
    documents.append(evaluated(shared_files("published/zoige_ch4_2014"), "wetland-balance").document())
    return documents


SHRUBS = table(
    "plot,round,species,plants_per_ha,mean_height_m,crown_area_m2",
    [
        ("F-0000", 1, "柠条锦鸡儿", 100, 3, 4),
        ("F-0000", 1, "山杏", 100, None, 4),
        ("F-0000", 1, "沙棘", 100, 1, 1),
    ],
)


def test_every_flag_is_raised_somewhere():
    raised = {code for document in flag_documents() for code in codes(document["flags"])}
    assert raised == set(FLAG_CODES)


def test_the_buffer_is_part_of_what_is_issued():
    document = evaluated(forest(GROWING, {"A": 100})).document()
    steps = {step["step"]: step["tco2e"] for step in document["deduction"]["steps"]}
    assert document["issuable_mg"] == document["issuable_t"] * 10**9
    assert document["buffer_mg"] * 10 == document["issuable_mg"]
    assert steps["owner"] + steps["buffer"] == pytest.approx(steps["whole_tonnes"])
    assert steps["whole_tonnes"] <= steps["removal"] - steps["deducted"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 4000)), min_size=1, max_size=6), st.integers(0, 5000))
def test_never_more_is_issued_than_was_removed(plots: list[tuple[int, int]], area_ha: int):
    files = forest({"A": plots}, {"A": area_ha})
    found = evaluate(parse_survey(files), load_method("published-tree-biomass"))
    removal = found.document()["removal_tco2e"]
    assert 0 <= found.buffer_mg <= found.issuable_mg <= max(0, removal) * 1e9
    assert (found.issuable_mg > 0) == (not found.reasons)
