"""`tanhui follow`: what a member mirrors, replays and lets be signed, and at which leaf it stops."""

import sqlite3
from contextlib import closing

import pytest
from django.db import connection
from django.test import Client

from logs import HASH, KeptLog, accounts, sale, season
from tanhui.core.ledger import Command, Deed, Entry, Header, Holding, Movement, SigningKey, encode_leaf
from tanhui.core.ledger.cosignature import WitnessSigner
from tanhui.core.ledger.merkle import tree_root
from tanhui.core.ledger.note import BadSignature
from tanhui.core.ledger.offer import REFUSAL_TYPE, Accepted
from tanhui.core.ledger.policy import Witness
from tanhui.core.ledger.terms import Book as LedgerBook
from tanhui.kit import clock
from tanhui.registry.log.models import Fault
from tanhui.registry.log.services import offer_newest
from tanhui.registry.writer.signing import signing_key
from tanhui.witness.book import Book
from tanhui.witness.member import Broken, LogFault, Member
from tanhui.witness.mirror import Mirror
from tanhui.witness.node import Node
from tanhui.witness.service import Witness as Service
from tanhui.witness.web import Reply, Unreachable


class Wire:
    """The way to the log. It counts, cuts itself off, or carries something else than what was sent."""

    def __init__(self) -> None:
        self.asked = []
        self.cut_after = None
        self.instead = {}

    def __call__(self, url: str) -> Reply:
        path = url.partition("log.test")[2]
        self.asked.append(path)
        if self.cut_after is not None and len(self.asked) > self.cut_after:
            raise Unreachable("cut")
        if path in self.instead:
            return self.instead[path]
        answer = Client().get(path)
        return Reply(answer.status_code, "", answer.content)


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def log(kept_log) -> KeptLog:
    kept_log.add(*season())
    return kept_log


@pytest.fixture
def member(log, wire, tmp_path):
    return lambda: Member("http://log.test/log", signing_key().public, Mirror(tmp_path / "mirror.sqlite"), wire)


def followed(one: Member):
    return one.follow(one.newest())


def test_it_follows_block_by_block_and_goes_on_after_a_restart(log, member, wire):
    assert followed(member()).height == 1
    log.add(sale(1), sale(2))
    log.grow(600)
    one = member()
    found = followed(one)
    assert (found.height, found.size) == (log.state.height, len(log.leaves))
    assert list(one.mirror.leaves(0, found.size)) == log.leaves
    wire.asked.clear()
    again = member()
    assert again.followed == found
    followed(again)
    assert wire.asked == ["/log/checkpoint"]


def test_what_was_cut_off_is_fetched_again(log, member, wire):
    log.grow(900)
    wire.cut_after = 3
    with pytest.raises(Unreachable):
        followed(member())
    wire.cut_after = None
    assert followed(member()).size == len(log.leaves)


def test_a_killed_member_starts_from_what_was_proven(log, member, tmp_path):
    followed(member())
    with closing(sqlite3.connect(tmp_path / "mirror.sqlite")) as file:
        file.execute("INSERT INTO leaf SELECT place + 10, content FROM leaf")
        file.commit()
    log.grow(300)
    assert followed(member()).size == len(log.leaves)


def header(log: KeptLog) -> bytes:
    return encode_leaf(Header(log.state.height + 1, log.state.time_ms, log.state.frontier.root()))


def deed(log: KeptLog, act, outcome: str = "done", number: int = 900) -> bytes:
    return encode_leaf(
        Deed(log.state.height + 1, Command(number.to_bytes(16, "big"), "p", "operator", 1, HASH, act), outcome)
    )


def entry(log: KeptLog, quantity_mg: int, number: int = 900) -> bytes:
    ends = (Holding("owner-1", "lot-1", LedgerBook.LIVE), Holding("buyer-1", "lot-1", LedgerBook.LIVE))
    return encode_leaf(Entry(log.state.height + 1, number.to_bytes(16, "big"), Movement(*ends, quantity_mg, None)))


FORGERIES = {
    "more than there is": (
        lambda log: [header(log), deed(log, sale(10**12)), entry(log, 10**12)],
        1,
        "insufficient_balance",
    ),
    "an entry without an act": (lambda log: [header(log), entry(log, 5)], 1, "5 mg of lot-1"),
    "an entry of another amount": (lambda log: [header(log), deed(log, sale(5)), entry(log, 6)], 2, "6 mg of lot-1"),
    "an act that moved nothing": (lambda log: [header(log), deed(log, sale(5))], 2, "nothing"),
    "an act refused without a reason": (lambda log: [header(log), deed(log, sale(5), "not_positive")], 1, "done"),
    "a block without a header": (
        lambda log: [deed(log, sale(5)), entry(log, 5)],
        0,
        "the rules give the header of block 2",
    ),
    "bytes that are no leaf": (lambda log: [header(log), b"?"], 1, "malformed_leaf"),
    "another past": (
        lambda log: [encode_leaf(Header(log.state.height + 1, log.state.time_ms, HASH))],
        0,
        "previous_root",
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_it_stops_for_good_at_the_leaf_that_the_rules_do_not_give(log, member, name):
    forge, place, words = FORGERIES[name]
    one = member()
    followed(one)
    first = len(log.leaves)
    log.forge(forge(log))
    with pytest.raises(Broken) as found:
        followed(one)
    assert found.value.fault.place == first + place
    assert f"leaf {first + place} " in str(found.value)
    assert words in str(found.value)
    with pytest.raises(Broken, match=f"leaf {first + place} "):
        member()


def test_a_second_history_is_found_without_a_broken_rule(log, member):
    one = member()
    followed(one)
    from tanhui.core.ledger import Checkpoint, sign_checkpoint

    other = Checkpoint(signing_key().name, len(log.leaves), bytes(32))
    with pytest.raises(Broken, match="two histories"):
        one.follow(sign_checkpoint(other, signing_key()))
    with pytest.raises(Broken):
        member()


def test_leaves_that_do_not_give_the_root_are_not_taken(log, member, wire):
    one, width = member(), len(log.leaves)
    bundle = Client().get(f"/log/tile/entries/000.p/{width}").content
    path = f"/log/tile/entries/000.p/{width}"
    for content in (bundle[:-1] + bytes([bundle[-1] ^ 1]), bundle[:-1], b""):
        wire.instead = {path: Reply(200, "", content)}
        with pytest.raises(LogFault):
            followed(one)
    wire.instead = {path: Reply(500, "", b"")}
    with pytest.raises(LogFault, match="500"):
        followed(one)
    wire.instead = {}
    assert followed(one).size == width


def test_a_checkpoint_of_somebody_else_is_none(log, member):
    one = member()
    from tanhui.core.ledger import Checkpoint, sign_checkpoint

    mine = Checkpoint(signing_key().name, len(log.leaves), tree_root([]))
    with pytest.raises(BadSignature):
        one.follow(sign_checkpoint(mine, SigningKey(signing_key().name, b"o" * 32)))
    with pytest.raises(BadSignature):
        one.follow(sign_checkpoint(Checkpoint("other.test", 5, bytes(32)), signing_key()))
    assert one.followed.size == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE leaf SET content = x'83' WHERE place = 3", "leaf 3 "),
        ("DELETE FROM leaf WHERE place = 2", "leaf 2 is missing"),
        ("UPDATE block SET root = zeroblob(32)", "another root"),
        (
            "UPDATE proven SET note = replace(note, char(10) || size || char(10), char(10) || (size + 1) || char(10))",
            "checkpoint",
        ),
        ("DELETE FROM block", "another root"),
    ],
)
def test_a_changed_copy_of_our_own_is_found_at_the_start(log, member, tmp_path, change, words):
    followed(member())
    with closing(sqlite3.connect(tmp_path / "mirror.sqlite")) as file:
        file.execute(change)
        file.commit()
    with pytest.raises(Broken, match="our own copy is damaged") as found:
        member()
    assert words in str(found.value)


def test_as_a_witness_it_signs_what_it_replayed_and_says_why_not(standing, log, member, tmp_path):
    signer = WitnessSigner("member.test", b"m" * 32)
    node = Node(member())
    book = Book(tmp_path / "witness.sqlite", str(signer.public))
    service = Service(signer, book, {signing_key().name: [signing_key().public]}, node.gate)

    def ask(_url: str, body: bytes) -> Reply:
        answer = service.add_checkpoint(body, at_ms=clock.to_ms(clock.now()))
        connection.close()  # this thread's own
        return Reply(answer.status, answer.kind, answer.text.encode())

    witness = Witness("member", signer.public, "http://member")
    assert offer_newest(witnesses=[witness], at=clock.now(), ask=ask).signed == ("member",)
    log.add(*accounts("acc-9"))
    log.forge([header(log), deed(log, sale(10**12)), entry(log, 10**12)])
    assert offer_newest(witnesses=[witness], at=clock.now(), ask=ask).troubled == (("member", "rule_refused"),)
    assert f"leaf {len(log.leaves) - 2} " in Fault.objects.get().params["said"]
    assert book.seen(signing_key().name).size == 9


def test_a_node_that_is_busy_or_cut_off_says_later(log, member, wire):
    node = Node(member())
    note = node.member.newest()
    wire.cut_after = 0
    answer = node.gate(Accepted(None, "", note))
    assert (answer.status, answer.kind != REFUSAL_TYPE) == (503, True)
