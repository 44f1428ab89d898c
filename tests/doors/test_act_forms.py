"""Every act by its form: who finds it, what is said where, what is shown before the signature, what is booked."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from act_desk import BASIS, ENDS, EVIDENCE, PAPER, REQUESTS, SUPERVISED, UNGROUNDED, ActDesk, T, measured_again
from clerks import Clerk
from paper import paper, quantities_mg
from standing import row_counts
from tanhui.kit import clock
from tanhui.people.models import Person, Role
from tanhui.registry.models import Block, Encumbrance, Lot, Order
from tanhui.registry.queries import live_mg
from tanhui.registry.queries.bindings import MOST_BINDINGS
from tanhui.site.pages.order_forms import FORMS

KINDS = tuple(kind for kind in REQUESTS if kind in FORMS)


@pytest.fixture
def desk(finished):
    """The finished chain, and what a test adds to it taken back."""
    with transaction.atomic():
        yield ActDesk.of(finished, {person.username: person for person in Person.objects.all()})
        transaction.set_rollback(True)


def maker(kind: str) -> str:
    return "gaojie" if kind in SUPERVISED else "wangqiang"


def checker(kind: str) -> str:
    return "xuerong" if kind in SUPERVISED else "wuyun"


def url_of(kind: str) -> str:
    return reverse("order_new", args=[kind])


def typed(desk: ActDesk, kind: str, **changes: str) -> dict[str, str]:
    """What somebody types into the form of a kind."""
    ground = {"document": BASIS.document, "authority": BASIS.authority, "reason": "材料齐全。"}
    lot, amount = {"lot": desk.lot}, {"quantity": "1.000 000 001"}
    bound = {"encumbrance": desk.begun(ENDS[kind])} if kind in ENDS and "encumbrance" not in changes else {}
    own = {
        "freeze": {"source": desk.owner, **lot, **amount},
        "pledge": {"source": desk.owner, "target": desk.buyer, **lot, **amount},
        "release": amount,
        "foreclose": {"target": desk.buyer, **amount},
        "revoke": {"source": desk.owner, **lot, **amount},
        "reverse": {"source": desk.owner, **lot, **amount},
        "correct": {"source": desk.owner, "issuable": "7,000", "later_estimate_hex": "", **lot},
        "hold": {"source": desk.owner, "until": "2099-01-01T08:00", "purpose": "listing", **lot, **amount},
        "post": {"target": desk.buyer, "certificate": "JY-9", "price_yuan": "38.50", **amount},
    }
    if kind == "correct":
        own[kind]["later_estimate_hex"] = measured_again(desk.lot)
    if kind.startswith("correspond_"):
        own[kind] = {**elsewhere(desk, kind), "paper": SimpleUploadedFile(PAPER.name, PAPER.content)}
    if kind == "close_account":
        own[kind] = {"source": desk.empty()}
    if kind in UNGROUNDED:
        ground = {"reason": "材料齐全。"}
    return {**own.get(kind, {}), **bound, **ground, **changes}


def elsewhere(desk: ActDesk, kind: str) -> dict[str, str]:
    """What is typed into the forms of entries with other regions, beside what all of them have."""
    amount = {"quantity": "1.000 000 001", "region": "cn-ordos"}
    return {
        "correspond_out": {"source": desk.owner, "lot": desk.lot, **amount},
        "correspond_in": {"source": desk.buyer, "foreign_entry": "OR-O-7", **amount, **EVIDENCE},
    }.get(kind, {})


def ordered(desk: ActDesk, kind: str, **changes: str) -> Order:
    answer = Clerk(maker(kind)).press(url_of(kind), {}, **typed(desk, kind, **changes))
    assert answer.status_code == 302, paper(answer).text
    return Order.objects.get(number=answer.url.strip("/").rpartition("/")[2])


def page_of(order: Order) -> str:
    return reverse("order", args=[order.number])


@pytest.mark.parametrize("kind", KINDS)
def test_an_act_goes_from_its_form_to_its_receipt(desk, kind):
    order = ordered(desk, kind)
    assert (order.kind, order.requested_by.username) == (kind, maker(kind))
    text = Clerk(checker(kind)).open(page_of(order)).text
    for said in [BASIS.document, BASIS.authority] if "document" in order.terms else []:
        assert said in text
    blocks = Block.objects.count()
    answer = Clerk(checker(kind)).press(page_of(order), {"act": "approve"}, reason="一致。")
    assert answer.status_code == 200, paper(answer).text
    assert "已记账" in paper(answer).text
    assert Block.objects.count() == blocks + 1
    after = Clerk(checker(kind)).open(page_of(order)).text
    assert "复核" in after


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_pressed_twice_is_one_order_and_a_signature_twice_one_booking(desk, kind):
    filled = typed(desk, kind)
    first, second = Clerk(maker(kind)).twice(url_of(kind), {}, **filled)
    assert first.url == second.url
    order = Order.objects.get(number=first.url.strip("/").rpartition("/")[2])
    blocks = Block.objects.count()
    first, second = Clerk(checker(kind)).twice(page_of(order), {"act": "approve"}, reason="一致。")
    assert paper(first).text == paper(second).text
    assert Block.objects.count() == blocks + 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_is_found_only_by_who_may_order_it(desk, kind):
    filled, before = typed(desk, kind), row_counts()
    allowed = Role.SUPERVISOR if kind in SUPERVISED else Role.OPERATOR
    for name in ("batu", "gaojie", "naren", "zhaogang", "sunwei", "chenli", "temur", "heping"):
        clerk = Clerk(name)
        role = Person.objects.get(username=name).role
        assert clerk.client.get(url_of(kind)).status_code == (200 if role == allowed else 404), name
        if role != allowed:
            assert clerk.client.post(url_of(kind), {**filled, "command": "ab" * 16}).status_code == 404, name
    assert row_counts() == before


@pytest.mark.parametrize("kind", KINDS)
def test_the_desk_asks_the_others_of_the_role_for_the_second_signature(desk, kind):
    order = ordered(desk, kind)
    asked = {
        name for name in ("batu", "wuyun", "wangqiang", "gaojie", "xuerong", "zhaogang") if page_of(order) in todo(name)
    }
    assert asked == ({"xuerong"} if kind in SUPERVISED else {"batu", "wuyun"})
    stranger = Clerk("wuyun" if kind in SUPERVISED else "gaojie")
    assert not [form for form in stranger.open(page_of(order)).forms if ("act", "approve") in form.buttons]
    before = row_counts()
    answer = stranger.client.post(page_of(order), {"act": "approve", "reason": "我来签。"})
    assert (answer.status_code, row_counts()) == (409, before)
    assert "wrong_role" in paper(answer).text


def todo(username: str) -> str:
    content = Clerk(username).client.get(reverse("desk")).content.decode()
    return content.partition('<ul class="todo">')[2].partition("</ul>")[0]


SLIPS = (
    ("freeze", "source", "BT-A-9", "unknown_account"),
    ("freeze", "lot", "", "lot_missing"),
    ("freeze", "quantity", "abc", "bad_quantity"),
    ("freeze", "document", " ", "document_missing"),
    ("freeze", "authority", " ", "authority_missing"),
    ("unfreeze", "encumbrance", "x", "unknown_encumbrance"),
    ("pledge", "target", "same", "same_account"),
    ("pledge", "document", "长" * 121, "text_too_long"),
    ("release", "quantity", "6", "more_than_encumbered"),
    ("foreclose", "target", "", "unknown_account"),
    ("revoke", "lot", "x", "unknown_lot"),
    ("reverse", "quantity", "9,000", "more_than_stands"),
    ("correct", "issuable", "9,000", "bad_correction"),
    ("correct", "later_estimate_hex", "12", "unknown_estimate"),
    ("hold", "until", "tomorrow", "bad_time"),
    ("hold", "until", "2020-01-01T00:00", "expiry_passed"),
    ("hold", "purpose", "", "bad_hold_purpose"),
    ("post", "encumbrance", "", "unknown_encumbrance"),
    ("post", "target", "", "unknown_account"),
    ("post", "certificate", " ", "exchange_certificate_missing"),
    ("post", "price_yuan", "", "bad_price"),
    ("post", "quantity", "6", "more_than_encumbered"),
    ("void", "encumbrance", "", "unknown_encumbrance"),
    ("close_account", "source", "", "unknown_account"),
    ("correspond_out", "region", "鄂尔多斯", "bad_region"),
    ("correspond_out", "region", "bt", "own_region"),
    ("correspond_out", "paper", "", "paper_missing"),
    ("correspond_in", "foreign_entry", "a b", "bad_foreign_entry"),
    ("correspond_in", "estimate_hash_hex", "12", "bad_evidence_hash"),
    ("correspond_in", "document", " ", "document_missing"),
    ("correspond_confirm", "encumbrance", "x", "unknown_encumbrance"),
    ("correspond_return", "authority", " ", "authority_missing"),
)


@pytest.mark.parametrize(("kind", "field", "value", "code"), SLIPS, ids=lambda part: part[:20])
def test_what_is_wrong_is_said_with_its_code_at_its_field_and_the_rest_kept(desk, kind, field, value, code):
    filled = typed(desk, kind, **{field: value})
    if value == "same":
        filled[field] = filled["source"]
    before = row_counts()
    answer = Clerk(maker(kind)).client.post(url_of(kind), {**filled, "command": "ab" * 16})
    content = answer.content.decode()
    assert (answer.status_code, row_counts()) == (409, before)
    assert code in paper(answer).text
    assert "field-error" in content.partition(f'name="{field}"')[2].partition("</label>")[0]
    assert content.count("field-error") == 1
    assert "材料齐全。" in content


def test_a_frozen_transfer_is_refused_at_its_form_with_the_document(desk):
    desk.done(desk.order("freeze", lot="", quantity_mg=None))
    filled = {
        "lot": desk.lot,
        "source": desk.owner,
        "target": desk.buyer,
        "quantity": "1",
        "certificate": "JY-1",
        "price_yuan": "38",
        "reason": "凭证已核对。",
    }
    answer = Clerk("wangqiang").press(url_of("transfer"), {}, **filled)
    text = paper(answer).text
    assert answer.status_code == 409
    for said in ("account_frozen", "依法冻结", BASIS.document, BASIS.authority):
        assert said in text, said


def test_freezing_a_whole_account_says_what_it_stops_before_it_is_signed(desk):
    order = ordered(desk, "freeze", lot="", quantity="")
    assert (order.lot, order.quantity_mg) == ("", None)
    text = Clerk("xuerong").open(page_of(order)).text
    assert f"现在可流通的 {live_mg(desk.owner, desk.lot) / T:,.3f} t" in text
    assert "签名并冻结" in text
    answer = Clerk("xuerong").press(page_of(order), {"act": "approve"}, reason="一致。")
    assert reverse("account", args=[desk.owner]) in paper(answer).attributes("a", "href")


def test_a_reversal_shows_each_loss_to_the_milligram_before_it_is_signed(desk):
    lot, live = Lot.objects.get(), live_mg(desk.owner, desk.lot)
    order = desk.order("reverse", quantity_mg=lot.buffer_mg + T)
    content = Clerk("wuyun").client.get(page_of(order)).content.decode()
    assert quantities_mg(content) == [
        *(lot.buffer_mg, 0, live, live - T, lot.issued_mg, lot.issued_mg - lot.buffer_mg - T),
        *(lot.buffer_mg, T, lot.buffer_mg + T),
    ]


def test_a_lot_corrected_to_nothing_is_typed_as_a_plain_zero(desk):
    assert ordered(desk, "correct", issuable="0").terms["issuable_mg"] == 0


def test_a_list_of_what_is_bound_says_when_it_is_cut(desk):
    assert "这里只列最近的" not in Clerk("batu").open(reverse("orders")).text
    Encumbrance.objects.bulk_create(
        Encumbrance(name=f"E-{number:03}", sort="hold", account=desk.owner, lot=desk.lot, book="held", left_mg=1)
        for number in range(MOST_BINDINGS + 1)
    )
    cut = Clerk("batu").open(reverse("orders"))
    assert "这里只列最近的" in cut.text
    assert "E-000" not in cut.text
    looked = Clerk("batu").client.get(reverse("look", args=["hold"]), {"encumbrance": "E-000"}).content.decode()
    assert 'value="E-000"' in looked, "the oldest is found by its number"


def test_the_list_of_orders_shows_what_is_bound_and_leads_on(desk):
    names = [desk.done(desk.order(kind, place)).number for place, kind in enumerate(("freeze", "pledge", "hold"), 1)]
    registrar, supervision = Clerk("batu").open(reverse("orders")), Clerk("gaojie").open(reverse("orders"))
    for name in names:
        assert name in registrar.text
        assert name in supervision.text
    links = {href.partition("?")[0] for href in registrar.attributes("a", "href")}
    assert {url_of(kind) for kind in FORMS if kind not in SUPERVISED} <= links
    assert not {url_of(kind) for kind in SUPERVISED} & links
    assert f"{url_of('unfreeze')}?encumbrance={names[0]}" in supervision.attributes("a", "href")
    assert f"{url_of('release')}?encumbrance={names[1]}" in registrar.attributes("a", "href")
    form = Clerk("batu").open(f"{url_of('release')}?encumbrance={names[1]}").form("encumbrance")
    assert form.carries["encumbrance"] == names[1]


def test_what_has_run_out_is_given_back_by_a_button_of_the_registry(desk, monkeypatch):
    hold, url = desk.begun("hold"), reverse("orders")
    assert "让到期的退回" not in Clerk("batu").open(url).text
    later = clock.from_ms(Encumbrance.objects.get(name=hold).until_ms) + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    before = row_counts()
    assert Clerk("gaojie").client.post(url, {"act": "expire"}).status_code == 400
    assert row_counts()["registry_act"] == before["registry_act"]
    assert Clerk("batu").client.post(url, {"act": "other"}).status_code == 400
    assert Clerk("batu").press(url, {"act": "expire"}).status_code == 302
    assert Encumbrance.objects.get(name=hold).ended


def test_a_closed_account_is_shown_as_closed_and_no_form_offers_it(desk):
    account = desk.empty()
    page = reverse("account", args=[account])
    assert f"{url_of('close_account')}?source={account}" in Clerk("batu").open(page).attributes("a", "href")
    desk.done(desk.order("close_account", account=account))
    shown = Clerk("batu").open(page)
    assert "已销户" in shown.text
    assert "销户：不再收，也不再付" in shown.text
    assert url_of("close_account") not in {href.partition("?")[0] for href in shown.attributes("a", "href")}
    listed = Clerk("batu").open(reverse("accounts"))
    assert account in listed.text
    assert "已销户" in listed.text
    assert "organiser:" in "".join(told.get("value", "") for tag, told in listed.tags if tag == "option")
    for kind in ("transfer", "pledge", "hold", "close_account"):
        assert f'value="{account}"' not in Clerk("batu").client.get(url_of(kind)).content.decode(), kind


def test_what_keeps_an_account_open_is_named_on_the_form(desk):
    desk.begun("pledge")
    answer = Clerk("wangqiang").press(url_of("close_account"), {}, source=desk.owner, reason="业主申请。")
    text = paper(answer).text
    assert answer.status_code == 409
    for said in ("account_not_empty", "没有销户", "质押 5.000 t", "可流通"):
        assert said in text, said
