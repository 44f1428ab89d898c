"""A program that uses the database of a home, as the doors do, and does what it is told line by line.

With AS_UID it goes on as that user, whose only property is its home.
"""

import json
import os
import sys
from pathlib import Path

import psycopg

from tanhui.kit import postgres, postmaster
from tanhui.kit.problems import Problem

HOME = Path(os.environ["TANHUI_HOME"])


def ensure():
    url = postgres.ensure(HOME)
    live = postmaster.find(HOME / "postgres")
    return {"url": url, "pid": live.pid, "sockets": live.socket_folder}


def note(word):
    """Write a word down for good."""
    with psycopg.connect(postgres.ensure(HOME)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS word (word text)")
        connection.execute("INSERT INTO word VALUES (%s)", [word])
    return {}


def words():
    with psycopg.connect(postgres.ensure(HOME)) as connection:
        return {"words": [row[0] for row in connection.execute("SELECT word FROM word ORDER BY word")]}


def buffers():
    with psycopg.connect(postgres.ensure(HOME)) as connection:
        asked = "SELECT setting FROM pg_settings WHERE name = 'shared_buffers'"
        return {"buffers": list(connection.execute(asked).fetchone())}


def kind():
    with psycopg.connect(postgres.ensure(HOME)) as connection:
        asked = "SELECT datlocprovider, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'tanhui'"
        return {"kind": list(connection.execute(asked).fetchone())}


DEEDS = {
    "ensure": ensure,
    "note": note,
    "words": words,
    "kind": kind,
    "buffers": buffers,
    "running": lambda: {"running": postgres.running(HOME)},
    "stop": lambda: {"stopped": postgres.stop(HOME)},
    "erase": lambda: {"erased": postgres.erase(HOME)},
    "keep": lambda: {"kept": postgres.keep(HOME)},
}


def answer(line):
    deed, *rest = line.split()
    try:
        return DEEDS[deed](*rest)
    except Problem as problem:
        return {"problem": problem.code, "message": problem.message}


def become(uid):
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)


if __name__ == "__main__":
    if "AS_UID" in os.environ:
        become(int(os.environ["AS_UID"]))
    for told in sys.stdin:
        sys.stdout.write(json.dumps(answer(told)) + "\n")
        sys.stdout.flush()
