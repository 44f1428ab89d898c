"""`tanhui database`: start, stop or ask for the database that comes with the house. It needs no settings."""

import argparse
import os

import psycopg

from tanhui.kit import postgres, roles
from tanhui.kit.home import home


def database(options: argparse.Namespace) -> int:
    """Do what is asked, and only that: asking starts nothing, and what was started stays until it is stopped."""
    if options.action == "roles":
        return _roles()
    folder = home()
    if options.action == "stop":
        print("stopped" if postgres.stop(folder) else "was not running")
        return 0
    if options.action == "start":
        postgres.keep(folder)
    print("running" if postgres.running(folder) else "not running")
    return 0


def _roles() -> int:
    """Print what gives the application its rights, for a database of one's own."""
    url = os.environ.get("TANHUI_OWNER_URL") or postgres.url_from_environment() or postgres.ensure(home())
    with psycopg.connect(url, autocommit=True) as connection:
        lines = list(roles.statements(connection.cursor()))
    print(f"-- CREATE ROLE {roles.APP} LOGIN PASSWORD '…' NOSUPERUSER NOCREATEDB NOCREATEROLE;  once")
    print("BEGIN;", *(f"{line};" for line in lines), "COMMIT;", sep="\n")
    return 0
