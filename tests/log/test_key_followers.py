"""Those outside follow a change of the ledger's key: members by themselves, witnesses once they are given the new."""

import pytest
from django.test import Client

from log.test_member import Wire
from logs import KeptLog, accounts, sale, season
from registry.test_key_rotation import AT, _other_key, retire, rotate, tanhui
from tanhui.core.ledger import BadSignature, Checkpoint, VerifyingKey, read_link
from tanhui.core.ledger.cosignature import WitnessSigner
from tanhui.core.ledger.note import is_signed
from tanhui.core.ledger.policy import Witness
from tanhui.kit import clock
from tanhui.registry.log.queries import shown_checkpoint
from tanhui.registry.log.services import offer_newest
from tanhui.registry.services import keys as services
from tanhui.registry.services.keys import replace_key
from tanhui.registry.writer import signing
from tanhui.registry.writer.signing import signing_key
from tanhui.witness.book import Book
from tanhui.witness.member import Broken, Member
from tanhui.witness.mirror import Mirror
from tanhui.witness.node import FollowedLog, Node
from tanhui.witness.service import Witness as Service
from tanhui.witness.web import Reply, Unreachable


@pytest.fixture
def log(key_home, db) -> KeptLog:
    kept = KeptLog()
    kept.add(*season())
    return kept


def test_the_log_serves_each_hand_over_for_ever(log, supervisor):
    client = Client()
    missing = client.get("/log/handover/1")
    assert (missing.status_code, missing["Cache-Control"]) == (404, "no-store")
    made = rotate(supervisor)
    served = client.get("/log/handover/1")
    assert served.content.decode() == made.note
    assert "immutable" in served["Cache-Control"]
    assert [client.get(f"/log/handover/{number}").status_code for number in (0, 2, 2**70)] == [404, 404, 404]


def test_whatever_is_shown_is_signed_by_the_present_key(log, supervisor):
    old = signing_key().public
    rotate(supervisor)
    note = shown_checkpoint()
    assert is_signed(note, signing_key().public)
    assert is_signed(note, old)
    retire(supervisor)
    assert is_signed(shown_checkpoint(), signing_key().public)


def test_the_page_of_witnesses_names_all_keys(log, supervisor):
    first = signing_key().public
    assert "handover" not in Client().get("/witnesses/").content.decode()
    rotate(supervisor, "年度 <更换>")
    page = Client().get("/witnesses/").content.decode()
    for vkey in (first, signing_key().public):
        assert str(vkey) in page
    assert 'href="/log/handover/1"' in page
    assert "年度 &lt;更换&gt;" in page
    english = Client().get("/witnesses/", headers={"accept-language": "en"}).content.decode()
    assert "Hand-over, signed by both" in english


def test_a_member_follows_the_hand_over_by_itself_and_goes_on_after_a_restart(log, supervisor, tmp_path):
    wire, first = Wire(), signing_key().public

    def member() -> Member:
        return Member("http://log.test/log", first, Mirror(tmp_path / "mirror.sqlite"), wire)

    one = member()
    one.follow(one.newest())
    rotate(supervisor)
    log.add(sale(1))
    assert one.follow(one.newest()).height == 2
    retire(supervisor)
    log.add(sale(2))
    assert one.follow(one.newest()).height == 3
    assert one.keys.chain.newest == signing_key().public
    wire.asked.clear()
    again = member()
    log.add(sale(3))
    assert again.follow(again.newest()).height == 4
    assert not [path for path in wire.asked if "handover" in path], "what it learned it keeps"


def test_a_member_that_learned_of_it_believes_the_old_key_no_more(log, supervisor, tmp_path):
    first = signing_key()
    one = Member("http://log.test/log", first.public, Mirror(tmp_path / "mirror.sqlite"), Wire())
    rotate(supervisor)
    log.add(sale(1))
    one.follow(one.newest())
    thief = first.sign(Checkpoint(first.name, len(log.leaves) + 5, bytes(32)).text())
    with pytest.raises(BadSignature):
        one.follow(thief)


def test_a_member_follows_no_hand_over_that_the_old_key_did_not_sign(log, supervisor, key_home, tmp_path):
    first, wire = signing_key().public, Wire()
    one = Member("http://log.test/log", first, Mirror(tmp_path / "mirror.sqlite"), wire)
    one.follow(one.newest())
    (key_home / "keys/ledger.seed").unlink()
    replace_key(lost=str(first), by=supervisor, reason="丢了", at=AT)
    log.add(sale(1))
    with pytest.raises(BadSignature, match="did not sign that"):
        one.follow(one.newest())
    told = Member("http://log.test/log", signing_key().public, Mirror(tmp_path / "mirror.sqlite"), wire)
    assert told.follow(told.newest()).height == 2, "its people were given the new key by other ways"


def test_a_hand_over_of_another_history_condemns_the_log(log, supervisor, tmp_path):
    first, wire = signing_key().public, Wire()
    made = rotate(supervisor)
    told = read_link(made.note).hand_over
    new, old = signing_key(), signing.leaving_key()
    other = told._replace(checkpoint=Checkpoint(told.checkpoint.origin, told.checkpoint.size, bytes(32)))
    wire.instead["/log/handover/1"] = Reply(200, "", services.sign_hand_over(other, new, old).encode())
    log.add(sale(1))
    one = Member("http://log.test/log", first, Mirror(tmp_path / "mirror.sqlite"), wire)
    with pytest.raises(Broken, match="handed over at"):
        one.follow(one.newest())


def test_a_member_that_cannot_learn_says_so_and_signs_nothing(log, supervisor, tmp_path):
    first, wire = signing_key().public, Wire()
    one = Member("http://log.test/log", first, Mirror(tmp_path / "mirror.sqlite"), wire)
    rotate(supervisor)
    log.add(sale(1))
    note = one.newest()
    wire.cut_after = 0
    with pytest.raises(Unreachable):
        one.follow(note)
    assert one.followed.height == 0


def test_a_witness_goes_on_while_both_sign_and_then_needs_the_new_key(log, supervisor, tmp_path):
    signer, first = WitnessSigner("w.test", b"w" * 32), signing_key().public
    shelf = Book(tmp_path / "witness.sqlite", str(signer.public))
    asked = [Witness("w", signer.public, "http://w")]

    def offered(*known: VerifyingKey):
        service = Service(signer, shelf, {first.name: known})

        def ask(_url: str, body: bytes) -> Reply:
            answer = service.add_checkpoint(body, at_ms=clock.to_ms(AT))
            return Reply(answer.status, answer.kind, answer.text.encode())

        return offer_newest(witnesses=asked, at=AT, ask=ask)

    assert offered(first).signed == ("w",)
    rotate(supervisor)
    log.add(sale(1))
    assert offered(first).signed == ("w",), "the old key signs along"
    retire(supervisor)
    log.add(sale(2))
    assert offered(first).troubled == (("w", "unknown_log"),)
    assert offered(first, signing_key().public).signed == ("w",)
    log.add(sale(3))
    assert offered(signing_key().public).signed == ("w",)


def test_a_member_signs_as_witness_across_the_change(log, supervisor, tmp_path):
    first = signing_key().public
    node = Node(Member("http://log.test/log", first, Mirror(tmp_path / "mirror.sqlite"), Wire()))
    signer = WitnessSigner("m.test", b"m" * 32)
    shelf = Book(tmp_path / "witness.sqlite", str(signer.public))
    service = Service(signer, shelf, FollowedLog(node.member.keys), node.gate)

    def ask(_url: str, body: bytes) -> Reply:
        answer = service.add_checkpoint(body, at_ms=clock.to_ms(AT))
        return Reply(answer.status, answer.kind, answer.text.encode())

    asked = [Witness("m", signer.public, "http://m")]
    node.look()
    assert offer_newest(witnesses=asked, at=AT, ask=ask).signed == ("m",)
    rotate(supervisor)
    retire(supervisor)
    log.add(sale(1))
    assert offer_newest(witnesses=asked, at=AT, ask=ask).troubled == (("m", "unknown_log"),), "it has not looked yet"
    node.look()
    assert offer_newest(witnesses=asked, at=AT, ask=ask).signed == ("m",)
    assert first.name in service.about()
    assert "other.test" not in service.logs


def test_a_witness_is_given_two_keys_of_one_log(key_home, tmp_path, monkeypatch):
    from tanhui.cli import witness as door

    seen = []
    monkeypatch.setattr(door, "_serve", lambda signing, _options: seen.append(signing.logs) or 0)
    one, two = _other_key(), signing.SigningKey("tanhui.local/baotou", b"p" * 32).public
    words = ["witness", "--name", "w.test", "--folder", tmp_path / "w", "--log", one, "--log", two]
    assert tanhui(*words) == 0
    assert seen == [{"tanhui.local/baotou": [one, two]}]


def test_grown_accounts_do_not_disturb_a_chain_of_keys(log, supervisor):
    log.add(*accounts("a-1", "a-2"))
    rotate(supervisor)
    assert signing.key_chain().at(1).id != signing.key_chain().newest.id
