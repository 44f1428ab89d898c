"""Settings, all from the environment, with safe defaults for one machine without a network.

TANHUI_HOME      where database, keys and papers of this installation lie (default: .home in the checkout)
DATABASE_URL     a PostgreSQL of your own instead of the one that comes with the house
TANHUI_MODE      development (default) or production
TANHUI_SECRET    secret for sessions and forms; production does not start without one
TANHUI_HOSTS     names under which the site is reached, comma between; production does not start without one
TANHUI_URL       address printed on certificates and in QR codes
TANHUI_REGISTRY  name of this registry in the ledger's checkpoints; never changes once blocks are signed
TANHUI_SUITE     hashes and signatures of the ledger: ed25519-sha256 (default) or sm2-sm3; never changes once blocks are
TANHUI_WITNESSES  file with the witnesses and how many must co-sign (default: witnesses.policy in TANHUI_HOME)
TANHUI_LOG       what the server writes to its log: WARNING (default), INFO, ERROR
TANHUI_OWNER_URL  with DATABASE_URL: how the owner of the tables signs in; DATABASE_URL is for the application then
TANHUI_AS_OWNER  any value: sign in as the owner for everything (tests that tamper, `tanhui manage`)
TANHUI_NO_DATABASE  any value: read the settings without starting a server (type checks and tools)
"""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from tanhui.core.ledger.suites import SUITES
from tanhui.kit import keys, postgres, roles
from tanhui.kit.home import CHECKOUT, home

SITE = CHECKOUT / "src/tanhui/site"
HOME = home()
MODES = ("development", "production")
SHORTEST_SECRET = 40

MODE = os.environ.get("TANHUI_MODE", "development")
if MODE not in MODES:
    raise ImproperlyConfigured(f"TANHUI_MODE is {MODE!r}; it must be one of {', '.join(MODES)}.")
PRODUCTION = MODE == "production"


def _secret() -> str:
    given = os.environ.get("TANHUI_SECRET", "")
    if PRODUCTION and len(given) < SHORTEST_SECRET:
        raise ImproperlyConfigured(
            f"Production does not start without a secret of its own. Set TANHUI_SECRET to {SHORTEST_SECRET} or more "
            "random characters: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return given or keys.local_secret(HOME)


def _suite() -> str:
    given = os.environ.get("TANHUI_SUITE") or next(iter(SUITES))
    if given not in SUITES:
        raise ImproperlyConfigured(f"TANHUI_SUITE is {given!r}; it must be one of {', '.join(SUITES)}.")
    return given


def _hosts() -> list[str]:
    given = [name.strip() for name in os.environ.get("TANHUI_HOSTS", "").split(",") if name.strip()]
    if PRODUCTION and not given:
        raise ImproperlyConfigured("Production must know its names. Set TANHUI_HOSTS, e.g. sink.example.gov.cn.")
    return given or ["127.0.0.1", "localhost", "[::1]"]


def _needs_database() -> bool:
    # Type checking and set-up read the settings and want no server for it.
    return not os.environ.get("TANHUI_NO_DATABASE") and "mypy" not in sys.argv[0]


def _sign_in(address: postgres.Address) -> dict[str, object]:
    return {
        "NAME": address.name,
        "USER": address.user,
        "PASSWORD": address.password,
        "HOST": address.host,
        "PORT": address.port,
        "OPTIONS": address.options,
    }


def _addresses() -> tuple[postgres.Address, postgres.Address | None]:
    """Return how the application signs in, and how the owner of the tables does, where that is somebody else."""
    given, owner = postgres.url_from_environment(), os.environ.get("TANHUI_OWNER_URL")
    if given is None:
        own = postgres.parse_url(postgres.ensure(HOME) if _needs_database() else "postgresql:///tanhui")
        application = own._replace(user=roles.APP) if _needs_database() else own
    else:
        application = postgres.parse_url(given)
        own = postgres.parse_url(owner) if owner else application
    if os.environ.get("TANHUI_AS_OWNER") or own == application:
        return own, None
    return application, own


_APPLICATION, _OWNER = _addresses()
OWNER = _sign_in(_OWNER) if _OWNER else None
"""How the owner of the tables signs in, for `kit.ownership`; nothing where the application does it as well."""


def _database() -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        **_sign_in(_APPLICATION),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"TEMPLATE": "template0"},
    }


DEBUG = False
SECRET_KEY = _secret()
ALLOWED_HOSTS = _hosts()
DATABASES = {"default": _database()}

REGISTRY_NAME = os.environ.get("TANHUI_REGISTRY", "tanhui.local/baotou")
SUITE = _suite()
SITE_URL = os.environ.get("TANHUI_URL", "http://127.0.0.1:8000").rstrip("/")
PAPERS = HOME / "papers"
WITNESSES = os.environ.get("TANHUI_WITNESSES") or HOME / "witnesses.policy"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "tanhui.kit.jobs",
    "tanhui.people",
    "tanhui.land",
    "tanhui.monitoring",
    "tanhui.certification",
    "tanhui.registry",
    "tanhui.registry.log",
    "tanhui.site",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tanhui.site.guard.same_for_all",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tanhui.site.guard.SiteGuard",
]
ROOT_URLCONF = "tanhui.site.urls"
WSGI_APPLICATION = "tanhui.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SITE / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "tanhui.site.context.site",
                "tanhui.site.context.workplace",
            ],
        },
    },
]

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "home"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("英文"))]
LOCALE_PATHS = [SITE / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATICFILES_DIRS = [SITE / "static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = not PRODUCTION
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "tanhui.site.pages.problems.stale_form"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("TANHUI_LOG", "WARNING")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
