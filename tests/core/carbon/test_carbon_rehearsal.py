"""Versions side by side: what differs in their files, and what a survey gives by each."""

from fractions import Fraction

import pytest
from carbon_surveys import forest, mixed_region, row_of, shared_files

from tanhui.core.carbon import evaluate, load_method, method_files, parse_survey
from tanhui.core.carbon.method import method_differences, method_tables, shipped_methods
from tanhui.core.carbon.rehearsal import Shift, rehearse

BAOTOU = "baotou-stock-difference"
SIZIWANG = parse_survey(shared_files("published/siziwang_grazing_2004_2012"))
OLD, NEW = load_method(BAOTOU, "1.1.0"), load_method(BAOTOU, "2.0.0")


@pytest.mark.parametrize("shipped", shipped_methods())
def test_every_method_is_the_same_as_itself_and_lays_out_every_row(shipped: tuple[str, str]):
    files = method_files(*shipped)
    assert method_differences(files, files) == ()
    for table in method_tables(files):
        if table.file.endswith(".csv"):
            assert len(table.rows) == len(files[table.file].decode().splitlines()) - 1


def test_a_changed_coefficient_is_one_cell_of_one_row():
    files = method_files(BAOTOU, "1.1.0")
    changed = files | {"equations.csv": files["equations.csv"].replace(b"0.0441", b"0.0442")}
    (found,) = method_differences(files, changed)
    assert (found.file, found.row, found.kind) == ("equations.csv", "Larix principis-rupprechtii · leaf", "changed")
    assert found.cells == (("a", "0.0441", "0.0442"),)


def test_added_and_removed_rows_mirror_each_other():
    first, second = method_files(BAOTOU, "1.0.0"), method_files(BAOTOU, "1.1.0")
    there = {(row.file, row.row): row.kind for row in method_differences(first, second)}
    back = {(row.file, row.row): row.kind for row in method_differences(second, first)}
    assert there["shrub_equations.csv", "Haloxylon ammodendron · root"] == "added"
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    assert back == {row: turned[kind] for row, kind in there.items()}


def test_the_trial_version_differs_in_its_soil_rule():
    rows = {row.row: row for row in method_differences(method_files(BAOTOU, "1.1.0"), method_files(BAOTOU, "2.0.0"))}
    assert set(rows) == {"version", "status", "summary_zh", "summary_en", "soil.decides"}
    assert rows["soil.decides"].cells == (("value", "fixed_depth", "equal_mass"),)


def test_a_dry_run_of_siziwang_shows_what_the_other_soil_rule_does():
    found = rehearse(SIZIWANG, OLD, NEW)
    assert {name: round(float(shift.before), 1) for name, shift in found.strata.items()} == {
        "CK": -752.9,
        "HG": -584.9,
        "LG": -46.6,
        "MG": -514.8,
    }
    assert round(float(found.strata["LG"].after), 1) == 260.2
    assert round(found.totals["removal_tco2e"].difference, 2) == 1315.16
    assert [shift.visited.round for shift in found.changed_plots] == [1, 1, 1, 1]
    assert [note.code for note in found.reasons[0]] == ["removal_not_positive"]


def test_a_version_on_trial_is_run_as_if_it_were_in_force():
    survey = parse_survey(mixed_region())
    assert not evaluate(survey, NEW).issuable_mg
    found = rehearse(survey, OLD, NEW)
    assert found.totals["issuable_t"].after > 0
    assert found.reasons == ((), ())


def test_a_dry_run_is_the_two_evaluations_and_nothing_else():
    before, after = evaluate(SIZIWANG, OLD).document(), evaluate(SIZIWANG, NEW).document()
    document = rehearse(SIZIWANG, OLD, NEW).document()
    assert document["totals"]["removal_tco2e"]["before"] == before["removal_tco2e"]
    assert document["totals"]["removal_tco2e"]["after"] == after["removal_tco2e"]
    row = row_of(document["plots"], plot="SZ-LG", round=1, pool="soil")
    assert row["carbon_t_ha_after"] == row_of(after["plot_densities"], plot="SZ-LG", round=1)["carbon_t_ha"]
    assert row["coverage_before"] == "0-20 cm"
    assert evaluate(SIZIWANG, OLD).document() == before


def test_the_sixth_layer_changes_nothing_where_only_trees_were_measured():
    survey = parse_survey(mixed_region(6, 6, 4, 8))
    found = rehearse(survey, load_method(BAOTOU, "1.0.0"), OLD)
    assert found.changed_plots == ()
    assert not any(shift.changed for shift in found.totals.values())


def test_figures_that_only_one_method_has_are_blank_on_the_other_side():
    survey = parse_survey(forest({"A": [(1000, 1200), (900, 1200)]}, {"A": 100}))
    found = rehearse(survey, load_method("published-tree-biomass"), load_method("stand-volume"))
    assert found.totals["removal_tco2e"].after is None
    assert found.totals["removal_tco2e"].difference is None
    assert all(shift.carbon_t_ha.after is None and shift.coverage_after == "" for shift in found.plots)


def test_a_shift_compares_what_a_reader_would_see():
    assert not Shift(Fraction(1, 3), float(Fraction(1, 3))).changed
    assert Shift(None, 0).changed
