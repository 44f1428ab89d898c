"""`tanhui database`: start, stop or ask for the database that comes with the house. It needs no settings."""

import argparse

from tanhui.kit import postgres
from tanhui.kit.home import home


def database(options: argparse.Namespace) -> int:
    """Do what is asked, and only that: asking starts nothing, and what was started stays until it is stopped."""
    folder = home()
    if options.action == "stop":
        print("stopped" if postgres.stop(folder) else "was not running")
        return 0
    if options.action == "start":
        postgres.keep(folder)
    print("running" if postgres.running(folder) else "not running")
    return 0
