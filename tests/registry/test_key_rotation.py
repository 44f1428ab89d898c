"""The key of the ledger changes: no block between two keys, everybody outside follows, and a lost key is replaced."""

import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from registry.test_writer import WRITER, opening, wait_until
from standing import at_once, load_people, run_sql
from tanhui.cli import main
from tanhui.core.audit import verify_audit, write_tables
from tanhui.core.ledger import Checkpoint, VerifyingKey, read_link, read_receipt
from tanhui.core.ledger.cosignature import WitnessSigner
from tanhui.core.ledger.note import is_signed, split_note
from tanhui.core.ledger.policy import Policy, Witness, k_of_n, spell
from tanhui.kit import clock, keys
from tanhui.kit.problems import Problem
from tanhui.people.models import TrailEntry
from tanhui.registry.audit import MOST, _tables
from tanhui.registry.models import Act, Block, HandOver
from tanhui.registry.queries import receipt_of
from tanhui.registry.services import keys as services
from tanhui.registry.services.booking import book
from tanhui.registry.services.keys import replace_key, retire_key, rotate_key
from tanhui.registry.writer import journal, signing
from tanhui.registry.writer.listening import EAR
from tanhui.registry.writer.signing import signing_key
from tanhui.registry.writer.status import status
from workers import tanhui_work

SCRIPT = Path(__file__).parents[2] / "docs/verify_proof.py"
AT = clock.from_ms(1_795_762_800_000)


def audit_now() -> bytes:
    """The audit file inside the transaction of a test."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        write_tables(path, _tables(MOST), signing_key().sign)
        return path.read_bytes()


def faults_for(vkey: object) -> list[str]:
    """What an audit with this key finds now, but for holders: the accounts of these tests have none."""
    report = verify_audit(audit_now(), str(vkey) if vkey else None)
    return [fault.code for fault in report.faults if fault.where.table != "account"]


def openings(first: int, many: int) -> list[Any]:
    return [opening(number) for number in range(first, first + many)]


def rotate(supervisor, reason: str = "年度更换") -> HandOver:
    return rotate_key(by=supervisor, reason=reason, at=AT)


def retire(supervisor, **how) -> Path:
    return retire_key(by=supervisor, reason="见证各家都加上了", at=AT, **how)


def seeds(key_home: Path) -> set[str]:
    return {str(path.relative_to(key_home / "keys")) for path in (key_home / "keys").rglob("*.seed")}


# --- what rotation does here ---------------------------------------------------------------------------


def test_both_keys_sign_until_the_old_one_is_let_go(key_home, supervisor):
    book(openings(1, 2), at=AT)
    first = signing_key().public
    made = rotate(supervisor)
    second = signing_key().public
    assert (made.old_vkey, made.new_vkey, made.size) == (str(first), str(second), Block.objects.get().size)
    assert read_link(made.note).by_old
    book(openings(3, 1), at=AT)
    both = Block.objects.get(height=2).checkpoint
    assert is_signed(both, first)
    assert is_signed(both, second)
    path = retire(supervisor)
    assert path.exists()
    book(openings(4, 1), at=AT)
    alone = Block.objects.get(height=3).checkpoint
    assert is_signed(alone, second)
    assert not is_signed(alone, first)
    assert seeds(key_home) == {f"ledger-{second.id.hex()}.seed", f"retired/ledger-{first.id.hex()}.seed"}
    for vkey in (first, second, None):
        assert faults_for(vkey) == []


def test_an_empty_ledger_can_change_its_key(key_home, supervisor):
    assert rotate(supervisor).size == 0
    retire(supervisor, destroyed=True)
    book(openings(1, 1), at=AT)
    assert faults_for(signing_key().public) == []


def test_a_key_is_destroyed_where_that_is_asked(key_home, supervisor):
    rotate(supervisor)
    path = retire(supervisor, destroyed=True)
    assert not path.exists()
    assert len(seeds(key_home)) == 1
    with pytest.raises(Problem, match="没有要退下"):
        retire(supervisor, destroyed=True)


def test_a_key_put_aside_can_be_destroyed_later(key_home, supervisor):
    rotate(supervisor)
    assert retire(supervisor).exists()
    assert not retire(supervisor, destroyed=True).exists()


def test_what_must_not_be_is_refused_and_leaves_nothing(key_home, supervisor, people):
    book(openings(1, 1), at=AT)
    before = signing_key().public
    operator = next(person for person in people.values() if person.role == "operator")
    for code, by, reason in (
        ("wrong_role", operator, "x"),
        ("reason_missing", supervisor, " "),
        ("reason_unprintable", supervisor, "a\nb"),
    ):
        with pytest.raises(Problem) as found:
            rotate_key(by=by, reason=reason, at=AT)
        assert found.value.code == code
    assert (HandOver.objects.count(), signing_key().public, seeds(key_home)) == (0, before, {"ledger.seed"})
    rotate(supervisor)
    there = seeds(key_home)
    with pytest.raises(Problem) as found:
        rotate(supervisor)
    assert found.value.code == "key_still_leaving"
    with pytest.raises(Problem) as found:
        replace_key(lost=str(signing_key().public), by=supervisor, reason="x", at=AT)
    assert found.value.code == "key_not_lost"
    assert (HandOver.objects.count(), seeds(key_home)) == (1, there)
    assert [entry.act for entry in TrailEntry.objects.all()] == ["rotate_ledger_key"]


def test_keys_can_change_again_and_again(key_home, supervisor):
    known = [signing_key().public]
    for turn in range(1, 4):
        book(openings(10 * turn, 2), at=AT)
        rotate(supervisor, f"第 {turn} 次")
        retire(supervisor)
        known.append(signing_key().public)
    book(openings(50, 1), at=AT)
    for key in known:
        assert faults_for(key) == []
    command = opening(10).id.hex()
    for key in known:
        assert read_receipt(receipt_of(command), key).outcome == "done"


@pytest.mark.parametrize("where", ["keep_ledger_seed", "sign_hand_over", "read_link", "record"])
def test_cut_short_anywhere_the_old_key_signs_on(key_home, supervisor, monkeypatch, where):
    book(openings(1, 1), at=AT)
    before = signing_key().public

    def die(*_given, **_named):
        raise OSError("no space left")

    monkeypatch.setattr(keys if where == "keep_ledger_seed" else services, where, die)
    with pytest.raises(OSError, match="no space"):
        rotate(supervisor)
    monkeypatch.undo()
    assert (signing_key().public, signing.leaving_key(), HandOver.objects.count()) == (before, None, 0)
    book(openings(2, 1), at=AT)
    assert faults_for(before) == []
    rotate(supervisor)
    book(openings(3, 1), at=AT)
    assert faults_for(before) == []


def test_cut_short_while_the_old_key_goes_it_can_be_let_go_again(key_home, supervisor, monkeypatch):
    rotate(supervisor)

    def die(*_given):
        raise OSError("gone")

    monkeypatch.setattr(Path, "replace", die)
    with pytest.raises(OSError, match="gone"):
        retire(supervisor)
    monkeypatch.undo()
    assert signing.leaving_key() is not None
    assert retire(supervisor).exists()
    assert signing.leaving_key() is None


def test_hand_overs_only_grow(key_home, supervisor):
    rotate(supervisor)
    for statement in ("DELETE FROM registry_handover", "UPDATE registry_handover SET size = 7"):
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            run_sql(statement)


# --- a key that is not there, or not the right one -----------------------------------------------------


def test_a_ledger_without_its_key_is_not_given_another_one(key_home, supervisor):
    book(openings(1, 1), at=AT)
    (key_home / "keys/ledger.seed").unlink()
    with pytest.raises(Problem) as found:
        book(openings(2, 1), at=AT)
    assert found.value.code == "ledger_key_missing"
    assert seeds(key_home) == set()
    (key_home / "keys/ledger.seed").write_text("ab" * 32)
    with pytest.raises(Problem) as found:
        book(openings(2, 1), at=AT)
    assert found.value.code == "ledger_key_differs"
    assert Block.objects.count() == 1


def test_after_a_rotation_the_new_key_must_be_there(key_home, supervisor):
    book(openings(1, 1), at=AT)
    made = rotate(supervisor)
    for path in (key_home / "keys").glob("ledger-*.seed"):
        path.unlink()
    with pytest.raises(Problem) as found:
        book(openings(2, 1), at=AT)
    assert found.value.code == "ledger_key_missing"
    assert str(signing.public_key()) == made.new_vkey
    assert Client().get("/witnesses/").status_code == 200


def test_a_lost_key_is_replaced_by_one_that_signs_alone(key_home, supervisor):
    book(openings(1, 2), at=AT)
    lost = signing_key().public
    (key_home / "keys/ledger.seed").unlink()
    for wrong in ("no key", str(WitnessSigner("x", bytes(32)).public), str(_other_key())):
        with pytest.raises(Problem) as found:
            replace_key(lost=wrong, by=supervisor, reason="机器烧了", at=AT)
        assert found.value.code == "not_the_lost_key"
    assert seeds(key_home) == set()
    made = replace_key(lost=str(lost), by=supervisor, reason="机器烧了", at=AT)
    assert not read_link(made.note).by_old
    book(openings(3, 1), at=AT)
    assert faults_for(made.new_vkey) == []
    faults = faults_for(lost)
    assert faults[0] == "checkpoint_not_signed"
    assert {"key_not_expected", "handover_unusable"} <= set(faults)


def _other_key() -> VerifyingKey:
    return type(signing.SigningKey("tanhui.local/baotou", b"o" * 32).public)("tanhui.local/baotou", b"o" * 32)


# --- while a writer is at work -------------------------------------------------------------------------


def test_a_rotation_waits_for_the_block_that_is_being_signed(standing, key_home):
    _region, people = load_people()
    supervisor = next(person for person in people.values() if person.role in services.MAY_CHANGE_KEYS)
    book(openings(1, 1), at=AT)
    signed, go_on = Event(), Event()

    def write():
        with transaction.atomic():
            signing.sign_block(Checkpoint("tanhui.local/baotou", 9, bytes(32)))
            signed.set()
            assert go_on.wait(60)
        connection.close()

    def change():
        try:
            rotate(supervisor)
        finally:
            connection.close()

    writing, changing = Thread(target=write), Thread(target=change)
    writing.start()
    assert signed.wait(60)
    changing.start()
    wait_until(_somebody_waits_for_the_lock)
    assert HandOver.objects.count() == 0
    go_on.set()
    writing.join(60)
    changing.join(60)
    assert HandOver.objects.count() == 1


def _somebody_waits_for_the_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(cursor.fetchone()[0])


def test_a_writer_at_work_takes_the_new_key_between_two_blocks(standing, key_home):
    _region, people = load_people()
    supervisor = next(person for person in people.values() if person.role in services.MAY_CHANGE_KEYS)
    first = signing_key().public
    with tanhui_work(WRITER):
        wait_until(lambda: status().writer_serves)
        booking = [partial(_book_many, start) for start in range(100, 500, 100)]
        at_once([*booking, partial(_rotate_later, supervisor)])
        at_once([*booking, partial(_retire_later, supervisor)])
        EAR.rest()
    made = HandOver.objects.get()
    second = VerifyingKey.parse(made.new_vkey)
    for block in Block.objects.order_by("height"):
        assert is_signed(block.checkpoint, second if block.size > made.size else first), block.height
    assert not is_signed(journal.last_block().checkpoint, first)
    assert faults_for(first) == []


def _book_many(start: int) -> None:
    begun = Act.objects.count()
    for number in range(start + begun * 1000, start + begun * 1000 + 15):
        book([opening(number)], at=clock.now())


def _rotate_later(supervisor) -> None:
    wait_until(lambda: Block.objects.count() > 5)
    rotate(supervisor)


def _retire_later(supervisor) -> None:
    retire(supervisor)
    book(openings(9_000_000, 1), at=clock.now())


# --- files in the hands of others ----------------------------------------------------------------------


def run_script(proof: Path, *given: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, SCRIPT, proof, *map(str, given)], capture_output=True, text=True, check=False
    )


def tanhui(*words) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    return left.value.code or 0


def test_a_proof_leads_from_an_old_key_to_the_present_one(key_home, supervisor, tmp_path, capsys):
    book(openings(1, 1), at=AT)
    first, command = signing_key().public, opening(1).id.hex()
    before = tmp_path / "before.proof.json"
    before.write_text(receipt_of(command).to_json())
    assert "handovers" not in json.loads(before.read_text())
    rotate(supervisor)
    retire(supervisor)
    book(openings(2, 1), at=AT)
    second, after = signing_key().public, tmp_path / "after.proof.json"
    after.write_text(receipt_of(command).to_json())
    for key in (first, second):
        assert tanhui("verify", after, "--key", key, "--language", "en") == 0
        assert run_script(after, key).returncode == 0
    assert "1 hand-overs lead from this key" in capsys.readouterr().out
    assert tanhui("verify", before, "--key", first) == 0
    assert tanhui("verify", before, "--key", second) == 1
    assert tanhui("verify", after, "--key", _other_key()) == 1
    assert "did not sign" in run_script(after, _other_key()).stderr
    page = Client().post("/verify/", {"file": before.open("rb")}).content.decode()
    assert "证明不成立" not in page, "the site itself knows which key signed it"


@pytest.mark.parametrize("change", ["old_line", "signature", "gone"])
def test_a_changed_hand_over_leads_nowhere(key_home, supervisor, tmp_path, change):
    book(openings(1, 1), at=AT)
    first = signing_key().public
    note = rotate(supervisor).note
    retire(supervisor)
    book(openings(2, 1), at=AT)
    document = json.loads(receipt_of(opening(1).id.hex()).to_json())
    changed = {"old_line": note.replace("\nold ", "\nbid "), "signature": note.rpartition("— ")[0], "gone": None}[
        change
    ]
    document["handovers"] = [changed] if changed else []
    if not changed:
        del document["handovers"]
    proof = tmp_path / "x.proof.json"
    proof.write_text(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    assert tanhui("verify", proof, "--key", first) == 1
    assert run_script(proof, first).returncode == 1


def test_witnesses_stand_in_for_a_lost_key(key_home, supervisor, tmp_path, capsys):
    book(openings(1, 1), at=AT)
    lost = signing_key().public
    (key_home / "keys/ledger.seed").unlink()
    replace_key(lost=str(lost), by=supervisor, reason="丢了", at=AT)
    book(openings(2, 1), at=AT)
    signer = WitnessSigner("w.test", b"w" * 32)
    receipt = receipt_of(opening(1).id.hex())
    line = signer.cosign(split_note(receipt.checkpoint)[0], 1_760_000_000)
    proof, policy = tmp_path / "x.proof.json", tmp_path / "policy"
    proof.write_text(type(receipt)(receipt.leaves, receipt.checkpoint + line, receipt.hand_overs).to_json())
    words = ["verify", proof, "--key", lost, "--policy", policy]
    policy.write_text(spell(k_of_n([Witness("w", signer.public)], 1)))
    assert tanhui(*words) == 0
    policy.write_text(spell(Policy((Witness("w", signer.public),))))
    assert tanhui(*words) == 1, "a policy that asks for nobody vouches for nothing"
    assert tanhui("verify", proof, "--key", signing_key().public) == 0


def test_an_audit_file_with_a_changed_hand_over_says_which(key_home, supervisor):
    book(openings(1, 1), at=AT)
    first = signing_key().public
    told = read_link(rotate(supervisor).note).hand_over
    old, new = signing.leaving_key(), signing_key()
    other = told._replace(checkpoint=Checkpoint(told.checkpoint.origin, told.checkpoint.size, bytes(32)))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE registry_handover SET note = %s", [services.sign_hand_over(other, new, old)])
    assert faults_for(first) == ["handover_differs"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE registry_handover SET note = %s", [new.sign(told.text())])
    assert {"handover_unusable", "key_not_expected"} <= set(faults_for(first))
    assert faults_for(new.public) == []


# --- the commands --------------------------------------------------------------------------------------


def test_the_commands_show_change_and_let_go(key_home, supervisor, capsys):
    book(openings(1, 1), at=AT)
    first = signing_key().public
    assert tanhui("ledger", "key", "show", "--language", "en") == 0
    assert "it never changed" in capsys.readouterr().out
    who = ["--by", supervisor.username, "--reason", "年度更换", "--language", "en"]
    assert tanhui("ledger", "key", "rotate", *who) == 0
    assert "/log/handover/1" in capsys.readouterr().out
    assert tanhui("ledger", "key", "--language", "en") == 0
    said = capsys.readouterr().out
    assert f"signs now         {signing_key().public}" in said
    assert f"still signs along {first}" in said
    assert "hand-over 1" in said
    assert tanhui("ledger", "key", "retire", *who, "--destroy") == 0
    assert "it was destroyed" in capsys.readouterr().out
    assert tanhui("ledger", "key", "rotate", "--by", "nobody", "--reason", "x") == 2
    assert tanhui("ledger", "key", "rotate", "--by", supervisor.username) == 2
    assert tanhui("ledger", "key", "replace", *who) == 2
    assert "key_not_lost" in str(tanhui("ledger", "key", "replace", *who, "--old", signing_key().public))
    second = signing_key().public
    (key_home / f"keys/ledger-{second.id.hex()}.seed").unlink()
    assert tanhui("ledger", "key", "show", "--language", "en") == 1
    assert "not at hand" in capsys.readouterr().out
    assert tanhui("ledger", "key", "replace", *who, "--old", second) == 0
    assert tanhui("ledger", "key", "show", "--language", "en") == 0
    assert "the old key did not sign" in capsys.readouterr().out
