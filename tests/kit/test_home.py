"""Where an installation keeps what is its own."""

from pathlib import Path

from tanhui.kit.home import CHECKOUT, home


def test_it_is_the_folder_of_the_users_choice_and_is_made(tmp_path, monkeypatch):
    monkeypatch.setenv("TANHUI_HOME", str(tmp_path / "some where" / "碳汇"))
    assert home() == tmp_path / "some where" / "碳汇"
    assert home().is_dir()


def test_a_tilde_and_dots_are_resolved(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TANHUI_HOME", "~/a/../b")
    assert home() == tmp_path / "b"


def test_a_relative_folder_becomes_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TANHUI_HOME", "here")
    assert home() == tmp_path / "here"


def test_without_a_choice_it_lies_in_the_checkout(monkeypatch):
    monkeypatch.delenv("TANHUI_HOME")
    assert home() == CHECKOUT / ".home"
    monkeypatch.setenv("TANHUI_HOME", "")
    assert home() == CHECKOUT / ".home"
    assert (CHECKOUT / "pyproject.toml").is_file()
    assert Path(__file__).is_relative_to(CHECKOUT)
