"""The registry and its witnesses: who signs, what is final, what is shown, and how silence and lies come to light."""

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from logs import KeptLog
from tanhui.core.ledger import Checkpoint, open_checkpoint
from tanhui.core.ledger.cosignature import WitnessSigner, cosignatures
from tanhui.core.ledger.note import split_note
from tanhui.core.ledger.offer import REFUSAL_TYPE, parse_offer
from tanhui.core.ledger.policy import Policy, Witness, k_of_n
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.registry.log.models import Cosignature, Fault
from tanhui.registry.log.offering import Patience, offer_once
from tanhui.registry.log.queries import finality, shown_checkpoint, standings
from tanhui.registry.log.services import offer_newest
from tanhui.registry.log.settings import current_policy
from tanhui.registry.writer.signing import signing_key
from tanhui.witness.book import Book
from tanhui.witness.service import Witness as Service
from tanhui.witness.web import Reply, Unreachable

NAMES = ("bank", "insurer", "city")


class Town:
    """Three honest witnesses in this process. `say` gives one of them other words."""

    def __init__(self, folder) -> None:
        self.signers = {name: WitnessSigner(f"{name}.test", name.encode().ljust(32)) for name in NAMES}
        logs = {signing_key().name: [signing_key().public]}
        self.services = {
            name: Service(signer, Book(folder / f"{name}.sqlite", str(signer.public)), logs)
            for name, signer in self.signers.items()
        }
        self.witnesses = [Witness(name, one.public, f"http://{name}") for name, one in self.signers.items()]
        self.say = {}

    def ask(self, url: str, body: bytes) -> Reply:
        name = url.split("/")[2]
        if name in self.say:
            return self.say[name](body)
        answer = self.services[name].add_checkpoint(body, at_ms=clock.to_ms(clock.now()))
        return Reply(answer.status, answer.kind.partition(";")[0], answer.text.encode())

    def offer(self):
        return offer_newest(witnesses=self.witnesses, at=clock.now(), ask=self.ask)


def silent(_body: bytes) -> Reply:
    raise Unreachable("nobody there")


def reply(status: int, text: str, kind: str = "text/plain"):
    return lambda _body: Reply(status, kind, text.encode())


@pytest.fixture
def town(tmp_path) -> Town:
    return Town(tmp_path)


@pytest.fixture
def log(kept_log) -> KeptLog:
    kept_log.grow(5)
    return kept_log


def codes() -> list[str]:
    return [fault.code for fault in Fault.objects.order_by("id")]


def test_without_witnesses_every_block_is_final(log):
    assert (current_policy(), current_policy().needed) == (Policy(), 0)
    assert finality().waiting == 0
    assert shown_checkpoint() == finality().newest.checkpoint
    assert offer_once() is None


def test_two_of_three_make_a_block_final(log, town, policy_file):
    policy_file(k_of_n(town.witnesses, 2))
    town.say = {"insurer": silent, "city": silent}
    assert town.offer().signed == ("bank",)
    assert (finality().final, finality().waiting) == (None, 1)
    del town.say["city"]
    assert town.offer().signed == ("city",)
    assert (finality().final.height, finality().waiting) == (1, 0)
    note = Client().get("/log/checkpoint").content.decode()
    assert [one.key.name for one in cosignatures(note, [w.key for w in town.witnesses])] == ["bank.test", "city.test"]
    assert open_checkpoint(note, signing_key().public).size == 5 + 1


def test_what_is_shown_is_the_newest_final_checkpoint(log, town, policy_file):
    policy_file(k_of_n(town.witnesses, 2))
    town.offer()
    log.grow(20)
    town.say = {"insurer": silent, "city": silent}
    town.offer()
    shown = open_checkpoint(shown_checkpoint(), signing_key().public)
    assert shown.size == finality().final.size < finality().newest.size
    stands = {one.witness.name: one for one in standings(current_policy(), finality().newest)}
    assert (stands["bank"].blocks_behind, stands["city"].blocks_behind) == (0, 1)
    assert stands["city"].troubled
    assert not stands["bank"].troubled


def test_a_final_later_block_makes_the_earlier_ones_final(log, town, policy_file):
    policy_file(k_of_n(town.witnesses, 3))
    log.grow(10)
    log.grow(20)
    town.offer()
    assert (finality().final.height, finality().waiting) == (3, 0)


def test_a_witness_that_we_forgot_tells_where_it_stands(log, town):
    town.services["bank"].add_checkpoint(_offer_of(log, town), at_ms=1_760_000_000_000)
    assert not Cosignature.objects.exists()
    log.grow(30)
    assert set(town.offer().signed) == set(NAMES)
    assert codes() == ["absent"]  # of the offer that was caught on its way; the answer with another size is no trouble


def _offer_of(log, town) -> bytes:
    """What would be offered now, caught on its way."""
    caught = []

    def catch(_url, body):
        caught.append(body)
        raise Unreachable("caught")

    offer_newest(witnesses=town.witnesses[:1], at=clock.now(), ask=catch)
    return caught[0]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (silent, "absent"),
        (reply(503, "later"), "not_yet"),
        (reply(404, "who?"), "unknown_log"),
        (reply(403, "who?"), "unknown_log"),
        (reply(500, "oh"), "bad_answer"),
        (reply(200, ""), "no_signature"),
        (reply(200, "— other.test AAAAAAAA\n"), "no_signature"),
        (reply(200, "— bank.test AAAAAAAA\n"), "bad_signature"),
        (reply(200, "— bank.test !\n"), "bad_signature"),
        (reply(409, "99\n", "text/x.tlog.size"), "fork_ahead"),
        (reply(409, "99\n"), "bad_answer"),
        (reply(409, "3\n", "text/x.tlog.size"), "bad_answer"),
        (reply(409, "-3\n", "text/x.tlog.size"), "bad_answer"),
        (reply(409, "0\n", "text/x.tlog.size"), "bad_answer"),
        (reply(422, "bad proof"), "other_history"),
        (reply(422, "leaf 7", REFUSAL_TYPE), "rule_refused"),
    ],
)
def test_trouble_is_told_once_by_its_name_and_counts_for_nothing(log, town, policy_file, answer, code):
    policy_file(k_of_n(town.witnesses, 3))
    town.say = {"bank": answer}
    for _ in range(3):
        assert town.offer().troubled == (("bank", code),)
    assert codes() == [code]
    assert not Cosignature.objects.filter(name="bank").exists()
    assert finality().final is None


def test_signatures_over_something_else_are_found_out(log, town):
    bank = town.signers["bank"]
    text = split_note(finality().newest.checkpoint)[0]
    log.grow(20)
    town.say = {"bank": lambda _body: Reply(200, "", bank.cosign(text, 1_760_000_000).encode())}
    assert town.offer().troubled == (("bank", "other_size"),)
    wrong = Checkpoint(signing_key().name, finality().newest.size, bytes(32)).text()
    town.say = {"bank": lambda _body: Reply(200, "", bank.cosign(wrong, 1_760_000_000).encode())}
    assert town.offer().troubled == (("bank", "bad_signature"),)


def test_another_history_is_an_alarm_that_stays(log, town, policy_file):
    policy_file(k_of_n(town.witnesses, 1))
    town.say = {"bank": reply(409, "99\n", "text/x.tlog.size")}
    town.offer()
    town.say = {}
    log.grow(20)
    town.offer()
    stands = {one.witness.name: one for one in standings(current_policy(), finality().newest)}
    assert not stands["bank"].troubled
    assert stands["bank"].alarm.code == "fork_ahead"
    assert stands["bank"].alarm.params == {"seen": 99, "ours": 6}


def test_the_same_size_with_another_root_is_a_fork(log, town):
    town.say = {"bank": reply(409, "6\n", "text/x.tlog.size")}
    assert parse_offer(_offer_of(log, town).decode()).old_size == 0
    assert town.offer().troubled == (("bank", "fork_same_size"),)


def test_a_clock_that_is_far_off_is_told(log, town):
    bank = town.signers["bank"]
    text = split_note(finality().newest.checkpoint)[0]
    town.say = {"bank": lambda _body: Reply(200, "", bank.cosign(text, 1_000_000_000).encode())}
    assert "bank" in town.offer().signed
    assert codes() == ["clock"]


def test_what_witnesses_said_only_grows(log, town):
    town.say = {"city": silent}
    town.offer()
    for table in (Cosignature, Fault):
        for change in (table.objects.all().delete, lambda table=table: table.objects.update(name="x")):
            with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
                change()


def test_who_is_silent_is_asked_less_and_less():
    patience, witness = Patience(), Witness("w", WitnessSigner("w", bytes(32)).public, "http://w")
    pauses, now_s = [], 0.0
    for _ in range(8):
        patience.take(witness, signed=False, now_s=now_s)
        pause_s = next(s for s in range(1, 100) if patience.due(witness, now_s + s))
        pauses.append(pause_s)
        now_s += pause_s
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    patience.take(witness, signed=True, now_s=now_s)
    assert patience.due(witness, now_s)


@pytest.mark.parametrize(
    "text",
    ["", "quorum nobody\n", "witness a b c\nquorum none\n", "group g 1 x\nquorum g\n", "hello\nquorum none\n"],
)
def test_a_policy_that_cannot_be_read_stops_with_its_line(settings, text):
    settings.WITNESSES.write_text(text)
    with pytest.raises(Problem) as found:
        current_policy()
    assert found.value.code == "policy_unreadable"


def test_policies_count_each_key_once():
    one, two, three = (WitnessSigner(f"w{n}.test", bytes([n]) * 32).public for n in range(3))
    text = f"witness a {one} http://a\nwitness b {two}\nwitness c {three}\ngroup g any b c\ngroup q all a g\nquorum q\n"
    from tanhui.core.ledger.policy import parse_policy, spell

    policy = parse_policy(text)
    assert parse_policy(spell(policy)) == policy
    assert policy.needed == 2
    assert [policy.met_by(keys) for keys in ([], [one], [two, three], [one, three])] == [False, False, False, True]
    with pytest.raises(ValueError, match="counts once"):
        parse_policy(f"witness a {one}\nwitness b {one}\nquorum none\n")
