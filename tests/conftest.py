"""What all tests share: a home of their own, so that no test ever meets a developer's database or keys."""

import os
from pathlib import Path

import django
import pytest
from hypothesis import HealthCheck, settings

CHECKOUT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("TANHUI_TEST_HOME") or CHECKOUT / "build" / "test-home")
SHARED = CHECKOUT.parent / "shared" / "data"

os.environ["TANHUI_HOME"] = str(HOME)
os.environ["TANHUI_AS_OWNER"] = "1"  # tests make and drop their database, and tamper with it
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs beside the live server
for name in ("MODE", "SECRET", "HOSTS", "URL", "REGISTRY", "WITNESSES", "SUITE"):
    os.environ.pop(f"TANHUI_{name}", None)
HOME.mkdir(parents=True, exist_ok=True)
# Named here and not in pyproject.toml: from there the settings would be read before the home above is known.
os.environ["DJANGO_SETTINGS_MODULE"] = "tanhui.site.settings"
django.setup()
# A busy machine is no fault of the code under test: nothing here is timed.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup():
    """Begin each test, and what it needs, in Chinese: a page asked for in English leaves its language behind."""
    from django.utils import translation

    translation.activate("zh-hans")


@pytest.fixture(autouse=True, scope="session")
def quick_passwords():
    """A real password hash takes most of a second, on purpose; twelve people a test would take ten."""
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def region(db):
    """The demonstration region, loaded."""
    return load_demonstration_region()


@pytest.fixture
def people(region):
    """The demonstration people by user name, enough that nobody acts twice."""
    from tanhui.site.demonstration import register_demonstration_people

    return register_demonstration_people()


@pytest.fixture
def key_home(settings, tmp_path, monkeypatch) -> Path:
    """A folder for keys of this test's own, for the programs that it starts too."""
    settings.HOME = tmp_path / "home"
    settings.WITNESSES = tmp_path / "witnesses.policy"
    monkeypatch.setenv("TANHUI_HOME", str(settings.HOME))
    return settings.HOME


@pytest.fixture
def supervisor(key_home, people):
    """Who may change the key of the ledger."""
    return next(person for person in people.values() if person.role == "supervisor")


def load_demonstration_region():
    from tanhui.land.services import REGIONS, load_region

    return load_region(folder=REGIONS / "baotou")


def survey_files(folder: Path) -> dict[str, bytes]:
    """Read the CSV files of a survey folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}


@pytest.fixture
def small_survey() -> dict[str, bytes]:
    """Two strata of three permanent plots, two rounds, published mass per tree: small enough to work out by hand."""
    from samples import SMALL_SURVEY

    return {name: text.encode() for name, text in SMALL_SURVEY.items()}


@pytest.fixture
def chain(region, people, small_survey):
    """The whole main job, done on the small survey: project, estimate, lot, transfer, retirement."""
    from tanhui.site import story

    job = story.Job(files=small_survey, name_zh="小样", name_en="Small survey", method="published-tree-biomass")
    return story.run(job=job, region=region, people=people, tell=lambda _step, _facts: None)


@pytest.fixture
def standing(transactional_db):
    """A database whose writes stand, seen by other threads, and emptied afterwards."""
    from django.db import connection

    yield
    # Emptying is what append-only tables refuse. The connection is closed after it, and this setting with it.
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
