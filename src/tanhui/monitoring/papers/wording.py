"""The sentences of the monitoring report, one file per language, so that a translator never opens code."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

PAPERS = Path(__file__).parent


class Wording(NamedTuple):
    """One language: fixed words, names of ecosystems, pools, grades and parameters, and what each code means."""

    words: Mapping[str, str]
    ecosystems: Mapping[str, str]
    pools: Mapping[str, str]
    confidence: Mapping[str, str]
    params: Mapping[str, str]
    parameters: Mapping[str, str]
    codes: Mapping[str, str]


@cache
def load_wording(language: str) -> Wording:
    """Read 'zh' or 'en'; both files hold the same keys (a test compares them)."""
    tables = tomllib.loads((PAPERS / f"words.{language}.toml").read_text(encoding="utf-8"))
    return Wording(**tables)


@cache
def load_run_wording(language: str) -> Wording:
    """Return the words of the report of a run: the shared ones, with its own beside them."""
    shared = load_wording(language)
    own = tomllib.loads((PAPERS / f"run.{language}.toml").read_text(encoding="utf-8"))
    return shared._replace(words={**shared.words, **own["words"]}, codes={**shared.codes, **own["codes"]})
