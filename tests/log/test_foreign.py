"""Tools we did not write: a tlog client reads our log, a public witness co-signs it, ours is believed by theirs."""

import hashlib
import socket
import sqlite3
import subprocess
import time
from base64 import b64encode
from contextlib import closing, contextmanager

import pytest

from foreign_tools import built
from logs import KeptLog
from tanhui.core.ledger.cosignature import WitnessKey, WitnessSigner
from tanhui.core.ledger.merkle import EMPTY_ROOT
from tanhui.core.ledger.policy import Witness, k_of_n
from tanhui.kit import clock
from tanhui.registry.log.models import Cosignature, Fault
from tanhui.registry.log.queries import finality
from tanhui.registry.log.services import offer_newest
from tanhui.registry.writer.signing import signing_key

NAME = "litewitness.test/one"


@pytest.fixture
def log(standing) -> KeptLog:
    kept = KeptLog()
    kept.grow(700)
    return kept


def foreign(*words) -> str:
    done = subprocess.run(
        [built("foreign"), *map(str, words)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_foreign_client_reads_every_leaf(log, live_server):
    origin, size, _root, many, digest, signatures = foreign(
        "read", f"{live_server.url}/log", signing_key().public
    ).split()
    assert (origin, int(size), signatures) == (signing_key().name, len(log.leaves), "1")
    assert int(many) == sum(map(len, log.leaves))
    assert digest == hashlib.sha256(b"".join(log.leaves)).hexdigest()


def test_a_foreign_client_proves_a_leaf(log, live_server):
    for index in (0, 255, 256, 511, len(log.leaves) - 1):
        found = foreign("prove", f"{live_server.url}/log", signing_key().public, index)
        assert bytes.fromhex(found) == log.leaves[index]


def test_a_foreign_client_believes_our_witness(log, live_server, policy_file):
    seed = hashlib.sha256(b"a witness of ours").digest()
    ours = WitnessSigner("bank.test", seed)
    policy_file(k_of_n([Witness("bank", ours.public, "")], 1))
    block = finality().newest
    text = block.checkpoint.partition("\n\n")[0] + "\n"
    line, now = ours.cosign(text, 1_760_000_000), clock.now()
    Cosignature.objects.create(
        vkey=str(ours.public), name="bank", size=block.size, line=line, signed_at=now, received_at=now
    )
    said = foreign("read", f"{live_server.url}/log", signing_key().public, f"bank.test:{seed.hex()}")
    assert said.split()[-1] == "2"


def test_a_public_witness_cosigns_our_log(log, policy_file, tmp_path):
    with litewitness(tmp_path) as (url, key):
        witness = Witness("lite", key, url)
        policy_file(k_of_n([witness], 1))
        first = offer_newest(witnesses=[witness], at=clock.now())
        assert (first.signed, first.troubled) == (("lite",), ())
        assert finality().waiting == 0
        log.grow(1000)
        assert finality().waiting > 0
        assert offer_newest(witnesses=[witness], at=clock.now()).signed == ("lite",)
        assert finality().waiting == 0
        # Even if we had forgotten what it signed, it tells us, and we go on from there.
        log.grow(1100)
        other = Witness("lite", key, f"{url}/")
        Cosignature.objects.none()
        assert offer_newest(witnesses=[other], at=clock.now()).signed == ("lite",)
    assert offer_newest(witnesses=[witness], at=clock.now()) is None
    log.grow(1200)
    assert offer_newest(witnesses=[witness], at=clock.now()).troubled == (("lite", "absent"),)
    assert [fault.code for fault in Fault.objects.all()] == ["absent"]


@contextmanager
def litewitness(folder):
    """The public witness on loopback, with an ssh-agent that holds its key; yields its address and public key."""
    agent_socket, database, port = folder / "agent", folder / "lite.db", free_port()
    agent = subprocess.Popen([built("foreign"), "agent", agent_socket], stdout=subprocess.PIPE, text=True)
    fingerprint = agent.stdout.readline().strip()
    words = ["-ssh-agent", agent_socket, "-key", fingerprint, "-name", NAME, "-db", database]
    said = folder / "lite.log"
    with said.open("w") as log_file:
        witness = subprocess.Popen([built("litewitness"), *words, "-listen", f"127.0.0.1:{port}"], stderr=log_file)
        try:
            wait_until_open(port)
            enrol(database)
            vkey = said.read_text().partition("vkey=")[2].split()[0].strip('"')
            yield f"http://127.0.0.1:{port}", WitnessKey.parse(vkey)
        finally:
            for process in (witness, agent):
                process.kill()
                process.wait()


def enrol(database) -> None:
    """What `witnessctl add-log` and `add-key` do: tell the witness whose checkpoints it may sign."""
    with closing(sqlite3.connect(database)) as file:
        file.execute("INSERT INTO log VALUES (?, 0, ?)", [signing_key().name, b64encode(EMPTY_ROOT).decode()])
        file.execute("INSERT INTO key VALUES (?, ?)", [signing_key().name, str(signing_key().public)])
        file.commit()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_open(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)  # a program that is not ours tells nobody when it is ready
    pytest.fail("the witness did not start")
