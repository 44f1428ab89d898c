"""What `tanhui backup` and `tanhui restore` can be told."""

import argparse


def add_backup(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", language: argparse.ArgumentParser
) -> None:
    """Add the two commands."""
    backup = commands.add_parser("backup", parents=[language], help="copies of the database, and all changes since")
    backup.add_argument("action", choices=["now", "follow", "list"])
    backup.add_argument("folder", help="where the backups lie: another disk, another machine")
    backup.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    restore = commands.add_parser("restore", parents=[language], help="the database as it was, into a new TANHUI_HOME")
    restore.add_argument("folder", help="the folder of the backups")
    restore.add_argument("--to", metavar="TIME", help="e.g. 2027-03-01T14:30:00+08:00; without it as late as it goes")
