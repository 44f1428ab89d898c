"""`tanhui triage`: the table, the standing decisions, what it makes of parcels today, what another table would change.

Nothing is written: decisions are taken by people, at the desk.
"""

import argparse
from collections import Counter
from datetime import date
from pathlib import Path

from django.utils import translation

from tanhui.cli import words
from tanhui.cli.commands import DONE, prepare
from tanhui.core.triage import TableFault, Verdict, load_table, parse_table
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.land.queries.triage import assess, current_parcels, dry_run, standing
from tanhui.land.wording_triage import OUTCOMES, ROUTES, VERDICTS, clash_sentence


def triage(options: argparse.Namespace) -> int:
    """Run one of the actions `table`, `list`, `check`, `dry-run`."""
    with translation.override(words.django_language(options.language)):
        return {"table": _table, "list": _list, "check": _check, "dry-run": _dry_run}[options.action](options)


def _table(options: argparse.Namespace) -> int:
    table, chinese = load_table(), options.language == "zh"
    print(f"{table.id}@{table.version}  {table.title_zh if chinese else table.title_en}  {table.hash[:16]}")
    for row in table.conditions:
        said = row.text_zh if chinese else row.text_en
        print(f"  {ROUTES[row.route]}  {row.name}  {said}  [{row.confidence}] {row.source}")
    return DONE


def _list(_options: argparse.Namespace) -> int:
    prepare()
    found = list(standing().order_by("parcel_code", "period_from"))
    for row in found:
        print(f"{row.parcel_code}  {row.period_from}..{row.period_to}  {OUTCOMES[row.outcome]}  {row.number}")
    counts = Counter(row.outcome for row in found)
    print("  ".join(f"{word} {counts[outcome]}" for outcome, word in OUTCOMES.items()))
    return DONE


def _check(options: argparse.Namespace) -> int:
    prepare()
    try:
        period = (date.fromisoformat(options.begin or ""), date.fromisoformat(options.end or ""))
    except ValueError as error:
        said = {
            "zh": "用 --from 和 --to 写明监测期的两天。",
            "en": "Give the two days of the period with --from and --to.",
        }
        raise Problem("bad_period", said[options.language]) from error
    today = clock.now().astimezone(clock.LOCAL).date()
    for found in assess(current_parcels(options.names), period, today=today):
        print(f"{found.parcel.code}  {OUTCOMES[found.decision.outcome]}")
        for route in found.decision.routes:
            for finding in route.findings:
                if finding.verdict in {Verdict.FAILED, Verdict.UNKNOWN}:
                    print(f"  {ROUTES[route.route]}  {VERDICTS[finding.verdict]}  {finding.condition}")
        for clash in found.clashes:
            print(f"  {clash_sentence(clash)}")
    return DONE


def _dry_run(options: argparse.Namespace) -> int:
    prepare()
    folder = Path(options.names[0] if options.names else "")
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
    try:
        table = parse_table(files)
    except TableFault as fault:
        raise Problem("bad_table", str(fault)) from fault
    changes = dry_run(list(standing()), table)
    for change in changes:
        print(f"{change.triage.parcel_code}  {OUTCOMES[change.triage.outcome]} → {OUTCOMES[change.outcome]}")
        for name, before, after in change.conditions:
            print(f"  {name}: {before or '—'} → {after or '—'}")
    print(f"{len(changes)} / {standing().count()}")
    return DONE
