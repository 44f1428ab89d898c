import ast
import copy
import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from pypdf import PdfReader

from tanhui.certification.report import ReportFacts, Signed, report_of, report_pdf
from tanhui.core import carbon
from tanhui.core.carbon.codes import FLAG_CODES, REASON_CODES
from tanhui.core.carbon.evaluate import evaluate
from tanhui.core.carbon.method import load_method, shipped_methods
from tanhui.core.carbon.survey import parse_survey
from tanhui.monitoring.papers.numbers import amount, axis, plain
from tanhui.monitoring.papers.parts import bridge, remarks, sections
from tanhui.monitoring.papers.wording import Wording, load_wording

T_VALUE = 1.693889
STRATA = (
    ("油松人工林", 2146.8, 11, 2.56, 0.43, 20_151.0, 3_384.8),
    ("杨树人工林", 1038.2, 7, 1.46, 0.68, 5_558.0, 2_588.6),
    ("榆树疏林", 912.4, 5, 0.41, 0.26, 1_372.0, 869.8),
)
POOLS = (("tree", 27.31, 29.33, 2.02, 0.23), ("litter", 2.14, 2.17, 0.03, 0.09), ("all", 29.45, 31.50, 2.05, 0.26))


def estimate(pool: str, domain: str, when: str | int, mean: float, half: float | None):
    se = None if half is None else half / T_VALUE
    known = {"quantity": "carbon_t_ha", "unit": "t/ha", "df": 32, "uncertainty_percent": None, "total": None}
    return {**known, "pool": pool, "domain": domain, "round": when, "mean": mean, "se": se, "half_width": half}


def source(name: str, value: float | None, unit: str, origin: str, confidence: str):
    known = {"kind": "parameter", "name": name, "value": value, "unit": unit}
    return {**known, "source": origin, "confidence": confidence}


def document():
    """An evaluation as its document says it, with figures that add up."""
    estimates = [estimate("all", name, "change", change, half) for name, _, _, change, half, _, _ in STRATA]
    for pool, first, second, change, half in POOLS:
        estimates += [estimate(pool, "all", 1, first, None), estimate(pool, "all", 2, second, None)]
        estimates.append(estimate(pool, "all", "change", change, half))
    return {**identity(), **numbers(), **notes(), "estimates": estimates, "strata": strata()}


def identity():
    """Who measured what when, by which method."""
    return {
        "method": {
            "id": "baotou-stock-difference",
            "version": "1.0.0",
            "hash": "4b" * 32,
            "title_zh": "库差别法",
            "title_en": "Stock difference",
        },
        "survey_hash": "77" * 32,
        "estimate_hash": "9f" * 32,
        "plots": 38,
        "trees": 1942,
        "area_ha": 4097.4,
        "rounds": [
            {"round": 1, "year_from": 2021, "year_to": 2021, "date_from": "2021-07-02", "date_to": "2021-08-19"},
            {"round": 2, "year_from": 2025, "year_to": 2026, "date_from": "2025-07-05", "date_to": "2026-01-22"},
        ],
        "period": {"from": "2021-07-02", "to": "2026-01-22", "years": 4.5},
        "plot_densities": [],
    }


def strata():
    return [
        {
            "stratum": name,
            "note": "",
            "ecosystem": "forest",
            "area_ha": area,
            "n": n,
            "removal_tco2e": removal,
            "half_width_tco2e": half,
            "in_scope": True,
        }
        for name, area, n, _, _, removal, half in STRATA
    ]


def numbers():
    """From the removal to what can be issued."""
    return {
        "removal_tco2e": 52857.43,
        "half_width_tco2e": 6700.2,
        "uncertainty_percent": 12.676,
        "df": 32,
        "confidence_level": 0.9,
        "t_value": T_VALUE,
        "deduction": {"rule": "ar-cm-001", "of": "change", "share_percent": 6, "deducted_tco2e": 3171.4458},
        "baseline_tco2e": 0,
        "leakage_tco2e": 0,
        "buffer": {"share_ppm": 100_000},
        "issuable_t": 49_685,
        "issuable_mg": 49_685_000_000_000,
        "buffer_mg": 4_968_500_000_000,
        "outcome": "issuable",
    }


def notes():
    """What a reader should know beside the numbers."""
    return {
        "reasons": [],
        "flags": [
            {"code": "equation_out_of_range", "params": {"species": "油松", "trees": 7}},
            {"code": "equation_out_of_range", "params": {"species": "榆树", "trees": 2}},
            {"code": "pool_partly_measured", "params": {"stratum": "榆树疏林", "pool": "litter"}},
        ],
        "soil_rules": [],
        "pairs": [],
        "fluxes": [],
        "sources": [
            source("carbon_fraction_litter", 0.258, "", "IPCC 2006", "memory-med"),
            source("carbon_fraction", 0.47, "tC/t", "表 4.3", "found"),
            {"kind": "equation", "name": "Ulmus pumila", "source": "未见原文", "confidence": "memory-low"},
            {"kind": "lineage", "name": "baotou-stock-difference", "source": "AR-CM-001-V01 扣减"},
        ],
    }


def nothing_to_issue():
    changed = copy.deepcopy(document())
    unknown = dict.fromkeys(("half_width_tco2e", "uncertainty_percent", "df", "t_value"))
    changed.update(
        unknown, removal_tco2e=-3609.61, outcome="nothing_to_issue", issuable_t=0, issuable_mg=0, buffer_mg=0
    )
    changed["reasons"] = [
        {"code": "no_sampling_variance", "params": {}},
        {"code": "removal_not_positive", "params": {"removal_tco2e": -3609.61}},
    ]
    for row in changed["estimates"]:
        row.update(se=None, half_width=None)
    for row in changed["strata"]:
        row.update(half_width_tco2e=None, area_before_ha=100.0, area_effect_tc=11_927.0, density_effect_tc=-2_561.0)
    return changed


FACTS = ReportFacts(
    number="EST-2026-0041",
    project="固阳县国营林场林地碳汇项目",
    owner="固阳县国营林场",
    place="内蒙古自治区包头市固阳县",
    prepared_on=date(2026, 3, 11),
    document=document(),
    analyst="高翔",
    evidence_file="GY-F-2025-01.tanhui",
)
ZH, EN = load_wording("zh"), load_wording("en")


def read(facts: ReportFacts, language: str = "zh-hans"):
    pages = PdfReader(io.BytesIO(report_pdf(facts, language=language))).pages
    return ["".join(page.extract_text().split()) for page in pages]


@pytest.fixture(scope="module")
def printed():
    return read(FACTS)


@pytest.mark.parametrize(
    "said",
    [
        "碳汇计量监测报告",
        "业主固阳县国营林场地点内蒙古自治区包头市固阳县监测期2021-07-02至2026-01-22（4.5年）",
        "库差别法baotou-stock-difference1.0.0",
        "方法摘要" + "4b" * 32,
        "外业摘要" + "77" * 32,
        "估算摘要" + "9f" * 32,
        "52,857tCO2e±6,700t",
        "46,15752,85759,558t",
        "相对误差12.7%，自由度32",
        "可制发49,685t，其中入缓冲池4,968.500t，归业主44,716.500t。",
    ],
)
def test_the_cover_says(printed: list[str], said: str):
    assert said in printed[0]


@pytest.mark.parametrize(
    "said",
    [
        "3个层，共4,097.4ha，2轮，实测样地38块，每木1,942行",
        "第2轮2025–20262025-07-05–2026-01-22",
        "油松人工林林地2,146.8112.56±0.430.2520,151±3,385",
        "榆树疏林林地912.450.41±0.260.151,372±870",
        "合计4,097.4382.05±0.260.1552,857±6,700",
        "枯落物2.142.170.03±0.09",
        "计入29.4531.502.05±0.26",
        "标准误，tC/ha0.1535",
        "1.693889",
        "46,157至59,558tCO2e",
        "估算52,857.43基线情景0泄漏0不确定性扣减6%−3,171.45扣减后49,685.98向下取整到吨−0.98可制发49,685.000000000",
        "入缓冲池10%4,968.500000000归业主44,716.500000000",
        "3条提示，没有一条被悄悄处理",
        "树种榆树，株数2",
        "碳库枯落物，层榆树疏林",
        "含碳率，枯落物0.258IPCC2006中",
        "Ulmuspumila方程未见原文弱",
        "AR-CM-001-V01扣减",
        "tanhuiverifyGY-F-2025-01.tanhui",
        "所签的结论52,857±6,700tCO2e，可制发49,685t",
        "计量人员高翔",
        "评审专家姓名签名日期",
    ],
)
def test_the_report_says(printed: list[str], said: str):
    assert said in "".join(printed)


def test_parameters_found_in_print_are_not_called_weak():
    assert "表4.3" not in "".join(read(FACTS))


def test_every_page_is_numbered():
    pages = read(FACTS)
    for number, page in enumerate(pages, 1):
        assert f"第{number}页，共{len(pages)}页" in page


def test_english_speaks_english():
    pages = read(replace(FACTS, project="Guyang forest", owner="Guyang", place="", analyst=""), "en")
    text = "".join(pages)
    for said in (
        "CarbonSinkMonitoringReport",
        "Issuable49,685t",
        "Page1of",
        "3flags,nonedealtwithinsilence",
        "Reviewer",
    ):
        assert said in text
    assert "不确定性" not in text
    assert "评审专家" not in text


def test_nothing_to_issue_says_why():
    pages = read(replace(FACTS, document=nothing_to_issue()))
    text = "".join(pages)
    assert "−3,610tCO2e" in pages[0]
    assert "没有区间：抽样误差无法计算。没有可制发的量2个条件没有满足，见第7节。" in pages[0]
    assert "7为什么没有可制发的量" in text
    assert "没有抽样方差，区间算不出来no_sampling_variance" in text
    assert "碳汇量不大于零removal_not_positive碳汇量tCO₂e−3,609.61".replace("₂", "2") in text
    assert "可制发0" in text
    assert "油松人工林100.02,146.811,927−2,561" in text
    assert "缓冲池" not in text


def test_what_is_synthetic_stands_on_the_cover():
    assert "哪些不是实测" not in read(FACTS)[0]
    assert "哪些不是实测样地坐标为演示而设。" in read(replace(FACTS, statement="样地坐标为演示而设。"))[0]


def test_the_same_evaluation_gives_the_same_bytes():
    first = report_pdf(FACTS, language="zh")
    assert report_pdf(replace(FACTS, document=document()), language="zh-hans") == first
    assert report_pdf(replace(FACTS, analyst="别人"), language="zh") != first


def test_many_strata_and_long_names_flow_over_pages():
    many = document()
    name = "大青山国家级自然保护区南坡海拔一千六百米以上的油松与白桦混交次生林"
    many["strata"] = [{**many["strata"][0], "stratum": f"{name}{number:02d}"} for number in range(60)]
    many["flags"] = [{"code": "surrogate_equation", "params": {"species": f"树{n}", "trees": n}} for n in range(90)]
    pages = read(replace(FACTS, project=name * 3, document=many))
    text = "".join(pages)
    assert name * 3 in pages[0]
    assert all(f"{name}{number:02d}" in text for number in range(60))
    assert "树种树89，株数89" in text
    assert len(pages) > 5


def test_an_evaluation_that_computed_nothing_can_be_printed():
    empty = nothing_to_issue()
    empty.update(removal_tco2e=None, area_ha=None, trees=0, estimates=[], rounds=empty["rounds"][:1], deduction=None)
    empty["period"] = {"from": None, "to": None, "years": None}
    for row in empty["strata"]:
        row.update(area_ha=None, removal_tco2e=None, n=0, area_effect_tc=None)
    pages = read(replace(FACTS, document=empty))
    assert "监测期内的碳汇量未算出两轮之间的变化算不出来，原因见后。没有可制发的量" in pages[0]
    assert "3个层，面积未知，1轮，实测样地38块。" in "".join(pages)


def test_what_was_computed_beside_the_removal_is_shown():
    beside = document()
    rule = {"domain": "LG", "mean_tc_ha": -0.2, "removal_tco2e": -46.6, "half_width_tco2e": 80.12}
    beside["soil_rules"] = [
        {**rule, "domain": "all", "rule": "fixed_depth", "removal_tco2e": None},
        {**rule, "rule": "fixed_depth"},
        {**rule, "rule": "equal_mass", "removal_tco2e": 260.2, "half_width_tco2e": None},
    ]
    state = {"plot": "A1", "round": 1}
    pair = {"pair": "p1", "kind": "space_for_time", "years": 5.0, "from": state, "to": {**state, "plot": "A2"}}
    beside["pairs"] = [{**pair, "pools": [], "carbon_t_ha": 1.0, "removal_tco2e_ha": 3.66667}]
    flux = {"plot": "W1", "year": 2014, "gas": "CH4", "period": "5–9 月", "flux_kg_ha": -2.5, "se": 0.4}
    beside["fluxes"] = [{**flux, "annual": False, "co2e_t_ha_a": None}]
    text = "".join(read(replace(FACTS, document=beside)))
    assert "LG−46.6±80.1260.2合计−0.20tC/ha—" in text
    assert "p1以空间代时间A1，第1轮A2，第1轮53.67" in text
    assert "W12014CH45–9月−2.50±0.40—" in text


def test_report_of_takes_names_in_the_language():
    owner = SimpleNamespace(name_zh="固阳林场", name_en="Guyang Farm", place_zh="固阳", place_en="Guyang")
    project = SimpleNamespace(
        number="P-1", name_zh="项目甲", name_en="Project A", owner=owner, synthetic_zh="示范", synthetic_en="A show"
    )
    strata = {name: (f"{name}层", f"Stratum {n}") for n, (name, *_) in enumerate(STRATA)}
    signed = Signed("娜仁", "Naren", date(2026, 11, 23))
    chinese, english = (
        "".join(
            page.extract_text()
            for page in PdfReader(
                io.BytesIO(report_of(project, document(), strata=strata, signed=signed, language=language))
            ).pages
        )
        for language in ("zh", "en")
    )
    assert all(word in chinese for word in ("项目甲", "固阳林场", "示范", "油松人工林层", "娜仁", "2026-11-23"))
    assert all(word in english for word in ("Project A", "Guyang Farm", "A show", "Stratum 0", "Naren"))


def test_both_languages_have_the_same_words():
    for chinese, english in zip(ZH, EN, strict=True):
        assert chinese.keys() == english.keys()


@pytest.mark.parametrize("wording", [ZH, EN], ids=["zh", "en"])
def test_every_code_has_its_sentence(wording: Wording):
    assert set(wording.codes) == {*REASON_CODES, *FLAG_CODES}


def parameter_names() -> set[str]:
    """The names of all parameters that the evaluation gives to its codes, read from its source."""
    modules = Path(carbon.__file__).parent.rglob("*.py")
    nodes = [node for path in modules for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    calls = [node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "note"]
    return {keyword.arg for call in calls for keyword in call.keywords if keyword.arg}


@pytest.mark.parametrize("wording", [ZH, EN], ids=["zh", "en"])
def test_every_parameter_has_its_word(wording: Wording):
    assert parameter_names() <= set(wording.params)
    shipped = {name for method, version in shipped_methods() for name in load_method(method, version).parameters}
    assert shipped <= set(wording.parameters)


SURVEY = {
    "strata.csv": b"stratum,ecosystem,area_ha\nA,forest,100\nB,forest,50\n",
    "plots.csv": b"plot,stratum\na1,A\na2,A\na3,A\nb1,B\nb2,B\n",
    "visits.csv": b"plot,round,year\n"
    + b"".join(f"{plot},{n},{2020 + n}\n".encode() for plot in ("a1", "a2", "a3", "b1", "b2") for n in (1, 2)),
    "trees.csv": b"plot,round,tree,species,dbh_cm,status,trees_per_ha,aboveground_biomass_kg\n"
    + b"".join(
        f"{plot},{n},1,Acer rubrum,{20 + n},live,100,{mass + n * gain}\n".encode()
        for plot, mass, gain in (("a1", 200, 9), ("a2", 240, 11), ("a3", 210, 10), ("b1", 90, 8), ("b2", 95, 9))
        for n in (1, 2)
    ),
}


def test_a_real_evaluation_can_be_printed():
    evaluated = evaluate(parse_survey(SURVEY), load_method("published-tree-biomass")).document()
    text = "".join(read(replace(FACTS, document=evaluated)))
    assert evaluated["outcome"] == "issuable"
    assert f"{evaluated['removal_tco2e']:,.2f}" in text
    assert f"可制发{evaluated['issuable_t']}.000000000" in text
    assert str(evaluated["estimate_hash"]) in text


def test_an_unknown_code_is_still_shown():
    assert remarks([{"code": "brand_new", "params": {"plots": list(range(20))}}], ZH) == [
        {"code": "brand_new", "sentence": "brand new", "cases": ["样地 0, 1, 2, 3, 4, 5, 6, 7 … (20)"]}
    ]


def test_bridge_adds_up_as_printed():
    steps = {row["label"]: row["value"] for row in bridge(document(), EN)}
    figures = [float(steps[name].replace(",", "").replace("−", "-")) for name in list(steps)[:4]]
    assert round(sum(figures), 2) == float(steps["After deduction"].replace(",", ""))
    assert float(steps["To the buffer"].replace(",", "")) + float(steps["To the owner"].replace(",", "")) == 49_685


def test_ruler_and_whiskers_lie_inside_their_scale():
    shown = sections(document(), ZH)
    span, ends = shown["cover"]["ruler"]["span"], shown["cover"]["ruler"]["ends"]
    assert span[0] < ends[0] < shown["cover"]["ruler"]["issued"] < ends[1] < ends[2] < span[1]
    for row in [*shown["strata"]["rows"], shown["strata"]["total"]]:
        low, middle, high = row["whisker"]
        assert 0 <= low < middle < high <= 1


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (1234.5, 0, "1,234"),
        (-0.98, 2, "−0.98"),
        (-0.001, 2, "0.00"),
        (None, 2, "—"),
        (0, 0, "0"),
        (52857.43, 2, "52,857.43"),
    ],
)
def test_amounts(value: float | None, digits: int, text: str):
    assert amount(value, digits) == text


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0.41, 3.7], ["0", "1", "2", "3", "4"]),
        ([-3.2, -0.1], ["−4", "−3", "−2", "−1", "0"]),
        ([-0.5, 1.2], ["−0.5", "0", "0.5", "1.0", "1.5"]),
        ([0.0], ["0"]),
    ],
)
def test_axes_hold_zero_and_have_round_ticks(values: list[float], ticks: list[str]):
    scale = axis(values)
    assert [text for _, text in scale.ticks][: len(ticks)] == ticks
    assert scale.least <= min(0, *values) <= max(0, *values) <= scale.most


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-1899.18, "−1,899.18"),
        (1963062.25, "1,963,062.25"),
        (0.0441, "0.0441"),
        (8.0, "8"),
        (100_000, "100000"),
        (None, "—"),
    ],
)
def test_coefficients_stand_as_they_are(value: float | None, text: str):
    assert plain(value) == text
