"""A full disk and a database that is away are said in a sentence, at the pages and at the API, in both languages."""

import pytest
from django.db import DataError, OperationalError, connection
from django.test import Client

from standing import broken, load_people
from tanhui.kit.outage import outage_of

SAID = {
    "disk_full": {"zh-hans": "存储空间满了，这一步没有做，账没有动。", "en": "The disk is full. This was not done"},
    "database_away": {"zh-hans": "数据库这会儿连不上", "en": "The database cannot be reached."},
}


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_form_on_a_full_disk_is_told_so_and_nothing_was_done(standing, visitor, language):
    load_people()
    body = {"username": "wangqiang", "password": "tanhui-demo"}
    with broken("people_person"):
        answer = visitor.post("/sign-in/", body, headers={"accept-language": language})
    assert answer.status_code == 503
    assert SAID["disk_full"][language] in answer.content.decode()
    assert "disk_full" in answer.content.decode()


@pytest.fixture
def away(standing):
    """Nobody answers where the database was."""
    load_people()
    with pytest.MonkeyPatch.context() as moved:
        moved.setitem(connection.settings_dict, "HOST", "/nowhere")
        connection.close()
        yield
    connection.close()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", ["/books/", "/sign-in/", "/"])
def test_every_page_of_a_database_that_is_away_says_so(away, visitor, language, path):
    answer = visitor.get(path, headers={"accept-language": language})
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert SAID["database_away"][language] in answer.content.decode()


def test_a_program_is_told_in_the_one_shape(away, visitor):
    answer = visitor.get("/api/v1/programmes", headers={"authorization": "Bearer tht_x"})
    assert (answer.status_code, answer.json()["code"]) == (503, "database_away")


def test_what_is_no_outage_is_not_called_one():
    assert outage_of(None) is None
    assert outage_of(ValueError()) is None
    assert outage_of(DataError()) is None
    found = outage_of(OperationalError())
    assert found is not None
    assert found.code == "database_away"
