"""The pair of rounds that a plan names: old plans and results stand to the byte, a chosen pair is compared instead."""

import pytest
from carbon_surveys import forest, mixed_region, row_of, table

from tanhui.core.canonical import canonical_json
from tanhui.core.carbon import Plan, PlanFault, assess, load_method, method_files, parse_survey
from tanhui.core.recompute.compute import NotComputable, compute
from tanhui.core.telling import silent

METHOD = "published-tree-biomass"
OLD_PLAN = (
    b'{"allocation":"neyman","collapse":true,"confidence":null,"df_rule":"n_minus_m",'
    b'"domains":["zone","county","owner","species"],"draws":100,"estimator":"stratified","finite_population":false,'
    b'"precision_percent":"10","seed":7,"unpaired":"left_out"}'
)
"""As the program wrote it before a pair could be chosen."""


def three_rounds() -> dict[str, bytes]:
    """Strata A and B; the third round saw A alone. A: 10.5, 13, 16 t/ha of dry mass."""
    files = forest({"A": [(1000, 1200), (1100, 1400)], "B": [(500, 600), (700, 750)]}, {"A": 100, "B": 300})
    later = [("A0", 3, "1", "Pinus", 20, 10, "live", 10, 1500), ("A1", 3, "1", "Pinus", 20, 10, "live", 10, 1700)]
    files["trees.csv"] += table("", later).split(b"\n", 1)[1]
    files["visits.csv"] += b"A0,3,2030\nA1,3,2030\n"
    return files


def assessed(files: dict[str, bytes], rounds: tuple[int, int] | None = None) -> dict:
    return assess(parse_survey(files), load_method(METHOD), Plan(seed=7, draws=0, rounds=rounds)).document()


def test_a_plan_without_a_choice_is_written_to_the_byte_as_before():
    plan = Plan(seed=7, draws=100).under(load_method(METHOD, "1.0.0"))
    assert canonical_json(plan.document()) == OLD_PLAN
    assert Plan.from_document(plan.document()) == plan


@pytest.mark.parametrize(
    ("files", "method", "result"),
    [
        (
            mixed_region(8, 8, 4, 3),
            "baotou-stock-difference",
            "e41d99dba7d033d7f2e9741ad7a70c5abdec6183ca53ce9fcb2355730932a5ca",
        ),
        (
            forest({"A": [(1000, 1200), (1100, 1400)]}, {"A": 100}),
            METHOD,
            "763a08c1ad1caa3f8687d4f3ddc9ce349f6c15283c64c4fa4c3435ef95702218",
        ),
    ],
    ids=["mixed", "forest"],
)
def test_a_result_from_before_the_choice_has_its_old_hash(files: dict[str, bytes], method: str, result: str):
    document = assess(parse_survey(files), load_method(method, "1.0.0"), Plan(seed=7, draws=100)).document()
    assert document["assessment_hash"] == result


def test_the_named_pair_is_compared_and_the_last_two_where_none_is_named():
    files = three_rounds()
    assert assessed(files)["evaluation"]["removal_tco2e"] is None
    chosen = assessed(files, (1, 2))
    first_two = {**files, **{name: forest_files()[name] for name in ("trees.csv", "visits.csv")}}
    alone = assessed(first_two)
    assert chosen["plan"]["rounds"] == [1, 2]
    for part in ("removal_tco2e", "half_width_tco2e", "period", "rounds", "estimates"):
        assert chosen["evaluation"][part] == alone["evaluation"][part], part


def forest_files() -> dict[str, bytes]:
    return forest({"A": [(1000, 1200), (1100, 1400)], "B": [(500, 600), (700, 750)]}, {"A": 100, "B": 300})


def test_rounds_that_are_no_neighbours_are_compared_without_a_second_stock_in_the_series():
    document = assessed(three_rounds(), (1, 3))
    row = row_of(document["strata"], stratum="A")
    assert row["removal_tco2e"] == pytest.approx(550 * 0.47 * 44 / 12)
    assert [told["round"] for told in document["evaluation"]["rounds"]] == [1, 3]
    stocks = [told["round"] for told in document["series"]["stocks"] if told["scope"] == "issued"]
    assert stocks == [1, 2, 3]
    assert {(told["from_round"], told["to_round"]) for told in document["effects"]} == {(1, 2), (2, 3), (1, 3)}


@pytest.mark.parametrize("rounds", [[2, 1], [1], [1, 1], [1, 2, 3], ["1", "2"], "1,2", [1.0, 2.0]])
def test_what_is_no_pair_of_rounds_is_refused_by_name(rounds: object):
    with pytest.raises(PlanFault, match="rounds"):
        Plan.from_document({"seed": 7, "rounds": rounds})


def test_a_recompute_file_follows_the_pair_and_refuses_a_round_that_nobody_measured():
    method = method_files(METHOD, "1.0.0")
    found = compute(three_rounds(), method, {"seed": 7, "draws": 0, "rounds": [1, 2]}, silent)
    assert found["evaluation"]["period"] == assessed(three_rounds(), (1, 2))["evaluation"]["period"]
    with pytest.raises(NotComputable, match="rounds"):
        compute(three_rounds(), method, {"seed": 7, "draws": 0, "rounds": [1, 9]}, silent)
