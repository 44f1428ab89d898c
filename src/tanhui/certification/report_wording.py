"""The sentences of the monitoring report, one file per language, so that a translator never opens code."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

PAPERS = Path(__file__).with_name("papers")


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
    tables = tomllib.loads((PAPERS / f"report.{language}.toml").read_text(encoding="utf-8"))
    return Wording(**tables)
