"""`tanhui witness` and `tanhui follow`: co-sign a registry's checkpoints; mirror and replay its ledger. No Django."""

import argparse
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

from tanhui.core.ledger import Malformed, Suite, VerifyingKey
from tanhui.core.ledger.cosignature import WitnessSigner
from tanhui.core.ledger.note import BadSignature
from tanhui.kit import keys
from tanhui.kit.lifeline import end_with_parent
from tanhui.witness.book import Book, OtherKey
from tanhui.witness.member import Broken, Followed, LogFault, Member
from tanhui.witness.mirror import Mirror
from tanhui.witness.node import FollowedLog, Node
from tanhui.witness.service import Witness, open_server
from tanhui.witness.web import Unreachable
from tanhui.witness.words import spoken

WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "key": "见证公钥　{key}",
        "serving": "见证服务　http://{host}:{port}/add-checkpoint",
        "log": "见证账本　{origin}",
        "followed": "已核到　　第 {height:,} 块，{size:,} 条记录，根 {root}",
        "broken": "不再见证：{why}",
        "unreachable": "现在连不上：{why}",
        "log_fault": "账本给的与它签的不一致：{why}",
        "no_key": "给的公钥不是公钥：{why}",
        "taken": "{host}:{port}：{why}。换一个端口：--port {other}",
        "folder": "{folder}：{why}",
    },
    "en": {
        "key": "witness key {key}",
        "serving": "serving     http://{host}:{port}/add-checkpoint",
        "log": "witness of  {origin}",
        "followed": "replayed    block {height:,}, {size:,} records, root {root}",
        "broken": "Signs nothing more: {why}",
        "unreachable": "Cannot be reached now: {why}",
        "log_fault": "What the log sends is not what it signed: {why}",
        "no_key": "The key given is no public key: {why}",
        "taken": "{host}:{port}: {why}. Choose another: --port {other}",
        "folder": "{folder}: {why}",
    },
}
DONE, REFUSED, WRONG_USE = 0, 1, 2
LOOK_EVERY_S = 5.0
Logs = Mapping[str, Sequence[VerifyingKey]]


def witness(options: argparse.Namespace) -> int:
    """Co-sign checkpoints of the logs named, until stopped."""
    try:
        keys_given = [VerifyingKey.parse(text) for text in options.log]
        logs = {key.name: [one for one in keys_given if one.name == key.name] for key in keys_given}
        return _serve(_witness(options, logs, keys_given[0].suite), options)
    except Malformed as fault:
        return _say(options, "no_key", WRONG_USE, why=fault)
    except (OtherKey, ValueError, sqlite3.Error) as fault:
        return _say(options, "folder", WRONG_USE, folder=options.folder, why=fault)


def follow(options: argparse.Namespace) -> int:
    """Mirror and replay a log; with a name also co-sign what was replayed. Ends with 1 at the first broken rule."""
    try:
        key = VerifyingKey.parse(options.key)
        folder = _folder(options)
        node = Node(Member(options.url, key, Mirror(folder / "mirror.sqlite")))
    except Malformed as fault:
        return _say(options, "no_key", WRONG_USE, why=fault)
    except Broken as broken:
        return _say(options, "broken", REFUSED, why=spoken(str(broken), options.language))
    except sqlite3.Error as fault:
        return _say(options, "folder", WRONG_USE, folder=options.folder, why=fault)
    except BadSignature as fault:
        return _say(options, "log_fault", WRONG_USE, why=fault)
    except Unreachable as fault:
        return _say(options, "unreachable", WRONG_USE, why=fault)
    if options.name:
        return _follow_and_sign(node, options)
    return _look(node, options) if options.once else _keep_looking(node, options)


def _follow_and_sign(node: Node, options: argparse.Namespace) -> int:
    try:
        signing = _witness(options, FollowedLog(node.member.keys), node.member.keys.chain.trusted.suite, node)
    except (OtherKey, ValueError, sqlite3.Error) as fault:
        return _say(options, "folder", WRONG_USE, folder=options.folder, why=fault)
    over = Event()
    looking = Thread(target=node.keep_looking, args=(over, LOOK_EVERY_S), daemon=True)
    looking.start()
    try:
        return _serve(signing, options)
    finally:
        over.set()


def _keep_looking(node: Node, options: argparse.Namespace) -> int:
    last: Followed | None = None
    waiting = Event()
    try:
        while True:
            code = _look(node, options, since=last)
            if code == REFUSED:
                return code
            last = node.member.followed
            waiting.wait(LOOK_EVERY_S)
    except KeyboardInterrupt:
        return DONE


def _look(node: Node, options: argparse.Namespace, since: Followed | None = None) -> int:
    """Look once, say how far it went. 0 followed · 1 a rule is broken · 2 the log is silent or contradicts itself."""
    try:
        followed = node.look()
    except Broken as broken:
        return _say(options, "broken", REFUSED, why=spoken(str(broken), options.language))
    except (LogFault, BadSignature, Malformed) as fault:
        return _say(options, "log_fault", WRONG_USE, why=spoken(str(fault), options.language))
    except Unreachable as fault:
        return _say(options, "unreachable", WRONG_USE, why=spoken(str(fault), options.language))
    if followed != since:
        _say(options, "followed", DONE, height=followed.height, size=followed.size, root=followed.root.hex())
    return DONE


def _witness(options: argparse.Namespace, logs: Logs, suite: Suite, node: Node | None = None) -> Witness:
    """Return the witness: its own key is of the suite of the (first) log, so that readers need one suite."""
    folder = _folder(options)
    signer = WitnessSigner(options.name, keys.witness_seed(folder), suite)
    book = Book(folder / "witness.sqlite", str(signer.public))
    return Witness(signer, book, logs, node.gate if node else None)


def _serve(signing: Witness, options: argparse.Namespace) -> int:
    if options.with_parent:
        Thread(target=end_with_parent, daemon=True).start()
    try:
        server = open_server(signing, options.host, options.port)
    except OSError as fault:
        taken = {"host": options.host, "port": options.port, "why": fault.strerror, "other": options.port + 1}
        return _say(options, "taken", REFUSED, **taken)
    _say(options, "key", DONE, key=signing.signer.public)
    for origin in signing.logs:
        _say(options, "log", DONE, origin=origin)
    _say(options, "serving", DONE, host=options.host, port=server.server_port)
    return _until_stopped(server)


def _until_stopped(server: ThreadingHTTPServer) -> int:
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
    return DONE


def _folder(options: argparse.Namespace) -> Path:
    folder = Path(options.folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _say(options: argparse.Namespace, code: str, answer: int, **facts: object) -> int:
    out = sys.stderr if answer == WRONG_USE else sys.stdout
    print(WORDS[options.language][code].format(**facts), file=out, flush=True)
    return answer
