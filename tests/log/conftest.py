"""A log in the tables, and the tools to read it from outside."""

import pytest

from logs import KeptLog
from tanhui.core.ledger.policy import Policy, spell


@pytest.fixture
def kept_log(db) -> KeptLog:
    return KeptLog()


@pytest.fixture(autouse=True)
def policy_file(settings, tmp_path):
    """A policy of this test's own; without `write` there is none."""
    settings.WITNESSES = tmp_path / "witnesses.policy"

    def write(policy: Policy):
        settings.WITNESSES.write_text(spell(policy), encoding="utf-8")
        return settings.WITNESSES

    return write
