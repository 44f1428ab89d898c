"""Settings from the environment: safe by default, and production that does not start half configured."""

import json
import os
import subprocess
import sys

import pytest

from tanhui.kit.problems import Problem
from tanhui.people.models import Organisation, Person
from tanhui.site.demonstration import PEOPLE, register_demonstration_people

SECRET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP"
PRODUCTION = {"TANHUI_MODE": "production", "TANHUI_SECRET": SECRET, "TANHUI_HOSTS": "sink.example.gov.cn"}
SHOWN = """
import json
from tanhui.site import settings
names = ["DEBUG", "PRODUCTION", "SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "REGISTRY_NAME", "WHITENOISE_AUTOREFRESH"]
names += [name for name in dir(settings) if name.startswith(("SESSION_COOKIE", "CSRF_COOKIE", "SECURE_", "X_FRAME"))]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


@pytest.fixture
def read(tmp_path):
    """Read the settings in a program of its own, with nothing of ours in its surroundings but what is given."""

    def run(**environment):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TANHUI_", "DATABASE_URL"))}
        given = {**kept, "TANHUI_HOME": str(tmp_path / "home"), "TANHUI_NO_DATABASE": "1", **environment}
        return subprocess.run([sys.executable, "-c", SHOWN], env=given, capture_output=True, text=True, check=False)

    return run


def settings_of(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refusal_of(done):
    assert done.returncode != 0
    assert done.stdout == ""
    return done.stderr.strip().splitlines()[-1]


def test_development_works_without_a_word(read, tmp_path):
    told = settings_of(read())
    assert told["DEBUG"] is told["PRODUCTION"] is False
    assert told["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost", "[::1]"]
    assert told["SITE_URL"] == "http://127.0.0.1:8000"
    assert told["SECRET_KEY"] == (tmp_path / "home/keys/site.secret").read_text()
    assert not (tmp_path / "home/postgres").exists()


def test_the_secret_of_development_stays_between_starts(read):
    assert settings_of(read())["SECRET_KEY"] == settings_of(read())["SECRET_KEY"]


def test_production_starts_when_it_is_told_everything(read, tmp_path):
    told = settings_of(read(**PRODUCTION, TANHUI_URL="https://sink.example.gov.cn/"))
    assert told["PRODUCTION"] is True
    assert told["DEBUG"] is False
    assert told["SECRET_KEY"] == SECRET
    assert told["ALLOWED_HOSTS"] == ["sink.example.gov.cn"]
    assert told["SITE_URL"] == "https://sink.example.gov.cn"
    assert not (tmp_path / "home/keys").exists()


@pytest.mark.parametrize("secret", [None, "x" * 39])
def test_production_refuses_to_start_without_a_real_secret(read, secret):
    given = {**PRODUCTION, "TANHUI_SECRET": secret}
    said = refusal_of(read(**{name: value for name, value in given.items() if value is not None}))
    assert "ImproperlyConfigured" in said
    assert "TANHUI_SECRET" in said
    assert "secrets.token_urlsafe" in said


@pytest.mark.parametrize("hosts", [None, " , "])
def test_production_refuses_to_start_without_its_names(read, hosts):
    given = {**PRODUCTION, "TANHUI_HOSTS": hosts}
    said = refusal_of(read(**{name: value for name, value in given.items() if value is not None}))
    assert "TANHUI_HOSTS" in said


@pytest.mark.parametrize("mode", ["Production", "debug"])
def test_a_mode_that_is_none_is_refused(read, mode):
    said = refusal_of(read(TANHUI_MODE=mode))
    assert repr(mode) in said
    assert "development, production" in said


def test_several_names_with_spaces(read):
    told = settings_of(read(**{**PRODUCTION, "TANHUI_HOSTS": " sink.example.gov.cn, www.example.gov.cn ,"}))
    assert told["ALLOWED_HOSTS"] == ["sink.example.gov.cn", "www.example.gov.cn"]


def test_cookies_and_pages_are_guarded_everywhere(read):
    for told in (settings_of(read()), settings_of(read(**PRODUCTION))):
        assert told["SESSION_COOKIE_HTTPONLY"] is told["CSRF_COOKIE_HTTPONLY"] is True
        assert told["SESSION_COOKIE_SAMESITE"] == "Lax"
        assert told["X_FRAME_OPTIONS"] == "DENY"
        assert told["SECURE_CONTENT_TYPE_NOSNIFF"] is True
        assert told["SECURE_REFERRER_POLICY"] == "same-origin"


def test_production_speaks_https_only(read):
    told = settings_of(read(**PRODUCTION))
    assert told["SESSION_COOKIE_SECURE"] is told["CSRF_COOKIE_SECURE"] is told["SECURE_SSL_REDIRECT"] is True
    assert told["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600
    assert told["WHITENOISE_AUTOREFRESH"] is False
    assert "SECURE_SSL_REDIRECT" not in settings_of(read())


def test_djangos_own_check_of_a_deployment_finds_nothing_grave(read, tmp_path):
    words = [sys.executable, "-m", "tanhui.cli", "manage", "check", "--deploy", "--fail-level", "ERROR"]
    kept = {"PATH": os.environ["PATH"], "TANHUI_HOME": str(tmp_path), "TANHUI_NO_DATABASE": "1"}
    done = subprocess.run(words, env={**kept, **PRODUCTION}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_production_refuses_people_with_a_public_password(db, settings):
    settings.PRODUCTION = True
    with pytest.raises(Problem) as caught:
        register_demonstration_people()
    assert caught.value.code == "demonstration_only"
    assert Person.objects.count() == Organisation.objects.count() == 0


def test_development_registers_them_once(db):
    first, again = register_demonstration_people(), register_demonstration_people()
    assert first.keys() == again.keys() == {person.username for person in PEOPLE}
    assert Person.objects.count() == len(PEOPLE)
