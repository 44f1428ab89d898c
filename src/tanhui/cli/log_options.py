"""What `tanhui ledger`, `log`, `witness` and `follow` can be told."""

import argparse


def add_ledger(parser: argparse.ArgumentParser) -> None:
    """Say what the ledger can be told."""
    parser.add_argument("action", choices=["serve", "status", "check", "close-day", "lift", "key"])
    parser.add_argument("what", nargs="?", choices=["show", "rotate", "retire", "replace"], help="key: what about it")
    parser.add_argument("--by", metavar="USER", help="lift, key: who, in the role of the supervisor")
    parser.add_argument("--reason", help="lift, key: why, as it stands in the trail; of a key it is public")
    parser.add_argument("--destroy", action="store_true", help="key retire: destroy the old secret, do not keep it")
    parser.add_argument("--old", metavar="KEY", help="key replace: the public key that is lost")
    parser.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)


def add_prove(parser: argparse.ArgumentParser) -> None:
    """Say what can be proven."""
    parser.add_argument("what", choices=["balance"], help="what an account held at the end of the last closed day")
    parser.add_argument("account", help="the account's number")
    parser.add_argument("--lot", help="of this lot alone; without it of every lot")
    parser.add_argument("--out", metavar="FILE", help="where it goes; without it ACCOUNT.proof.json here")


def add_log(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", language: argparse.ArgumentParser) -> None:
    """Add the commands around the public log: who witnesses it, offering it to them, witnessing it, following it."""
    log = commands.add_parser("log", parents=[language], help="witnesses of our log: show, add, quorum, offer")
    log.add_argument("action", choices=["show", "add", "remove", "quorum", "offer"])
    log.add_argument("names", nargs="*", help="add: NAME KEY URL; remove: NAME; quorum: how many must co-sign")
    log.add_argument("--once", action="store_true", help="offer: one round, then leave")
    log.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    witness = commands.add_parser(
        "witness", parents=[language], help="co-sign a registry's checkpoints, offline from it"
    )
    keys = "public key of a log; repeatable, also for two keys of one log"
    witness.add_argument("--log", action="append", required=True, metavar="KEY", help=keys)
    witness.add_argument("--name", required=True, help="our name in signatures, e.g. witness.bank.example")
    _add_place(witness)
    follow = commands.add_parser(
        "follow", parents=[language], help="mirror and replay a registry's ledger, as a member"
    )
    follow.add_argument("url", help="where the log is, e.g. https://sink.example.gov.cn/log")
    follow.add_argument("--key", required=True, help="the registry's public key as published elsewhere")
    follow.add_argument("--name", help="co-sign what was replayed, under this name")
    follow.add_argument("--once", action="store_true", help="up to the present checkpoint, then leave")
    _add_place(follow)


def _add_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folder", required=True, help="where key and memory of this witness lie; keep and back up")
    parser.add_argument("--host", default="127.0.0.1", help="loopback unless you say otherwise")
    parser.add_argument("--port", type=int, default=7380)
    parser.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
