"""The bureau's season by clicking: design, field forms, a faulty upload, its correction, booking, a run, signatures.

The pictures of the guides are taken on the way.
"""

import csv
import io
import re
import threading
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress

import pytest
from chromium import Window, served
from django.db import connections
from office import Office
from pictures import keep_picture
from playwright.sync_api import Error as PageError
from playwright.sync_api import Page

from field import put, spoilt, workbook
from kept import kept_people
from tanhui.cli import main
from tanhui.cli.commands import read_folder
from tanhui.kit.jobs.worker import work_off
from tanhui.land.services import REGIONS
from tanhui.site.season import with_counties

NAME = "2025 监测季"
Tables = Mapping[str, Sequence[Mapping[str, str]]]


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    with kept_people(django_db_blocker), served() as url:
        yield url


@pytest.fixture(scope="module")
def office(browser, site):
    window = Window(browser, site)
    window.context.set_default_timeout(60_000)
    yield Office(window)
    window.close()


def tables() -> Tables:
    """The 300 plots of the demonstration, with the county of each."""
    files = with_counties(read_folder(REGIONS / "baotou/survey"))
    return {name: list(csv.DictReader(io.StringIO(content.decode()))) for name, content in files.items()}


def of_round(found: Tables, number: str) -> Tables:
    return {name: [row for row in rows if row.get("round", number) == number] for name, rows in found.items()}


def zipped(found: Tables) -> bytes:
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w") as archive:
        for name, rows in found.items():
            text = io.StringIO()
            written = csv.DictWriter(text, list(rows[0]))
            written.writeheader()
            written.writerows(rows)
            archive.writestr(name, text.getvalue())
    return room.getvalue()


def opens_programme(office: Office) -> None:
    page = office.sits("naren")
    page.get_by_role("link", name="监测计划").first.click()
    page.get_by_text("建立一个监测计划").click()
    page.get_by_label("计划名称，中文").fill(NAME)
    page.get_by_label("计划名称，英文").fill("Season 2025")
    office.signs("两轮固定样地复测。", "建立")
    assert page.get_by_role("heading", name=NAME).is_visible()


def goes_to_programme(office: Office, username: str) -> Page:
    page = office.sits(username)
    page.get_by_role("link", name="监测计划").first.click()
    page.get_by_role("link", name=NAME).click()
    page.wait_for_load_state("load")
    return page


def uploads(office: Office, name: str, content: bytes, words: str) -> Page:
    page = goes_to_programme(office, "temur")
    form = page.locator("main form").filter(has=page.get_by_role("button", name="上传并检查"))
    form.locator("input[type=file]").set_input_files([{"name": name, "mimeType": "", "buffer": content}])
    form.get_by_role("button", name="上传并检查").scroll_into_view_if_needed()
    keep_picture(page, "upload")
    office.signs(words, "上传并检查", label="说明")
    return waited(page)


def waited(page: Page) -> Page:
    """Large field data are checked and booked by the worker: let it work, and look again."""
    works_off()
    with suppress(PageError):  # the page may be loading anew by itself at this very moment
        page.reload()
    page.wait_for_load_state("load")
    return page


def books(office: Office, *, warnings: bool = False) -> Page:
    page = goes_to_programme(office, "naren")
    page.locator("#intake table").get_by_role("link").first.click()
    if warnings:
        page.get_by_label(re.compile("处提醒都看过了")).fill("逐条核对过原始记录，无误。")
    keep_picture(page, "booking")
    office.signs("核对无误。", "入库")
    waited(page)
    assert page.get_by_text(re.compile("已入库，是第 . 版|^第 . 版$")).first.is_visible()
    return page


def draws(office: Office) -> None:
    page = goes_to_programme(office, "naren")
    page.get_by_role("link", name=re.compile("设计样地|重新设计")).first.click()
    page.wait_for_load_state("load")
    page.get_by_label("土地来自").select_option("zones")
    page.get_by_role("button", name="换这块土地").click()
    page.wait_for_load_state("load")
    for row in page.locator("#design-form tbody tr:has([name=mean])").all():
        row.locator("[name=mean]").fill("30")
        row.locator("[name=sd]").fill("12")
    page.locator("#preview table, #preview dl").first.wait_for(state="visible")
    keep_picture(page, "design-form")
    office.signs("按 10% 精度布设。", "抽出样地")
    assert page.get_by_role("heading", name=re.compile("块样地，另备")).is_visible()
    keep_picture(page, "design")


def corrects(office: Office, spoiled: bytes) -> None:
    page = uploads(office, "2025年第二轮.xlsx", spoiled, "第二轮外业。")
    page.get_by_text("number_invalid").first.wait_for(state="visible")  # the page loads anew once it is checked
    keep_picture(page, "faults")
    cell = page.locator("ul.faults li.error a.at").first
    around = str(cell.get_attribute("href")).partition("#")[0]
    cell.click()
    page.locator(".excerpt").first.wait_for(state="visible")
    page.locator("#faults").scroll_into_view_if_needed()
    keep_picture(page, "fault-cell", query=around)
    page.locator("form.mend [name=text]").first.fill("14.8")
    page.get_by_role("button", name="改这一格").first.click()
    page.wait_for_load_state("load")
    waited(page)
    assert page.get_by_text("入库以后会变的").is_visible()


def works_off() -> None:
    """Do what waits in the queue, beside the loop of the browser and on a connection of its own."""

    def work() -> None:
        work_off()
        connections.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()


def runs(office: Office) -> Page:
    page = goes_to_programme(office, "naren")
    page.get_by_role("link", name="算一次").first.click()
    page.get_by_label("种子").fill("20261126")
    keep_picture(page, "run-form")
    office.signs("第二轮出数。", re.compile("^(算|开始算|排队|申请)"))
    keep_picture(page, "run-waits")
    return waited(page)


@pytest.fixture(scope="module")
def season(office):
    """The season up to a finished run; gives the address of its page."""
    found = tables()
    opens_programme(office)
    page = uploads(office, "2021.zip", zipped(of_round(found, "1")), "第一轮外业，300 块样地。")
    books(office)
    draws(office)
    second = workbook(of_round(found, "2"), ecosystem="full")
    corrects(office, spoilt(second, put("每木", "dbh_cm", 311, "14。8o")))
    books(office, warnings=page.get_by_text("处提醒").count() > 0)
    page = runs(office)
    return page.url.partition("//")[2].partition("/")[2]


def test_the_season_runs_by_clicking(season, office):
    page = office.page
    page.goto(f"/{season}")
    assert page.locator(".figure .num").first.inner_text().strip() not in {"", "—"}
    keep_picture(page, "result")
    page.locator("#flags").scroll_into_view_if_needed()
    keep_picture(page, "result-flags")


def test_a_reviewer_signs_what_anyone_can_compute_again(season, office, tmp_path, capsys):
    page = office.sits("chenli")
    page.goto(f"/{season}")
    page.locator("#report").scroll_into_view_if_needed()
    keep_picture(page, "report-sign")
    office.signs("抽查样地与复算一致，同意。", "签名，同意这份报告", label="评审意见")
    assert page.get_by_text("抽查样地与复算一致，同意。").first.is_visible()
    number = season.strip("/").rpartition("/")[2]
    answer = page.request.get(f"/{season}recompute.zip")
    path = tmp_path / f"{number}.tanhui.zip"
    path.write_bytes(answer.body())
    with pytest.raises(SystemExit) as ended:
        main(["verify", str(path)])
    assert ended.value.code == 0, capsys.readouterr().out
