"""The command line: `tanhui run`, `assess`, `verify`, `demo`, `serve`, `work`, `design`, `method` …

`verify`, `assess` and `method list` need neither database nor settings: they use `tanhui.core` alone, on any machine.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

from tanhui.cli.backup_options import add_backup
from tanhui.cli.cluster_options import add_cluster
from tanhui.cli.design_options import add_design
from tanhui.cli.land_options import add_land
from tanhui.cli.log_options import add_ledger, add_log, add_prove
from tanhui.cli.words import LANGUAGES, language_from_environment
from tanhui.kit.problems import Problem

MODULE_OF: Mapping[str, str] = {
    "design": "design",
    "land": "land",
    "ledger": "ledger",
    "log": "log",
    "method": "methods",
    "prove": "prove",
    "survey": "survey",
    "triage": "triage",
    "work": "work",
}
"""In which module of this package a command stands, where it is not `commands`."""
WITHOUT_SETTINGS: Mapping[str, str] = {"cluster": "cluster", "follow": "witness", "witness": "witness"}
"""The same, for commands that run where no registry is installed, or that choose the installation themselves."""
PROGRAM_HELP = "碳汇: from the tree that was measured to the meeting that used it up"


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command and run it. Exit codes: 0 done · 1 refused or faulty · 2 wrong use · 3 nothing to issue."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["manage"]:
        os.environ.setdefault("TANHUI_AS_OWNER", "1")  # it makes tables, and is for whoever keeps the machine
        django_setup()
        from django.core.management import execute_from_command_line

        execute_from_command_line(["tanhui manage", *given[1:]])
        return
    options = _parser().parse_args(given)
    try:
        code = _run(options)
    except Problem as problem:
        sys.exit(f"tanhui: {problem.message} {problem.remedy}  [{problem.code}]")
    except OSError as problem:  # a folder that is not there, a full disk
        sys.exit(f"tanhui: {problem.filename or ''}: {problem.strerror or problem}")
    sys.exit(code)


def _run(options: argparse.Namespace) -> int:
    if options.command == "verify":
        from tanhui.cli.verify import verify

        return verify(options)
    if options.command == "assess":
        from tanhui.cli.assess import assess

        return assess(options)
    if options.command == "method" and options.action == "list" and not options.names:
        from tanhui.cli.method_list import method_list

        return method_list(options)
    if options.command in {"backup", "restore"}:
        from tanhui.cli import backup

        return backup.backup(options) if options.command == "backup" else backup.restore(options)
    if options.command == "database":
        from tanhui.cli.database import database

        return database(options)
    if options.command in WITHOUT_SETTINGS:
        return _call(WITHOUT_SETTINGS[options.command], options)
    django_setup()
    return _call(MODULE_OF.get(options.command, "commands"), options)


def _call(module: str, options: argparse.Namespace) -> int:
    chosen: int = getattr(import_module(f"tanhui.cli.{module}"), options.command)(options)
    return chosen


def django_setup() -> None:
    """Read the settings. What is wrong with them is said in one sentence, for whoever installs the house."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tanhui.site.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as problem:
        sys.exit(f"tanhui: {problem}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tanhui", description=PROGRAM_HELP)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    language = argparse.ArgumentParser(add_help=False)
    language.add_argument(
        "--language", choices=LANGUAGES, default=language_from_environment(), help="zh (default) or en; also LANG_UI"
    )
    _add_run(commands.add_parser("run", parents=[language], help="the main job on a survey folder"))
    _add_assess(commands.add_parser("assess", parents=[language], help="a method on a survey folder, offline"))
    checked = "check an audit file, a recompute file or a proof, offline"
    _add_verify(commands.add_parser("verify", parents=[language], help=checked))
    demo = commands.add_parser("demo", parents=[language], help="the demonstration region, the main job, the site")
    demo.add_argument("--reset", action="store_true", help="erase this installation and start over")
    demo.add_argument("--no-serve", action="store_true", help="stop after the job; the last line is one JSON object")
    _add_address(demo)
    serve = commands.add_parser("serve", parents=[language], help="serve the site")
    serve.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    _add_address(serve)
    work = commands.add_parser("work", parents=[language], help="a worker: does the long work that pages ask for")
    work.add_argument("--once", action="store_true", help="do what waits, then leave")
    work.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    add_ledger(commands.add_parser("ledger", parents=[language], help="the ledger's writer, state and check"))
    export = commands.add_parser("export", parents=[language], help="write the audit file of the whole ledger")
    export.add_argument("file", help="where to write it, e.g. ledger.tanhui.sqlite")
    _add_method(commands.add_parser("method", parents=[language], help="list, show, compare and try out methods"))
    _add_survey(commands.add_parser("survey", parents=[language], help="field forms, checks and booking of field data"))
    add_design(commands.add_parser("design", parents=[language], help="count, draw and hand out a sample of plots"))
    _add_triage(commands.add_parser("triage", parents=[language], help="where parcels may go, and why"))
    add_land(commands.add_parser("land", parents=[language], help="import a file of parcels"))
    add_prove(commands.add_parser("prove", parents=[language], help="prove a balance to whoever has the public keys"))
    add_log(commands, language)
    add_cluster(commands.add_parser("cluster", parents=[language], help="rehearse: a registry and its members, here"))
    add_backup(commands, language)
    database = commands.add_parser("database", parents=[language], help="start, stop or ask for the database")
    database.add_argument("action", choices=["start", "stop", "status", "roles"])
    return parser


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("survey", help="folder in the survey format (docs/survey-format.md)")
    parser.add_argument("--method", help="id or id@version; without it the method that fits the survey best")
    parser.add_argument("--json", metavar="FILE", help="write the estimates and the chain as JSON")
    parser.add_argument("--out", metavar="FOLDER", help="where report, certificate and audit file go")


def _add_survey(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=["template", "check", "book"])
    parser.add_argument("names", nargs="*", help="template: an ecosystem; check, book: workbooks, CSV, ZIP, folders")
    parser.add_argument("--programme", help="number of the programme whose data it is")
    parser.add_argument("--out", metavar="FILE", help="where the form goes")
    parser.add_argument("--marked", metavar="FOLDER", help="write the workbooks there with faulty cells marked")
    parser.add_argument("--complete", action="store_true", help="booked rows of these visits not in the files go away")
    parser.add_argument("--by", metavar="USER", help="who uploads")
    parser.add_argument("--second", metavar="USER", help="who looks and books: another analyst")
    parser.add_argument("--reason", help="why, as it stands in the trail")
    parser.add_argument("--warnings-reason", help="why it may be booked with its warnings")


def _add_assess(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("survey", help="folder in the survey format (docs/survey-format.md)")
    parser.add_argument("--method", help="id or id@version; without it the method that fits the survey best")
    parser.add_argument("--seed", type=int, help="of the Monte Carlo; without it one is drawn and told")
    parser.add_argument("--draws", type=int, default=10_000, help="of the Monte Carlo; 0 leaves it out")
    parser.add_argument("--estimator", default="stratified", help="which one heads the comparison (docs/assessment.md)")
    parser.add_argument("--rounds", help="the two rounds to compare, e.g. 1,2; without it the last two")
    parser.add_argument("--confidence", help="of the intervals, e.g. 0.95; without it the method's")
    parser.add_argument("--out", metavar="FOLDER", help="where result, tables, reports and recompute file go")


def _add_verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        nargs="?",
        help="an audit file, a recompute file or a proof; without one the database of this installation",
    )
    parser.add_argument("--key", help="the registry's public key as published elsewhere (name+hash+key)")
    parser.add_argument("--policy", metavar="FILE", help="of a proof: witnesses' keys, and how many must co-sign")
    older = "an older audit file, checkpoint or proof: is this the same ledger, further on? May be repeated"
    parser.add_argument("--continues", metavar="OLDER", action="append", default=[], help=older)
    parser.add_argument("--json", metavar="FILE", help="write what was checked as JSON")


def _add_method(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=["list", "show", "diff", "dry-run"])
    parser.add_argument("names", nargs="*", metavar="METHOD", help="id, id@version, or a folder with a method's files")
    parser.add_argument("--on", metavar="SURVEY", help="dry-run: a survey folder, a project's or a programme's number")
    parser.add_argument("--against", metavar="METHOD", help="dry-run: compare with this instead of its own method")
    parser.add_argument("--json", metavar="FILE", nargs="?", const="-", help="as JSON, to a file or here")
    parser.add_argument("--csv", metavar="FILE", nargs="?", const="-", help="dry-run: every plot, to a file or here")


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1", help="loopback unless you say otherwise")
    parser.add_argument("--no-worker", action="store_true", help="worker and writer run by themselves")


def _add_triage(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=["table", "list", "check", "dry-run"])
    parser.add_argument("names", nargs="*", help="check: codes of parcels; dry-run: the folder of another table")
    parser.add_argument("--from", dest="begin", metavar="DAY", help="check: first day of the period")
    parser.add_argument("--to", dest="end", metavar="DAY", help="check: last day of the period")
