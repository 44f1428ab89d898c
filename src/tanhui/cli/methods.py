"""`tanhui method`: list the methods, show one, compare two, and run one over surveys without writing anything.

A method is named as `id`, `id@version`, or by the folder that holds its files: a version that somebody is writing is
run the same way as one that ships.
"""

import argparse
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _

from tanhui.cli import method_prints as prints
from tanhui.cli import words
from tanhui.cli.commands import prepare, read_folder
from tanhui.cli.method_list import STDOUT, as_json, method_list, write
from tanhui.core.carbon.method import (
    HEAD,
    Method,
    MethodFault,
    choose_method,
    load_method,
    method_differences,
    method_files,
    method_tables,
    parse_method,
)
from tanhui.core.carbon.rehearsal import Rehearsal, rehearse
from tanhui.core.carbon.survey import SurveyFaults, parse_survey
from tanhui.monitoring.sentences import fault_sentence
from tanhui.site.dry_run_job import plots_csv
from tanhui.site.dry_runs import booked_surveys, dry_run
from tanhui.site.method_words import flaw_sentence

DONE, REFUSED, WRONG_USE = 0, 1, 2
NAMES = {"list": (0, 0), "show": (1, 1), "diff": (2, 2), "dry-run": (1, 1)}
"""How many methods each action takes, at least and at most."""


class Named(NamedTuple):
    """A method with the files it was read from."""

    method: Method
    files: Mapping[str, bytes]


def method(options: argparse.Namespace) -> int:
    """Run one action. Faults in a method's files are all said, with file and row."""
    with translation.override(words.django_language(options.language)):
        least, most = NAMES[options.action]
        if not least <= len(options.names) <= most:
            print(_("%(action)s 要写 %(count)s 个方法。") % {"action": options.action, "count": least}, file=sys.stderr)
            return WRONG_USE
        try:
            return _ACTIONS[options.action](options)
        except MethodFault as fault:
            prints.lines(map(flaw_sentence, fault.flaws), file=sys.stderr)
        except SurveyFaults as found:
            prints.lines(map(fault_sentence, found.faults), file=sys.stderr)
        return REFUSED


def _show(options: argparse.Namespace) -> int:
    named = find(options.names[0])
    if not options.json:
        prints.method(named.method, named.files, options.language)
        return DONE
    tables = {table.file: [dict(row) for row in table.rows.values()] for table in method_tables(named.files)}
    write(options.json, as_json({"id": named.method.id, "hash": named.method.hash, "tables": tables}))
    return DONE


def _diff(options: argparse.Namespace) -> int:
    first, second = (find(name) for name in options.names)
    found = method_differences(first.files, second.files)
    if options.json:
        write(options.json, as_json([difference.document() for difference in found]))
    else:
        prints.differences(found)
    return DONE


def _dry_run(options: argparse.Namespace) -> int:
    """Over one survey folder, one booked survey, or all booked surveys."""
    after = find(options.names[0]).method
    against = find(options.against).method if options.against else None
    results = dict(_results(options.on, after, against))
    if not results:
        print(_("还没有已入库的调查。用 --on 指一个调查文件夹。"), file=sys.stderr)
        return REFUSED
    if options.json:
        write(options.json, as_json({name: result.document() for name, result in results.items()}))
    if options.csv:
        write(options.csv, "".join(_csv(results)))
    if STDOUT not in {options.json, options.csv}:
        for name, result in results.items():
            prints.rehearsal(name, result)
        print(_("什么都没有写，旧结果不变。"))
    return DONE


def _results(on: str | None, after: Method, against: Method | None) -> Iterable[tuple[str, Rehearsal]]:
    if on and Path(on).is_dir():
        survey = parse_survey(read_folder(Path(on)))
        yield on, rehearse(survey, against or choose_method(survey), after)
        return
    prepare()
    for number in [on] if on else [booked.number for booked in booked_surveys()]:
        yield number, dry_run(number=number, after=after, against=against)


def find(reference: str) -> Named:
    """The method that a reference names. Raises MethodFault for one that is not there, or has faults."""
    folder = Path(reference)
    if (folder / HEAD).is_file():
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
        return Named(parse_method(files), files)
    name, _at, version = reference.partition("@")
    found = load_method(name, version or None)
    return Named(found, method_files(found.id, found.version))


def _csv(results: Mapping[str, Rehearsal]) -> Iterable[str]:
    """All surveys in one table, each row with its survey; one header."""
    for index, (name, result) in enumerate(results.items()):
        header, *rows = plots_csv(result).splitlines()
        if index == 0:
            yield f"survey,{header}\n"
        yield from (f"{name},{row}\n" for row in rows)


_ACTIONS = {"list": method_list, "show": _show, "diff": _diff, "dry-run": _dry_run}
