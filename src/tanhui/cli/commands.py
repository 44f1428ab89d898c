"""The commands that need settings and database. Each returns the program's exit code."""

import argparse
import json
from pathlib import Path
from threading import Thread

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.utils import translation

from tanhui.cli import chain, words
from tanhui.core.carbon.survey import SurveyFaults
from tanhui.kit import backup, roles
from tanhui.kit.lifeline import end_with_parent
from tanhui.kit.ownership import as_owner
from tanhui.kit.problems import Problem
from tanhui.land.services import REGIONS, load_region
from tanhui.registry.audit import write_audit_file
from tanhui.registry.writer.journal import last_block
from tanhui.registry.writer.signing import require_suite
from tanhui.site import server, story
from tanhui.site.demonstration import register_demonstration_people

DONE, REFUSED, NOTHING = 0, 1, 3
MIGRATION_LOCK = 0x6D696772617465


def run(options: argparse.Namespace) -> int:
    """Run the main job on a survey folder."""
    folder = Path(options.survey)
    if not folder.is_dir():
        return _say_missing(folder, options.language)
    if options.json:
        _make_folder_of(options.json)
    with translation.override(words.django_language(options.language)):
        return _run_folder(folder, options)


def _run_folder(folder: Path, options: argparse.Namespace) -> int:
    prepare()
    region = load_region(folder=REGIONS / "baotou")
    name = folder.resolve().name
    job = story.Job(files=read_folder(folder), name_zh=name, name_en=name, method=options.method)
    speaker = chain.Speaker(options.language)
    try:
        made = story.run(job=job, region=region, people=register_demonstration_people(), tell=speaker.tell)
    except SurveyFaults as found:
        speaker.faults(found.faults)
        return REFUSED
    except Problem as problem:
        speaker.problem(problem)
        return REFUSED
    papers = chain.write_papers(made, Path(options.out) if options.out else _papers_folder(made))
    verified = speaker.verify(papers.audit) if made.lot else None
    speaker.papers(papers)
    if options.json:
        content = chain.as_document(made, verified=verified)
        Path(options.json).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if made.lot is None:
        speaker.nothing_to_issue(made.document)
        return NOTHING
    return DONE if verified else REFUSED


def demo(options: argparse.Namespace) -> int:
    """Load the demonstration region, run the main job on it, then serve the site."""
    with translation.override(words.django_language(options.language)):
        from tanhui.cli import demo as demonstration

        return demonstration.run(options)


def serve(options: argparse.Namespace) -> int:
    """Serve the site until it is stopped."""
    if options.with_parent:
        Thread(target=end_with_parent, daemon=True).start()
    prepare()
    return server.serve(host=options.host, port=options.port, with_worker=not options.no_worker)


def export(options: argparse.Namespace) -> int:
    """Write the audit file of the whole ledger."""
    _make_folder_of(options.file)
    prepare()
    write_audit_file(Path(options.file))
    print(options.file)
    return DONE


def prepare(*, restoring: bool = False) -> None:
    """Bring the tables up to date. Costs nothing when they are.

    Raises `restore_unfinished` while a restore was cut off half-way, and `ledger_suite_differs`.
    """
    if backup.unfinished(Path(settings.HOME)) and not restoring:
        text = "A restore into this TANHUI_HOME was cut off before it was held against what is known of the ledger."
        raise Problem("restore_unfinished", text, remedy="Remove the folder postgres in it, and restore again.")
    try:
        with as_owner() as separate, connection.cursor() as cursor:
            # Two programs started at once on a new home: the second waits, and finds the tables made.
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
            call_command("migrate", verbosity=0, interactive=False)
            if separate and not roles.granted(cursor):
                with transaction.atomic():
                    roles.grant(cursor)
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
    except OperationalError as error:
        raise Problem("database_unreachable", f"The database cannot be reached: {error}") from error
    require_suite(last_block())


def read_folder(folder: Path) -> dict[str, bytes]:
    """Read the CSV files of a survey folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}


def _make_folder_of(file: str) -> None:
    """Make the folder that a result goes to before anything is booked, so that no result is lost for want of one."""
    Path(file).parent.mkdir(parents=True, exist_ok=True)


def _papers_folder(made: story.Chain) -> Path:
    return Path(settings.HOME) / "runs" / made.project.number


def _say_missing(folder: Path, language: str) -> int:
    said = {"zh": f"没有这个文件夹：{folder}", "en": f"There is no such folder: {folder}"}
    print(said[language])
    return 2
