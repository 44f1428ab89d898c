"""`tanhui work`: a worker that does the long work which pages ask for. As many of them as you like may run."""

import argparse

from tanhui.cli.commands import prepare
from tanhui.kit.jobs.worker import work_off, work_until_stopped


def work(options: argparse.Namespace) -> int:
    """Work until it is told to stop; with `--once`, until nothing waits."""
    prepare()
    if options.once:
        work_off()
    else:
        work_until_stopped(with_parent=options.with_parent)
    return 0
