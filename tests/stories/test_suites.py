"""The whole road under either suite, from a survey to a retired ticket: what is found, proven, followed and refused."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings

from audit_files import audit_file_bytes
from kept import kept_job
from log.test_member import Wire
from registry.test_key_rotation import SCRIPT, tanhui
from standing import load_people, noon_in
from tanhui.cli.commands import prepare
from tanhui.core.audit import verify_audit
from tanhui.core.ledger import SUITES, BadProof, SigningKey, read_receipt
from tanhui.core.ledger.balance import read_balance
from tanhui.core.ledger.cosignature import WitnessSigner
from tanhui.core.ledger.policy import Witness, k_of_n, spell
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.registry.audit import write_audit_file
from tanhui.registry.log.queries import shown_checkpoint
from tanhui.registry.log.services import offer_newest
from tanhui.registry.models import Act, Block, HandOver
from tanhui.registry.queries import receipt_of
from tanhui.registry.queries.days import balance_proof
from tanhui.registry.services.checking import check_ledger
from tanhui.registry.services.closing_days import close_day
from tanhui.registry.services.keys import retire_key, rotate_key
from tanhui.registry.writer.sending import write_here
from tanhui.registry.writer.signing import require_suite, signing_key
from tanhui.site import story
from tanhui.witness.book import Book
from tanhui.witness.member import Member
from tanhui.witness.mirror import Mirror
from tanhui.witness.node import FollowedLog, Node
from tanhui.witness.service import Witness as Service
from tanhui.witness.web import Reply

AT = clock.from_ms(1_795_762_800_000)


class Road:
    """A ledger of one suite with one ticket used up, and its people."""

    def __init__(self, name: str, home: Path, chain: story.Chain, people: dict[str, Any]) -> None:
        self.suite, self.home, self.chain, self.people = SUITES[name], home, chain, people
        self.command = chain.retirement.order.command_hex


@pytest.fixture(scope="module", params=SUITES)
def road(request, tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[Road]:
    """The main job, committed once for each suite. What a test adds, it takes back."""
    home = tmp_path_factory.mktemp("home")
    with override_settings(SUITE=request.param, HOME=home, WITNESSES=home / "none"), kept_job(django_db_blocker) as job:
        region, people = load_people()
        chain = story.run(job=job, region=region, people=people, tell=lambda _step, _facts: None)
        yield Road(request.param, home, chain, people)


@contextmanager
def taken_back() -> Iterator[Any]:
    """What somebody with the keys to the database changes; afterwards all is as it was."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        transaction.set_rollback(True)


def test_the_ledger_is_of_this_suite_and_holds(road):
    assert signing_key().suite is road.suite
    report = verify_audit(audit_file_bytes(), str(signing_key().public))
    assert report.faults == ()
    assert verify_audit(audit_file_bytes()).ok
    other = SigningKey(signing_key().name, b"o" * 32, road.suite).public
    assert "key_not_expected" in {fault.code for fault in verify_audit(audit_file_bytes(), str(other)).faults}


def test_the_nightly_check_finds_nothing(road):
    with taken_back():
        assert check_ledger(at=AT).kept.fault_count == 0


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (
            "UPDATE registry_entry SET quantity_mg = quantity_mg + 1 WHERE serial_first IS NULL",
            "cell_changed",
        ),
        ("UPDATE registry_leafrun SET leaves = set_byte(leaves, length(leaves) - 1, 9)", "leaf_changed"),
        ("UPDATE registry_hashrun SET hashes = reverse(hashes) WHERE level = 0 AND first = 0", "cell_changed"),
        ("UPDATE registry_act SET digest_hex = repeat('0', 64) WHERE height = 1", "cell_changed"),
        ("UPDATE registry_block SET root_hex = repeat('0', 64) WHERE height = 2", "cell_changed"),
        (
            "UPDATE registry_block SET checkpoint = checkpoint || ' ' WHERE height = 2",
            "checkpoint_not_signed",
        ),
        ("UPDATE certification_surveyfile SET content = content || '\\x00'", "survey_line_changed"),
    ],
)
def test_what_is_changed_is_found(road, statement, code):
    with taken_back() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount > 0
        faults = verify_audit(audit_file_bytes(), str(signing_key().public)).faults
    assert code in {fault.code for fault in faults}
    assert verify_audit(audit_file_bytes(), str(signing_key().public)).ok, "it was put back"


def test_a_proof_holds_with_the_public_key_alone(road, tmp_path, capsys):
    receipt, key = receipt_of(road.command), signing_key().public
    assert read_receipt(receipt, key).command.act.name == "retire"
    proof = tmp_path / "x.proof.json"
    proof.write_text(receipt.to_json(), encoding="utf-8")
    assert tanhui("verify", proof, "--key", key) == 0
    assert tanhui("verify", proof, "--key", SigningKey(key.name, b"o" * 32, road.suite).public) == 1
    changed = proof.read_text(encoding="utf-8").replace('"index": ', '"index": 1')
    proof.write_text(changed, encoding="utf-8")
    assert tanhui("verify", proof, "--key", key) == 1


def test_the_script_checks_the_default_suite_and_says_so_of_the_other(road, tmp_path):
    proof = tmp_path / "x.proof.json"
    proof.write_text(receipt_of(road.command).to_json(), encoding="utf-8")
    words = [sys.executable, SCRIPT, proof, str(signing_key().public)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if road.suite.name == "ed25519-sha256":
        assert done.returncode == 0
    else:
        assert done.returncode == 1
        assert "SM2/SM3" in done.stderr


def test_an_audit_file_is_verified_offline(road, tmp_path, capsys):
    path = tmp_path / "ledger.sqlite"
    write_audit_file(path)
    assert tanhui("verify", path, "--key", signing_key().public) == 0
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    assert tanhui("verify", path, "--key", signing_key().public) == 1


def test_a_member_replays_it_and_witnesses_it(road, tmp_path):
    key = signing_key().public
    node = Node(Member("http://log.test/log", key, Mirror(tmp_path / "mirror.sqlite"), Wire()))
    assert node.look().height == Block.objects.count()
    again = Member("http://log.test/log", key, Mirror(tmp_path / "mirror.sqlite"), Wire())
    assert again.followed == node.member.followed, "its own copy, replayed after a restart"
    signer = WitnessSigner("m.test", b"m" * 32, road.suite)
    shelf = Book(tmp_path / "witness.sqlite", str(signer.public))
    service = Service(signer, shelf, FollowedLog(node.member.keys), node.gate)
    policy, proof = tmp_path / "policy", tmp_path / "x.proof.json"
    asked = [Witness("m", signer.public, "http://m")]
    policy.write_text(spell(k_of_n(asked, 1)))

    def ask(_url: str, body: bytes) -> Reply:
        answer = service.add_checkpoint(body, at_ms=clock.to_ms(AT))
        return Reply(answer.status, answer.kind, answer.text.encode())

    with taken_back():
        assert offer_newest(witnesses=asked, at=AT, ask=ask).signed == ("m",)
        proof.write_text(receipt_of(road.command).to_json(), encoding="utf-8")
        assert tanhui("verify", proof, "--key", key, "--policy", policy) == 0
    policy.write_text(spell(k_of_n([Witness("m", WitnessSigner("m.test", b"o" * 32, road.suite).public)], 1)))
    assert tanhui("verify", proof, "--key", key, "--policy", policy) == 1


def test_a_witness_sees_that_each_checkpoint_continues_the_last_one(road, tmp_path):
    signer, name = WitnessSigner("w.test", b"w" * 32, road.suite), signing_key().name
    shelf = Book(tmp_path / "witness.sqlite", str(signer.public))
    service = Service(signer, shelf, {name: [signing_key().public]})

    def ask(_url: str, body: bytes) -> Reply:
        answer = service.add_checkpoint(body, at_ms=clock.to_ms(AT))
        return Reply(answer.status, answer.kind, answer.text.encode())

    asked = [Witness("w", signer.public, "http://w")]
    with taken_back() as cursor:
        for height in (2, 4, Block.objects.count()):
            cursor.execute("SAVEPOINT here")
            cursor.execute("DELETE FROM registry_block WHERE height > %s", [height])
            assert offer_newest(witnesses=asked, at=AT, ask=ask).signed == ("w",)
            cursor.execute("ROLLBACK TO SAVEPOINT here")
    assert shelf.seen(name).size == Block.objects.get(height=Block.objects.count()).size


def test_its_key_can_be_changed(road, tmp_path):
    head = next(person for person in road.people.values() if person.role == "supervisor")
    first = signing_key()
    with taken_back():
        rotate_key(by=head, reason="年度更换", at=AT)
        assert signing_key().suite is road.suite
        for key in (first.public, signing_key().public):
            assert verify_audit(audit_file_bytes(), str(key)).faults == ()
            assert read_receipt(receipt_of(road.command), key).outcome == "done"
        assert Client().get("/witnesses/").status_code == 200
        assert HandOver.objects.count() == 1
    for path in (road.home / "keys").glob("ledger-*.seed"):
        path.unlink()
    assert signing_key() == first
    with pytest.raises(Problem):
        retire_key(by=head, reason="x", at=AT)


def test_a_day_is_closed_and_a_balance_proven(road, tmp_path, capsys):
    holder = road.chain.retirement.account_id
    with taken_back():
        end = close_day(at=noon_in(1))
        assert end is not None
        assert check_ledger(at=AT).kept.fault_count == 0, "the replay closes the day with the same root"
        proof = balance_proof(holder)
        reading = read_balance(proof, signing_key().public)
        assert reading.end == end
        assert reading.balances[0].quantity_mg > 0
        path = tmp_path / "x.proof.json"
        path.write_text(proof.to_json(), encoding="utf-8")
        assert tanhui("verify", path, "--key", signing_key().public) == 0
    more = proof.balances[0]._replace(quantity_mg=proof.balances[0].quantity_mg + 1)
    with pytest.raises(BadProof):
        read_balance(replace(proof, balances=(more, *proof.balances[1:])), signing_key().public)


def test_pages_show_it(road):
    number = road.chain.retirement.number
    for path in ("/books/", f"/certificates/{number}/", "/witnesses/", "/verify/", "/log/checkpoint"):
        assert Client().get(path).status_code == 200, path
    assert shown_checkpoint().count("\n— ") == 1


def test_another_suite_in_the_settings_is_refused(road, settings):
    settings.SUITE = next(name for name in SUITES if name != road.suite.name)
    for begin in (lambda: require_suite(Block.objects.order_by("-height").first()), lambda: write_here(at=AT), prepare):
        with pytest.raises(Problem) as found:
            begin()
        assert found.value.code == "ledger_suite_differs"
        assert road.suite.name in found.value.message
    assert Act.objects.count() == Act.objects.exclude(outcome="").count()


def test_a_suite_that_does_not_exist_stops_the_program():
    words = [sys.executable, "-m", "tanhui.cli", "ledger", "status"]
    environment = {**os.environ, "TANHUI_SUITE": "md5", "TANHUI_NO_DATABASE": "1"}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "TANHUI_SUITE is 'md5'; it must be one of ed25519-sha256, sm2-sm3." in done.stderr
