"""`tanhui assess`: a method on a survey folder without a database, with tables and the recompute file as its result."""

import argparse
import json
import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import translation

from tanhui.cli.words import django_language, speak_without_settings
from tanhui.core.canonical import canonical_json
from tanhui.core.carbon import (
    MethodFault,
    Plan,
    PlanFault,
    SurveyFaults,
    choose_method,
    load_method,
    method_files,
    parse_method,
    parse_survey,
    shipped_methods,
)
from tanhui.core.recompute import Parts, pack
from tanhui.core.recompute.compute import compute

if TYPE_CHECKING:
    from tanhui.monitoring.papers.run_facts import Told
    from tanhui.monitoring.readout.names import Names

DONE, REFUSED, WRONG_USE = 0, 1, 2
SEEDS = 10**8
WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "no_folder": "没有这个文件夹：{path}",
        "no_files": "{path} 里没有 CSV 文件",
        "bad_method": "没有这个方法：{method}。有的是：{known}",
        "bad_plan": "计划里的 {field} 不能是 {value}",
        "faults": "外业数据有 {count} 处要改，没有算：",
        "result": "{method}  {value}  种子 {seed}  结果摘要 {hash}",
    },
    "en": {
        "no_folder": "There is no such folder: {path}",
        "no_files": "{path} holds no CSV files",
        "bad_method": "There is no method {method}. There are: {known}",
        "bad_plan": "In the plan, {field} cannot be {value}",
        "faults": "{count} things are wrong with the field data; nothing was computed:",
        "result": "{method}  {value}  seed {seed}  result hash {hash}",
    },
}


def assess(options: argparse.Namespace) -> int:
    """Assess a folder. Returns 0 when a result was written, 1 when data, method or plan were refused."""
    speak_without_settings()
    with translation.override(django_language(options.language)):
        return _assess(options)


def _assess(options: argparse.Namespace) -> int:
    from tanhui.monitoring.readout.names import Names, strata_names
    from tanhui.monitoring.readout.partial import removal_said

    words, folder = WORDS[options.language], Path(options.survey)
    if not folder.is_dir():
        print(words["no_folder"].format(path=folder))
        return WRONG_USE
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}
    if not files:
        print(words["no_files"].format(path=folder))
        return WRONG_USE
    try:
        planned = Plan.from_document(_asked(options))
        method = _method(options, files)
        plan = planned.under(load_method(*method)).document()
        parts, document = _computed(files, method, plan)
    except SurveyFaults as found:
        _say_faults(found, options.language)
        return REFUSED
    except MethodFault:
        known = ", ".join(sorted({name for name, _version in shipped_methods()}))
        print(words["bad_method"].format(method=options.method, known=known))
        return REFUSED
    except PlanFault as fault:
        print(words["bad_plan"].format(field=fault.field, value=fault.value))
        return REFUSED
    _write(Path(options.out or f"{folder.name}-result"), parts, document, options)
    value = removal_said(document, Names({"stratum": strata_names(files["strata.csv"])}))
    told = {"method": "@".join(method), "seed": plan["seed"], "hash": document["assessment_hash"]}
    print(words["result"].format(value=value, **told))
    return DONE


def _asked(options: argparse.Namespace) -> dict[str, object]:
    seed = secrets.randbelow(SEEDS) if options.seed is None else options.seed
    plan: dict[str, object] = {"seed": seed, "draws": options.draws, "estimator": options.estimator}
    if options.rounds is not None:
        plan["rounds"] = [int(part) if part.isdigit() else part for part in options.rounds.split(",")]
    return plan | ({} if options.confidence is None else {"confidence": options.confidence})


def _method(options: argparse.Namespace, files: Mapping[str, bytes]) -> tuple[str, str]:
    """Id and version of the method that is asked for, or of the one that suits the survey best."""
    if options.method:
        name, _at, version = options.method.partition("@")
        found = load_method(name, version or None)
    else:
        found = choose_method(parse_survey(files))
    return found.id, found.version


def _computed(
    files: Mapping[str, bytes], method: tuple[str, str], plan: Mapping[str, object]
) -> tuple[Parts, Mapping[str, object]]:
    Plan.from_document(plan).compared(parse_survey(files))  # all faults by name, before anything is computed
    tables = method_files(*method)
    document = compute(files, tables, plan, lambda _stage, _done, _of: None)
    return Parts(files, tables, canonical_json(plan), canonical_json(document)), document


def _say_faults(found: SurveyFaults, language: str) -> None:
    from tanhui.monitoring.sentences import fault_sentence

    print(WORDS[language]["faults"].format(count=len(found.faults)), file=sys.stderr)
    for fault in found.faults:
        print(f"  {fault_sentence(fault)}  [{fault.code}]", file=sys.stderr)


def _write(folder: Path, parts: Parts, document: Mapping[str, object], options: argparse.Namespace) -> None:
    """Write the document, the tables, the report in both languages, and the recompute file."""
    from tanhui.kit.sheets import Column, Sheet, csv_bytes, workbook_bytes
    from tanhui.monitoring.papers.run_facts import run_paper
    from tanhui.monitoring.readout.doubtful import told_trees
    from tanhui.monitoring.readout.names import Names, strata_names
    from tanhui.monitoring.readout.sheets import sheets

    names = Names({"stratum": strata_names(parts.survey["strata.csv"])})
    trees = _trees(parts, document)
    tables = sheets(document, names, places=True, trees=told_trees(trees))
    about = Sheet("about", "about", (Column("name", ""), Column("value", "")), _about(document, names))
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    for table in tables:
        (folder / "tables" / f"{table.code}.csv").write_bytes(csv_bytes(table))
    (folder / "tables.xlsx").write_bytes(workbook_bytes(tables, about))
    content = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    (folder / "result.json").write_text(content, encoding="utf-8")
    for language in ("zh", "en"):
        paper = run_paper(document, names, _told(options, language, trees), language)
        (folder / f"report.{language}.pdf").write_bytes(paper)
    (folder / "result.tanhui.zip").write_bytes(pack(parts))
    print(folder)


def _trees(parts: Parts, document: Mapping[str, object]) -> Sequence[dict[str, Any]]:
    """The trees to look at again, in no language yet."""
    from tanhui.monitoring.readout.doubtful import find_trees, last_rounds

    return find_trees(parse_survey(parts.survey), parse_method(parts.method), last_rounds(document))


def _told(options: argparse.Namespace, language: str, trees: Sequence[dict[str, Any]]) -> "Told":
    """What the report says beside the numbers, where nobody is signed in and nothing is booked."""
    from tanhui.monitoring.readout.doubtful import told_trees

    with translation.override(django_language(language)):
        said = tuple(told_trees(trees))
    from tanhui.monitoring.papers.run_facts import Told
    from tanhui.monitoring.papers.wording import load_run_wording

    name, words = Path(options.survey).resolve().name, load_run_wording(language).words
    return Told(
        number="result",
        project=name,
        owner="",
        prepared="",
        analyst="",
        design=words["no_design"],
        survey=words["data_folder"].format(folder=name),
        trees=said,
    )


def _about(document: Mapping[str, object], names: "Names") -> list[tuple[str, str]]:
    """What the workbook is: the removal, method, plan, hashes."""
    from tanhui.monitoring.readout.partial import removal_said

    method, plan = document["method"], document["plan"]
    assert isinstance(method, dict)
    assert isinstance(plan, dict)
    return [
        ("removal", removal_said(document, names)),
        ("method", f"{method['id']}@{method['version']}"),
        ("method_hash", str(method["hash"])),
        ("survey_hash", str(document["survey_hash"])),
        ("result_hash", str(document["assessment_hash"])),
        *((name, json.dumps(value)) for name, value in plan.items()),
    ]
