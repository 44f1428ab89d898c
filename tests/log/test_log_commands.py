"""`tanhui log`, `tanhui follow` and `tanhui verify --policy` as their users run them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from logs import KeptLog, season
from tanhui.cli import main
from tanhui.core.ledger import SigningKey, build_receipt
from tanhui.core.ledger.cosignature import WitnessSigner
from tanhui.core.ledger.note import split_note
from tanhui.core.ledger.policy import Witness, k_of_n, spell
from tanhui.registry.log.queries import finality
from tanhui.registry.log.settings import current_policy
from tanhui.registry.writer.hashes import subtrees
from tanhui.registry.writer.signing import signing_key

SCRIPT = Path(__file__).parents[2] / "docs/verify_proof.py"
ONE, TWO = (WitnessSigner(f"w{n}.test", bytes([n]) * 32) for n in (1, 2))


def tanhui(*words) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    return left.value.code or 0


def test_witnesses_are_added_counted_and_removed(kept_log, capsys):
    assert tanhui("log", "show", "--language", "en") == 0
    assert "0 of 0" in capsys.readouterr().out
    assert tanhui("log", "add", "one", ONE.public, "http://one") == 0
    assert tanhui("log", "add", "two", TWO.public, "http://two") == 0
    assert current_policy().needed == 0
    assert tanhui("log", "quorum", "2") == 0
    assert (current_policy().needed, len(current_policy().witnesses)) == (2, 2)
    for wrong in (["quorum", "3"], ["remove", "two"], ["remove", "x"], ["add", "one", TWO.public, "http://x"], ["add"]):
        assert tanhui("log", *wrong) == 2
    assert tanhui("log", "add", "three", "no key", "http://x") == 2
    assert (current_policy().needed, len(current_policy().witnesses)) == (2, 2)
    assert tanhui("log", "quorum", "1") == 0
    assert tanhui("log", "remove", "two") == 0
    kept_log.grow(3)
    assert tanhui("log", "show", "--language", "en") == 0
    said = capsys.readouterr().out
    assert "1 of 1" in said
    assert "one  has not co-signed yet" in said


def test_a_policy_with_groups_is_left_to_the_hand(settings, capsys):
    keys = f"witness a {ONE.public}\nwitness b {TWO.public}\n"
    settings.WITNESSES.write_text(f"{keys}group g 1 a\ngroup q 2 g b\nquorum q\n")
    assert "policy_with_groups" in str(tanhui("log", "quorum", "1"))
    assert current_policy().quorum == "q"


def test_a_member_follows_the_site(standing, live_server, tmp_path, capsys):
    kept = KeptLog()
    kept.add(*season())
    words = ["follow", f"{live_server.url}/log", "--folder", tmp_path, "--once", "--language", "en", "--key"]
    assert tanhui(*words, signing_key().public) == 0
    assert f"{len(kept.leaves)} records, root {kept.state.frontier.root().hex()}" in capsys.readouterr().out
    kept.forge([b"?"])
    assert tanhui(*words, signing_key().public) == 1
    assert "Signs nothing more: leaf 9 " in capsys.readouterr().out
    chinese = ["zh" if word == "en" else word for word in words]
    assert tanhui(*chinese, signing_key().public) == 1
    assert "不再见证：第 2 块第 9 条，读不懂（malformed_leaf）" in capsys.readouterr().out
    assert tanhui(*words, "no key") == 2


def test_a_proof_is_held_against_the_policy(kept_log, tmp_path, capsys):
    kept_log.add(*season())
    block, policy = finality().newest, tmp_path / "policy"
    text = split_note(block.checkpoint)[0]
    note = block.checkpoint + ONE.cosign(text, 1_760_000_000)
    proof = tmp_path / "x.proof.json"
    leaves = [(1, kept_log.leaves[1])]
    proof.write_text(build_receipt(leaves, note, block.size, subtrees()).to_json(), encoding="utf-8")
    witnesses = [Witness("one", ONE.public), Witness("two", TWO.public)]
    words = ["verify", proof, "--key", signing_key().public, "--language", "en"]
    assert tanhui(*words) == 0
    policy.write_text(spell(k_of_n(witnesses, 1)))
    assert tanhui(*words, "--policy", policy, "--json", tmp_path / "said.json") == 0
    assert json.loads((tmp_path / "said.json").read_text())["witnesses"] == ["w1.test"]
    policy.write_text(spell(k_of_n(witnesses, 2)))
    capsys.readouterr()
    assert tanhui(*words, "--policy", policy) == 1
    assert "2 are needed, and these signatures hold: w1.test" in capsys.readouterr().out
    policy.write_text("quorum x\n")
    assert tanhui(*words, "--policy", policy) == 2
    assert tanhui(*words, "--policy", tmp_path / "none") == 2


def test_a_stranger_checks_a_proof_with_public_keys_alone(kept_log, tmp_path):
    kept_log.add(*season())
    block, proof = finality().newest, tmp_path / "x.proof.json"
    note = block.checkpoint + ONE.cosign(split_note(block.checkpoint)[0], 1_760_000_000)
    told = build_receipt([(n, kept_log.leaves[n]) for n in (1, 2)], note, block.size, subtrees()).to_json()
    key, one, two = signing_key().public, ONE.public, TWO.public
    other = SigningKey(key.name, b"o" * 32).public
    cases = [
        ("", told, [key]),
        ("", told, [key, one]),
        ("", told, [key, one, two, "--needed", "1"]),
        ("2 witnesses are needed, and 1", told, [key, one, two]),
        ("2 witnesses are needed, and 1", told, [key, one, one, "--needed", "2"]),
        ("did not sign", told, [other]),
        ("did not sign", told.replace("\\n9\\n", "\\n8\\n"), [key]),
        ("not in the history", told.replace('"index": 2', '"index": 3'), [key]),
        ("no record", json.dumps({"checkpoint": note, "leaves": []}), [key]),
        ("not a key for this", told, [one]),
        ("not a key for this", told, [key, key]),
    ]
    for wrong, content, keys in cases:
        proof.write_text(content, encoding="utf-8")
        words = [sys.executable, SCRIPT, proof, *map(str, keys)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert (done.returncode == 0, wrong in done.stderr) == (not wrong, True), (keys, done.stderr)
