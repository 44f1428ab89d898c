"""What all tests share: a home of their own, so that no test ever meets a developer's database or keys."""

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("TANHUI_TEST_HOME") or CHECKOUT / "build" / "test-home")
SHARED = CHECKOUT.parent / "shared" / "data"

os.environ["TANHUI_HOME"] = str(HOME)
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs beside the live server
for name in ("TANHUI_MODE", "TANHUI_SECRET", "TANHUI_HOSTS", "TANHUI_URL", "TANHUI_REGISTRY"):
    os.environ.pop(name, None)
HOME.mkdir(parents=True, exist_ok=True)


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


def load_demonstration_region():
    from tanhui.land.services import REGIONS, load_region

    return load_region(folder=REGIONS / "baotou")


def survey_files(folder: Path) -> dict[str, bytes]:
    """Read the CSV files of a survey folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}


@pytest.fixture
def small_survey() -> dict[str, bytes]:
    """Two strata of three permanent plots, two rounds, published mass per tree: small enough to work out by hand."""
    return {name: text.encode() for name, text in SMALL_SURVEY.items()}


@pytest.fixture
def chain(region, people, small_survey):
    """The whole main job, done on the small survey: project, estimate, lot, transfer, retirement."""
    from tanhui.site import story

    job = story.Job(files=small_survey, name_zh="小样", name_en="Small survey", method="published-tree-biomass")
    return story.run(job=job, region=region, people=people, tell=lambda _step, _facts: None)


@pytest.fixture
def standing(django_db_setup, django_db_blocker):
    """A database whose writes stand, seen by other threads, and emptied afterwards."""
    from standing import empty

    with django_db_blocker.unblock():
        yield
        empty()


SMALL_SURVEY = {
    "strata.csv": "stratum,ecosystem,area_ha,note\nA,forest,100,\nB,forest,300,\n",
    "plots.csv": "plot,stratum,lon,lat,plot_area_m2\n"
    + "".join(
        f"{plot},{plot[0]},{110 + n / 100},{40.9 + n / 100},400\n"
        for n, plot in enumerate(("A1", "A2", "A3", "B1", "B2", "B3"))
    ),
    "visits.csv": "plot,round,date,status\n"
    + "".join(
        f"{plot},{number},{day},measured\n"
        for plot in ("A1", "A2", "A3", "B1", "B2", "B3")
        for number, day in ((1, "2020-07-01"), (2, "2025-07-01"))
    ),
    "trees.csv": "plot,round,tree,species,dbh_cm,height_m,status,trees_per_ha,aboveground_biomass_kg\n"
    + "".join(
        f"{plot},{number},1,Populus simonii,20,12,live,100,{kg}\n"
        for plot, masses in {
            "A1": (400, 480),
            "A2": (420, 510),
            "A3": (380, 465),
            "B1": (600, 720),
            "B2": (610, 735),
            "B3": (590, 700),
        }.items()
        for number, kg in ((1, masses[0]), (2, masses[1]))
    ),
}
