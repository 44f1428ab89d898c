"""Field data in a real browser: a crew uploads, looks at a faulty cell in place and mends it, an analyst books it."""

import pytest
from chromium import AXE, LOOK, SCREENSHOTS, Window, served
from django.urls import reverse

from field import first_round, put, spoilt
from field_data import field_addresses, keep_field_data
from kept import kept_people
from tanhui.kit import clock
from tanhui.monitoring.models import Upload
from tanhui.monitoring.services import open_programme

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGES = ("programme", "uploads", "upload", "faulty", "surveys", "survey", "fates", "photos", "tokens", "api_guide")


@pytest.fixture(scope="module")
def people(browser, django_db_setup, django_db_blocker):
    # The browser is there first and leaves last: the connection that Django keeps beside it is then closed in time.
    with kept_people(django_db_blocker) as (_region, people):
        yield people


def programme_of(people, key):
    signed = {"by": people["naren"], "reason": "试。", "at": clock.now()}
    return open_programme(name_zh="点出来的监测", name_en="Clicked programme", region_code="BT", key=key, **signed)


@pytest.fixture(scope="module")
def filled(people):
    programme = programme_of(people, "filled")
    keep_field_data(programme, people)
    return programme


@pytest.fixture(scope="module")
def site(people):
    with served() as url:
        yield url


@pytest.fixture(scope="module")
def windows(browser, site):
    opened = {(width, said): Window(browser, site, width=width, language=said) for width, said in LOOKED_AT}
    yield opened
    for window in opened.values():
        window.close()


LOOKED_AT = ((1440, "zh"), (390, "en"))


def address(programme, name):
    if name in {"tokens", "api_guide"}:
        return reverse(name)
    if name == "programme":
        return reverse(name, args=[programme.number])
    if name == "faulty":
        upload = Upload.objects.get(programme=programme, state="faulty")
        return reverse("upload", args=[programme.number, upload.code]) + "?at=0"
    return field_addresses(programme)[name]


@pytest.mark.parametrize("looked_at", LOOKED_AT, ids=lambda pair: f"{pair[0]}-{pair[1]}")
@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_field_data_stands_on_screen_and_phone(filled, windows, name, looked_at):
    window = windows[looked_at]
    window.sign_in("naren")
    answer = window.open(address(filled, name))
    assert answer.status == 200
    window.page.evaluate(LOOK.read_text(encoding="utf-8"))
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    window.page.screenshot(path=SCREENSHOTS / f"field-{name}-{looked_at[1]}-{looked_at[0]}.png", full_page=True)
    assert window.page.evaluate("() => look.overflow()") <= 0
    assert window.page.evaluate("() => look.smallControls()") == []
    window.page.evaluate(AXE.read_text(encoding="utf-8"))
    assert window.page.evaluate("() => look.violations()") == []
    assert window.wrong == []


def test_the_whole_loop_by_clicking(people, browser, site):
    programme = programme_of(people, "clicked")
    window = Window(browser, site)
    page = window.page
    window.sign_in("temur")
    window.open(reverse("programme", args=[programme.number]))
    content = spoilt(first_round(), put("每木", "dbh_cm", 3, "１３．５"))
    page.locator("input[type=file]").set_input_files([{"name": "外业.xlsx", "mimeType": XLSX, "buffer": content}])
    page.get_by_label("说明").fill("第一轮外业。")
    page.get_by_role("button", name="上传并检查").click()
    page.get_by_role("heading", name="1 处要改，一格也没有入库").wait_for()
    page.get_by_role("link", name="每木!E3").click()
    page.locator("td.marked").wait_for()
    assert page.locator("td.marked").inner_text() == "１３．５"
    assert page.locator("tr.heading").inner_text().count("胸径（cm）") == 1
    field = page.get_by_label("每木!E3 胸径（cm）")
    assert field.input_value() == "13.5"
    page.get_by_role("button", name="改这一格").click()
    page.get_by_role("heading", name="没有错，等另一位入库").wait_for()
    upload_url = page.url
    window.sign_in("naren")
    page.goto(upload_url)
    page.get_by_label("理由").fill("看过原始记录。")
    page.get_by_role("button", name="入库", exact=True).click()
    page.get_by_role("heading", name="第 1 版").wait_for()
    with page.expect_download() as saved:
        page.get_by_role("link", name="下载这一版").click()
    assert saved.value.suggested_filename == f"{programme.number}-r1.zip"
    assert window.wrong == []
    window.close()
