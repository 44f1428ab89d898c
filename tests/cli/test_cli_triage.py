"""`tanhui triage`: what it prints, and that it writes nothing."""

import argparse

import pytest

from parcels import PERIOD
from tanhui.cli.triage import triage
from tanhui.core.triage import table_files
from tanhui.kit.problems import Problem
from tanhui.land.models import Triage
from triage_kept import keep_triage


def run(action, *names, language="en", begin=None, end=None):
    options = argparse.Namespace(action=action, names=list(names), language=language, begin=begin, end=end)
    return triage(options)


def test_the_table_names_every_condition_with_its_source(capsys):
    assert run("table") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 44
    assert "parcel-triage@1.0.0" in lines[0]
    assert all("[" in line for line in lines[1:])


def test_decisions_are_listed_checked_and_tried_under_another_table(people, capsys, tmp_path):
    keep_triage(people)
    assert run("list", language="zh") == 0
    assert "碳票 3" in capsys.readouterr().out
    assert run("check", "A-4", begin=str(PERIOD[0]), end=str(PERIOD[1])) == 0
    assert "某县造林碳汇项目" in capsys.readouterr().out
    for name, content in table_files("parcel-triage", "1.0.0").items():
        changed = content.replace(b"earliest_ticket_period,2016-01-01", b"earliest_ticket_period,2021-01-01")
        (tmp_path / name).write_bytes(changed)
    assert run("dry-run", str(tmp_path)) == 0
    said = capsys.readouterr().out
    assert "ticket_earliest: met → failed" in said
    assert "4 / 4" in said
    assert Triage.objects.count() == 4


def test_a_check_without_days_and_a_broken_table_are_refused(people, tmp_path):
    with pytest.raises(Problem, match="--from"):
        run("check", "A-1")
    with pytest.raises(Problem, match="missing"):
        run("dry-run", str(tmp_path))
