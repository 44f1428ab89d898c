"""A day is closed once, with what everybody held at its end, whatever has moved since; each holder proves a balance."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from act_desk import ActDesk, T
from standing import noon_in
from tanhui.cli import main
from tanhui.core.ledger import CloseDay, Holding, replay
from tanhui.core.ledger.balance import BalanceProof, read_balance
from tanhui.core.ledger.cosignature import WitnessSigner
from tanhui.core.ledger.day_ends import piles_in
from tanhui.core.ledger.days import begin_of, day_of
from tanhui.core.ledger.note import split_note
from tanhui.core.ledger.piles import piles_root
from tanhui.kit import clock
from tanhui.kit.jobs.kinds import known
from tanhui.kit.problems import NotFoundProblem, Problem
from tanhui.registry.audit import _piles
from tanhui.registry.log.queries import finality
from tanhui.registry.models import Act, Block, DayPile, QueuedCommand
from tanhui.registry.models import Holding as HoldingRow
from tanhui.registry.queries.days import balance_proof, day_words, end_of, last_closed, pile_in, piles_of
from tanhui.registry.services import closing_days
from tanhui.registry.services.closing_days import close_day
from tanhui.registry.side_tables import side_faults
from tanhui.registry.writer.leaves import LAST, contents_between
from tanhui.registry.writer.sending import write_here
from tanhui.registry.writer.signing import signing_key

SCRIPT = Path(__file__).parents[2] / "docs/verify_proof.py"
DAY = timedelta(days=1)


def tomorrow(days: int = 1):
    return noon_in(days)


def journal() -> list[bytes]:
    return contents_between(0, LAST)


def holdings_now() -> dict[Holding, int]:
    return {Holding(row.account, row.lot, row.book): row.quantity_mg for row in HoldingRow.objects.all()}


def balances(proof: BalanceProof) -> dict[tuple[str, str], int]:
    reading = read_balance(BalanceProof.from_json(proof.to_json()), signing_key().public)
    return {(one.pile.lot, one.pile.book): one.quantity_mg for one in reading.balances}


def test_a_day_is_closed_with_all_that_stood_and_only_once(acts: ActDesk):
    before = holdings_now()
    at = tomorrow()
    end = close_day(at=at)
    assert end is not None
    assert end == CloseDay(
        day_of(clock.to_ms(at)) - 1,
        Block.objects.count() - 1,
        len(before),
        len(piles_in(before)),
        piles_root(piles_in(before)),
    )
    act = last_closed()
    assert (end_of(act), act.actor, act.role, act.outcome) == (end, "registry", "operator", "done")
    assert [pile_in(row) for row in piles_of(end.day)] == piles_in(before)
    assert close_day(at=at + timedelta(minutes=5)) is None
    assert Act.objects.filter(kind="close_day").count() == 1
    assert replay(journal()).differences == ()
    assert day_words(end.day) == f"{(at - DAY).astimezone(clock.LOCAL):%Y-%m-%d}"


def test_what_moved_after_midnight_is_not_in_it(acts: ActDesk):
    """The tables have gone on; the end of the day is found again from what has moved since, and replays."""
    at = tomorrow()
    before = holdings_now()
    for order in (acts.transfer(at=at), acts.order("pledge", 2, at=at)):
        assert acts.approve(order, at=at).state == "done"
    end = close_day(at=at)
    assert end is not None
    assert end.root == piles_root(piles_in(before)) != piles_root(piles_in(holdings_now()))
    assert replay(journal()).differences == ()
    assert balances(balance_proof(acts.owner, acts.lot)) == {
        (one.lot, one.book): mg for one, mg in before.items() if one.account == acts.owner
    }


def test_a_pile_that_stands_keeps_its_row_and_one_that_is_gone_says_so(acts: ActDesk):
    first = close_day(at=tomorrow())
    rows = DayPile.objects.count()
    assert close_day(at=tomorrow(2)) is not None
    assert DayPile.objects.count() == rows, "nothing had changed"
    hold = acts.approve(acts.order("hold", 3, at=tomorrow(2)), at=tomorrow(2)).number
    with_hold = close_day(at=tomorrow(3))
    acts.approve(acts.order("void", 4, hold=hold, at=tomorrow(3)), at=tomorrow(3))
    without = close_day(at=tomorrow(4))
    assert [end.piles for end in (first, with_hold, without)] == [first.piles, first.piles + 1, first.piles]
    assert DayPile.objects.get(day=without.day, book="held").holdings == 0
    assert without.root == first.root
    assert [row.book for row in piles_of(with_hold.day)].count("held") == 1
    assert replay(journal()).differences == ()
    assert list(side_faults()) == []


def test_what_was_counted_and_never_closed_goes_and_is_in_no_audit_file(acts: ActDesk):
    end = close_day(at=tomorrow())
    left = {"holdings": 1, "total_mg": 1, "root_hex": "00" * 32, "chunks": bytes(40), "firsts": "a"}
    DayPile.objects.create(day=end.day + 1, lot="lot-x", book="live", **left)
    told = list(_piles())
    assert {row.day for row in told} == {end.day}
    assert sorted(row.root_hex for row in told) == sorted(row.root_hex for row in piles_of(end.day))
    assert close_day(at=tomorrow(3)) is not None
    assert not DayPile.objects.filter(lot="lot-x").exists()


def test_a_lot_that_does_not_add_up_closes_no_day(acts: ActDesk):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_holding SET quantity_mg = quantity_mg + 1 WHERE book = 'live'")
    waiting = QueuedCommand.objects.count()
    with pytest.raises(Problem) as found:
        close_day(at=tomorrow())
    assert found.value.code == "holdings_do_not_add_up"
    assert not DayPile.objects.exists()
    assert QueuedCommand.objects.count() == waiting


def test_nothing_is_closed_before_the_ledger_begins_or_while_its_tables_are_behind(acts: ActDesk, monkeypatch):
    assert close_day(at=clock.from_ms(0)) is None
    monkeypatch.setattr(closing_days, "projected_height", lambda: 0)
    assert close_day(at=tomorrow()) is None
    assert not DayPile.objects.exists()


def test_a_day_is_closed_when_no_block_can_come_to_it_any_more(acts: ActDesk):
    begin = clock.from_ms(begin_of(day_of(clock.to_ms(tomorrow()))))
    soon = begin + timedelta(seconds=59)
    assert close_day(at=soon) is None
    assert acts.approve(acts.transfer(at=soon), at=soon).state == "done"
    assert close_day(at=soon) is not None, "a block of the new day is there, and time does not go back"
    assert replay(journal()).differences == ()


def test_a_closing_that_was_refused_is_tried_again_an_hour_later(acts: ActDesk, monkeypatch):
    at = tomorrow()
    with monkeypatch.context() as slow:
        slow.setattr(closing_days, "write_here", lambda *, at: write_here(at=at - DAY))
        close_day(at=at)
    refused = Act.objects.get(kind="close_day")
    assert (refused.outcome, last_closed()) == ("wrong_day", None)
    assert close_day(at=at + timedelta(minutes=1)) is None, "the same command is not sent twice"
    assert close_day(at=at + timedelta(hours=1)) is not None
    assert Act.objects.filter(kind="close_day").count() == 2
    assert close_day(at=at + timedelta(hours=3)) is None
    assert replay(journal()).differences == ()


def test_a_balance_is_proven_and_a_changed_table_proves_nothing(acts: ActDesk):
    with pytest.raises(NotFoundProblem, match="还没有日结过"):
        balance_proof(acts.owner)
    close_day(at=tomorrow())
    held = {(one.lot, one.book): mg for one, mg in holdings_now().items() if one.account == acts.owner}
    assert balances(balance_proof(acts.owner)) == held
    assert balances(balance_proof(acts.owner, acts.lot)) == held
    for account, lot in (("nobody", None), (acts.owner, "no-lot")):
        with pytest.raises(NotFoundProblem, match="没有碳汇"):
            balance_proof(account, lot)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_holding SET quantity_mg = quantity_mg + 1 WHERE account = %s", [acts.owner])
    with pytest.raises(Problem) as found:
        balance_proof(acts.owner)
    assert found.value.code == "balance_not_proven"


def test_holder_registry_and_supervision_take_the_proof_and_a_stranger_finds_nothing(acts: ActDesk):
    url = reverse("account_proof", args=[acts.owner])
    page = reverse("account", args=[acts.owner])

    def asked(name: str, address: str):
        reader = Client()
        reader.force_login(acts.people[name])
        return reader.get(address)

    assert asked("zhaogang", url).status_code == 404
    assert url not in asked("zhaogang", page).content.decode()
    close_day(at=tomorrow())
    for name in ("zhaogang", "wangqiang", "gaojie"):
        answer = asked(name, url)
        assert answer.status_code == 200
        assert balances(BalanceProof.from_json(answer.content.decode()))
        assert url in asked(name, page).content.decode()
    assert asked("sunwei", url).status_code == 404
    assert Client().get(url).status_code in {302, 403}


def test_the_night_closes_the_day_before(acts: ActDesk, monkeypatch):
    kind, at = known("close_day"), tomorrow()
    monkeypatch.setattr(clock, "now", lambda: at)
    assert kind.nightly.hour == 1, "the writer has long ended what it began before midnight"
    done = kind.work(None, lambda *_: None)
    assert (done["holdings"], "已结" in done["said_zh"], "closed" in done["said_en"]) == (
        len(holdings_now()),
        True,
        True,
    )
    assert kind.work(None, lambda *_: None)["said_en"] == "Nothing to close."


def tanhui(*words) -> int | str:
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    return left.value.code or 0


@pytest.fixture
def proof(acts: ActDesk, monkeypatch, tmp_path) -> Path:
    at = tomorrow()
    monkeypatch.setattr(clock, "now", lambda: at)
    assert tanhui("ledger", "close-day") == 0
    path = tmp_path / "papers" / "x.proof.json"
    assert tanhui("prove", "balance", acts.owner, "--lot", acts.lot, "--out", path) == 0
    return path


@pytest.mark.parametrize(("language", "said"), [("zh", "可流通"), ("en", "t live")])
def test_the_command_line_closes_proves_and_verifies(proof: Path, language, said, capsys, tmp_path):
    told = tmp_path / "said.json"
    key = signing_key().public
    words = ["verify", proof, "--key", key, "--language", language]
    assert tanhui(*words, "--json", told) == 0
    assert said in capsys.readouterr().out
    document = json.loads(told.read_text())
    assert document["ok"]
    live = next(one for one in document["balances"] if one["book"] == "live")
    assert 0 < live["quantity_mg"] <= live["total_mg"]
    assert tanhui("ledger", "close-day", "--language", language) == 0
    assert capsys.readouterr().out.strip()
    assert "nothing_held" in str(tanhui("prove", "balance", "nobody", "--language", language))
    changed = proof.read_text().replace(f'"quantity_mg": "{live["quantity_mg"]}"', f'"quantity_mg": "{T}"')
    proof.write_text(changed)
    assert tanhui(*words, "--json", told) == 1
    assert json.loads(told.read_text()) == {"ok": False, "fault": "not_in_tree"}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_verifies_it(proof: Path, language, acts: ActDesk):
    from django.core.files.uploadedfile import SimpleUploadedFile

    def uploaded(content: str) -> str:
        file = SimpleUploadedFile("x.proof.json", content.encode())
        return Client().post("/verify/", {"file": file}, headers={"accept-language": language}).content.decode()

    good, bad = ("成立：账户", "余额证明不成立") if language == "zh-hans" else ("Holds: the balances", "does not hold")
    page = uploaded(proof.read_text())
    assert good in page
    assert acts.lot in page
    assert bad in uploaded(proof.read_text().replace('"book": "live"', '"book": "held"'))


def test_a_stranger_checks_a_balance_with_public_keys_alone(proof: Path, acts: ActDesk):
    honest = proof.read_text()
    document = json.loads(honest)
    key, one = signing_key().public, WitnessSigner("w1.test", bytes([1]) * 32)
    block = finality().newest
    witnessed = document | {"checkpoint": block.checkpoint + one.cosign(split_note(block.checkpoint)[0], 1_760_000_000)}
    (held, *_rest) = document["balances"]
    mine = held["quantity_mg"]
    other = json.loads(honest.replace(f'"quantity_mg": "{mine}"', f'"quantity_mg": "{int(mine) + 1}"'))
    renamed = document | {"account": acts.buyer}
    moved = document | {"leaves": [document["leaves"][0] | {"index": 1}]}
    for wrong, said, keys in (
        ("", document, [key]),
        ("", witnessed, [key, one.public]),
        ("1 witnesses are needed, and 0", document, [key, one.public]),
        ("not in the holdings", other, [key]),
        ("not in the holdings", renamed, [key]),
        ("not in the history", moved, [key]),
        ("no balance", document | {"balances": []}, [key]),
    ):
        proof.write_text(json.dumps(said), encoding="utf-8")
        words = [sys.executable, str(SCRIPT), str(proof), *map(str, keys)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert (done.returncode == 0, wrong in done.stderr) == (not wrong, True), done.stderr
        if not wrong:
            assert f"{acts.owner}: {mine} mg of {acts.lot}" in done.stdout
