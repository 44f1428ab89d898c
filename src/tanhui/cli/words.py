"""Which language the command line speaks."""

import os

LANGUAGES = ("zh", "en")


def language_from_environment() -> str:
    """Return `zh` unless LANG_UI says `en`."""
    asked = os.environ.get("LANG_UI", "zh").lower()
    return "en" if asked.startswith("en") else "zh"


def django_language(language: str) -> str:
    return {"zh": "zh-hans", "en": "en"}[language]
