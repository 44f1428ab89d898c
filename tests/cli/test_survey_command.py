"""`tanhui survey`: forms, checks that keep nothing, and booking by two people."""

import io

import openpyxl
import pytest

from field import first_round, put, spoilt


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "good.xlsx").write_bytes(first_round())
    (tmp_path / "bad.xlsx").write_bytes(spoilt(first_round(), put("每木", "dbh_cm", 3, "１３．５")))
    return tmp_path


def test_a_form_is_written_in_the_language_that_is_asked_for(cli, tmp_path):
    done = cli("survey", "template", "grassland", "--out", tmp_path / "new/form.xlsx", "--language", "en")
    assert (done.returncode, done.stdout) == (0, f"{tmp_path / 'new/form.xlsx'}\n")
    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "new/form.xlsx").read_bytes()))
    assert "Herbs" in book.sheetnames
    assert cli("survey", "template", "moon").returncode == 2


def test_a_check_says_all_and_leaves_the_marked_copy(cli, folder):
    good = cli("survey", "check", folder / "good.xlsx")
    assert (good.returncode, good.stdout.split("；")[0]) == (0, "没有错，也没有提醒")
    bad = cli("survey", "check", folder / "bad.xlsx", "--marked", folder / "marked")
    assert bad.returncode == 1
    assert "错　 每木!E3" in bad.stdout
    assert "是不是 13.5？" in bad.stdout
    book = openpyxl.load_workbook(folder / "marked/bad-标好.xlsx")
    assert book["每木"]["E3"].comment.text.endswith("[number_invalid]")
    english = cli("survey", "check", folder / "bad.xlsx", "--language", "en")
    assert "Is it 13.5?" in english.stdout


def test_booking_says_what_is_lacking_and_who_is_unknown(cli, folder):
    assert cli("survey", "book", folder / "good.xlsx").returncode == 2
    given = ("--programme", "BT-MP-2026-9999", "--by", "temur", "--second", "naren", "--reason", "外业。")
    unknown = cli("survey", "book", folder / "good.xlsx", *given)
    assert unknown.returncode == 1
    assert "unknown_programme" in unknown.stderr


def test_a_file_that_is_no_workbook_is_named(cli, folder):
    (folder / "broken.xlsx").write_bytes(b"nothing")
    done = cli("survey", "check", folder / "broken.xlsx")
    assert (done.returncode, "workbook_broken" in done.stderr) == (1, True)
