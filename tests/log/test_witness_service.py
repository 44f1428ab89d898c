"""`tanhui witness`: what it signs, what it refuses and how, that it never forgets and never signs two histories."""

import os
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from tanhui.core.ledger import Checkpoint, SigningKey, sign_checkpoint
from tanhui.core.ledger.cosignature import WitnessKey, WitnessSigner, read_line
from tanhui.core.ledger.merkle import EMPTY_ROOT, Frontier, consistency_path, leaf_hash
from tanhui.core.ledger.offer import SIZE_TYPE, Offer, Seen
from tanhui.witness import web
from tanhui.witness.book import Book, OtherKey
from tanhui.witness.service import Witness, open_server

LOG = SigningKey("log.test", b"l" * 32)
SIGNER = WitnessSigner("witness.test", b"w" * 32)
_, RUNS = Frontier().extend(leaf_hash(bytes([n])) for n in range(50))
SUBTREES = {(level, place): found for run in RUNS for level, place, found in run.each()}


def root(size: int, leaves: bytes = bytes(range(50))) -> bytes:
    return Frontier().extend(leaf_hash(bytes([n])) for n in leaves[:size])[0].root()


def offer(old: int, new: int, key: SigningKey = LOG, **other) -> bytes:
    path = consistency_path(old, new, lambda level, place: SUBTREES[level, place]) if old <= new else ()
    told = {"origin": LOG.name, "size": new, "root": root(new)} | other
    return Offer(old, path, sign_checkpoint(Checkpoint(**told), key)).spell().encode()


@pytest.fixture
def witness(tmp_path) -> Witness:
    book = Book(tmp_path / "witness.sqlite", str(SIGNER.public))
    return Witness(SIGNER, book, {LOG.name: [LOG.public]})


def ask(witness: Witness, body: bytes):
    return witness.add_checkpoint(body, at_ms=1_760_000_000_000)


def test_it_signs_what_continues_and_the_signature_holds(witness):
    for old, new in ((0, 5), (5, 5), (5, 17), (17, 50)):
        answer = ask(witness, offer(old, new))
        assert answer.status == 200
        text = Checkpoint(LOG.name, new, root(new)).text()
        assert read_line(answer.text, text, SIGNER.public).at_s == 1_760_000_000
        assert witness.book.seen(LOG.name) == Seen(new, root(new))


def test_it_tells_the_size_that_it_has_seen(witness):
    ask(witness, offer(0, 5))
    for body in (offer(0, 9), offer(3, 9), offer(6, 9)):
        answer = ask(witness, body)
        assert (answer.status, answer.text, answer.kind) == (409, "5\n", SIZE_TYPE)


def test_another_root_at_the_same_size_is_a_conflict(witness):
    ask(witness, offer(0, 5))
    answer = ask(witness, offer(5, 5, root=b"x" * 32))
    assert (answer.status, answer.text, answer.kind) == (409, "5\n", SIZE_TYPE)
    assert witness.book.seen(LOG.name).root == root(5)


def test_another_history_is_refused(witness):
    ask(witness, offer(0, 5))
    assert ask(witness, offer(5, 9, root=b"x" * 32)).status == 422
    assert ask(witness, offer(5, 9).replace(b"old 5\n", b"old 5\n" + b"A" * 43 + b"=\n", 1)).status == 422
    assert witness.book.seen(LOG.name).size == 5


def test_who_did_not_sign_is_refused(witness):
    assert ask(witness, offer(0, 5, key=SigningKey(LOG.name, b"o" * 32))).status == 403
    assert ask(witness, offer(0, 5, key=SigningKey("other.test", b"l" * 32))).status == 403
    assert ask(witness, offer(0, 5, origin="other.test")).status == 404
    assert witness.book.seen(LOG.name) == Seen(0, EMPTY_ROOT)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0",
        b"old 0\n\n",
        b"old -1\n\nx",
        b"old 00\n\nx",
        b"new 0\n\nx",
        b"old 0\nxxx\n\nx",
        b"old 0\nAAAA\n\nx",
        b"\xff\xfe",
        offer(9, 5),
        offer(0, 5).replace(b"\n5\n", b"\n05\n"),
        b"old 0\n" + (b"A" * 43 + b"=\n") * 64 + b"\nx",
    ],
)
def test_what_is_no_offer_is_a_bad_request(witness, body):
    assert ask(witness, body).status == 400
    assert witness.book.seen(LOG.name).size == 0


def test_of_many_at_once_only_one_grows_from_a_size(witness):
    ask(witness, offer(0, 5))
    bodies = [offer(5, 10 + n) for n in range(16)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda body: ask(witness, body), bodies))
    signed = [n for n, answer in enumerate(answers) if answer.status == 200]
    assert len(signed) == 1
    assert {answer.status for answer in answers} == {200, 409}
    assert witness.book.seen(LOG.name).size == 10 + signed[0]


def test_it_remembers_and_its_book_never_goes_back(witness, tmp_path):
    ask(witness, offer(0, 17))
    again = Book(tmp_path / "witness.sqlite", str(SIGNER.public))
    assert again.seen(LOG.name) == Seen(17, root(17))
    with closing(sqlite3.connect(tmp_path / "witness.sqlite")) as file:
        for statement in ("UPDATE log SET size = 5", "DELETE FROM log", f"UPDATE log SET root = x'{'00' * 32}'"):
            with pytest.raises(sqlite3.IntegrityError, match="a witness never"):
                file.execute(statement)
    with pytest.raises(OtherKey):
        Book(tmp_path / "witness.sqlite", str(WitnessSigner("witness.test", b"v" * 32).public))


def test_nothing_is_signed_that_was_not_written(witness, monkeypatch):
    def full_disk(*_words, **_facts):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Book, "take", full_disk)
    with pytest.raises(sqlite3.OperationalError):
        ask(witness, offer(0, 5))
    assert witness.book.seen(LOG.name).size == 0


def test_over_http(witness):
    server = open_server(witness, "127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        assert web.post(f"{url}/add-checkpoint", offer(0, 5)).status == 200
        answer = web.post(f"{url}/add-checkpoint", offer(0, 9))
        assert (answer.status, answer.kind, answer.content) == (409, SIZE_TYPE, b"5\n")
        assert web.post(f"{url}/add-checkpoint", b"x" * 70_000).status == 400
        assert web.post(f"{url}/else", b"").status == 404
        assert web.get(f"{url}/else").status == 404
        assert str(SIGNER.public) in web.get(url + "/").text
    finally:
        server.shutdown()
        server.server_close()
    with pytest.raises(web.Unreachable):
        web.post(f"{url}/add-checkpoint", offer(5, 9), patience_s=2)
    with pytest.raises(web.Unreachable):
        web.get("file:///etc/hostname")


def test_the_program_makes_its_key_once_and_outlives_a_kill(tmp_path):
    keys = set()
    for old, new in ((0, 5), (5, 17)):
        program = start(tmp_path)
        try:
            said = [program.stdout.readline().split()[-1] for _ in range(3)]
            keys.add(said[0])
            reply = web.post(said[2], offer(old, new))
            assert reply.status == 200
            read_line(reply.text, Checkpoint(LOG.name, new, root(new)).text(), WitnessKey.parse(said[0]))
        finally:
            program.kill()
            program.wait()
    assert len(keys) == 1
    assert (tmp_path / "w/witness.seed").stat().st_mode & 0o777 == 0o600


def start(folder):
    words = ["witness", "--name", "w.test", "--log", str(LOG.public), "--folder", str(folder / "w"), "--port", "0"]
    surroundings = {**os.environ, "LANG_UI": "en"}
    command = [sys.executable, "-m", "tanhui.cli", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=surroundings)
