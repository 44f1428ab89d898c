"""`tanhui design`: count the plots a precision asks for, draw a design of a programme, write its files."""

import argparse
import csv
import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from tanhui.cli import words
from tanhui.cli.commands import prepare
from tanhui.core.sampling import DesignRefusal, Goal, KeptPlot, SizePlan, StratumFacts, layouts_of
from tanhui.core.sampling.plan import plan_for_number, plan_for_precision
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.monitoring.design.figures import (
    STOCK,
    figures_by_stratum,
    kept_by_stratum,
    known_plots,
    layout_by_stratum,
    located,
    plot_names,
)
from tanhui.monitoring.design.files import design_gpkg, design_json, plots_csv, plots_gpx, plots_kml
from tanhui.monitoring.design.forms import LastRound, field_workbook
from tanhui.monitoring.design.plot_rows import plot_rows
from tanhui.monitoring.design.sentences import bad_number, refusal_problem
from tanhui.monitoring.design.sheets import field_sheets
from tanhui.monitoring.design.strata import Land, land_of
from tanhui.monitoring.design.typed import Typed, TypedStratum, request_of
from tanhui.monitoring.models import Design, Programme
from tanhui.monitoring.queries import design as design_of
from tanhui.monitoring.queries import (
    design_content,
    design_land_geojson,
    latest_design,
    latest_survey,
    programme,
)
from tanhui.monitoring.services import add_design_land, draw_design
from tanhui.people.queries import person

DONE = 0
WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "step": "自由度 {df}　t = {t:.6f}　公式给出 {exact:.4f}　取 {plots}",
        "row": "{stratum}　{plots} 块（可容 {population}）",
        "sum": "共 {plots} 块，预计相对误差 ±{error}（可靠性 {confidence}）",
        "drawn": "{number} 第 {revision} 版：{sample} 块样地，备用 {reserve} 块，种子 {seed}，哈希 {hash}",
    },
    "en": {
        "step": "df {df}  t = {t:.6f}  formula {exact:.4f}  n {plots}",
        "row": "{stratum}  {plots} plots (room for {population})",
        "sum": "{plots} plots, expected relative error ±{error} at {confidence}",
        "drawn": "{number} revision {revision}: {sample} plots, {reserve} in reserve, seed {seed}, hash {hash}",
    },
}


def design(options: argparse.Namespace) -> int:
    """Do the action. Refusals leave as problems, in the language asked for."""
    with translation.override(words.django_language(options.language)):
        try:
            return {"size": _size, "draw": _draw, "export": _export}[options.action](options)
        except DesignRefusal as refusal:
            raise refusal_problem(refusal) from refusal


def _size(options: argparse.Namespace) -> int:
    strata = tuple(
        StratumFacts(
            row["stratum"],
            int(_number(row, "area_ha") * 10_000),
            _number(row, "plot_area_m2"),
            _number(row, "mean"),
            _number(row, "sd"),
            _number(row, "cost") if row.get("cost") else Fraction(1),
        )
        for row in _strata_rows(options)
    )
    goal = Goal(_exact(options.error, "--error") / 100, _exact(options.confidence, "--confidence") / 100)
    if options.plots is None:
        plan = plan_for_precision(strata, goal, options.allocation)
    else:
        plan = plan_for_number(strata, int(_exact(options.plots, "--plots")), goal, options.allocation)
    _tell_plan(plan, options.language)
    return DONE


def _tell_plan(plan: SizePlan, language: str) -> None:
    said = WORDS[language]
    for step in plan.size.steps if plan.size else ():
        df = "∞" if step.df is None else step.df
        print(said["step"].format(df=df, t=step.t, exact=float(step.exact), plots=step.plots))
    for facts, plots in zip(plan.strata, plan.counts, strict=True):
        print(said["row"].format(stratum=facts.name, plots=plots, population=facts.population))
    error = "—" if plan.expected_error is None else f"{100 * plan.expected_error:.2f}%"
    print(said["sum"].format(plots=plan.plots, error=error, confidence=f"{float(plan.goal.confidence):.0%}"))


def _draw(options: argparse.Namespace) -> int:
    prepare()
    found = programme(options.programme or "")
    by = person(options.person or "")
    if by is None:
        message = _("没有用户名是 %(name)s 的人。") % {"name": options.person or "—"}
        raise Problem("unknown_person", message, remedy=_("用 --person 写抽样的计量人员的用户名。"))
    if not options.seed:
        raise Problem("seed_missing", _("没有给随机种子。"), remedy=_("加上 --seed 和一个整数，比如 --seed 20261126。"))
    signed = {"by": by, "reason": options.reason, "at": clock.now()}
    file, source, grouping = None, options.source, options.by
    if options.land:
        path = Path(options.land)
        file = add_design_land(programme=found, name=path.name, content=path.read_bytes(), **signed)
        source, grouping = "file", "stratum"
    land = land_of(source, grouping, file)
    typed, kept = _typed(options, found, land)
    asked = request_of(typed, land.strata, kept, outlines=True, taken=plot_names(found))
    _tell_design(draw_design(programme=found, request=asked, **signed), options.language)
    return DONE


def _typed(
    options: argparse.Namespace, found: Programme, land: Land
) -> tuple[Typed, Mapping[str, tuple[KeptPlot, ...]]]:
    """What the options say, as the form would; figures from the strata file, else from the booked survey."""
    survey = latest_survey(found)
    known = known_plots(survey) if survey else None
    where = located(known, land) if known else {}
    figures = figures_by_stratum(known, where, STOCK) if known else {}
    usual = layout_by_stratum(known, land, where) if known else {}
    told = {row["stratum"]: row for row in _strata_rows(options)} if options.strata else {}
    rows = []
    for stratum in land.strata:
        row, seen = told.get(stratum.name, {}), figures.get(stratum.name)
        laid = row.get("layout") or usual.get(stratum.name) or layouts_of(stratum.ecosystem)[0].id
        mean, sd = row.get("mean") or (seen.mean if seen else ""), row.get("sd") or (seen.sd if seen else "")
        source = "hand" if row.get("mean") or not survey else f"survey {survey.revision} {seen.plots if seen else 0}"
        rows.append(TypedStratum(stratum.name, mean, sd, row.get("cost", ""), laid, source))
    kept = kept_by_stratum(known, where) if known and options.keep else {}
    return Typed(_fields(options), rows), kept


def _fields(options: argparse.Namespace) -> dict[str, str]:
    return {
        "number_by": "number" if options.plots else "precision",
        "plots": options.plots or "",
        "error_percent": options.error,
        "confidence_percent": options.confidence,
        "domain": "ecosystem" if options.by_ecosystem else "whole",
        "allocation": options.allocation,
        "placement": options.placement,
        "turn": options.turn,
        "edge": options.edge,
        "least_distance_m": options.distance,
        "reserve_percent": options.reserve,
        "schedule": "all" if options.panels == "1" else "panels",
        "first_year": options.first_year or str(clock.now().year + 1),
        "every_years": options.every,
        "rounds": options.rounds,
        "panels": options.panels,
        "crews": options.crews,
        "qc_percent": options.qc,
        "seed": options.seed or "",
    }


def _tell_design(drawn: Design, language: str) -> None:
    content = design_content(drawn)
    facts = {
        "number": drawn.programme.number,
        "revision": drawn.revision,
        "sample": content["sample"],
        "reserve": content["reserve"],
        "seed": content["request"]["seed"],
        "hash": drawn.hash_hex,
    }
    print(WORDS[language]["drawn"].format(**facts))


def _export(options: argparse.Namespace) -> int:
    """Write every file of a design: for GIS and receivers, and a workbook and sheets for each crew."""
    prepare()
    found = programme(options.programme or "")
    latest = latest_design(found)
    drawn = design_of(found, options.revision or (latest.revision if latest else 0))
    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    for name, written in _files(found, drawn, options.language).items():
        (folder / name).write_bytes(written)
        print(folder / name)
    return DONE


def _files(found: Programme, drawn: Design, language: str) -> dict[str, bytes]:
    content, land = design_content(drawn), design_land_geojson(drawn)
    rows, last, title = plot_rows(content), LastRound(latest_survey(found)), f"{found.number} {found.name_zh}"
    files = {
        "design.json": design_json(drawn.document),
        "land.geojson": land,
        "plots.csv": plots_csv(rows),
        "plots.gpx": plots_gpx(rows, title=title),
        "plots.kml": plots_kml(rows, title=title),
        "design.gpkg": design_gpkg(rows, json.loads(land)),
    }
    for crew in sorted({row.crew for row in rows if row.crew}):
        own = plot_rows(content, crew=crew)
        files[f"forms-crew{crew}.xlsx"] = field_workbook(found, content, own, last, language=language)
        files[f"sheets-crew{crew}.pdf"] = field_sheets(found, drawn.revision, own, last, language=language)
    return files


def _strata_rows(options: argparse.Namespace) -> Sequence[dict[str, str]]:
    if not options.strata:
        remedy = _("用 --strata 给一个 CSV，列有 stratum, area_ha, plot_area_m2, mean, sd，可以有 cost。")
        raise Problem("strata_missing", _("没有给各层的数。"), remedy=remedy)
    with Path(options.strata).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _number(row: Mapping[str, str], name: str) -> Fraction:
    return _exact(row.get(name) or "", name)


def _exact(text: str, name: str) -> Fraction:
    try:
        return Fraction(text.strip())
    except (ValueError, ZeroDivisionError) as error:
        raise bad_number(f"{name}: {text}", name) from error
