"""Between two signatures and the ledger's answer: nothing is lost, nobody else gets in between, and it ends well."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest

from standing import row_counts
from tanhui.certification.models import Project
from tanhui.certification.services import give_back
from tanhui.core.ledger import Issue, Origin
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.registry.models import Account, Act, Block, Lot, Order, QueuedCommand, Retirement
from tanhui.registry.services import RetirementWords, approve, open_account, request_retirement, withdraw
from tanhui.registry.services.approve import period_of
from tanhui.registry.services.booking import book, command
from tanhui.registry.services.follow_ups import clear_answers, follow_up, left_behind
from tanhui.registry.writer.sending import write_here
from tanhui.site.story import Chain
from walk import AT, People, Walk, signature

Files = dict[str, bytes]
APPROVING = import_module("tanhui.registry.services.approve")


@pytest.fixture
def silent(monkeypatch: Any) -> Any:
    """A writer that does not answer in time."""
    monkeypatch.setattr(APPROVING, "await_answers", lambda *_rows, **_more: None)
    return monkeypatch


def see_to_what_is_left() -> None:
    for work in left_behind(clock.now()):
        work()


def retirement_of(chain: Chain, people: People) -> Order:
    assert chain.lot
    assert chain.transfer
    return request_retirement(
        lot=chain.lot.lot,
        account=chain.transfer.target,
        quantity_mg=7,
        purpose="voluntary",
        words=RetirementWords("会议", "公司", "抵消。"),
        region_code="BT",
        command_id=bytes(16),
        **signature(people["wangqiang"]),
    )


def test_a_certificate_that_fails_leaves_the_booking_and_is_made_good(chain: Chain, people: People, monkeypatch: Any):
    order, blocks = retirement_of(chain, people), Block.objects.count()
    monkeypatch.setattr("tanhui.registry.services.follow_ups.KEEP_ANSWERED", timedelta(days=10_000))
    with monkeypatch.context() as broken:
        broken.setattr(APPROVING, "certificate_of", lambda *_words, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            approve(number=order.number, **signature(people["wuyun"]))
        order.refresh_from_db()
        assert (order.state, Block.objects.count(), Retirement.objects.count()) == ("signed", blocks + 1, 1)
        with pytest.raises(ZeroDivisionError):
            see_to_what_is_left()
        assert Retirement.objects.count() == 1
    see_to_what_is_left()
    order.refresh_from_db()
    assert (order.state, order.decided_by, Retirement.objects.count()) == ("done", people["wuyun"], 2)
    before = row_counts()
    assert approve(number=order.number, **signature(people["wuyun"])).state == "done"
    follow_up(QueuedCommand.objects.get(command_hex=order.command_hex).pk)
    assert row_counts() == before


def test_who_approves_again_makes_it_good_too(chain: Chain, people: People, monkeypatch: Any):
    order = retirement_of(chain, people)
    with monkeypatch.context() as broken:
        broken.setattr(APPROVING, "certificate_of", lambda *_words, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            approve(number=order.number, **signature(people["wuyun"]))
    again = approve(number=order.number, **signature(people["batu"]))
    assert (again.state, again.decided_by) == ("done", people["wuyun"])
    assert Act.objects.filter(command_hex=order.command_hex).count() == 1


def test_an_order_waits_for_a_silent_writer_and_can_no_longer_be_returned(chain: Chain, people: People, silent: Any):
    order, before = retirement_of(chain, people), Block.objects.count()
    signed = approve(number=order.number, **signature(people["wuyun"]))
    assert (signed.state, Block.objects.count()) == ("signed", before)
    with pytest.raises(Problem) as found:
        withdraw(number=order.number, **signature(people["batu"]))
    assert found.value.code == "order_decided"
    silent.undo()
    assert write_here(at=AT)
    see_to_what_is_left()
    order.refresh_from_db()
    assert (order.state, Block.objects.count()) == ("done", before + 1)
    assert Retirement.objects.filter(order=order).exists()


def test_an_issue_on_its_way_counts_as_issued_for_all_others(people: People, small_survey: Files, silent: Any):
    first = Walk(people, small_survey).to("request_issue")
    assert first.do("approve_issue").state == "signed"
    project = Project.objects.get(number=first.number)
    assert project.state == "issuing"
    second = Walk(people, small_survey, key="second")
    with pytest.raises(Problem) as found:
        second.to("measure")
    assert found.value.code == "already_certified"
    with pytest.raises(Problem) as refused:
        give_back(number=first.number, **signature(people["batu"]))
    assert refused.value.code == "wrong_step"
    silent.undo()
    write_here(at=AT)
    see_to_what_is_left()
    project.refresh_from_db()
    assert (project.state, Lot.objects.get().project) == ("issued", project)


def test_an_issue_that_the_ledger_refuses_leaves_the_project_on_notice(people: People, small_survey: Files):
    walk = Walk(people, small_survey).to("request_issue")
    project = Project.objects.get(number=walk.number)
    estimate = project.surveys.get().estimate
    opened = {"region_code": "BT", **signature(people["wuyun"])}
    owner = open_account(holder=project.owner, kind="owner", **opened)
    buffer = open_account(holder=people["wuyun"].organisation, kind="buffer", **opened)
    hashes = (bytes.fromhex(text) for text in (project.surveys.get().root_hex, estimate.method_hash_hex, "00" * 32))
    origin = Origin(project.number, period_of(estimate.document), *hashes)
    before = Issue("BT-L-2026-9999", owner.account, buffer.account, 10, 1, origin)
    book([command(command_id=bytes(16), act=before, by=people["wuyun"], reason="先。", at=AT)], at=AT)
    order = walk.do("approve_issue")
    assert (order.state, order.refusal["code"]) == ("refused", "origin_already_issued")
    project.refresh_from_db()
    assert project.state == "on_notice"
    assert Lot.objects.get().lot == "BT-L-2026-9999"


def test_an_account_asked_for_twice_while_the_writer_is_silent_is_one(people: People, monkeypatch: Any):
    holder = people["sunwei"].organisation
    opened = {"holder": holder, "kind": "buyer", "region_code": "BT"}
    with monkeypatch.context() as silent:
        silent.setattr("tanhui.registry.services.booking.await_answers", lambda *_rows, **_more: None)
        for by in ("wuyun", "batu"):
            with pytest.raises(Problem) as found:
                open_account(**opened, **signature(people[by]))
            assert found.value.code == "ledger_silent"
    assert (QueuedCommand.objects.count(), Account.objects.count()) == (1, 0)
    write_here(at=AT)
    see_to_what_is_left()
    account = Account.objects.get()
    assert (account.holder, account.kind) == (holder, "buyer")
    assert open_account(**opened, **signature(people["batu"])) == account


def test_an_issue_whose_accounts_wait_is_not_signed_and_says_so(people: People, small_survey: Files, monkeypatch: Any):
    walk = Walk(people, small_survey).to("request_issue")
    with monkeypatch.context() as silent:
        silent.setattr("tanhui.registry.services.booking.await_answers", lambda *_rows, **_more: None)
        with pytest.raises(Problem) as found:
            walk.do("approve_issue")
    assert found.value.code == "ledger_silent"
    assert "没有签" in str(found.value.message)
    assert Project.objects.get(number=walk.number).state == "on_notice"
    assert walk.do("approve_issue").state == "done"


def test_old_answers_are_cleared_from_the_oldest_on_and_waiting_ones_stay(chain: Chain, people: People, silent: Any):
    order = retirement_of(chain, people)
    approve(number=order.number, **signature(people["wuyun"]))
    assert QueuedCommand.objects.filter(sent_at=AT).count() == 1
    clear_answers(at=clock.now())
    waiting = QueuedCommand.objects.get(command_hex=order.command_hex)
    assert waiting.code == ""
    silent.undo()
    write_here(at=AT)
    clear_answers(at=clock.now())
    assert QueuedCommand.objects.filter(pk=waiting.pk).exists(), "what follows it is still to be done"
    follow_up(waiting.pk)
    clear_answers(at=clock.now())
    assert not QueuedCommand.objects.filter(pk=waiting.pk).exists()
