"""The public pages against the database: both languages, every number to the milligram, every paper byte for byte."""

import csv
import io
import json
import re

import pytest
from django.test import Client

from addresses import addresses
from paper import QUANTITY, Paper, paper, quantities_mg, quantity_mg, without
from tanhui.certification.models import Estimate
from tanhui.core.audit import verify_audit
from tanhui.core.ledger import Receipt, Retire, read_receipt
from tanhui.kit.text import exact, tonnes
from tanhui.people.models import Person, TrailEntry
from tanhui.registry.models import Block, Entry, Holding, Lot, Order, Retirement
from tanhui.registry.queries import BOOKS
from tanhui.registry.queries.holders import all_holders_of
from tanhui.registry.writer.signing import signing_key
from tanhui.site import story

PUBLIC_PAGES = (
    "home",
    "books",
    "witnesses",
    "lot",
    "certificate",
    "verify",
    "project",
    "plots",
    "plot",
    "zones",
    "methods",
    "method",
    "login",
)
WORK_PAGES = ("desk", "work_project", "order", "order_new", "accounts")
LANGUAGES = {"zh-hans": "zh-Hans", "en": "en"}
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
# The other language's own name, and the four characters that the seal is a picture of.
ALWAYS_CHINESE = ("中文", "碳 汇 登 记")


def page_of(finished: story.Chain, name: str, language: str = "zh-hans", client: Client | None = None) -> Paper:
    answer = (client or Client()).get(addresses(finished)[name], headers={"accept-language": language})
    assert answer.status_code == 200
    return paper(answer)


def content_of(finished: story.Chain, name: str) -> str:
    return Client().get(addresses(finished)[name]).content.decode()


def typed_by_people() -> set[str]:
    """What somebody has typed stays as it was typed, on the pages of every language."""
    said = set(TrailEntry.objects.values_list("reason", flat=True))
    return said | set(Order.objects.values_list("request_reason", flat=True))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PUBLIC_PAGES)
def test_a_public_page_says_its_language_and_its_name(finished, name, language):
    page = page_of(finished, name, language)
    assert page.attributes("html", "lang") == [LANGUAGES[language]]
    assert [tag for tag, _told in page.tags].count("h1") == 1
    assert [tag for tag, _told in page.tags].count("main") == 1
    assert "#main" in page.attributes("a", "href")
    assert page.attributes("meta", "content")


@pytest.mark.parametrize("name", [*PUBLIC_PAGES, *WORK_PAGES])
def test_an_english_page_holds_no_chinese(finished, client, name):
    client.force_login(Person.objects.get(username="batu"))
    client.cookies["django_language"] = "en"
    signed_in = client if name in WORK_PAGES else None
    text = page_of(finished, name, "en", signed_in).text
    assert CHINESE.findall(without(text, {*typed_by_people(), *ALWAYS_CHINESE})) == []


@pytest.mark.parametrize("name", PUBLIC_PAGES)
def test_both_languages_show_the_same_exact_quantities(finished, name):
    urls = addresses(finished)
    found = {
        language: quantities_mg(Client().get(urls[name], headers={"accept-language": language}).content.decode())
        for language in LANGUAGES
    }
    assert found["zh-hans"] == found["en"]
    assert found["en"] or name not in {"home", "books", "lot"}


def test_the_language_is_chosen_once_and_kept(finished, client):
    urls = addresses(finished)
    assert client.post(urls["set_language"], {"language": "en", "next": urls["books"]}).url == urls["books"]
    assert paper(client.get(urls["books"])).attributes("html", "lang") == ["en"]
    assert paper(client.get(urls["lot"], headers={"accept-language": "zh"})).attributes("html", "lang") == ["en"]


def test_the_books_of_a_lot_are_those_of_the_database(finished):
    lot = Lot.objects.get()
    sums = dict.fromkeys(BOOKS, 0)
    for holding in Holding.objects.filter(lot=lot.lot).exclude(book="mint"):
        sums[holding.book] += holding.quantity_mg
    issued, *books = quantities_mg(content_of(finished, "lot"))[:10]
    assert issued == lot.issued_mg == sum(sums.values())
    assert books == [*(sums[book] for book in BOOKS), lot.issued_mg]
    assert min(sums["live"], sums["buffer"], sums["retired"]) > 0


def test_a_lot_shows_every_movement_the_latest_first(finished):
    moved = list(Entry.objects.filter(lot=finished.lot.lot).order_by("-index").values_list("quantity_mg", flat=True))
    held = [one.quantity_mg for one in all_holders_of(finished.lot.lot)]
    assert quantities_mg(content_of(finished, "lot"))[10:] == [*held, sum(held), *moved]
    assert (len(held), len(moved)) == (3, 4)


def test_a_lot_shows_its_serials_and_who_holds_it(finished):
    text, used = page_of(finished, "lot").text, Retirement.objects.get()
    for serial in (used.serial_first, used.serial_last, used.lot.issued_mg):
        assert f" {serial:,} " in text
    for held in Holding.objects.filter(lot=finished.lot.lot, book="live"):
        assert f" {tonnes(held.quantity_mg)} " in text
        assert held.account in text


def test_the_front_page_adds_up(finished):
    text, content = page_of(finished, "home").text, content_of(finished, "home")
    lot = Lot.objects.get()
    assert f"已制发 {tonnes(lot.issued_mg)}" in text.replace("\u00a0", " ")
    assert f"八项合计 {tonnes(lot.issued_mg)}" in text.replace("\u00a0", " ")
    assert f"相差 0 mg，第 {Block.objects.count()} 块复核" in text
    assert quantities_mg(content) == list(Retirement.objects.values_list("quantity_mg", flat=True))
    document = json.loads(finished.estimate.document)
    assert f"{document['removal_tco2e']:.12g}" in re.findall(r'<data class="num" value="([\d.]+)"', content)


def test_the_certificate_says_what_was_retired(finished):
    text, used = page_of(finished, "certificate").text, Retirement.objects.get()
    assert used.quantity_mg == story.MEETING_MG
    for said in (
        used.number,
        used.name_zh,
        used.beneficiary_zh,
        used.statement_zh,
        used.lot_id,
        "42.680",
        "肆拾贰吨陆佰捌拾千克整",
        f"{used.serial_first:,} {used.serial_last:,} 共 {used.quantity_mg:,} 毫克",
        "有效",
        "示范",
    ):
        assert said in text, said


def test_the_english_certificate_speaks_english(finished):
    text, used = page_of(finished, "certificate", "en").text, Retirement.objects.get()
    for said in (used.name_en, used.beneficiary_en, used.statement_en, "forty-two tonnes six hundred and eighty"):
        assert said in text, said
    assert re.search(r"on \d{1,2} [A-Z][a-z]+ 20\d\d the quantity", text)


@pytest.mark.parametrize(("name", "place"), [("project", 0), ("lot", 0)])
def test_made_up_plots_are_said_to_be_made_up(finished, name, place):
    assert finished.project.synthetic_zh in page_of(finished, name).text
    assert finished.project.synthetic_en in page_of(finished, name, "en").text


def test_the_project_page_names_everybody_and_why(finished):
    text = page_of(finished, "project").text
    acts = TrailEntry.objects.filter(subject=finished.project.number).select_related("person")
    assert acts.count() == 8
    for entry in acts:
        assert entry.person.name_zh in text
        assert entry.reason in text
    assert tonnes(finished.estimate.issuable_mg) in text
    assert finished.estimate.hash_hex in text


def test_the_table_of_a_lot_is_every_entry(finished, client):
    answer = client.get(addresses(finished)["lot_csv"])
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    content = answer.getvalue()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    kept = Entry.objects.filter(lot=finished.lot.lot).order_by("index")
    assert rows == [
        {name: "" if getattr(entry, name) is None else str(getattr(entry, name)) for name in rows[0]} for entry in kept
    ]
    assert sum(int(row["quantity_mg"]) for row in rows if row["from_book"] == "mint") == finished.lot.issued_mg


def test_the_books_of_a_lot_for_programs_are_exact(finished, client):
    told = client.get(addresses(finished)["lot_json"]).json()
    lot = Lot.objects.get()
    assert told["issued_mg"] == str(lot.issued_mg)
    assert list(told["books"]) == list(BOOKS)
    assert sum(int(quantity) for quantity in told["books"].values()) == lot.issued_mg
    assert told["estimate_hash"] == finished.estimate.hash_hex
    assert told["survey_hash"] == finished.estimate.survey.root_hex
    assert told["method_hash"] == finished.estimate.method_hash_hex


def test_the_certificate_file_is_the_one_that_was_made(finished, client):
    answer = client.get(addresses(finished)["certificate_pdf"])
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content == bytes(Retirement.objects.get().certificate)


def test_the_proof_holds_with_the_public_key_alone(finished, client):
    content = client.get(addresses(finished)["certificate_proof"]).content
    reading = read_receipt(Receipt.from_json(content.decode()), signing_key().public)
    used = Retirement.objects.get()
    assert isinstance(reading.command.act, Retire)
    assert (reading.command.act.quantity_mg, reading.command.act.lot) == (used.quantity_mg, used.lot_id)
    assert [tuple(entry.movement.serials) for entry in reading.entries] == [(used.serial_first, used.serial_last)]


def test_the_report_and_its_numbers_are_those_of_the_estimate(finished, client):
    urls, estimate = addresses(finished), Estimate.objects.get()
    assert client.get(urls["report_pdf"]).content == bytes(estimate.report_zh)
    assert client.get(urls["report_pdf"], {"language": "en"}).content == bytes(estimate.report_en)
    assert bytes(estimate.report_zh).startswith(b"%PDF")
    assert bytes(estimate.report_zh) != bytes(estimate.report_en)
    content = client.get(urls["report_json"]).content
    assert content == estimate.document.encode()
    assert json.loads(content)["estimate_hash"] == estimate.hash_hex


def test_the_plots_are_those_of_the_estimate_and_where_they_lie_is_told_nowhere(finished, client):
    urls, document = addresses(finished), finished.document
    rows = list(csv.DictReader(io.StringIO(client.get(urls["plots_csv"]).content.decode("utf-8-sig"))))
    assert [(row["plot"], float(row["carbon_t_ha"])) for row in rows] == [
        (row["plot"], row["carbon_t_ha"]) for row in document["plot_densities"]
    ]
    places = bytes(finished.estimate.survey.files.get(name="plots.csv").content).decode()
    spots = {spot for row in csv.DictReader(io.StringIO(places)) for spot in (row["lon"], row["lat"]) if "." in spot}
    assert len(spots) >= 6
    for name in ("plots", "plots_csv", "plot", "project", "report_json", "lot_json"):
        content = client.get(urls[name]).content.decode()
        assert not {spot for spot in spots if spot in content}, name


def test_a_plot_shows_what_was_measured_on_it(finished, client):
    page = paper(client.get(addresses(finished)["plot"]))
    for said in ("A1", "Populus simonii", "400", "480", "trees.csv"):
        assert said in page.text, said
    missing = client.get(addresses(finished)["plot"].replace("A1", "Z9"))
    assert missing.status_code == 404


def test_the_whole_ledger_is_one_file_that_checks_itself(finished, client):
    answer = client.get(addresses(finished)["audit_file"])
    report = verify_audit(answer.getvalue(), str(signing_key().public))
    assert report.ok, report.faults
    assert len(report.checks) > 10
    assert "tanhui-ledger.sqlite" in answer.headers["Content-Disposition"]


def test_the_zone_list_adds_up(finished):
    from tanhui.land.models import Zone

    text = page_of(finished, "zones").text
    zones = list(Zone.objects.all())
    assert f"{len(zones)} 个片区，{sum(zone.area_mu for zone in zones) / 10_000:,.1f} 万亩" in text
    assert all(zone.name_zh in text for zone in zones)


def test_a_method_shows_each_parameter_with_its_source(finished):
    from tanhui.core.carbon.method import load_method, method_files

    text, estimate = page_of(finished, "method").text, finished.estimate
    method = load_method(estimate.method, estimate.method_version)
    assert method.hash in text
    rows = csv.DictReader(io.StringIO(method_files(method.id, method.version)["parameters.csv"].decode("utf-8-sig")))
    for row in rows:
        assert " ".join(row["source"].split()) in text, row["name"]
        assert row["value"] in text


def test_typed_words_are_never_markup(finished, undone, client):
    mark = "<script>alert(1)</script>&\"'"
    finished.project.__class__.objects.filter(pk=finished.project.pk).update(name_zh=mark, name_en=mark)
    for name in ("home", "books", "lot", "certificate", "project", "method"):
        content = client.get(addresses(finished)[name]).content.decode()
        assert "<script>alert" not in content, name
        assert "&lt;script&gt;alert(1)" in content, name


@pytest.mark.parametrize("quantity", [0, 1, 999_999, 1_000_000, 10**9, 42_680_000_001, 10**18])
def test_quantities_are_read_back_from_the_page_to_the_milligram(quantity):
    from tanhui.site.templatetags.tanhui import exact as written

    assert [quantity_mg(*parts) for parts in QUANTITY.findall(written(quantity))] == [quantity]
    assert quantity_mg(*exact(quantity)) == quantity
