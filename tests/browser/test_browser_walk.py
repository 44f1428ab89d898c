"""The whole main job by clicking: nine people, from the application to a certificate that anybody can verify."""

import re

import pytest
from chromium import Window, served
from office import Office
from playwright.sync_api import Page

from kept import kept_people
from samples import SMALL_SURVEY

NAME = "点出来的项目"


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    with kept_people(django_db_blocker), served() as url:
        yield url


@pytest.fixture(scope="module")
def window(browser, site):
    found = Window(browser, site)
    yield found
    found.close()


@pytest.fixture(scope="module")
def office(window):
    return Office(window)


def apply_for(office: Office) -> None:
    page = office.sits("zhaogang")
    page.get_by_text("申请一个新项目").click()
    page.get_by_label("项目名称，中文").fill(NAME)
    page.get_by_label("项目名称，英文").fill("A project made by clicking")
    office.signs("为这一监测期申请认定。", "提交申请")


def measure(office: Office) -> None:
    page = office.takes_up("naren", NAME)
    page.get_by_label("方法").select_option("published-tree-biomass")
    bad = SMALL_SURVEY["trees.csv"].replace(",20,12,", ",2000,12,", 1)
    upload(page, {**SMALL_SURVEY, "trees.csv": bad})
    office.signs("两轮数据已核对。", "上传并计算")
    assert page.get_by_text("有 1 处要看，都还没写入").is_visible()
    assert page.get_by_role("row", name=re.compile("trees.csv，第 2 行.*dbh_cm.*2000")).is_visible()
    assert page.get_by_label("方法").input_value() == "published-tree-biomass"
    upload(page, SMALL_SURVEY)
    office.signs("改正了一处笔误。", "上传并计算")


def upload(page: Page, files: dict[str, str]) -> None:
    sent = [{"name": name, "mimeType": "text/csv", "buffer": text.encode()} for name, text in files.items()]
    page.locator("input[type=file]").set_input_files(sent)
    assert "trees.csv" in page.locator("[data-chosen]").inner_text()


def issue(office: Office) -> None:
    page = office.takes_up("batu", NAME)
    office.signs("材料齐全，予以受理。", "受理这份申请")
    assert page.get_by_text("这个项目还没有小班，查不了它的地有没有用过。").is_visible()
    page.get_by_label("确实没有小班").check()
    office.signs("材料齐全，确实没有小班，予以受理。", "受理这份申请")
    measure(office)
    office.takes_up("chenli", NAME)
    office.signs("抽查复算一致。", "签名，同意这份估算")
    office.takes_up("surina", NAME)
    office.signs("予以认定。", "认定这份估算")
    page = office.takes_up("limin", NAME)
    page.get_by_label("公示天数").fill("0")
    office.signs("公示零天。", "发布公示")
    office.takes_up("wangqiang", NAME)
    office.signs("公示期满，无异议。", "申请制发 7,582.000 t")
    assert office.page.get_by_text("现在不是你的事").is_visible()
    office.takes_up("wuyun", NAME)
    office.signs("经办与评审一致。", "签名并制发 7,582.000 t")
    assert office.page.get_by_text("已记账").is_visible()


def look_up(page: Page, label: str, text: str) -> None:
    """Type into a field that looks up, and take the first thing that the browser's own list then has."""
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    option = page.locator(f"#{field.get_attribute('list')} option", has_text=text).first
    option.wait_for(state="attached")
    field.fill(option.get_attribute("value") or "")


def transfer(office: Office) -> None:
    page = office.sits("wangqiang")
    page.get_by_role("link", name="登记账户").click()
    page.locator("[name=holder]").select_option("buyer:works")
    office.signs("为购买方开户。", "开户")
    page.get_by_role("link", name="登记流转").click()
    look_up(page, "批次", NAME)
    look_up(page, "转出", "阴山北麓")
    look_up(page, "转入", "鹿城装备")
    page.get_by_label("数量").fill("2,000.000 000 001")
    page.get_by_label("交易凭证编号").fill("JY-2026-0001")
    page.get_by_label("单价").fill("38.50")
    office.signs("交易凭证已核对。", "提交，等第二个人")
    assert page.get_by_text("这笔是你经办的").is_visible()
    office.takes_up("wuyun", "流转登记")
    office.signs("凭证与指令一致。", re.compile("^签名并转让 2,000.000"))
    assert page.get_by_text("已记账").is_visible()


def retire(office: Office) -> None:
    page = office.sits("wangqiang")
    page.get_by_role("link", name="登记注销").click()
    look_up(page, "批次", NAME)
    look_up(page, "持有人", "鹿城装备")
    page.get_by_label("数量").fill("42.680")
    page.get_by_label("用在哪里，中文").fill("点出来的一场会")
    page.get_by_label("受益方，中文").fill("鹿城会展服务中心")
    page.get_by_label("说明，中文").fill("抵消这场会经核算的足迹。")
    office.signs("足迹已核算。", "提交，等第二个人")
    office.takes_up("wuyun", "注销")
    office.signs("用途与数量无误。", re.compile("^签名并注销 42.680"))
    page.get_by_role("link", name="看证书").click()
    page.wait_for_url("**/certificates/**")


@pytest.fixture(scope="module")
def walked(office):
    """The number of the certificate at the end of the way."""
    apply_for(office)
    issue(office)
    transfer(office)
    retire(office)
    return office.page.url.strip("/").rpartition("/")[2]


def test_a_tonne_goes_from_the_tree_to_the_meeting(walked, office):
    page = office.page
    page.goto(f"/certificates/{walked}/")
    for said in ("点出来的一场会", "鹿城会展服务中心", "肆拾贰吨陆佰捌拾千克整", "有效"):
        assert page.get_by_text(said).first.is_visible(), said
    # A project without parcels was answered with 409, the faulty survey with 422; nothing else went wrong.
    assert [said for said in office.window.wrong if "409" not in said and "422" not in said] == []


def test_the_certificate_is_verified_by_its_number(walked, office):
    page = office.page
    page.goto("/")
    page.locator("#no").fill(walked.lower())
    page.get_by_role("button", name="验证", exact=True).click()
    assert page.get_by_text(f"有这张证书：{walked}").is_visible()
    page.get_by_role("link", name="看证书").click()
    page.wait_for_url(f"**/certificates/{walked}/")


@pytest.mark.parametrize(
    ("link", "good", "bad"),
    [
        ("PDF", "有效", "这里没有出具过这个 PDF"),
        ("证明文件", "成立：这一笔记在第", "证明不成立"),
        ("下载整本账", "账本文件，每一项都对得上", "账本文件有对不上的地方"),
    ],
)
def test_what_is_downloaded_holds_and_with_one_byte_changed_does_not(walked, office, link, good, bad):
    page = office.page
    page.goto("/books/" if link == "下载整本账" else f"/certificates/{walked}/")
    address = page.get_by_role("link", name=link, exact=True).first.get_attribute("href")
    content = page.request.get(address).body()
    name = address.rpartition("/")[2]
    middle = len(content) // 2
    for said, sent in ((good, content), (bad, content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])):
        page.goto("/verify/")
        page.locator("input[type=file]").set_input_files([{"name": name, "mimeType": "", "buffer": sent}])
        page.get_by_role("button", name="上传并核对").click()
        page.locator(".report").wait_for(state="visible")
        assert page.locator(".report").get_by_role("heading", name=said).first.is_visible(), said


def test_the_audit_file_is_saved_by_clicking(walked, office, tmp_path):
    from tanhui.core.audit import verify_audit

    office.page.goto("/books/")
    with office.page.expect_download() as begun:
        office.page.get_by_role("link", name="下载整本账").first.click()
    saved = tmp_path / begun.value.suggested_filename
    begun.value.save_as(saved)
    assert saved.name == "tanhui-ledger.sqlite"
    assert verify_audit(saved).ok


def test_a_button_that_was_pressed_cannot_be_pressed_again(walked, office):
    """The first press marks the form as sent; while the answer is on its way a second press sends nothing."""
    page = office.sits("wangqiang")
    page.goto("/desk/orders/new/retire/")
    page.locator("main form").first.evaluate(ANSWER_NEVER)
    form = page.locator("main form").first
    form.evaluate("(form) => { form.noValidate = true; form.requestSubmit(); form.requestSubmit(); }")
    assert form.evaluate("(form) => form.dataset.tries") == "1"
    assert form.get_attribute("data-sent") == "1"


# The form goes nowhere, and counts how often it was let through.
ANSWER_NEVER = """(form) => {
  form.dataset.tries = "0";
  window.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) form.dataset.tries = String(Number(form.dataset.tries) + 1);
    event.preventDefault();
  });
}"""
