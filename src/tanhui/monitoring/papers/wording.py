"""The sentences of the monitoring report, one file per language, so that a translator never opens code."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tanhui.core.carbon.method.model import N_MINUS_M

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


LEVELLED = ("level", "results_note", "t_value", "interval")


def at_level(wording: Wording, document: Mapping[str, Any], df_rule: str = N_MINUS_M) -> Wording:
    """Return the words of one evaluation: its level of confidence, and how its degrees of freedom are counted."""
    level = f"{round(100 * document['confidence_level'], 6):g}"
    said = {name: wording.words[name].replace("{level}", level) for name in LEVELLED}
    rule = wording.words["uncertainty_say"].replace("{df_rule}", wording.words[f"df_{df_rule}"])
    return wording._replace(words={**wording.words, **said, "uncertainty_say": rule})
