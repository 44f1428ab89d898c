"""The database killed with -9, again and again, while people book: what was acknowledged stands, nothing is twice."""

import random
import time
from typing import Any

import pytest

from faults.home_of_faults import Installation, assert_all_is_well, live_balances, sending, wait_until
from tanhui.kit.jobs.worker import Keeper

KILLS = 6
FIRST = 1
PAUSE_S = 1.0


@pytest.fixture
def kept_writer(installation: Installation, monkeypatch: Any):
    """The writer as the site keeps it: started again when it dies."""
    monkeypatch.setenv("TANHUI_HOME", str(installation.folder))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    keeper = Keeper("ledger", "serve")
    yield keeper
    keeper.close()


def test_what_was_acknowledged_stands_when_the_database_is_killed(
    installation: Installation, kept_writer: Keeper, record_property: Any
):
    assert installation.tanhui("database", "start").returncode == 0
    before = live_balances(installation)
    chance = random.Random(20261127)  # noqa: S311 - when to kill, not a secret
    back_s = []
    with sending(installation, begin=FIRST) as senders:
        wait_until(lambda: len(senders.answers) > 20, "the first answers")
        for _turn in range(KILLS):
            time.sleep(chance.random() * PAUSE_S)  # the moment at which it dies
            assert installation.kill_database() > 3
            known = len(senders.answers)
            back_s.append(wait_until(lambda known=known: len(senders.answers) > known + 4, "answers after a kill"))
        senders.end()
    assert "database_away" in senders.troubles
    assert set(senders.troubles) <= {"database_away", "ledger_silent"}
    record_property("seconds_until_answers", back_s)
    assert_all_is_well(installation, senders, before)
    print(f"answers again after {', '.join(f'{one:.1f}' for one in back_s)} s; {len(senders.answers)} booked")  # noqa: T201 - the operations guide names these seconds: run it with -s
