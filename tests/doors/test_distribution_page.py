"""A distribution by its page: a list is sent, its faults or its sum are shown, a second person signs, it stays."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from act_desk import BASIS, ActDesk, T, listed
from clerks import Clerk
from paper import paper, quantities_mg
from registry.many import open_many
from standing import row_counts
from tanhui.people.models import Person, Role
from tanhui.registry.models import Act, Block, Order
from tanhui.registry.queries import live_mg
from tanhui.site.pages.parts import PAGE

URL = reverse("distribution_new")


@pytest.fixture
def desk(finished):
    """The finished chain, and what a test adds to it taken back."""
    with transaction.atomic():
        yield ActDesk.of(finished, {person.username: person for person in Person.objects.all()})
        transaction.set_rollback(True)


def typed(desk: ActDesk, **changes: str) -> dict[str, str]:
    ground = {"document": BASIS.document, "authority": BASIS.authority, "reason": "名单已公示。"}
    return {"lot": desk.lot, "source": desk.owner, **ground, **changes}


def sent(content: bytes, name: str = "名单.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def looked(desk: ActDesk, content: bytes, **changes: str):
    """Send a list to be looked at; return the answer."""
    return Clerk("wangqiang").press(URL, {"act": "look"}, list_file=sent(content), **typed(desk, **changes))


def placed(desk: ActDesk, content: bytes, **changes: str):
    """Send a list, and put up what was shown."""
    body = carried(desk, content)
    return Clerk("wangqiang").client.post(URL, {**body, "act": "place", **changes})


def carried(desk: ActDesk, content: bytes) -> dict[str, str]:
    """What the form sends on once a list was looked at."""
    answer = looked(desk, content)
    form = paper(answer).form("reason")
    kept = answer.content.decode().partition('<textarea name="list" hidden>')[2].partition("</textarea>")[0]
    assert kept
    sent_on = {name: form.carries[name] for name in ("list_name", "command")}
    return {**typed(desk), **sent_on, "list": kept.replace("\n", "\r\n")}  # as a browser sends lines


def test_a_list_goes_from_its_file_to_its_receipt(desk):
    other = desk.empty()
    content = listed((desk.buyer, "2"), (other, "3.000 000 001"))
    shown = paper(looked(desk, content)).text
    for said in ("5.000", "000 001", desk.buyer, other, "提交，等第二个人"):
        assert said in shown, said
    answer = placed(desk, content)
    assert answer.status_code == 302, paper(answer).text
    order = Order.objects.get(kind="distribute")
    assert answer.url == reverse("order", args=[order.number])
    assert (order.quantity_mg, order.terms["list_name"]) == (5 * T + 1, "名单.csv")
    there = live_mg(desk.owner, desk.lot)
    page = Clerk("wuyun").client.get(answer.url).content.decode()
    assert quantities_mg(page) == [there, there - 5 * T - 1, *[5 * T + 1] * 2, 2 * T, 3 * T + 1, 5 * T + 1]
    blocks = Block.objects.count()
    done = Clerk("wuyun").press(answer.url, {"act": "approve"}, reason="一致。")
    assert done.status_code == 200, paper(done).text
    assert "已记账" in paper(done).text
    assert Block.objects.count() == blocks + 1
    assert live_mg(other, desk.lot) == 3 * T + 1
    taken = Clerk("gaojie").client.get(reverse("order_list", args=[order.number])).content
    booked = Act.objects.get(command_hex=order.command_hex).terms["list_hash"]
    assert hashlib.sha256(taken).hexdigest() == booked


def test_every_fault_is_shown_with_row_and_column_and_nothing_is_kept(desk):
    before = row_counts()
    answer = looked(desk, listed((desk.buyer, "x"), ("BT-A-9", "1"), (desk.buyer, "2"), (desk.owner, "1")))
    content = answer.content.decode()
    text = paper(answer).text
    assert (answer.status_code, row_counts()) == (422, before)
    for said in ("faulty_list", "bad_quantity", "unknown_account", "same_account", "数量（吨）", "名单已公示。"):
        assert said in text or said in content, said
    assert 'value="place"' not in content


def test_a_long_list_is_shown_page_by_page_with_its_whole_sum(desk):
    names = open_many(desk.people["batu"], PAGE + 5)
    order = desk.order("distribute", list_content=listed(*((name, "1") for name in names)))
    url = reverse("order", args=[order.number])
    first = Clerk("wuyun").open(url)
    assert names[PAGE - 1] in first.text
    assert names[PAGE] not in first.text
    assert f"{PAGE + 5}.000" in first.text
    (further,) = [href for href in first.attributes("a", "href") if href.startswith("?") or "after=" in href]
    rest = Clerk("wuyun").open(further.partition("#")[0])
    assert names[PAGE] in rest.text
    assert names[0] not in rest.text
    desk.done(order)
    assert Clerk("wuyun").open(url).text.count("BT-M-") == PAGE


def test_the_same_list_is_said_to_have_been_booked_and_can_be_meant(desk):
    content = listed((desk.buyer, "2"))
    assert placed(desk, content).status_code == 302
    first = Order.objects.get(kind="distribute")
    shown = looked(desk, content)
    assert first.number in paper(shown).text
    assert "再发一次" in paper(shown).text
    before = row_counts()
    refused = placed(desk, content)
    assert (refused.status_code, row_counts()) == (409, before)
    assert "already_distributed" in paper(refused).text
    assert placed(desk, content, again="yes").status_code == 302
    assert Order.objects.filter(kind="distribute").count() == 2


def test_the_form_pressed_twice_is_one_order(desk):
    body = {**carried(desk, listed((desk.buyer, "2"))), "act": "place"}
    answers = [Clerk("wangqiang").client.post(URL, body) for _press in range(2)]
    assert answers[0].url == answers[1].url
    assert Order.objects.filter(kind="distribute").count() == 1


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"lot": "x"}, "unknown_lot", "lot"),
        ({"source": ""}, "unknown_account", "source"),
        ({"document": " "}, "document_missing", "document"),
        ({"reason": " "}, "reason_missing", "reason"),
        ({"list": ""}, "no_files", "list_file"),
        ({"command": "zz"}, "bad_command", ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_kept(desk, changes, code, field):
    body, before = carried(desk, listed((desk.buyer, "2"))), row_counts()
    answer = Clerk("wangqiang").client.post(URL, {**body, "act": "place", **changes})
    content = answer.content.decode()
    assert (answer.status_code, row_counts()) == (409, before)
    assert code in paper(answer).text
    if field:
        assert "field-error" in content.partition(f'name="{field}"')[2].partition('class="input')[0]
    if field not in {"lot", "source", "list_file"}:
        assert f"{desk.buyer},2.000000000" in content, "the list is still there"


def test_an_act_that_nobody_knows_does_nothing(desk):
    before = row_counts()
    answer = Clerk("wangqiang").client.post(URL, {**typed(desk), "act": "burn"})
    assert (answer.status_code, row_counts()) == (400, before)


def test_only_the_registry_finds_the_form_and_only_registry_and_supervision_the_list(desk):
    order = desk.order("distribute")
    for person in Person.objects.filter(username__in=["batu", "gaojie", "naren", "zhaogang", "sunwei", "chenli"]):
        clerk = Clerk(person.username)
        assert (clerk.client.get(URL).status_code == 200) == (person.role == Role.OPERATOR), person.username
        answer = clerk.client.get(reverse("order_list", args=[order.number]))
        assert (answer.status_code == 200) == (person.role in {Role.OPERATOR, Role.SUPERVISOR}), person.username
    assert Clerk("batu").client.get(reverse("order_list", args=["x"])).status_code == 404
    assert Clerk("batu").client.get(reverse("order_list", args=[desk.order("pledge", 5).number])).status_code == 404
    assert URL in Clerk("batu").open(reverse("orders")).attributes("a", "href")
    assert URL not in Clerk("gaojie").open(reverse("orders")).attributes("a", "href")


def test_no_file_at_all_is_said_so(desk):
    before = row_counts()
    answer = Clerk("wangqiang").press(URL, {"act": "look"}, **typed(desk))
    assert (answer.status_code, row_counts()) == (409, before)
    assert "no_files" in paper(answer).text


def test_a_list_chosen_anew_is_the_one_that_goes_on_after_a_refusal(desk):
    """The first list was looked at; then another file is chosen, and something else is missing."""
    body = carried(desk, listed((desk.buyer, "2")))
    again = {**body, "act": "place", "document": "", "list_file": sent(listed((desk.buyer, "3")), "新名单.csv")}
    refused = Clerk("wangqiang").client.post(URL, again)
    assert refused.status_code == 409
    kept = kept_list(refused)
    assert (f"{desk.buyer},3" in kept, f"{desk.buyer},2" in kept) == (True, False), kept
    answer = Clerk("wangqiang").client.post(URL, {**body, "act": "place", "list": kept, "list_name": "新名单.csv"})
    assert answer.status_code == 302
    assert Order.objects.get(kind="distribute").quantity_mg == 3 * T


@pytest.mark.parametrize("changed", [{"lot": "BT-L-1900-0001"}, {"source": "BT-A-9"}, {"source": "示范"}])
def test_a_list_is_kept_while_lot_or_giver_is_mended(desk, changed):
    refused = looked(desk, listed((desk.buyer, "2")), **changed)
    assert refused.status_code == 409
    assert f"{desk.buyer},2" in kept_list(refused)
    assert "留着，不用再选" in paper(refused).text


def kept_list(answer) -> str:
    return answer.content.decode().partition('<textarea name="list" hidden>')[2].partition("</textarea>")[0]


def test_blanks_around_what_is_looked_up_do_no_harm(desk):
    assert looked(desk, listed((desk.buyer, "2")), source=f" {desk.owner} ").status_code == 200
