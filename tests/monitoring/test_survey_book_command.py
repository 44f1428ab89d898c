"""`tanhui survey book` against a programme that stands."""

from argparse import Namespace

from field import first_round, put, spoilt
from tanhui.cli.survey import survey
from tanhui.monitoring.models import BookedSurvey


def options(programme, path, **more):
    given = {"action": "book", "names": [str(path)], "programme": programme.number, "by": "temur", "second": "naren"}
    rest = {
        "reason": "外业。",
        "warnings_reason": None,
        "complete": False,
        "language": "zh",
        "out": None,
        "marked": None,
    }
    return Namespace(**{**given, **rest, "out": None, "marked": None, **more})


def test_two_people_book_a_workbook_once(programme, tmp_path, capsys):
    (tmp_path / "a.xlsx").write_bytes(first_round())
    assert survey(options(programme, tmp_path)) == 0
    assert "第 1 版" in capsys.readouterr().out
    assert survey(options(programme, tmp_path)) == 0
    assert BookedSurvey.objects.count() == 1


def test_a_faulty_workbook_is_not_booked(programme, tmp_path, capsys):
    (tmp_path / "a.xlsx").write_bytes(spoilt(first_round(), put("每木", "dbh_cm", 2, "x")))
    assert survey(options(programme, tmp_path)) == 1
    said = capsys.readouterr().out
    assert "每木!E2" in said
    assert said.endswith("一格也没有入库。\n")
    assert not BookedSurvey.objects.exists()


def test_a_filled_form_of_the_next_round_is_written(programme, tmp_path, capsys):
    (tmp_path / "a.xlsx").write_bytes(first_round())
    survey(options(programme, tmp_path))
    form = tmp_path / "form.xlsx"
    asked = options(programme, tmp_path, action="template", names=["forest"], out=str(form))
    assert survey(asked) == 0
    assert form.stat().st_size > 10_000
    capsys.readouterr()
    assert survey(options(programme, form, action="check")) == 1
    assert "date_missing" in capsys.readouterr().out
