"""Fields for which something is looked up among many: with the page's script, without it, and what is not guessed."""

import pytest
from django.db import transaction
from django.urls import reverse

from act_desk import ActDesk
from clerks import Clerk
from paper import paper
from standing import row_counts
from tanhui.people.models import Organisation, Person
from tanhui.registry.models import Account, Order
from tanhui.site.pages.looking import MOST

TRANSFER = reverse("order_new", args=["transfer"])


@pytest.fixture
def desk(finished):
    """The finished chain with so many more accounts that no list shows them all."""
    with transaction.atomic():
        for place in range(MOST + 5):
            holder = Organisation.objects.create(
                code=f"more-{place}", name_zh=f"昆都仑第{place:02d}合作社", name_en=f"Cooperative {place:02d}"
            )
            Account.objects.create(account=f"BT-A-9{place:05d}", kind="buyer", holder=holder)
        yield ActDesk.of(finished, {person.username: person for person in Person.objects.all()})
        transaction.set_rollback(True)


def typed(desk: ActDesk, **changes: str) -> dict[str, str]:
    return {
        "lot": desk.lot,
        "source": desk.owner,
        "target": desk.buyer,
        "quantity": "1",
        "certificate": "JY-1",
        "price_yuan": "38.5",
        "reason": "凭证已核对。",
        **changes,
    }


def looked(what: str, who: str = "batu", **asked: str) -> str:
    return Clerk(who).client.get(reverse("look", args=[what]), asked).content.decode()


@pytest.mark.parametrize("text", ["BT-A-900003", "第03合", "cooperative 03", " BT-A-900003 "])
def test_an_account_is_found_by_its_id_and_by_any_piece_of_its_holders_name(desk, text):
    found = looked("accounts", source=text)
    assert found.count("<option") == 1
    assert 'value="BT-A-900003"' in found
    assert 'id="said-source"' in found


def test_more_than_a_list_shows_is_said_and_a_sign_that_stands_for_others_stands_for_itself(desk):
    many = looked("accounts", source="昆都仑")
    assert (many.count("<option"), "不止 20 个" in many) == (MOST, True)
    for text in ("%", "_", "%%", "第__合", "\\"):
        assert looked("accounts", source=text).count("<option") == 0, text


def test_a_lot_is_found_by_its_project_and_only_holders_accounts_are_found(desk):
    name = Order.objects.get(kind="issue").project.name_zh
    assert f'value="{desk.lot}"' in looked("lots", lot=name[1:4])
    buffer = Account.objects.get(kind="buffer").account
    assert looked("accounts", source=buffer).count("<option") == 0


def test_what_begins_or_binds_is_found_by_lot_holder_and_number(desk):
    pledge = desk.begun("pledge")
    holder = Account.objects.get(account=desk.owner).holder.name_zh
    for text in ("", pledge, pledge[:9], desk.lot, desk.owner, holder[2:6]):
        assert f'value="{pledge}"' in looked("pledge", encumbrance=text), text
    assert looked("freeze", "gaojie", encumbrance=pledge).count("<option") == 0


def test_a_look_up_that_is_none_and_a_reader_who_may_not_find_nothing(desk):
    assert Clerk("batu").client.get(reverse("look", args=["people"])).status_code == 404
    for who in ("naren", "zhaogang", "sunwei"):
        assert Clerk(who).client.get(reverse("look", args=["accounts"]), {"source": "BT"}).status_code == 404


def test_what_is_only_alike_is_never_taken_but_chosen_from(desk):
    before = row_counts()
    answer = Clerk("wangqiang").press(TRANSFER, {}, **typed(desk, target="昆都仑第0"))
    page = paper(answer)
    assert (answer.status_code, row_counts()) == (409, before)
    choices = [told["value"] for tag, told in page.tags if tag == "input" and told.get("type") == "radio"]
    assert choices == [f"BT-A-90000{place}" for place in range(10)]
    assert "查到 10 个，选一个。" in page.text
    assert page.form("quantity").carries["certificate"] == "JY-1", "the rest is kept"
    alone = Clerk("wangqiang").press(TRANSFER, {}, **typed(desk, target="鹿城"))
    assert (alone.status_code, row_counts()) == (409, before), "one that is alike is not the one that was meant"
    assert f'type="radio" name="target" value="{desk.buyer}"' in alone.content.decode()
    ordered = Clerk("wangqiang").press(TRANSFER, {}, **typed(desk, target=desk.buyer))
    assert ordered.status_code == 302


def test_without_a_script_a_button_asks_and_nothing_is_ordered(desk):
    before = row_counts()
    answer = Clerk("wangqiang").press(TRANSFER, {"look": "target"}, **typed(desk, target="第07合"))
    assert (answer.status_code, row_counts()) == (200, before)
    assert 'type="radio" name="target" value="BT-A-900007"' in answer.content.decode()


def test_the_list_beside_the_form_is_of_the_chosen_account_or_lot(desk):
    page = Clerk("batu").open(f"{TRANSFER}?source={desk.buyer}").text
    owner, buyer = (Account.objects.get(account=one).holder.name_zh for one in (desk.owner, desk.buyer))
    beside = page.partition("谁有多少")[2]
    assert buyer in beside
    assert owner not in beside
    assert owner in Clerk("batu").open(f"{TRANSFER}?lot={desk.lot}").text.partition("谁有多少")[2]


def test_accounts_are_turned_by_key_and_found_by_name(desk):
    url = reverse("accounts")
    page = Clerk("batu").open(f"{url}?q=第03合")
    assert "BT-A-900003" in page.text
    assert desk.owner not in page.text
    assert "没有查到" in Clerk("batu").open(f"{url}?q=nobody").text
    rest = Clerk("batu").open(f"{url}?after=BT-A-900003").text
    assert "BT-A-900004" in rest
    assert "BT-A-900003" not in rest
