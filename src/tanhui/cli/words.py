"""Which language the command line speaks."""

import os

from tanhui.kit.home import CHECKOUT

LANGUAGES = ("zh", "en")


def language_from_environment() -> str:
    """Return `zh` unless LANG_UI says `en`."""
    asked = os.environ.get("LANG_UI", "zh").lower()
    return "en" if asked.startswith("en") else "zh"


def django_language(language: str) -> str:
    return {"zh": "zh-hans", "en": "en"}[language]


def speak_without_settings() -> None:
    """The sentences come from the language catalogues, which need three settings and nothing else of the site."""
    from django.apps import apps
    from django.conf import settings

    if not settings.configured:
        places = sorted((CHECKOUT / "src/tanhui").glob("*/locale"))
        settings.configure(USE_I18N=True, LANGUAGE_CODE="zh-hans", LOCALE_PATHS=places)
        # Sentences are looked up only once the list of apps is known; here it is empty.
        apps.populate([])
