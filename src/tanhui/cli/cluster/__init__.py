"""`tanhui cluster`: one registry and several members on this machine, put to the test in a folder of their own.

It starts the very programs that a town would start, books by the very services, does to them what may befall them,
and says of each thing whether it holds. Whatever it started, it stops.
"""

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

from tanhui.cli.cluster.ground import Ground, GroundError, lay
from tanhui.cli.cluster.words import WORDS, Teller

HELD, FAILED, WRONG_USE = 0, 1, 2


def cluster(options: argparse.Namespace) -> int:
    """Put it to the test. Returns 0 when all holds, 1 at the first thing that does not, 2 when it cannot begin.

    Interrupted, it stops what it started and returns 1.
    """
    signal.signal(signal.SIGTERM, _leave)
    try:
        with lay(options) as ground:
            return _rehearse(ground, options)
    except KeyboardInterrupt:
        print(WORDS[options.language]["stopped"], file=sys.stderr)
        return FAILED
    except GroundError as unfit:
        print(WORDS[options.language][unfit.code].format(**unfit.facts), file=sys.stderr)
        return WRONG_USE


def _rehearse(ground: Ground, options: argparse.Namespace) -> int:
    _settle(ground)
    from tanhui.cli.cluster.rehearsal import RehearsalError, rehearse

    teller = Teller(options.language)
    try:
        rehearse(ground, Path(options.survey), options.method, teller)
    except RehearsalError as failed:
        teller.say("failed", what=failed, folder=ground.folder)
        return FAILED
    teller.say("held", count=teller.held, folder=ground.folder)
    return HELD


def _settle(ground: Ground) -> None:
    """Point this program, and all that it starts, at the rehearsal's own installation and at no other."""
    ours = [name for name in os.environ if name.startswith("TANHUI_") or name == "DATABASE_URL"]
    for name in set(ours) - {"TANHUI_SUITE"}:  # the suite is chosen for what is made here
        del os.environ[name]
    os.environ["TANHUI_HOME"] = str(ground.registry)
    os.environ["TANHUI_AS_OWNER"] = "1"  # the rehearsal also does what only an owner of the database can
    os.environ["TANHUI_REGISTRY"] = "tanhui.local/cluster"
    os.environ["TANHUI_URL"] = ground.url
    from tanhui.cli import django_setup

    django_setup()


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
