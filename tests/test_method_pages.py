"""The numbers on the pages of methods, in the README and in its picture are those that the core computes today."""

import re
from functools import cache
from pathlib import Path

import pytest

from tanhui.core.carbon import evaluate, load_method, parse_survey
from tanhui.core.carbon.allometry import organ_masses_kg
from tanhui.core.carbon.method.model import folded

ROOT = Path(__file__).resolve().parent.parent
METHODS = ROOT / "docs/methods"
SURVEY = ROOT / "src/tanhui/land/regions/baotou/survey"
RHODE_ISLAND = ROOT.parent / "shared/data/fia-rhode-island"


def example(page: str, name: str) -> list[list[str]]:
    """The rows of the table that follows a mark, without its header."""
    text = (METHODS / f"{page}.md").read_text(encoding="utf-8")
    table = text.split(f"<!-- example: {name} -->")[1].lstrip().split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def number(cell: str) -> float:
    return float(cell.replace(",", ""))


def said(cell: str) -> object:
    """What a page says, to the places that it prints."""
    places = len(cell.partition(".")[2])
    return pytest.approx(number(cell), abs=0.5000001 * 10**-places)


def evaluated(method: str, **tables: str) -> dict:
    files = {f"{name}.csv": text.encode() for name, text in tables.items()}
    return evaluate(parse_survey(files), load_method(method)).document()


def folder_document(folder: Path, method: str) -> dict:
    return evaluate(
        parse_survey({path.name: path.read_bytes() for path in folder.glob("*.csv")}), load_method(method)
    ).document()


@cache
def demonstration() -> dict:
    return folder_document(SURVEY, "baotou-stock-difference")


def facts(document: dict) -> dict[str, float]:
    """The figures of an estimate under the words that the pages use."""
    deduction = document["deduction"]
    return {
        "removal, tCO₂e": document["removal_tco2e"],
        "half of the 90 % interval, tCO₂e": document["half_width_tco2e"],
        "half of the interval, tCO₂e": document["half_width_tco2e"],
        "degrees of freedom": document["df"],
        "t": document["t_value"],
        "uncertainty, %": document["uncertainty_percent"],
        "share taken, %": deduction["share_percent"],
        "taken, tCO₂e": deduction["deducted_tco2e"],
        "may be issued, t": document["issuable_t"],
        "buffer, t": document["buffer_t"],
    }


def assert_facts(page: str, name: str, known: dict[str, float]) -> None:
    rows = example(page, name)
    assert len(rows) >= 6
    for words, cell in rows:
        assert known[words] == said(cell), words


def row_of(rows: list[dict], **wanted: object) -> dict:
    (found,) = [row for row in rows if all(row[key] == value for key, value in wanted.items())]
    return found


@pytest.mark.parametrize(
    ("rule", "method"), [("ar-tool14", "published-tree-biomass"), ("ar-cm-001", "baotou-stock-difference")]
)
def test_deduction_tables(rule, method):
    steps = load_method(method).deduction.steps
    rows = example("README", f"deduction {rule}")
    assert load_method(method).deduction.rule == rule
    assert len(rows) == len(steps)
    before = "0"
    for (above, to, share), step in zip(rows, steps, strict=True):
        assert above == before
        assert to == ("" if step.to_percent is None else str(step.to_percent))
        assert share == ("nothing is issued" if step.share_percent is None else str(step.share_percent))
        before = to


def test_trees():
    method = load_method("baotou-stock-difference")
    rows = example("baotou-stock-difference", "trees")
    assert len(rows) == 9
    for species, dbh_cm, height_m, mass_kg in rows:
        equations = method.equations[method.species[folded(species)].equation]
        organs = organ_masses_kg(number(dbh_cm), number(height_m), equations)
        assert sum(organs.values()) == said(mass_kg), species


def test_the_larch_by_organ():
    method = load_method("baotou-stock-difference")
    equations = {found.organ: found for found in method.equations["Larix principis-rupprechtii"]}
    organs = organ_masses_kg(15, 11, tuple(equations.values()))
    for organ, a, b, mass_kg in example("baotou-stock-difference", "larch organs"):
        assert (equations[organ].a, equations[organ].b) == (a, b)
        assert number(a) * 2475 ** number(b) == said(mass_kg)
        assert organs[organ] == said(mass_kg)


def test_the_soil_of_siziwang_by_both_rules():
    rows = example("baotou-stock-difference", "siziwang soil")
    soil = "".join(
        f"{name},{number},{top},{top + 10},{density},{soc}\n"
        for name, *cells in rows
        for (number, top, density), soc in zip(
            ((1, 0, 1.64), (1, 10, 1.64), (2, 0, 1.36), (2, 10, 1.36)), cells, strict=False
        )
    )
    document = evaluated(
        "baotou-stock-difference",
        strata="stratum,ecosystem,area_ha\n" + "".join(f"{name},grassland,13.2\n" for name, *_ in rows),
        plots="plot,stratum\n" + "".join(f"{name},{name}\n" for name, *_ in rows),
        visits="plot,round,year\n" + "".join(f"{name},1,2004\n{name},2,2012\n" for name, *_ in rows),
        soil="plot,round,top_cm,bottom_cm,bulk_density_g_cm3,soc_g_kg\n" + soil,
    )
    for name, *_, fixed, equal in rows:
        assert row_of(document["soil_rules"], domain=name, rule="fixed_depth")["removal_tco2e"] == said(fixed)
        assert row_of(document["soil_rules"], domain=name, rule="equal_mass")["removal_tco2e"] == said(equal)
    assert document["outcome"] == "nothing_to_issue"
    assert row_of(document["flags"], code="soil_rule_decides")["params"]["strata"] == "LG"


def test_the_demonstration_region():
    assert_facts("baotou-stock-difference", "demonstration", facts(demonstration()))
    assert sum(row["n"] for row in demonstration()["strata"] if row["in_scope"]) == 264


def test_six_plots():
    rows = example("published-tree-biomass", "six plots")
    trees = "".join(
        f"{plot},{index},1,live,100,{float(t_ha) * 10}\n"
        for plot, *cells in rows
        for index, t_ha in enumerate(cells[:2], 1)
    )
    document = evaluated(
        "published-tree-biomass",
        strata="stratum,ecosystem,area_ha\nA,forest,100\nB,forest,300\n",
        plots="plot,stratum\n" + "".join(f"{plot},{plot[0]}\n" for plot, *_ in rows),
        visits="plot,round,year\n" + "".join(f"{plot},1,2020\n{plot},2,2025\n" for plot, *_ in rows),
        trees="plot,round,tree,status,trees_per_ha,aboveground_biomass_kg\n" + trees,
    )
    assert [number(after) - number(before) for _, before, after, _ in rows] == [number(row[3]) for row in rows]
    mass = row_of(document["estimates"], quantity="biomass_t_ha", pool="all", domain="all", round="change")
    known = {"dry mass, t": mass["total"], "half of the interval, t": mass["total_half_width"], **facts(document)}
    assert_facts("published-tree-biomass", "six plots result", known)


@pytest.mark.skipif(not RHODE_ISLAND.is_dir(), reason="the inventory of Rhode Island does not lie beside the checkout")
def test_rhode_island():
    document = folder_document(RHODE_ISLAND, "published-tree-biomass")
    rows = [
        row
        for row in document["estimates"]
        if (row["quantity"], row["pool"], row["domain"]) == ("biomass_t_ha", "tree", "all")
    ]
    computed = [row_of(rows, round=when)[figure] for when in (1, 2, "change") for figure in ("mean", "se")]
    computed += [document["uncertainty_percent"], document["removal_tco2e"], document["issuable_t"]]
    told = [cell for _words, cell in example("published-tree-biomass", "rhode island")]
    assert computed == [said(cell) for cell in told]
    assert (document["df"], document["plots"], document["trees"], len(document["strata"])) == (192, 199, 6056, 7)


def test_volume():
    volumes = load_method("stand-volume").volumes
    for species, mass_t, carbon_t, co2_t in example("stand-volume", "volume"):
        found = volumes[folded(species)]
        mass = 100 * found.density_t_m3 * found.bef * (1 + found.root_ratio)
        assert [float(mass), float(mass * found.carbon_fraction), float(mass * found.carbon_fraction) * 44 / 12] == [
            said(mass_t),
            said(carbon_t),
            said(co2_t),
        ]


def test_the_factors_of_volume_are_those_of_the_table():
    text = (METHODS / "stand-volume.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| ([^|]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| (memory-\w+) \|$", text, re.MULTILINE
    )
    volumes = load_method("stand-volume").volumes
    assert {name for name, *_ in rows} == {found.species for found in volumes.values()}
    for name, *cells, mark in rows:
        found = volumes[folded(name)]
        factors = (found.bef, found.root_ratio, found.density_t_m3, found.carbon_fraction)
        assert [float(cell) for cell in cells] == [float(factor) for factor in factors], name
        assert mark == found.confidence, name


def test_kanas_area_and_density_apart():
    rows = example("stand-volume", "kanas")
    totals = "".join(f"{n},1,{a1},{c1}\n{n},2,{a2},{c2}\n" for n, a1, a2, c1, c2, *_ in rows)
    document = evaluated(
        "stand-volume",
        strata="stratum,ecosystem,area_ha\n" + "".join(f"{row[0]},forest,\n" for row in rows),
        plots="plot,stratum\n" + "".join(f"{row[0]},{row[0]}\n" for row in rows),
        visits="plot,round,year\n" + "".join(f"{row[0]},1,2009\n{row[0]},2,2014\n" for row in rows),
        strata_totals="stratum,round,area_ha,carbon_t\n" + totals,
    )
    for name, _, _, before, after, area, density in rows:
        row = row_of(document["strata"], stratum=name)
        assert (row["area_effect_tc"], row["density_effect_tc"]) == (said(area), said(density))
        assert row["area_effect_tc"] + row["density_effect_tc"] == pytest.approx(float(after) - float(before), abs=1e-5)
    whole = row_of(document["estimates"], quantity="carbon_t_ha", pool="all", domain="all", round="change")
    assert whole["total"] == pytest.approx(-984.44)
    assert {"removal_not_positive", "no_sampling_variance"} <= {reason["code"] for reason in document["reasons"]}


def test_two_pools_with_printed_errors():
    pools = "".join(
        f"S1,1,{pool},{first},{se_1}\nS1,2,{pool},{second},{se_2}\n"
        for pool, first, se_1, second, se_2 in example("given-pools", "two pools")
    )
    document = evaluated(
        "given-pools",
        strata="stratum,ecosystem,area_ha\nS,grassland,100\n",
        plots="plot,stratum\nS1,S\n",
        visits="plot,round,year\nS1,1,2015\nS1,2,2025\n",
        pools="plot,round,pool,carbon_t_ha,se\n" + pools,
    )
    assert_facts("given-pools", "two pools result", facts(document))
    assert [flag["code"] for flag in document["flags"]] == ["printed_error_used"]


@pytest.mark.parametrize("method", ["published-tree-biomass", "given-pools", "baotou-stock-difference", "stand-volume"])
def test_shared_parameters_and_those_of_a_page(method):
    parameters = load_method(method).parameters
    for page in (method, "README"):
        text = (METHODS / f"{page}.md").read_text(encoding="utf-8")
        for name, value, *_ in re.findall(r"^\| ([a-z]+_[a-z_0-9]+) \| ([\d.]+)(?: tC/t)? \|(.+)$", text, re.MULTILINE):
            assert float(parameters[name].value) == float(value), name
    told = re.findall(
        r"^\| ([a-z]+_[a-z_0-9]+) \| [\d.]+ \| (\S+) \|",
        (METHODS / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert len(told) == 4
    assert {name: parameters[name].confidence for name, _mark in told} == dict(told)


def test_the_picture_shows_the_demonstration():
    document = demonstration()
    picture = (ROOT / "docs/picture.svg").read_text(encoding="utf-8")
    assert f"{document['removal_tco2e']:,.0f} ± {document['half_width_tco2e']:,.0f} t" in picture
    assert f"{document['issuable_t']:,} t" in picture
    assert f"{document['plots']} 块" in picture
    owned_mg = document["issuable_mg"] - document["buffer_mg"]
    assert f"{owned_mg * 3 // 10 // 10**9:,} t" in picture
    decision = (ROOT / "docs/decisions/0010-demonstration-region.md").read_text(encoding="utf-8")
    assert f"{document['removal_tco2e']:,.0f} ± {document['half_width_tco2e']:,.0f} t" in decision


def test_the_picture_counts_the_checks():
    from tanhui.core.audit.report import CHECK_CODES

    assert f"{len(CHECK_CODES)} 项检查" in (ROOT / "docs/picture.svg").read_text(encoding="utf-8")
    assert "fifteen checks" in (ROOT / "docs/decisions/0005-audit-file.md").read_text(encoding="utf-8")
    assert len(CHECK_CODES) == 15
