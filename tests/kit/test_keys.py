"""Secrets: made once, kept in files that only their owner reads, never replaced."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tanhui.kit.keys import SEED_LENGTH, ledger_seed, local_secret


def test_the_seed_is_made_once_and_stays(tmp_path):
    seed = ledger_seed(tmp_path)
    assert len(seed) == SEED_LENGTH
    assert ledger_seed(tmp_path) == seed
    assert (tmp_path / "keys/ledger.seed").read_text() == seed.hex()


def test_each_installation_has_its_own(tmp_path):
    assert ledger_seed(tmp_path / "a") != ledger_seed(tmp_path / "b")
    assert local_secret(tmp_path / "a") != local_secret(tmp_path / "b")


def test_only_the_owner_reads_them(tmp_path):
    ledger_seed(tmp_path)
    local_secret(tmp_path)
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()}
    assert modes == {"ledger.seed": 0o600, "site.secret": 0o600}


@pytest.mark.parametrize("content", ["", "not hex", "00" * 31, "00" * 33])
def test_a_damaged_seed_is_never_replaced(tmp_path, content):
    (tmp_path / "keys").mkdir()
    path = tmp_path / "keys/ledger.seed"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"ledger\.seed is no key of this ledger"):
        ledger_seed(tmp_path)
    assert path.read_text() == content


def test_a_seed_put_back_with_a_newline_is_the_same_seed(tmp_path):
    seed = ledger_seed(tmp_path)
    path = tmp_path / "keys/ledger.seed"
    path.write_text(path.read_text() + "\n")
    assert ledger_seed(tmp_path) == seed


def test_the_secret_of_the_site_is_long_and_stays(tmp_path):
    secret = local_secret(tmp_path)
    assert len(secret) >= 60
    assert local_secret(tmp_path) == secret


def test_those_who_come_at_once_get_the_same_secret(tmp_path):
    with ThreadPoolExecutor(16) as threads:
        seeds = set(threads.map(lambda _turn: ledger_seed(tmp_path), range(64)))
    assert len(seeds) == 1


def test_nothing_is_left_beside_them(tmp_path):
    ledger_seed(tmp_path)
    local_secret(tmp_path)
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == ["ledger.seed", "site.secret"]
