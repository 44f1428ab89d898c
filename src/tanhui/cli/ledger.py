"""`tanhui ledger`: serve as the one writer of the ledger, or say how it stands."""

import argparse
import json
import signal
from threading import Thread

from tanhui.cli.commands import prepare
from tanhui.kit.lifeline import end_with_parent
from tanhui.registry.services.follow_ups import left_behind
from tanhui.registry.writer.serving import Writer
from tanhui.registry.writer.status import status


def ledger(options: argparse.Namespace) -> int:
    """Serve until told to stop; or print the status as one JSON object."""
    if not options.with_parent:  # who starts it as a child has done so
        prepare()
    if options.action == "status":
        print(json.dumps(status()._asdict(), ensure_ascii=False))
        return 0
    writer = Writer(idle_work=left_behind)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: writer.stop())
    if options.with_parent:
        Thread(target=end_with_parent, daemon=True).start()
    writer.serve()
    return 0
