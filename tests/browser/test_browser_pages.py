"""Every page in a real browser, on a desk screen and a phone, in both languages, by day and by night."""

import pytest
from chromium import AXE, LOOK, SCREENSHOTS, Window, served
from pictures import TAKING, keep_picture, missing_pictures
from scenes import working_day

WIDTHS, LANGUAGES = (1440, 390), ("zh", "en")
NAMES = (
    *("method-diff", "method-dry-run", "witnesses"),
    *("home", "books", "lot", "certificate", "verify", "verify-found", "verify-missing", "project", "plots", "plot"),
    *("zones", "methods", "method", "login", "missing", "desk", "desk-owner", "work-accept", "work-measure"),
    *("work-review", "work-notice", "work-approve", "project-done", "transfer", "retire", "order-approve"),
    *("order-own", "order-done", "accounts"),
    *("parcels", "parcel", "imports", "import", "works", "work", "places", "import-zones", "import-zones-done"),
    *("triages", "triage-sums", "triage-table", "triage", "triage-question", "triage-many", "overlap", "listings"),
    *("likeness", "project-land", "project-land-choose", "run", "run-new", "run-plots", "run-plot", "run-places"),
    *("run-trees", "run-compare", "results", "result", "jobs"),
    *("orders", "hold", "post", "correct", "arrival", "distribution", "order-distribution", "order-arrival"),
    *("lot-elsewhere", "account", "account-closed", "accounts-found", "transfer-typed"),
    *("blocks", "block", "search", "search-none"),
)
BY_NIGHT = (
    *("home", "lot", "certificate", "verify-found", "project", "zones", "method", "desk", "work-approve", "retire"),
    *("import-zones", "project-land", "witnesses", "lot-elsewhere", "order-distribution"),
)
IN_GUIDES = ("parcels", "import", "import-zones", "works", "triage", "triage-many", "overlap", "likeness")
WITHOUT_SCRIPTS = {
    "home": "八项合计",
    "lot": "这一批的每一笔",
    "zones": "22 个片区",
    "project": "谁在什么时候做了什么",
}


@pytest.fixture(scope="module")
def scenes(django_db_setup, django_db_blocker):
    with working_day(django_db_blocker) as found:
        yield found


@pytest.fixture(scope="module")
def site(scenes):
    with served() as url:
        yield url


@pytest.fixture(scope="module")
def windows(browser, site):
    """One window for each width, language and light, opened when first asked for."""
    opened = {}

    def window(width, language, light="light"):
        key = (width, language, light)
        if key not in opened:
            opened[key] = Window(browser, site, width=width, language=language, color_scheme=light)
        return opened[key]

    yield window
    for found in opened.values():
        found.close()


def show(window, scene):
    window.sign_in(scene.person)
    answer = window.open(scene.path)
    window.page.evaluate(LOOK.read_text(encoding="utf-8"))
    if window.page.locator(".live-map:visible canvas").count() and window.page.locator(".map-filter").count():
        window.page.locator(".map-filter button").first.wait_for(state="visible")
    if window.page.locator(".live-map:visible canvas").count():
        window.page.wait_for_load_state("networkidle")
    # A page that is not there is the one page that a browser itself complains of.
    window.wrong = [said for said in window.wrong if answer.status != 404 or "404" not in said]
    return answer


def axe(window):
    window.page.evaluate(AXE.read_text(encoding="utf-8"))
    return window.page.evaluate("() => look.violations()")


def searched(name, width, language):
    """Each page is searched in both languages and both widths, once each; the list of 300 plots takes long, so once."""
    return (width, language) == (1440, "zh") or ((width, language) == (390, "en") and name != "plots")


def test_every_page_is_looked_at(scenes):
    assert set(NAMES) == set(scenes)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_a_page_stands_as_it_should(windows, scenes, name, width, language):
    window = windows(width, language)
    answer = show(window, scenes[name])
    page = window.page
    folder = SCREENSHOTS / f"{language}-{width}"
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    assert answer.status == (404 if name == "missing" else 200)
    assert page.locator("html").get_attribute("lang") == {"zh": "zh-Hans", "en": "en"}[language]
    assert page.evaluate("() => look.overflow()") <= 0, page.evaluate("() => look.wide()")
    assert page.evaluate("() => look.clipped()") == []
    assert page.evaluate("() => look.smallControls()") == []
    if searched(name, width, language):
        assert axe(window) == []
    assert window.wrong == []


@pytest.mark.parametrize("name", BY_NIGHT)
def test_a_page_can_be_read_by_night(windows, scenes, name):
    window = windows(1440, "zh", "dark")
    show(window, scenes[name])
    window.page.screenshot(path=SCREENSHOTS / "zh-1440-dark" / f"{name}.png", full_page=True)
    assert axe(window) == []
    assert window.wrong == []


@pytest.mark.parametrize("name", IN_GUIDES)
def test_the_guides_show_the_pages_as_they_are(windows, scenes, name):
    window = windows(1440, "zh")
    if TAKING:
        show(window, scenes[name])
        keep_picture(window.page, name)
    assert missing_pictures(name) == []


def test_the_map_and_the_charts_come_to_life(windows, scenes):
    window = windows(1440, "zh")
    show(window, scenes["zones"])
    window.page.locator(".live-map canvas").first.wait_for(state="visible")
    show(window, scenes["project"])
    window.page.locator(".chart svg").first.wait_for(state="visible")
    assert window.wrong == []


def test_the_language_is_switched_in_place_and_kept(windows, scenes):
    window = windows(1440, "zh")
    show(window, scenes["lot"])
    page = window.page
    page.get_by_role("button", name="English").first.click()
    page.wait_for_function("() => document.documentElement.lang === 'en'")
    assert page.url.endswith(scenes["lot"].path)
    page.goto(scenes["books"].path)
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("button", name="中文").first.click()
    page.wait_for_function("() => document.documentElement.lang === 'zh-Hans'")
    assert window.wrong == []


def test_the_light_is_switched_and_kept(windows, scenes):
    window = windows(1440, "zh")
    show(window, scenes["home"])
    page = window.page
    paper = "() => getComputedStyle(document.body).backgroundColor"
    day = page.evaluate(paper)
    page.get_by_role("button", name="切换明暗").click()
    night = page.evaluate(paper)
    assert night != day
    page.goto(scenes["books"].path)
    assert page.evaluate(paper) == night
    page.get_by_role("button", name="切换明暗").click()
    assert page.evaluate(paper) == day


@pytest.mark.parametrize("name", ["home", "lot", "desk", "retire"])
def test_the_keyboard_goes_first_to_the_text_and_shows_where_it_is(windows, scenes, name):
    window = windows(1440, "zh")
    show(window, scenes[name])
    page = window.page
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("() => location.hash") == "#main"
    for _step in range(12):
        page.keyboard.press("Tab")
        page.wait_for_function("() => look.focus().inside")
        seen = page.evaluate("() => look.focus()")
        assert seen["ring"], seen["what"]


def test_the_menu_of_a_phone_opens_and_closes(windows, scenes):
    window = windows(390, "zh")
    show(window, scenes["home"])
    page = window.page
    page.get_by_label("打开菜单").click()
    link = page.locator(".menu-sheet").get_by_role("link", name="公开账本")
    link.wait_for(state="visible")
    page.keyboard.press("Escape")
    link.wait_for(state="hidden")
    page.get_by_label("打开菜单").click()
    link.click()
    page.wait_for_url("**/books/")
    assert window.wrong == []


@pytest.fixture
def plain(browser, site):
    """A browser in which scripts are switched off."""
    window = Window(browser, site, java_script_enabled=False)
    yield window
    window.close()


def test_without_scripts_everything_is_there(plain, scenes):
    page = plain.page
    for name, said in WITHOUT_SCRIPTS.items():
        page.goto(scenes[name].path)
        assert page.get_by_text(said).first.is_visible(), name
    assert plain.wrong == []


def test_without_scripts_a_certificate_is_verified_by_its_number(plain, scenes):
    page = plain.page
    page.goto(scenes["home"].path)
    number = scenes["certificate"].path.strip("/").rpartition("/")[2]
    page.locator("#no").fill(number)
    page.get_by_role("button", name="验证", exact=True).click()
    assert page.get_by_text(f"有这张证书：{number}").is_visible()
    page.get_by_role("link", name="看证书").click()
    assert page.get_by_role("heading", name="碳汇注销证书").is_visible()
    assert plain.wrong == []
