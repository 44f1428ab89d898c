"""Who may open which page, and that nobody else changes anything: the permission table against the real site."""

import re

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from addresses import WHO, addresses
from paper import paper
from standing import row_counts
from tanhui.people.models import Person, Role
from tanhui.registry.services import request_transfer
from tanhui.site.permissions import PUBLIC, READERS
from walk import signature

# What an open door answers where it is not a plain page.
ANSWERS = {"logout": 405, "set_language": 302, "order_list": 404, "order_paper": 404, "log_hand_over": 404}
# A transfer has neither list nor paper: who may take these stands in the tests of distributions and of other regions.
# Where what is asked for decides too: a form of the registry, the account of an owner.
HOLDER = frozenset({Role.OPERATOR, Role.SUPERVISOR, Role.OWNER})
OPENS = {
    "order_new": frozenset({Role.OPERATOR}),
    "account": HOLDER,
    "account_csv": HOLDER,
    "account_json": HOLDER,
    "account_proof": HOLDER,
}
POST_PAGES = (
    "verify",
    "login",
    "logout",
    "set_language",
    "desk",
    "accounts",
    "work_project",
    "order",
    "order_new",
    "distribution_new",
    "orders",
    "triage",
    "triage_many",
    "listings",
    "likeness",
    "project_land",
)
UNKNOWN = {
    **dict.fromkeys(("lot", "lot_csv", "lot_json"), "BT-L-2026-9999"),
    **dict.fromkeys(("certificate", "certificate_pdf", "certificate_proof"), "BT-2026-999999"),
    **dict.fromkeys(("project", "report_pdf", "report_json", "plots", "plots_csv", "work_project"), "BT-P-2026-9999"),
    "order": "BT-O-2026-999999",
    "order_new": "gift",
    **dict.fromkeys(("account", "account_csv", "account_json", "account_proof"), "BT-A-999999"),
    "block": "999999",
    "triage_table": "0.0.1",
    "triage_json": "T-1900-000001",
    "evidence": "0" * 64,
    "likeness": "0",
    "project_land": "BT-P-2026-9999",
}


def sign_in(role: str | None, **options: bool) -> Client:
    client = Client(**options)
    if role is not None:
        client.force_login(Person.objects.get(username=WHO[Role(role)]))
    return client


def test_every_address_stands_in_the_table():
    names = {pattern.name for pattern in get_resolver().url_patterns if hasattr(pattern, "name")}
    assert names == set(READERS)


def test_an_address_that_is_missing_from_the_table_stays_shut(finished, client, monkeypatch):
    monkeypatch.setattr("tanhui.site.guard.READERS", {})
    assert client.get("/").status_code == 302
    client.force_login(Person.objects.get(username="batu"))
    assert client.get("/").status_code == 404


@pytest.mark.parametrize("name", READERS)
def test_a_page_opens_for_its_readers_and_for_nobody_else(finished, name):
    url, readers = addresses(finished)[name], READERS[name]
    found = {role: sign_in(role).get(url).status_code for role in Role.values}
    expected = ANSWERS.get(name, 302 if name == "login" else 200)
    opens = OPENS.get(name, readers)
    assert opens <= readers
    assert found == {role: expected if not readers or role in opens else 404 for role in Role.values}


@pytest.mark.parametrize("name", READERS)
def test_a_stranger_reads_what_is_public_and_is_asked_to_sign_in_elsewhere(finished, client, name):
    url = addresses(finished)[name]
    answer = client.get(url)
    if READERS[name] == PUBLIC:
        assert answer.status_code == ANSWERS.get(name, 200)
    else:
        assert answer.status_code == 302
        assert answer.url == f"{reverse('login')}?next={url}"


@pytest.mark.parametrize("name", [name for name in POST_PAGES if READERS[name]])
def test_a_post_by_somebody_who_may_not_even_look_changes_nothing(finished, undone, name):
    url, before = addresses(finished)[name], row_counts()
    body = {"act": "approve", "reason": "试试。", "command": "00" * 16, "name_zh": "x", "owner": "farm"}
    for role in (None, *set(Role.values) - READERS[name]):
        assert sign_in(role).post(url, body).status_code == (404 if role else 302), role
    assert row_counts() == before


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.OWNER, Role.OPERATOR}))
def test_only_owners_and_the_registry_apply(finished, undone, role):
    before = row_counts()
    body = {"act": "apply", "name_zh": "新项目", "owner": "farm", "reason": "试试。", "command": "00" * 16}
    answer = sign_in(role).post(reverse("desk"), body)
    assert (answer.status_code, row_counts()) == (409, before)
    assert "wrong_role" in answer.content.decode()


def test_supervision_reads_orders_and_signs_none(finished, undone):
    order = request_transfer(
        lot=finished.lot.lot,
        source=finished.transfer.source,
        target=finished.transfer.target,
        quantity_mg=1,
        exchange_certificate="X-1",
        price_fen_per_t=0,
        region_code="BT",
        command_id=bytes(16),
        **signature(Person.objects.get(username="wangqiang")),
    )
    before = row_counts()
    for act in ("approve", "return"):
        answer = sign_in(Role.SUPERVISOR).post(reverse("order", args=[order.number]), {"act": act, "reason": "试试。"})
        assert answer.status_code == 409
        assert "wrong_role" in answer.content.decode()
    order.refresh_from_db()
    assert (order.state, row_counts()) == ("waiting", before)


@pytest.mark.parametrize("role", Role.values)
def test_every_link_on_the_desk_opens_for_whom_it_is_shown(finished, role):
    client = sign_in(role)
    page = paper(client.get(reverse("desk")))
    links = {href.partition("#")[0] for href in page.attributes("a", "href")} - {""}
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


@pytest.mark.parametrize("name", POST_PAGES)
def test_a_post_from_another_site_is_refused(finished, undone, name):
    role = None if READERS[name] == PUBLIC else Role.OPERATOR
    client, before = sign_in(role, enforce_csrf_checks=True), row_counts()
    answer = client.post(addresses(finished)[name], {"act": "accept", "reason": "试试。", "language": "en"})
    assert answer.status_code == 403
    assert row_counts() == before
    page = paper(answer)
    assert page.attributes("html", "lang") == ["zh-Hans"]
    assert "页面放得太久" in page.text
    assert "set_language" not in answer.content.decode()


def test_a_form_left_open_after_signing_out_says_so_and_leads_back(finished):
    answer = Client(enforce_csrf_checks=True).post(reverse("desk"), {"act": "apply", "reason": "试试。"})
    page = paper(answer)
    assert (answer.status_code, "signed_out" in page.text) == (403, True)
    assert f"{reverse('login')}?next={reverse('desk')}" in page.attributes("a", "href")


def test_a_page_of_another_role_says_that_it_may_be_one(finished):
    answer = sign_in(Role.BUYER).get(reverse("accounts"))
    assert (answer.status_code, "不归你的职责看" in paper(answer).text) == (404, True)


def test_a_post_with_the_token_of_its_own_page_goes_through(finished, undone):
    client = Client(enforce_csrf_checks=True)
    form = paper(client.get(reverse("login"))).form(username="batu")
    answer = client.post(reverse("login"), form.carries)
    assert answer.status_code == 302
    assert answer.url == reverse("desk")
    assert paper(client.get(reverse("desk"))).text.count("巴图") >= 1


@pytest.mark.parametrize("name", READERS)
def test_every_answer_tells_the_browser_to_trust_nobody_else(finished, name):
    for answer in (sign_in(Role.OPERATOR).get(addresses(finished)[name]), Client().get(addresses(finished)[name])):
        assert_guarded(answer)


def test_what_goes_wrong_is_guarded_too(finished, client):
    assert_guarded(client.get("/lots/nothing/"))
    assert_guarded(client.get("/no/such/page/"))
    assert_guarded(Client(enforce_csrf_checks=True).post(reverse("verify")))


def assert_guarded(answer):
    parts = answer.headers["Content-Security-Policy"].strip("; ").split(";")
    policy = dict(part.strip().split(" ", 1) for part in parts)
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "script-src" not in policy
    assert not re.search(r"https?:|\*", answer.headers["Content-Security-Policy"])
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("name", READERS)
def test_pages_carry_no_script_of_their_own_and_nothing_from_elsewhere(finished, name):
    reader = Role.OPERATOR if not READERS[name] or Role.OPERATOR in READERS[name] else min(READERS[name])
    answer = sign_in(reader).get(addresses(finished)[name])
    if not answer.headers.get("Content-Type", "").startswith("text/html") or answer.status_code != 200:
        assert answer.status_code in {200, 302, ANSWERS.get(name)}
        return
    page = paper(answer)
    scripts = [told for tag, told in page.tags if tag == "script" and told.get("type") != "application/json"]
    assert all(str(told.get("src", "")).startswith("/static/") for told in scripts)
    sources = [*page.attributes("img", "src"), *page.attributes("link", "href"), *page.attributes("a", "href")]
    assert [source for source in sources if re.match(r"(\w+:)?//", source)] == []
    assert [key for _tag, told in page.tags for key in told if key.startswith("on")] == []


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_unknown_number_is_a_page_that_says_so(finished, name):
    answer = sign_in(Role.OPERATOR).get(reverse(name, args=[UNKNOWN[name]]))
    assert answer.status_code == 404
    page = paper(answer)
    assert page.attributes("main", "id") == ["main"]
    assert len([tag for tag, _told in page.tags if tag == "h1"]) == 1
    assert {reverse("verify"), reverse("desk")} <= set(page.attributes("a", "href"))
    assert name == "order_new" or UNKNOWN[name] in page.text


def test_unknown_methods_and_addresses_are_pages_too(finished, client):
    for url in (reverse("method", args=["no-such-method", "1.0.0"]), "/nothing/here/", "/lots//"):
        answer = client.get(url)
        assert answer.status_code == 404, url
        assert "这里没有这一页" in paper(answer).text
        english = client.get(url, headers={"accept-language": "en"})
        assert paper(english).attributes("html", "lang") == ["en"]


@pytest.mark.parametrize("url", ["/lots/%00/", "/certificates/a%00b/", "/projects/%00/", "/methods/%00/1/"])
def test_an_address_that_no_database_takes_is_a_page_that_is_not_there(finished, client, url):
    assert client.get(url).status_code == 404


def test_a_form_that_no_database_takes_is_refused(finished, undone):
    before = row_counts()
    assert Client().get(reverse("verify"), {"number": "BT\0"}).status_code == 400
    answer = sign_in(Role.OPERATOR).post(reverse("desk"), {"name_zh": "a\0b", "owner": "farm", "reason": "试试。"})
    assert answer.status_code == 400
    assert "看不懂" in paper(answer).text
    assert row_counts() == before


def test_the_session_is_kept_from_scripts_and_other_sites(finished, undone, client):
    client.post(reverse("login"), {"username": "batu", "password": "tanhui-demo"})
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    client.post(reverse("logout"))
    assert client.get(reverse("desk")).status_code == 302


def test_sign_in_goes_on_to_the_page_that_was_asked_for_and_never_to_another_site(finished, undone, client):
    person = {"username": "batu", "password": "tanhui-demo"}
    wanted = addresses(finished)["order"]
    assert client.post(reverse("login"), {**person, "next": wanted}).url == wanted
    assert Client().post(reverse("login"), {**person, "next": "https://example.org/"}).url == reverse("desk")
    assert Client().post(reverse("set_language"), {"language": "en", "next": "https://example.org/"}).url == "/"
    wrong = Client().post(reverse("login"), {**person, "password": "no"})
    assert (wrong.status_code, "用户名或密码不对" in paper(wrong).text) == (200, True)
